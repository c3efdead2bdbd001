"""Every string of a JSON text as it stands there, keys included, in any escape form; and their replacement in place. Pure.

What is seen are the tokens, not a decoded dict: a key that stands twice, or a form that a reader would forgive, hides nothing.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from yumen.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\],:]|-?[0-9][0-9.eE+-]{6,}', re.DOTALL)
"""A string, what gives the text its structure, or a number that is long enough to say something.

Nothing is tried twice (`++`, `*+`): of a string of escapes the expression would else remember each, 60 bytes for every byte.
"""
_STRING, _OPEN_OBJECT, _CLOSE_OBJECT, _OPEN_ARRAY, _CLOSE_ARRAY, _COMMA, _COLON = b'"{}[],:'
_CLOSING = b"}],:"
_raw = msgspec.json.Decoder(msgspec.Raw).decode
_encode = msgspec.json.Encoder().encode
_scan = json.JSONDecoder(strict=False).decode
NOT_JSON = "The request body is not valid JSON."
TOO_DEEP = "The request body nests too deeply."
TOO_MANY = "The request body holds more strings, numbers, objects and arrays than can be looked at: {limit:,}."
MOST_PIECES = 1_000_000
"""A body of 32 MB could else hold 16 million, which take gigabytes, and the time of everybody else."""
MOST_DIGITS = 28
"""A longer number with an exponent stays as it is written."""
REMEMBERED = frozenset({"type", "media_type", "role", "name"})
"""Members of an object that say what its other strings are."""

Kind = Literal["key", "value", "number"]


class Frame:
    """An object or an array in which strings stand. What it says of itself is known once the walk is over."""

    __slots__ = ("array", "children", "end", "key", "loose", "outer", "place", "said", "start", "under", "valued")

    def __init__(self, outer: Frame | None, under: str, start: int, *, array: bool) -> None:
        """Begin at a byte, in another frame, under a key of it."""
        self.outer = outer
        self.under = under
        """The key that it stands under; of an array's element, the key of the array."""
        self.start, self.end = start, -1
        self.array = array
        self.key = under
        """While it is walked: the last key seen."""
        self.valued = array
        """While it is walked: whether a value comes next rather than a key."""
        self.said: dict[str, list[str]] = {}
        """What its REMEMBERED members say, each as often as it stands there."""
        self.children: list[Frame] = []
        self.place = 0
        """How many of its frame's come before it."""
        self.loose = False
        """Of an array: whether something else than objects and arrays stands in it."""

    def says(self, key: str) -> str:
        """Return what one of the REMEMBERED members says; nothing where it is not there, or not once: then it can mean anything."""
        values = self.said.get(key, [])
        return values[0] if len(values) == 1 else ""


class Spot(NamedTuple):
    """One string, or long number, and where it stands."""

    start: int
    end: int
    """In bytes, quotes included."""
    text: str
    """Decoded; half of a surrogate pair stays one."""
    frame: Frame | None
    """The object or array that it stands in; None: it is the whole text."""
    key: str
    """The key that it is, or stands under."""
    kind: Kind


def spots_in(body: bytes) -> list[Spot]:
    """Return every string of a JSON text, and every long number, in order. Raises InvalidRequest where it is no JSON, or of too many."""
    check_json(body)
    check_size(body)
    spots: list[Spot] = []
    frame: Frame | None = None
    try:
        for token in _TOKEN.finditer(body):
            start, end = token.span()
            first = body[start]
            if first == _STRING:
                spots.append(_string(body, (start, end), frame))
            elif first in (_OPEN_OBJECT, _OPEN_ARRAY):
                frame = _opened(frame, start, array=first == _OPEN_ARRAY)
            elif first in (_CLOSE_OBJECT, _CLOSE_ARRAY):
                assert frame is not None  # noqa: S101  (the text is JSON)
                frame.end = end
                frame = frame.outer
            elif frame is None:
                spots.append(Spot(start, end, number(token.group()), None, "", "number"))
            elif first == _COLON:
                frame.valued = True
            elif first == _COMMA:
                frame.valued = frame.array
            else:
                frame.loose = True
                spots.append(Spot(start, end, number(token.group()), frame, frame.key, "number"))
    except UnicodeDecodeError:
        raise InvalidRequest(NOT_JSON) from None
    return spots


