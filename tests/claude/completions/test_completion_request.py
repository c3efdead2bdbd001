"""A legacy body becomes the Messages body that asks the same, or is refused in the wording of 2023."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.claude.completions import Dialect, ModelMapping, Translation, dialect_of, translate_completion
from yumen.errors import InvalidRequest

HUMAN, ASSISTANT = "\n\nHuman:", "\n\nAssistant:"


def translate(mapping: ModelMapping = ModelMapping(), **fields: object) -> Translation:  # noqa: B008  (frozen)
    """Translate a body made of defaults and the given fields."""
    body = {"prompt": f"{HUMAN} hi{ASSISTANT}", "model": "claude-2", "max_tokens_to_sample": 1000} | fields
    return translate_completion(json.dumps(body).encode(), Dialect.CUMULATIVE, mapping)


def messages(**fields: object) -> dict[str, object]:
    """Return the Messages body of a legacy body."""
    return json.loads(translate(**fields).body)


def test_the_plain_case() -> None:
    """The call of every tutorial becomes one user turn, with the stop sequence that was built in."""
    assert messages() == {
        "model": "claude-haiku-4-5",
        "max_tokens": 1000,
        "messages": [{"role": "user", "content": "hi"}],
        "stop_sequences": [HUMAN],
    }


@pytest.mark.parametrize(
    ("prompt", "system", "turns"),
    [
        ("Human: hi\n\nAssistant:", None, ["hi"]),
        ("\nHuman: hi\n\nAssistant:", None, ["hi"]),
        (f"Be brief.{HUMAN} hi{ASSISTANT}", "Be brief.", ["hi"]),
        (f"{HUMAN} a{ASSISTANT} b{HUMAN} c{ASSISTANT}", None, ["a", "b", "c"]),
        (f"{HUMAN} a{ASSISTANT} The answer is ( \n", None, ["a", "The answer is ("]),
        (f"{HUMAN}  two spaces {ASSISTANT} ", None, [" two spaces "]),
        (f"{HUMAN}{HUMAN} a{ASSISTANT}", None, ["a"]),
        (f"{HUMAN} a\n\nHumans: b\nAssistant: c{ASSISTANT}", None, ["a\n\nHumans: b\nAssistant: c"]),
    ],
)
def test_prompts_are_split(prompt: str, system: str | None, turns: list[str]) -> None:
    """System prompt, turns and a begun answer go where Messages has them; nothing else is taken for a turn."""
    body = messages(prompt=prompt)
    assert body.get("system") == system
    assert [turn["content"] for turn in body["messages"]] == turns  # type: ignore[attr-defined]
    assert [turn["role"] for turn in body["messages"]] == [("user", "assistant")[i % 2] for i in range(len(turns))]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("prompt", "prefilled"), [(f"{HUMAN} a{ASSISTANT}", False), (f"{HUMAN} a{ASSISTANT} \n", False), (f"{HUMAN} a{ASSISTANT} b", True)]
)
def test_a_begun_answer_is_known(prompt: str, prefilled: bool) -> None:  # noqa: FBT001  (a column of the table)
    """Only text after the last Assistant counts as a begun answer."""
    assert translate(prompt=prompt).form.prefilled is prefilled


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"prompt": "hi"}, 'prompt must start with "\\n\\nHuman:" turn after an optional system prompt'),
        ({"prompt": f"{ASSISTANT} a{HUMAN} b{ASSISTANT}"}, 'prompt must start with "\\n\\nHuman:" turn after an optional system prompt'),
        ({"prompt": f"{HUMAN} hi"}, 'prompt must end with "\\n\\nAssistant:" turn'),
        ({"prompt": f"{HUMAN} {ASSISTANT} a{HUMAN} b{ASSISTANT}"}, 'prompt: the first "\\n\\nHuman:" turn is empty'),
        ({"prompt": ""}, "prompt: ensure this value has at least 1 characters"),
        ({"prompt": 7}, "prompt: str type expected"),
        ({"max_tokens_to_sample": 0}, "max_tokens_to_sample: ensure this value is greater than or equal to 1"),
        ({"max_tokens_to_sample": "many"}, "max_tokens_to_sample: value is not a valid integer"),
        ({"temperature": 1.5}, "temperature: ensure this value is less than or equal to 1"),
        ({"temperature": -0.5}, "temperature: ensure this value is greater than or equal to 0"),
        ({"top_p": -0.5}, "top_p: ensure this value is greater than or equal to 0"),
        ({"top_k": -2}, "top_k: ensure this value is greater than or equal to -1"),
        ({"stop_sequences": "Human"}, "stop_sequences: value is not a valid list"),
        ({"stop_sequences": [1]}, "stop_sequences: value is not a valid list"),
        ({"metadata": "me"}, "metadata: value is not a valid dict"),
        ({"stream": "yes"}, "stream: value could not be parsed to a boolean"),
        ({"maxOutputTokens": 5}, "maxOutputTokens: extra fields not permitted"),
        ({"messages": []}, "messages: extra fields not permitted"),
    ],
)
def test_refusals(fields: dict[str, object], message: str) -> None:
    """What 2023 refused is refused, and the message names the field."""
    with pytest.raises(InvalidRequest) as refusal:
        translate(**fields)
    assert refusal.value.message == message


@pytest.mark.parametrize("missing", ["prompt", "model", "max_tokens_to_sample"])
def test_required_fields(missing: str) -> None:
    """Each required field is asked for by name."""
    body = {"prompt": f"{HUMAN} hi{ASSISTANT}", "model": "claude-2", "max_tokens_to_sample": 5}
    del body[missing]
    with pytest.raises(InvalidRequest, match=f"^{missing}: field required$"):
        translate_completion(json.dumps(body).encode(), Dialect.CUMULATIVE, ModelMapping())


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"hi"', b'{"prompt":"a","prompt":"b","model":"m","max_tokens_to_sample":1}'])
def test_bodies_that_are_no_object(body: bytes) -> None:
    """What is no JSON object, or names a field twice, is refused."""
    with pytest.raises(InvalidRequest):
        translate_completion(body, Dialect.CUMULATIVE, ModelMapping())


@pytest.mark.parametrize(
    ("asked", "answers"),
    [
        ("claude-2", "claude-haiku-4-5"),
        ("claude-instant-v1-100k", "claude-haiku-4-5"),
        ("claude-v1.3-of-somebody", "claude-haiku-4-5"),
        ("claude-3-opus-20240229", "claude-haiku-4-5"),
        ("claude-opus-4-6", "claude-opus-4-6"),
        ("sonnet-of-my-own", "sonnet-of-my-own"),
    ],
)
def test_retired_names_are_mapped(asked: str, answers: str) -> None:
    """A retired name asks the default, any other name asks for itself, and the caller sees the name it wrote."""
    translation = translate(model=asked)
    assert (translation.model, json.loads(translation.body)["model"], translation.form.model) == (answers, answers, asked)


def test_the_operator_maps_names() -> None:
    """The setting names a model for one name, and the default for the other retired ones."""
    mapping = ModelMapping(names={"claude-2.1": "claude-sonnet-4-6"}, default="claude-haiku-5-5")
    assert [translate(mapping, model=name).model for name in ("claude-2.1", "claude-2")] == ["claude-sonnet-4-6", "claude-haiku-5-5"]


def test_parameters_are_passed_on() -> None:
    """What the caller set arrives; the stop sequences keep their order, the built-in one comes last and once."""
    body = messages(
        temperature=0.2, top_p=0.9, top_k=5, stream=True, metadata={"user_id": "u"}, stop_sequences=["END", HUMAN], tags={"a": "b"}
    )
    assert (body["temperature"], body["top_p"], body["top_k"], body["stream"]) == (0.2, 0.9, 5, True)
    assert (body["metadata"], body["stop_sequences"]) == ({"user_id": "u"}, ["END", HUMAN])
    assert "tags" not in body


def test_defaults_are_left_out() -> None:
    """Values that change nothing are not sent: newer models refuse a temperature beside a top_p."""
    body = messages(temperature=1, top_p=-1, top_k=-1, stream=None, metadata=None, stop_sequences=None)
    assert not body.keys() & {"temperature", "top_p", "top_k", "stream", "metadata"}


def test_zero_temperature_is_sent() -> None:
    """Zero is a value, not an absence."""
    assert messages(temperature=0)["temperature"] == 0


def test_a_long_prompt_is_refused_by_the_model_asked_for() -> None:
    """`claude-2` has 100,000 tokens, in the words that clients match; `claude-2.1` has twice as many."""
    prompt = f"{HUMAN} " + "玉门 " * 60_000 + ASSISTANT
    with pytest.raises(InvalidRequest, match=r"^prompt is too long: \d+ tokens > 100000 maximum$"):
        translate(prompt=prompt)
    assert translate(prompt=prompt, model="claude-2.1").model == "claude-haiku-4-5"
    assert translate(prompt=prompt, model="claude-opus-5-5").model == "claude-opus-5-5"


def test_a_prompt_just_below_the_limit_passes() -> None:
    """The limit counts tokens, not characters."""
    assert translate(prompt=f"{HUMAN} " + "gate " * 80_000 + ASSISTANT).model == "claude-haiku-4-5"


def test_too_many_tokens_to_sample_are_cut_and_noted() -> None:
    """The 100,000 of old programs become what the answering model can write; a model chosen by the caller says no itself."""
    translation = translate(max_tokens_to_sample=100_000)
    assert json.loads(translation.body)["max_tokens"] == 64_000
    assert "64000" in translation.notes[0]
    assert json.loads(translate(model="claude-haiku-4-5", max_tokens_to_sample=100_000).body)["max_tokens"] == 100_000


@pytest.mark.parametrize(("stop_sequences", "places"), [(["\\n\\nHuman:"], [0]), (["END", "a\\nb"], [1]), ([HUMAN, "\n"], []), ([], [])])
def test_a_literal_backslash_n_is_noted(stop_sequences: list[str], places: list[int]) -> None:
    """The log is told the place of the mistake, never the text; the sequence goes on as it was written."""
    translation = translate(stop_sequences=stop_sequences)
    assert [note.partition(" ")[0] for note in translation.notes] == [f"stop_sequences[{place}]" for place in places]
    assert json.loads(translation.body)["stop_sequences"] == list(dict.fromkeys([*stop_sequences, HUMAN]))


@pytest.mark.parametrize(
    ("version", "dialect"),
    [
        (None, Dialect.CUMULATIVE),
        ("2023-01-01", Dialect.CUMULATIVE),
        ("2023-06-01", Dialect.INCREMENTAL),
        ("2026-10-21", Dialect.INCREMENTAL),
    ],
)
def test_the_version_chooses_the_dialect(version: str | None, dialect: Dialect) -> None:
    """The first dialect is for its own version and for the client that sent none."""
    assert dialect_of(version) is dialect


plain_texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(
    lambda text: not text.isspace() and "\n" not in text
)


@given(st.lists(plain_texts, min_size=1, max_size=7).filter(lambda turns: len(turns) % 2))
def test_any_conversation_comes_through(turns: list[str]) -> None:
    """Whatever the turns say, Messages gets each of them whole and in order."""
    prompt = "".join(f"{(HUMAN, ASSISTANT)[i % 2]} {text}" for i, text in enumerate(turns)) + ASSISTANT
    assert [turn["content"] for turn in messages(prompt=prompt)["messages"]] == turns  # type: ignore[attr-defined]
