"""Reads the small file that says when a person takes over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.assistants.support.rules import Rule, When
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from pathlib import Path


class RuleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in it."""

    rule: tuple[Rule, ...]


def read_rules(path: Path) -> tuple[Rule, ...]:
    """Return the rules, in the file's order. Raises OperatorError where it will not do."""
    try:
        rules = msgspec.toml.decode(path.read_bytes(), type=RuleFile).rule
    except OSError as error:
        raise OperatorError("{path} cannot be read: {reason}", path=path, reason=error.strerror) from error
    except (msgspec.DecodeError, ValueError) as error:
        raise OperatorError("{path} holds no rules of a hand-over: {reason}", path=path, reason=error) from error
    for rule in rules:
        if (rule.when is When.WORDS) != bool(rule.words) or not all(word.strip() for word in rule.words):
            raise OperatorError('{path}: words stand in a rule with when = "words", and there only', path=path)
        if rule.times < 1:
            raise OperatorError("{path}: times is at least 1", path=path)
    return rules
