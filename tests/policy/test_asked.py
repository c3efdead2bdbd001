"""Rules about what is asked for: models, tools, betas, sizes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from tests.policy.documents import applied, compiled, rule
from yumen.exchange import Exchange
from yumen.http import Head
from yumen.policy.asked import AskedFor, first_block, hits_of
from yumen.policy.compiled import compile_policies
from yumen.policy.needs import asked_of
from yumen.policy.values import Action, Rule

WEB = ("web_search", "web_search_20250305")
ONLY_HAIKU = (rule("none", models=("*",)), rule("haiku", Action.ALLOW, models=("claude-haiku-*",)))


@pytest.mark.parametrize(
    ("rules", "asked", "kinds"),
    [
        ((rule(models=("claude-opus-*",)),), AskedFor(models=("claude-opus-5-5",)), ["model"]),
        ((rule(models=("claude-opus-*",)),), AskedFor(models=("Claude-OPUS-5",)), ["model"]),
        ((rule(models=("claude-opus-*",)),), AskedFor(models=("fast", "claude-opus-5")), ["model"]),
        ((rule(models=("claude-opus",)),), AskedFor(models=("claude-opus-5",)), []),
        ((rule(models=("claude-[o]pus?",)),), AskedFor(models=("claude-opus5",)), []),
        (ONLY_HAIKU, AskedFor(models=("claude-haiku-4-5",)), []),
        (ONLY_HAIKU, AskedFor(models=("claude-haiku-4-5", "claude-opus-5")), ["model"]),
        ((rule(tools=("web_search_*",)),), AskedFor(tools=(WEB,)), ["tool"]),
        ((rule(tools=("web_search",)),), AskedFor(tools=(WEB, ("get_weather",))), ["tool"]),
        ((rule(tools=("mcp:*",)), rule("ours", Action.ALLOW, tools=("mcp:crm",))), AskedFor(tools=(("mcp:crm",),)), []),
        ((rule(tools=("mcp:*",)), rule("ours", Action.ALLOW, tools=("mcp:crm",))), AskedFor(tools=(("mcp:x",), ("mcp:crm",))), ["tool"]),
        ((rule(betas=("files-api-*",)),), AskedFor(betas=("files-api-2025-04-14",)), ["beta"]),
        ((rule(max_body_bytes=10),), AskedFor(body_bytes=10), []),
        ((rule(max_body_bytes=10),), AskedFor(body_bytes=11), ["body_bytes"]),
        ((rule(max_text_characters=0),), AskedFor(text_characters=1), ["text_characters"]),
        ((rule(max_output_tokens=5),), AskedFor(max_output_tokens=6), ["max_output_tokens"]),
        ((rule(max_output_tokens=5),), AskedFor(), []),
        ((rule(words=("cat",)),), AskedFor(models=("cat",)), []),
    ],
)
def test_what_is_hit(rules: tuple[Rule, ...], asked: AskedFor, kinds: list[str]) -> None:
    """Names in any case, with `*` alone as a sign; every candidate counts; `allow` exempts the one thing that it names."""
    made = compiled(*rules)
    hits = hits_of(made, asked)
    assert [hit.kind for hit in hits] == kinds
    assert (first_block(made, hits) is not None) is bool(kinds)


def test_allow_exempts_nothing_of_another_policy() -> None:
    """Nor does a policy in shadow refuse anything."""
    asked = AskedFor(models=("claude-opus-5",))
    both = compile_policies((applied(rule(models=("*",))), applied(rule("all", Action.ALLOW, models=("*",)))))
    assert first_block(both, hits_of(both, asked)) is not None
    shadow = compile_policies((applied(rule(models=("*",)), shadow=True),))
    assert first_block(shadow, hits_of(shadow, asked)) is None
    assert len(hits_of(shadow, asked)) == 1


def test_every_model_that_could_answer_is_asked_for() -> None:
    """The name that was asked, and that of each candidate."""
    candidates = [SimpleNamespace(model=name) for name in ("claude-opus-4-6", "claude-haiku-4-5")]
    view = SimpleNamespace(model="best", max_tokens=5)
    request = SimpleNamespace(head=Head([]), length=2)
    exchange = SimpleNamespace(view=view, candidates=candidates, spool=None, body=b"{}", request=request)
    asked = asked_of(cast("Exchange", exchange))
    assert (asked.models, asked.body_bytes, asked.max_output_tokens) == (("best", "claude-opus-4-6", "claude-haiku-4-5"), 2, 5)
