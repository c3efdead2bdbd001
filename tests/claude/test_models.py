"""The catalogue: every name finds its model, and the facts of the generations hold."""

from __future__ import annotations

import pytest

from yumen.claude.models import MODELS, Lifecycle, Sampling, Tokenizer, find_model


def test_names_are_unique() -> None:
    """No id or alias stands for two models."""
    names = [name for model in MODELS for name in (model.id, *model.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_every_name_finds_its_model(model) -> None:  # noqa: ANN001  (a parameter of the table)
    """An id and each alias resolve to the one model."""
    assert all(find_model(name) is model for name in (model.id, *model.aliases))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("claude-haiku-4-5", "claude-haiku-4-5-20251001"),
        ("claude-haiku-4-5-20991231", "claude-haiku-4-5-20251001"),
        ("claude-opus-4-8-20260601", "claude-opus-4-8"),
        ("claude-2", "claude-2.0"),
        ("claude-instant-1.2", "claude-instant-1.2"),
        ("claude-v1", "claude-1.3"),
        ("claude-3-haiku-20240307", "claude-3-haiku-20240307"),
    ],
)
def test_aliases_and_dated_names_resolve(name: str, found: str) -> None:
    """A name that a client may send finds the id that answers carry."""
    model = find_model(name)
    assert model is not None
    assert model.id == found


@pytest.mark.parametrize("name", ["", "gpt-4", "claude", "claude-opus-4-8-2026060", "claude-opus-4-8-²0260601", "-20260601"])
def test_other_names_find_nothing(name: str) -> None:
    """A name that is not Claude's finds no model, and no odd digit or length raises."""
    assert find_model(name) is None


@pytest.mark.parametrize(
    "name", ["claude-2", "claude-2.1", "claude-instant-1.2", "claude-3-opus-20240229", "claude-opus-4-1", "claude-sonnet-4-0"]
)
def test_old_names_are_known_as_retired(name: str) -> None:
    """Everything before 4.5 is known, and retired."""
    model = find_model(name)
    assert model is not None
    assert model.retired


def test_a_deprecated_model_still_answers() -> None:
    """Sonnet 4.5 is deprecated with a day, and not retired."""
    model = find_model("claude-sonnet-4-5")
    assert model is not None
    assert (model.lifecycle, model.retires_on, model.retired) == (Lifecycle.DEPRECATED, "2026-11-30", False)


def test_prefill_ends_with_the_4_5_generation() -> None:
    """Of the present models exactly those of 4.5 take an assistant turn at the end."""
    assert {model.line for model in MODELS if model.features.prefill and not model.retired} == {"opus", "haiku", "sonnet"}
    assert all("4-5" in model.id for model in MODELS if model.features.prefill and not model.retired)


def test_sampling_is_free_up_to_4_6() -> None:
    """The models with the newest tokenizer are those that accept only default sampling parameters."""
    for model in MODELS:
        assert (model.features.sampling is Sampling.ANY) == (model.tokenizer is not Tokenizer.CLAUDE_4_7), model.id


def test_forced_tool_choice() -> None:
    """Fable, Mythos 5, Opus 5.5 and Sonnet 5.5 refuse to be forced to a tool; the other present models do not."""
    refuse = {model.id for model in MODELS if not model.retired and not model.features.forced_tool_choice}
    lines = {model.id for model in MODELS if model.line in {"fable", "mythos"} and not model.retired}
    assert refuse == lines | {"claude-opus-5-5", "claude-sonnet-5-5"}


@pytest.mark.parametrize(
    ("name", "thinking"),
    [
        ("claude-haiku-4-5", {"enabled", "disabled"}),
        ("claude-opus-4-6", {"enabled", "adaptive", "disabled"}),
        ("claude-opus-4-7", {"adaptive", "disabled"}),
        ("claude-sonnet-5-5", {"adaptive", "between_tools"}),
        ("claude-opus-5-5", {"adaptive"}),
    ],
)
def test_thinking_types(name: str, thinking: set[str]) -> None:
    """A budget is taken up to 4.6, adaptive thinking from 4.6 on."""
    model = find_model(name)
    assert model is not None
    assert set(model.features.thinking) == thinking


def test_an_unknown_day_is_the_epoch() -> None:
    """`created_at` is the release's midnight, or the epoch where no release is known."""
    days = {model.id: model.created_at for model in MODELS}
    assert days["claude-opus-4-7"] == "2026-04-16T00:00:00Z"
    assert days["claude-fable-5-2"] == "1970-01-01T00:00:00Z"
