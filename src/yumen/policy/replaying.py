"""A policy is run over what others flagged: what each rule did then, and what the new policy would have done. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from yumen.policy.deciding import STRICTEST_FIRST, decide
from yumen.policy.values import On

if TYPE_CHECKING:
    from yumen.policy.compiled import Compiled
    from yumen.policy.findings import Excerpt
    from yumen.policy.values import Flag

NOTHING = "nothing"
"""Stands for an action where no rule hits."""


class Change(NamedTuple):
    """What was, and what would be."""

    rule: str
    """`policy/rule` of the flag."""
    action: str
    new_rule: str
    new_action: str


class Replayed:
    """Adds up what a policy would have done with flags."""

    def __init__(self, compiled: Compiled) -> None:
        """Run those rules."""
        self._compiled = compiled
        self.changes: Counter[Change] = Counter()
        self.untold = 0
        """Hits whose text was not kept: of those nobody can say."""

    def add(self, flag: Flag, excerpts: tuple[Excerpt, ...]) -> None:
        """Look at the words around a flag's hits."""
        name = f"{flag.policy}/{flag.rule}"
        for excerpt in excerpts:
            self.changes[Change(name, flag.action, *self._again(flag, excerpt))] += 1
        self.untold += max(flag.count - len(excerpts), 0)

    def _again(self, flag: Flag, excerpt: Excerpt) -> tuple[str, str]:
        """Return the strictest rule that hits where the flag did, and its action."""
        matcher = self._compiled.answer if flag.on is On.ANSWER else self._compiled.request
        hits = () if matcher is None else decide(self._compiled, matcher.hits(excerpt.text)).noted
        rules = [self._compiled.rules[hit.rule].rule for hit in hits if hit.start < excerpt.end and excerpt.start < hit.end]
        if not rules:
            return "", NOTHING
        first = min(rules, key=lambda rule: STRICTEST_FIRST.index(rule.action))
        return first.name, first.action
