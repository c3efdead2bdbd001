"""A policy's document as somebody writes it: read, and what is wrong with it told with its line. Pure but for the compiling."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.errors import OperatorError
from yumen.policy.document import policy_of
from yumen.policy.written import as_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACE = "document"
AT = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
"""How the reader of TOML ends its sentences."""
OF_RULE = re.compile(r"rule ([a-z0-9._-]+)")
FIELD = re.compile(r"there is no '([^']+)'|- at `\$\.(?:rules\[\.*\d*\]\.)?(\w+)")
"""How sentences name a field: one that there is not, or whose value is of another kind."""
AROUND = 2
UNKNOWN_LINE, KNOWN_LINE = FAULT_SENTENCES = ("The document is not a policy: {reason}", "Line {line}: {reason}")


class Line(msgspec.Struct, frozen=True):
    """A line of a document."""

    number: int
    text: str
    wrong: bool


class FaultyDocument(OperatorError):  # noqa: N818  (the house's noun for what went wrong)
    """A document that is no policy, and in which line, counted from 1, where that is known."""

    def __init__(self, reason: object, line: int | None) -> None:
        """Say why."""
        super().__init__(UNKNOWN_LINE if line is None else KNOWN_LINE, line=line, reason=reason)
        self.line = line


def fields_written(text: str) -> dict[str, Any]:
    """Return a document's plain values, which mean a policy. Takes long where it lists many words. Raises FaultyDocument."""
    try:
        fields = tomllib.loads(text)
    except RecursionError:
        raise FaultyDocument("it nests too deeply", None) from None
    except ValueError as error:  # of which a TOMLDecodeError is one, and a number of thousands of digits another
        sentence = str(error)
        at = AT.search(sentence)
        line = None if at is None else int(at[1]) if at[1] else len(text.splitlines())
        raise FaultyDocument(AT.sub("", sentence), line) from None
    try:
        policy_of(fields, place=PLACE)
    except OperatorError as error:
        raise FaultyDocument(error, line_of(text, str(error))) from None
    return fields


def line_of(text: str, sentence: str) -> int | None:
    """Return the line that a sentence is about: of the field that it names, else of its rule's name; None: it names none."""
    rule, named_field = OF_RULE.search(sentence), FIELD.search(sentence)
    lines = text.split("\n")
    start = 0 if rule is None else rule_line(lines, rule[1])
    if named_field is not None:
        field = re.compile(rf"""\s*["']?{re.escape(named_field[1] or named_field[2])}["']?\s*=""")
        there = next((number for number, line in enumerate(lines) if number >= start and field.match(line)), None)
        if there is not None:
            return there + 1
    return start + 1 if rule is not None and start >= 0 else None


def rule_line(lines: list[str], name: str) -> int:
    """Return the place, from 0, of a rule's name, or of the rule of that number where none has that name; -1: there is none."""
    named = re.compile(rf"""\s*name\s*=\s*["']{re.escape(name)}["']""")
    found = next((number for number, line in enumerate(lines) if named.match(line)), -1)
    if found < 0 and name.isdecimal():
        heads = [number for number, line in enumerate(lines) if line.strip() == "[[rules]]"]
        return heads[int(name) - 1] if 0 < int(name) <= len(heads) else -1
    return found


def lines_around(text: str, line: int | None) -> list[Line]:
    """Return a document's line with a few around it."""
    if line is None:
        return []
    lines = text.split("\n")
    first, last = max(1, line - AROUND), min(len(lines), line + AROUND)
    return [Line(number, lines[number - 1], number == line) for number in range(first, last + 1)]


def as_text(fields: Mapping[str, Any] | None) -> str:
    """Return a stored document to be read and changed; nothing where it is not to be seen."""
    return "" if fields is None else as_toml(fields)
