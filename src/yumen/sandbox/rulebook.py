"""Reads rules from a TOML file and puts them before the built-in ones."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from yumen.errors import OperatorError
from yumen.sandbox.rules import Rule

if TYPE_CHECKING:
    from pathlib import Path

BUILT_IN = "rules.toml"


class Book(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of rules."""

    rule: list[Rule] = []
    built_in: bool = True
    """Whether the built-in rules follow."""


def load_rules(path: Path | None) -> tuple[Rule, ...]:
    """Return the operator's rules and then the built-in ones. Raises OperatorError with what is wrong in the file."""
    built_in = parse_rules((files(__package__) / BUILT_IN).read_bytes(), BUILT_IN)
    if path is None:
        return tuple(built_in.rule)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise OperatorError("the rules file {path} cannot be read: {reason}", path=path, reason=error.strerror) from error
    book = parse_rules(content, str(path))
    return (*book.rule, *(built_in.rule if book.built_in else ()))


def parse_rules(content: bytes, name: str) -> Book:
    """Return the rules of a file's content; `name` is what a message calls the file."""
    try:
        book = msgspec.toml.decode(content, type=Book)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise OperatorError("the rules file {path} is not right: {reason}", path=name, reason=error) from error
    seen: set[str] = set()
    for rule in book.rule:
        if rule.name in seen:
            raise OperatorError("the rules file {path} names two rules {rule}; give each its own name", path=name, rule=repr(rule.name))
        seen.add(rule.name)
        _check_expressions(rule, name)
    return book


def _check_expressions(rule: Rule, name: str) -> None:
    for expression in (rule.when.text, rule.when.system, rule.when.anywhere):
        try:
            re.compile(expression or "")
        except re.error as error:
            raise OperatorError(
                "the rules file {path}: rule {rule} has a bad regular expression: {reason}", path=name, rule=repr(rule.name), reason=error
            ) from error
