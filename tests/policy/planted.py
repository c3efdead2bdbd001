"""Policies that know planted values, and what requests are held to."""

from __future__ import annotations

from typing import Any

from yumen.policy.compiled import Compiled, compile_policies
from yumen.policy.findings import Findings
from yumen.policy.placeholders import Placeholders
from yumen.policy.request import Terms
from yumen.policy.values import Action, Applied, Blind, On, Policy, Rule

SECRET = b"of the organization, thirty-two."
MAIL = "alice@example.com"
WORD = "Zeusprojekt"
MAIL_RULE = Rule(name="mail", action=Action.REDACT, why="No addresses.", recognisers=("email",))
WORD_RULE = Rule(name="names", action=Action.REDACT, why="No names.", words=(WORD,))
NEVER = Rule(name="never", action=Action.BLOCK, why="Never that.", words=("verboten",), on=On.REQUEST)
NOTED = Rule(name="noted", action=Action.FLAG, why="Noted.", words=("curious",))


def policy(*rules: Rule, unseen: Blind | None = None, shadow: bool = False) -> Compiled:
    """One policy that applies."""
    return compile_policies((Applied(Policy("planted", rules=rules, unseen=unseen or Blind()), 1, shadow=shadow),))


PLANTED = policy(MAIL_RULE, WORD_RULE, NEVER, NOTED)


def terms(compiled: Compiled = PLANTED, mapping: dict[str, str] | None = None) -> Terms:
    """What a request is held to."""
    return Terms(compiled, Findings(compiled), Placeholders(SECRET, mapping))


def placeholder(value: str, kind: str = "email") -> str:
    """What stands for a value."""
    return Placeholders(SECRET).of(kind, value)


def prompt(*content: Any, **more: Any) -> dict[str, Any]:  # noqa: ANN401  (a body's JSON)
    """A request with one message."""
    return {"model": "claude-opus-4-6", "max_tokens": 10, "messages": [{"role": "user", "content": list(content)}]} | more
