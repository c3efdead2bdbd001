"""What follows from hits: the strictest wins, `allow` exempts within its own policy, shadow never acts."""

from __future__ import annotations

from time import perf_counter

import pytest

from tests.policy.documents import applied, compiled, rule
from yumen.policy.compiled import SEES_ALL, compile_policies
from yumen.policy.deciding import decide, refusal
from yumen.policy.values import Action, Applied, Blind, Hit, On, Policy, Unseen

RULES = compiled(
    rule("block", Action.BLOCK),
    rule("redact", Action.REDACT),
    rule("flag", Action.FLAG),
    rule("allow", Action.ALLOW),
)
BLOCK, REDACT, FLAG, ALLOW = range(4)


def hit(number: int, start: int, end: int) -> Hit:
    """A hit of a rule, whose kind is the rule's number."""
    return Hit(start, end, str(number), number)


@pytest.mark.parametrize(
    ("hits", "acts", "noted"),
    [
        ([], [], 0),
        ([hit(FLAG, 0, 3)], [], 1),
        ([hit(REDACT, 0, 3)], [(0, 3, Action.REDACT, "1")], 1),
        ([hit(BLOCK, 0, 3), hit(REDACT, 0, 3)], [(0, 3, Action.BLOCK, "0")], 2),
        ([hit(REDACT, 0, 3), hit(BLOCK, 2, 6)], [(0, 6, Action.BLOCK, "0")], 2),
        ([hit(REDACT, 0, 3), hit(REDACT, 3, 6)], [(0, 3, Action.REDACT, "1"), (3, 6, Action.REDACT, "1")], 2),
        ([hit(REDACT, 0, 3), hit(REDACT, 2, 9), hit(REDACT, 8, 10)], [(0, 10, Action.REDACT, "1")], 3),
        ([hit(REDACT, 4, 8), hit(BLOCK, 0, 2)], [(0, 2, Action.BLOCK, "0"), (4, 8, Action.REDACT, "1")], 2),
        ([hit(REDACT, 0, 9), hit(FLAG, 2, 3)], [(0, 9, Action.REDACT, "1")], 2),
        ([hit(REDACT, 0, 3), hit(ALLOW, 2, 5)], [], 0),
        ([hit(REDACT, 0, 3), hit(ALLOW, 3, 5)], [(0, 3, Action.REDACT, "1")], 1),
        ([hit(ALLOW, 0, 5)], [], 0),
        ([hit(ALLOW, 0, 9), hit(ALLOW, 1, 2), hit(REDACT, 5, 6), hit(REDACT, 9, 10)], [(9, 10, Action.REDACT, "1")], 1),
        ([hit(REDACT, 0, 20), hit(ALLOW, 5, 6)], [], 0),
        ([hit(REDACT, 3, 5), hit(ALLOW, 0, 3), hit(ALLOW, 5, 8)], [(3, 5, Action.REDACT, "1")], 1),
    ],
)
def test_the_strictest_wins(hits: list[Hit], acts: list[tuple[object, ...]], noted: int) -> None:
    """Hits that hang together are one span with the strictest action; what `allow` touches is exempt."""
    decided = decide(RULES, hits)
    assert [(act.start, act.end, act.action, act.kind) for act in decided.acts] == acts
    assert len(decided.noted) == noted
    assert (decided.block is not None) is any(act[2] is Action.BLOCK for act in acts)


def test_allow_exempts_nobody_elses_hits() -> None:
    """An organization's `allow` does not undo what the operator's policy blocks."""
    both = compile_policies((applied(rule("block")), applied(rule("allow", Action.ALLOW), name="own")))
    assert decide(both, [hit(0, 0, 3), hit(1, 0, 3)]).block is not None


def test_shadow_counts_and_does_nothing() -> None:
    """A policy in shadow is noted, never acts, and exempts nothing of another."""
    both = compile_policies((applied(rule("block"), rule("allow", Action.ALLOW), shadow=True), applied(rule("redact", Action.REDACT))))
    decided = decide(both, [hit(0, 0, 3), hit(1, 9, 12), hit(2, 9, 12)])
    assert [(act.start, act.action) for act in decided.acts] == [(9, Action.REDACT)]
    assert [each.rule for each in decided.noted] == [0, 2]


def test_a_refusal_says_why_and_by_which_rule() -> None:
    """The rule's own words, in both languages where it has them, and its name."""
    assert refusal(RULES.rules[BLOCK]) == "Because of block. (rule block)"
    assert refusal(compiled(rule(why_zh="不说猫。")).rules[0]) == "Because of r. 不说猫。 (rule r)"


def test_what_is_compiled() -> None:
    """One matcher a direction, none where no rule looks there; what cannot be seen goes by the strictest policy that acts."""
    asks = compiled(rule(on=On.REQUEST))
    assert asks.request is not None
    assert asks.answer is None
    assert RULES.request is RULES.answer
    assert compile_policies(()).idle
    blinds = [Policy("a", unseen=Blind(images=Unseen.REFUSE, other=Unseen.ALLOW)), Policy("b", unseen=Blind(urls=Unseen.REFUSE))]
    strict = compile_policies([Applied(blinds[0], 1, shadow=False), Applied(blinds[1], 1, shadow=True)]).blind
    assert strict == Blind(images=Unseen.REFUSE, other=Unseen.ALLOW)
    assert compile_policies([Applied(blinds[1], 1, shadow=True)]).blind == SEES_ALL


def test_what_acts_on_a_direction() -> None:
    """Only rules that block or redact there, and are not in shadow."""
    assert compiled(rule(on=On.ANSWER)).acts_on(On.ANSWER)
    assert not compiled(rule(on=On.ANSWER)).acts_on(On.REQUEST)
    assert not compiled(rule(action=Action.FLAG)).acts_on(On.REQUEST)
    assert not compile_policies((applied(rule(), shadow=True),)).acts_on(On.REQUEST)


def test_many_hits_are_decided_quickly() -> None:
    """However many are exempt: the time grows with their number, not with its square."""
    many = [hit(number % 2 * 2 + 1, 4 * number, 4 * number + 3) for number in range(50_000)]
    began = perf_counter()
    decided = decide(RULES, many)
    assert perf_counter() - began < QUICK_S
    assert len(decided.acts) == len(decided.noted) == 25_000


QUICK_S = 5.0
"""The square would take minutes."""
