"""A text with the passages marked that a policy hits. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from yumen.policy.trying import Shown


class Piece(msgspec.Struct, frozen=True):
    """A part of a text: ordinary, or hit by a rule."""

    text: str
    rule: str = ""
    """Empty: by none."""
    action: str = ""


class Passage(NamedTuple):
    """Where a hit stands in the whole text, in characters."""

    start: int
    end: int
    rule: str
    action: str


def marked(text: str, hits: Sequence[Shown]) -> list[Piece]:
    """Return a text in pieces. Of hits that overlap, what begins first is marked, and the rest of the others behind it."""
    pieces: list[Piece] = []
    at = 0
    for passage in sorted(passages_in(text, hits)):
        start = max(passage.start, at)
        if start >= passage.end:
            continue
        if start > at:
            pieces.append(Piece(text[at:start]))
        pieces.append(Piece(text[start : passage.end], passage.rule, passage.action))
        at = passage.end
    return [*pieces, Piece(text[at:])] if at < len(text) else pieces


def passages_in(text: str, hits: Iterable[Shown]) -> Iterable[Passage]:
    """Yield where hits stand. One in a string of JSON is looked for behind the string's beginning, in the forms in which it may be escaped.

    What stands in no string, such as a size, or is escaped in another way, is not marked.
    """
    lines = beginnings(text)
    after: dict[tuple[int, str], int] = {}
    for hit in hits:
        if not 0 < hit.line <= len(lines) or not hit.found:
            continue
        begin = lines[hit.line - 1] + hit.column - 1
        if not hit.path and text.startswith(hit.found, begin):
            yield Passage(begin, begin + len(hit.found), hit.rule, hit.action)
            continue
        place = next(found(text, hit.found, after.get((begin, hit.rule), begin)), None)
        if place is not None:
            after[begin, hit.rule] = place[1]
            yield Passage(*place, hit.rule, hit.action)


def found(text: str, sought: str, begin: int) -> Iterator[tuple[int, int]]:
    """Yield where a text stands behind a place, as JSON has it."""
    for form in dict.fromkeys((json.dumps(sought, ensure_ascii=False)[1:-1], json.dumps(sought)[1:-1])):
        start = text.find(form, begin)
        if start >= 0:
            yield start, start + len(form)


def beginnings(text: str) -> list[int]:
    """Return where each line of a text begins."""
    return [0, *(place + 1 for place, sign in enumerate(text) if sign == "\n")]
