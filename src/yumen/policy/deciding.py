"""What is done about what was found: the strictest rule wins, `allow` exempts within its own policy, shadow only counts. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from yumen.policy.values import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from yumen.policy.compiled import Compiled, CompiledRule
    from yumen.policy.values import Hit

STRICTEST_FIRST = (Action.BLOCK, Action.REDACT, Action.FLAG, Action.ALLOW)


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
    exempt = [hit for hit in hits if rules[hit.rule].rule.action is Action.ALLOW]
    found = (hit for hit in hits if rules[hit.rule].rule.action is not Action.ALLOW)
    if exempt:
        found = (
            hit for hit in found if not any(rules[hit.rule].policy == rules[other.rule].policy and overlap(hit, other) for other in exempt)
        )
    return tuple(sorted(found))


def overlap(one: Hit, other: Hit) -> bool:
    """Tell whether two hits share a character."""
    return one.start < other.end and other.start < one.end


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
    """Return the sentence that the caller of a blocked request reads: the rule's own, and its name."""
    return f"{rule.rule.why} (rule {rule.rule.name})"
