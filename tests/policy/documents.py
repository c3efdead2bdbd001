"""Policies in few words, for tests."""

from __future__ import annotations

from typing import Any

from yumen.policy.compiled import Compiled, compile_policies
from yumen.policy.values import Action, Applied, Flag, On, Place, Policy, Rule


def rule(name: str = "r", action: Action = Action.BLOCK, **fields: Any) -> Rule:  # noqa: ANN401  (a rule's own fields)
    """A rule that looks for the word `cat`, unless it says otherwise."""
    looks = (
        fields
        if fields.keys() & {"words", "patterns", "recognisers", "models", "tools", "betas"} or has_size(fields)
        else {"words": ("cat",)}
    )
    return Rule(name, action, why=f"Because of {name}.", **(fields | looks))


def has_size(fields: dict[str, Any]) -> bool:
    """Whether a rule limits a size."""
    return any(name.startswith("max_") for name in fields)


def applied(*rules: Rule, name: str = "p", version: int = 1, shadow: bool = False) -> Applied:
    """A policy that a request is under."""
    return Applied(Policy(name, rules=rules), version, shadow)


def compiled(*rules: Rule) -> Compiled:
    """One policy of those rules, compiled."""
    return compile_policies((applied(*rules),))


def flag(name: str = "p/r", action: Action = Action.BLOCK, count: int = 1, **fields: Any) -> Flag:  # noqa: ANN401  (a flag's own fields)
    """A flag of a word in a message, unless it says otherwise."""
    policy, _, ours = name.partition("/")
    usual: dict[str, Any] = {"shadow": False, "on": On.REQUEST, "place": Place.MESSAGES, "kind": "word"}
    return Flag(policy, 1, ours, action, count=count, **(usual | fields))
