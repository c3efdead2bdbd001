"""Words, patterns and recognisers as one matcher."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from yumen.policy.matching.patterns import Patterns
from yumen.policy.matching.recognised import Recognised
from yumen.policy.matching.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.policy.matcher import Matcher
    from yumen.policy.values import Hit, Rule


class Part(Protocol):
    """What finds one kind of thing."""

    reach: int
    context: int

    def hits(self, text: str) -> list[Hit]:
        """Return what is found, in no order."""

    def settled(self, text: str) -> int:
        """Return up to where nothing changes, whatever follows."""


class United:
    """Several matchers as one."""

    def __init__(self, parts: Sequence[Part]) -> None:
        """Take at least one."""
        self._parts = parts
        self.reach = max(part.reach for part in parts)
        self.context = max(part.context for part in parts)

    def hits(self, text: str) -> Sequence[Hit]:
        """Return every hit, of all rules, by its start. They may overlap."""
        return sorted({hit for part in self._parts for hit in part.hits(text)})

    def settled(self, text: str) -> int:
        """Return up to where nothing changes any more, whatever follows."""
        return min(part.settled(text) for part in self._parts)


def matcher_of(rules: Sequence[tuple[int, Rule]]) -> Matcher | None:
    """Compile the text rules among those that are given with their numbers; None where there are none.

    Raises OperatorError, in one sentence with the rule's name, where a word or pattern will not do.
    """
    parts: list[Part] = []
    if any(rule.words for _, rule in rules):
        parts.append(Words(rules))
    if any(rule.patterns for _, rule in rules):
        parts.append(Patterns(rules))
    if any(rule.recognisers for _, rule in rules):
        parts.append(Recognised(rules))
    return United(parts) if parts else None
