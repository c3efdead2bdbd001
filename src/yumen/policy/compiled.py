"""All policies that a request is under, made ready: their rules in one row, and one matcher for each direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.policy.matcher import Matcher
from yumen.policy.matching import matcher_of
from yumen.policy.values import Action, Applied, Blind, On, Rule, Unseen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SEES_ALL = Blind(other=Unseen.ALLOW)
"""Where no policy acts, nothing is refused for being unseen."""


class CompiledRule(msgspec.Struct, frozen=True):
    """One rule, and whose it is."""

    policy: int
    """The number of its policy in `Compiled.applied`."""
    rule: Rule
    shadow: bool
    """Whether it only counts."""


class Compiled(msgspec.Struct, frozen=True):
    """What `compile_policies` made. It has no state, and may be used by several threads."""

    applied: tuple[Applied, ...]
    rules: tuple[CompiledRule, ...]
    """All rules of all policies; a hit names one by its number here."""
    request: Matcher | None
    """The text rules for requests; None: there are none, and no text needs to be looked at."""
    answer: Matcher | None
    """The text rules for answers; None: there are none, and an answer's bytes pass."""
    asked: tuple[int, ...]
    """The numbers of the rules about what is asked for: models, tools, betas, sizes."""
    blind: Blind
    """What is done with what cannot be seen: the strictest of the policies that act."""

    @property
    def idle(self) -> bool:
        """Whether nothing needs to be done at all: the bytes pass untouched."""
        return self.request is None and self.answer is None and not self.asked and self.blind == SEES_ALL

    def acts_on(self, on: On) -> bool:
        """Tell whether anything found in that direction could be changed or refused, rather than counted alone."""
        strict = (Action.BLOCK, Action.REDACT)
        return any(not each.shadow and each.rule.action in strict and each.rule.on in (on, On.BOTH) for each in self.rules)


def compile_policies(applied: Sequence[Applied]) -> Compiled:
    """Make policies ready. Takes long where they hold many words. Raises OperatorError where a rule has no meaning."""
    rules = tuple(CompiledRule(number, rule, each.shadow) for number, each in enumerate(applied) for rule in each.policy.rules)
    request, answer = (text_rules(rules, on) for on in (On.REQUEST, On.ANSWER))
    matcher = matcher_of(request)
    return Compiled(
        applied=tuple(applied),
        rules=rules,
        request=matcher,
        answer=matcher if answer == request else matcher_of(answer),
        asked=tuple(number for number, each in enumerate(rules) if each.rule.looks_at_what_is_asked),
        blind=strictest_blind(each.policy.unseen for each in applied if not each.shadow),
    )


def text_rules(rules: Sequence[CompiledRule], on: On) -> list[tuple[int, Rule]]:
    """Return the rules that look at the text of one direction, with their numbers."""
    return [(number, each.rule) for number, each in enumerate(rules) if each.rule.looks_at_text and each.rule.on in (on, On.BOTH)]


def strictest_blind(every: Iterable[Blind]) -> Blind:
    """Return what refuses whatever one of them refuses."""
    found = list(every)
    refused = {
        name: Unseen.REFUSE if any(getattr(each, name) is Unseen.REFUSE for each in found) else Unseen.ALLOW
        for name in Blind.__struct_fields__
    }
    return Blind(**refused)
