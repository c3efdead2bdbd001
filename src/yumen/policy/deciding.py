"""What is done about what was found: the strictest rule wins, `allow` exempts within its own policy, shadow only counts. Pure."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from yumen.policy.values import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from yumen.policy.compiled import Compiled, CompiledRule
    from yumen.policy.values import Hit

STRICTEST_FIRST = tuple(Action)


class Decision(NamedTuple):
    """What is done with a span of a text. Positions count characters, as in the hits."""

    start: int
    end: int
    action: Action
    """BLOCK or REDACT."""
    kind: str
    """Of the hit that wins: of the strictest ones the longest, then the first."""
    rule: int
    """The number of the rule that wins."""


class Decided(NamedTuple):
    """What follows from the hits in one text."""

    acts: tuple[Decision, ...]
    """Spans that do not overlap, in order. Hits that overlap are one span: nothing that a rule forbids is left at its edge."""
    noted: tuple[Hit, ...]
    """What is to be written down: every hit that is not exempt, of `flag` and of shadow as well."""

    @property
    def block(self) -> Decision | None:
        """The first span that must not pass at all."""
        return next((each for each in self.acts if each.action is Action.BLOCK), None)


NOTHING = Decided((), ())


def decide(compiled: Compiled, hits: Sequence[Hit]) -> Decided:
    """Return what follows from the hits in a text.

    Of a text that still grows, what ends at or before `settled` is final; a span that ends behind it may still become longer.
    """
    if not hits:
        return NOTHING
    noted = not_exempt(compiled, hits)
    acting = [hit for hit in noted if acts(compiled.rules[hit.rule])]
    return Decided(tuple(decision_of(compiled, cluster) for cluster in clusters(acting)), noted)


def acts(rule: CompiledRule) -> bool:
    """Tell whether a rule changes or refuses anything."""
    return not rule.shadow and rule.rule.action in (Action.BLOCK, Action.REDACT)


def not_exempt(compiled: Compiled, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return the hits, by their start, without those of `allow`, and without those that an `allow` of their own policy overlaps."""
    rules = compiled.rules
    spans: dict[int, list[Hit]] = {}
    for hit in sorted(hits):
        if rules[hit.rule].rule.action is Action.ALLOW:
            spans.setdefault(rules[hit.rule].policy, []).append(hit)
    exempt = {policy: Spans(found) for policy, found in spans.items()}
    found = (hit for hit in sorted(hits) if rules[hit.rule].rule.action is not Action.ALLOW)
    return tuple(hit for hit in found if (own := exempt.get(rules[hit.rule].policy)) is None or not own.touch(hit))


class Spans:
    """Stretches of a text, in which others are looked for quickly, however many there are."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        """Take hits, which come by their start; those that share a character become one stretch."""
        merged = [(group[0].start, max(hit.end for hit in group)) for group in clusters(hits)]
        self._starts = [start for start, _ in merged]
        self._ends = [end for _, end in merged]

    def touch(self, hit: Hit) -> bool:
        """Tell whether a hit shares a character with one of them."""
        before = bisect_left(self._starts, hit.end)
        return before > 0 and self._ends[before - 1] > hit.start


def clusters(hits: Iterable[Hit]) -> Iterable[list[Hit]]:
    """Yield hits, which come by their start, in groups of those that hang together."""
    group: list[Hit] = []
    end = 0
    for hit in hits:
        if group and hit.start >= end:
            yield group
            group = []
        end = max(end, hit.end) if group else hit.end
        group.append(hit)
    if group:
        yield group


def decision_of(compiled: Compiled, cluster: Sequence[Hit]) -> Decision:
    """Return what is done with hits that hang together: the strictest action, over all of them."""
    first = min(cluster, key=lambda hit: (strictness(compiled, hit), hit.start - hit.end, hit.start, hit.rule))
    span = min(hit.start for hit in cluster), max(hit.end for hit in cluster)
    return Decision(*span, compiled.rules[first.rule].rule.action, first.kind, first.rule)


def strictness(compiled: Compiled, hit: Hit) -> int:
    """Return an action's place among the strictest."""
    return STRICTEST_FIRST.index(compiled.rules[hit.rule].rule.action)


def refusal(rule: CompiledRule) -> str:
    """Return what the caller of a blocked request reads: the rule's own sentence, in each language that it has, and its name."""
    said = " ".join(sentence for sentence in (rule.rule.why, rule.rule.why_zh) if sentence)
    return f"{said} (rule {rule.rule.name})"
