"""When a person takes over: pure rules over what the customer said and how it has gone so far."""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

from yumen.assistants.support.terms import is_chinese, normal
from yumen.assistants.support.values import Customer, HandOver

COVERED = 0.15
"""A passage that holds less of a question than this does not answer it. docs/support.md says how often that is right."""
ASKS_FOR_PERSON = re.compile(
    r"\b(talk|speak|chat|connect|transfer|put me through)\b.{0,20}\b(human|person|agent|someone|somebody|representative|operator|staff)\b"
    r"|\b(human|real person|live agent|customer service representative)\b(?! (error|resource|right|being)s?)"
    r"|(转|找|要|接|换|联系)(到|给|个|一个|一下|你们)?(人工(?!智能|费|成本)|真人|客服|专员)|人工(客服|服务|坐席)|真人|活人"
)
UNSATISFIED = re.compile(
    r"\b(not|isn't|wasn't|doesn't|didn't|doesnt|didnt) (help|work|what i (asked|mean|meant)|helpful|answer(ing)?|useful|right|correct)\w*"
    r"|\b(useless|nonsense|wrong answer|that is wrong|that's wrong|unhelpful|you don't understand|already (said|told|asked|tried))\b"
    r"|没(有)?(用(?![过完到了])|帮助|解决)|不(满意|对|行)(?!等)|答非所问|听不懂|说了不|废话|没听懂|(已经|刚才|刚刚)(说|问|试)过"
)


class When(StrEnum):
    """What a rule looks at."""

    PERSON = "person"
    """The customer asks for a person."""
    WORDS = "words"
    """One of the rule's words stands in the question."""
    NO_PASSAGE = "no_passage"
    """Nothing in the documents answers, `times` in a row."""
    UNSATISFIED = "unsatisfied"
    """The customer is not content, `times` in a row."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule of a hand-over."""

    when: When
    words: tuple[str, ...] = ()
    times: int = 1
    to: str = ""
    """Whom it goes to, as the notice says it: a queue, a team."""


DEFAULT = (Rule(When.PERSON), Rule(When.NO_PASSAGE, times=2), Rule(When.UNSATISFIED, times=2))
"""What holds where no file of rules is given."""


def before(rules: tuple[Rule, ...], question: str, customer: Customer) -> HandOver | None:
    """Return who takes over before anything is looked up; the customer's count of discontent holds this question already."""
    plain = normal(question)
    for rule in rules:
        if (
            (rule.when is When.PERSON and asks_for_person(question))
            or (rule.when is When.WORDS and any(stands_in(word, plain) for word in rule.words))
            or (rule.when is When.UNSATISFIED and customer.unsatisfied >= rule.times)
        ):
            return HandOver(rule.when.value, rule.to)
    return None


def after(rules: tuple[Rule, ...], customer: Customer) -> HandOver | None:
    """Return who takes over once it is known whether anything was found; the customer's count of misses holds this question already."""
    for rule in rules:
        if rule.when is When.NO_PASSAGE and customer.misses >= rule.times:
            return HandOver(rule.when.value, rule.to)
    return None


def asks_for_person(question: str) -> bool:
    """Whether a person is asked for."""
    return ASKS_FOR_PERSON.search(normal(question)) is not None


def is_unsatisfied(question: str) -> bool:
    """Whether the customer says that the answer before was no good."""
    return UNSATISFIED.search(normal(question)) is not None


def stands_in(word: str, plain: str) -> bool:
    """Whether a rule's word stands in a normal text: a whole word of English, any place in Chinese."""
    wanted = normal(word)
    return wanted in plain if is_chinese(wanted) else re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", plain) is not None