def check_size(body: bytes) -> None:
    """Raise InvalidRequest where a JSON text holds more than can be looked at."""
    if sum(map(body.count, (b",", b":", b"{", b"["))) < MOST_PIECES:
        return  # these stand in strings, too: where there are few of them, there is nothing more to count
    pieces = sum(body[token.start()] not in _CLOSING for token in _TOKEN.finditer(body))
    if pieces > MOST_PIECES:
        raise InvalidRequest(TOO_MANY.format(limit=MOST_PIECES))


def _opened(outer: Frame | None, start: int, *, array: bool) -> Frame:
    frame = Frame(outer, "" if outer is None else outer.key, start, array=array)
    if outer is not None:
        frame.place = len(outer.children)
        outer.children.append(frame)
    return frame


def _string(body: bytes, span: tuple[int, int], frame: Frame | None) -> Spot:
    start, end = span
    text = decoded(body[start:end])
    if frame is None:
        return Spot(start, end, text, None, "", "value")
    if not frame.valued:
        frame.key = text
        return Spot(start, end, text, frame, text, "key")
    frame.loose = True
    if frame.key in REMEMBERED and not frame.array:
        frame.said.setdefault(frame.key, []).append(text)
    return Spot(start, end, text, frame, frame.key, "value")


def decoded(token: bytes) -> str:
    """Return what a string's token says. Raises UnicodeDecodeError where it is not UTF-8."""
    return token[1:-1].decode() if b"\\" not in token else str(_scan(token.decode()))


def number(token: bytes) -> str:
    """Return what a number's token says: a whole one without a point or an exponent, whoever wrote it with them."""
    text = token.decode()
    if text.isdecimal():
        return text
    value = Decimal(text)
    whole = value.adjusted() < MOST_DIGITS and value == value.to_integral_value()
    return format(value.to_integral_value(), "f") if whole else text


def encoded(text: str) -> bytes:
    """Return text as a string's token."""
    try:
        return _encode(text)
    except UnicodeEncodeError:  # half of a surrogate pair: JSON allows it, UTF-8 does not
        return json.dumps(text).encode()


def check_json(body: bytes) -> None:
    """Raise InvalidRequest where a text is no JSON."""
    try:
        _raw(body)
    except RecursionError:
        raise InvalidRequest(TOO_DEEP) from None
    except ValueError:  # perhaps for half of a surrogate pair alone
        _check_slowly(body)


def _check_slowly(body: bytes) -> None:
    def refuse(constant: str) -> None:
        raise ValueError(constant)

    try:
        json.loads(body.decode(), parse_int=str, parse_float=str, parse_constant=refuse)
    except RecursionError:
        raise InvalidRequest(TOO_DEEP) from None
    except ValueError:
        raise InvalidRequest(NOT_JSON) from None


class Change(NamedTuple):
    """Other bytes for a span of a body."""

    start: int
    end: int
    new: bytes


def changed(body: bytes, changes: Iterable[Change]) -> bytes:
    """Return the body with changes that do not overlap; every other byte stays as it was."""
    pieces: list[bytes | memoryview] = []
    at, view = 0, memoryview(body)
    for change in sorted(changes):
        pieces += (view[at : change.start], change.new)
        at = change.end
    return b"".join((*pieces, view[at:])) if pieces else body


def without(dropped: Iterable[Frame]) -> list[Change] | None:
    """Return the changes that take objects out of their arrays, commas and all; None where an array would be left empty."""
    gone = set(map(id, dropped_frames := list(dropped)))
    changes: list[Change] = []
    for array in {id(frame.outer): frame.outer for frame in dropped_frames}.values():
        if array is None or not array.array or array.loose:
            return None
        kept = [index for index, child in enumerate(array.children) if id(child) not in gone]
        if not kept:
            return None
        for index, child in enumerate(array.children):
            if id(child) in gone:
                before = index > kept[-1]
                changes.append(
                    Change(array.children[index - 1].end, child.end, b"")
                    if before
                    else Change(child.start, array.children[index + 1].start, b"")
                )
    return changes
