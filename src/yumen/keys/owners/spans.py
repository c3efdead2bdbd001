"""Where things stand in JSON: the byte positions of an object's members and an array's elements, so that an edit touches nothing else.

This finds places in JSON; it does not say whether it is JSON.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from mmap import mmap

_SPACE = re.compile(rb"[ \t\n\r]*")
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_SCALAR = re.compile(rb"[-+.0-9A-Za-z]+")
_TURN = re.compile(rb'[\[\]{}]|"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
"""A bracket, or a whole string (whose brackets do not count)."""


class Span(msgspec.Struct, frozen=True):
    """A value's place: from `start` up to, not including, `end`. `key` is empty in an array."""

    start: int
    end: int
    key: str = ""


def value_end(data: bytes | mmap, start: int) -> int:
    """Return where the value that begins at `start` ends. Raises ValueError where none begins there."""
    if data[start : start + 1] in (b"{", b"["):
        return _closed(data, start)
    match = _STRING.match(data, start) or _SCALAR.match(data, start)
    if match is None:
        raise ValueError(start)
    return match.end()


def _closed(data: bytes | mmap, start: int) -> int:
    depth = 0
    for turn in _TURN.finditer(data, start):
        if turn[0] in (b"{", b"["):
            depth += 1
        elif turn[0] in (b"}", b"]"):
            depth -= 1
            if depth == 0:
                return turn.end()
    raise ValueError(start)


def members(data: bytes | mmap, start: int = 0) -> Iterator[Span]:
    """Yield the members of the object at `start`, each by its value's place. Raises ValueError where there is no object."""
    place = _after(data, _skip(data, start), b"{")
    while data[place : place + 1] not in (b"}", b""):
        key = _STRING.match(data, place)
        if key is None:
            raise ValueError(place)
        begin = _after(data, _skip(data, key.end()), b":")
        end = value_end(data, begin)
        yield Span(begin, end, msgspec.json.decode(key[0], type=str))
        place = _next(data, end)


def elements(data: bytes | mmap, start: int) -> Iterator[Span]:
    """Yield the elements of the array at `start`. Raises ValueError where there is no array."""
    place = _after(data, _skip(data, start), b"[")
    while data[place : place + 1] not in (b"]", b""):
        end = value_end(data, place)
        yield Span(place, end)
        place = _next(data, end)


def _skip(data: bytes | mmap, place: int) -> int:
    match = _SPACE.match(data, place)
    return match.end() if match else place


def _after(data: bytes | mmap, place: int, mark: bytes) -> int:
    """Return where the next thing stands after a mark that must be here."""
    if data[place : place + 1] != mark:
        raise ValueError(place)
    return _skip(data, place + 1)


def _next(data: bytes | mmap, end: int) -> int:
    """Return where the next thing stands after a value, past a comma."""
    place = _skip(data, end)
    return _skip(data, place + 1) if data[place : place + 1] == b"," else place
