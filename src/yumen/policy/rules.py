"""What a policy may be: every rule means something, and none is beyond all use. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yumen.errors import OperatorError
from yumen.policy.recognisers import GROUPS, RECOGNISERS
from yumen.policy.values import Action, On

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.policy.values import Policy, Rule

NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
MAX_RULES = 20_000
MAX_WORDS = 200_000
"""Of all rules together."""
MAX_NAMES = 1_000
"""Of models, tools or betas in one rule."""
MAX_NAME_CHARACTERS = 200
MAX_SENTENCE_CHARACTERS = 1_000
MAX_SIZE = 10**12


def check_policy(policy: Policy) -> None:
    """Raise OperatorError for the first thing that will not do. Words and patterns are judged by what compiles them."""
    check_name(policy.name)
    if len(policy.rules) > MAX_RULES:
        raise OperatorError("the policy {policy} has more than {limit} rules", policy=policy.name, limit=MAX_RULES)
    names = [rule.name for rule in policy.rules]
    for name in names:
        if not NAME.fullmatch(name):
            raise OperatorError(
                "rule {rule}: a rule's name is of 1 to 64 small letters, digits, dots, hyphens and underscores", rule=repr(name)
            )
    if len(set(names)) < len(names):
        twice = next(name for number, name in enumerate(names) if name in names[:number])
        raise OperatorError("rule {rule}: there are two of that name", rule=twice)
    for rule in policy.rules:
        check_rule(rule)
    if sum(len(rule.words) for rule in policy.rules) > MAX_WORDS:
        raise OperatorError("the policy {policy} has more than {limit} words", policy=policy.name, limit=MAX_WORDS)


def check_name(name: str) -> None:
    """Raise OperatorError where a policy cannot have that name."""
    if not NAME.fullmatch(name):
        raise OperatorError(
            "a policy's name is of 1 to 64 small letters, digits, dots, hyphens and underscores, such as personal-data, not {name}",
            name=repr(name),
        )


def check_rule(rule: Rule) -> None:
    """Raise OperatorError where a rule means nothing, or something that cannot be done."""
    asked, text = rule.looks_at_what_is_asked, rule.looks_at_text
    if not asked and not text:
        raise OperatorError(
            "rule {rule}: it looks for nothing: give it words, patterns, recognisers, models, tools, betas or a size", rule=rule.name
        )
    if not rule.why.strip() and rule.action is not Action.ALLOW:
        raise OperatorError("rule {rule}: say in why what the caller is to read", rule=rule.name)
    if max(len(rule.why), len(rule.why_zh)) > MAX_SENTENCE_CHARACTERS:
        raise OperatorError("rule {rule}: why has more than {limit} characters", rule=rule.name, limit=MAX_SENTENCE_CHARACTERS)
    if asked:
        check_asked(rule)
    if text:
        check_text(rule)


def check_asked(rule: Rule) -> None:
    """Raise OperatorError where a rule about what is asked for cannot be meant."""
    if rule.action is Action.REDACT:
        raise OperatorError("rule {rule}: models, tools, betas and sizes cannot be redacted: block or flag them", rule=rule.name)
    if rule.on is On.ANSWER:
        raise OperatorError("rule {rule}: models, tools, betas and sizes are of the request, not of the answer", rule=rule.name)
    sizes = (rule.max_body_bytes, rule.max_text_characters, rule.max_output_tokens)
    if rule.action is Action.ALLOW and any(size is not None for size in sizes):
        raise OperatorError("rule {rule}: a size cannot be exempt: leave it out of allow", rule=rule.name)
    if any(size is not None and not 0 <= size <= MAX_SIZE for size in sizes):
        raise OperatorError("rule {rule}: a size is a number from 0 to {limit}", rule=rule.name, limit=MAX_SIZE)
    for listed in (rule.models, rule.tools, rule.betas):
        check_names(rule, listed)


def check_text(rule: Rule) -> None:
    """Raise OperatorError where a rule about text lists nothing, or a recogniser that there is not.

    Words and patterns are judged by what compiles them.
    """
    for listed in (rule.words, rule.patterns, rule.recognisers):
        check_entries(rule, listed)
    for name in rule.recognisers:
        if name not in RECOGNISERS and name not in GROUPS:
            raise OperatorError(
                "rule {rule}: there is no recogniser {name}: there are {recognisers}, and the groups {groups}",
                rule=rule.name,
                name=repr(name),
                recognisers=", ".join(RECOGNISERS),
                groups=", ".join(GROUPS),
            )


def check_names(rule: Rule, listed: Sequence[str]) -> None:
    """Raise OperatorError where a list of names is too long, or one of them is empty or too long."""
    if len(listed) > MAX_NAMES:
        raise OperatorError("rule {rule}: a list has more than {limit} names", rule=rule.name, limit=MAX_NAMES)
    check_entries(rule, listed)
    if any(len(entry) > MAX_NAME_CHARACTERS for entry in listed):
        raise OperatorError("rule {rule}: a name has more than {limit} characters", rule=rule.name, limit=MAX_NAME_CHARACTERS)


def check_entries(rule: Rule, listed: Sequence[str]) -> None:
    """Raise OperatorError where one of a list is empty."""
    if not all(entry.strip() for entry in listed):
        raise OperatorError("rule {rule}: an entry of a list is empty", rule=rule.name)
