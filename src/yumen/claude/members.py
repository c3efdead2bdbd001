"""Changes single top-level members of a JSON object in place: every other byte, and the order of the keys, stays as it was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(rb'"(?:[^"\\]+|\\.)*"|[{}\[\],:]', re.DOTALL)
"""A string, or what gives the text its structure. Numbers and words lie between."""
_SPACE = b" \t\r\n"
_text = msgspec.json.Decoder(str).decode


class Member(NamedTuple):
    """One top-level member: its key, and where in the body it lies."""

    key: str
    start: int
    """Where its key begins."""
    value_start: int
    value_end: int


def members(body: bytes) -> Iterator[Member]:
    """Yield the top-level members of a body that is known to be a valid JSON object, in their order."""
    depth, start, value_start, key = 0, -1, -1, b""
    for token in _TOKEN.finditer(body):
        text = token.group()
        if depth == 1:
            if text == b":" and value_start < 0:
                value_start = token.end()
            elif text in (b",", b"}"):
                if value_start >= 0:
                    yield _member(body, key, start, (value_start, token.start()))
                start = value_start = -1
            elif start < 0 and text[:1] == b'"':
                start, key = token.start(), text
        if text in (b"{", b"["):
            depth += 1
        elif text in (b"}", b"]"):
            depth -= 1


def _member(body: bytes, key: bytes, start: int, value: tuple[int, int]) -> Member:
    value_start, value_end = value
    while body[value_start : value_start + 1] and body[value_start] in _SPACE:
        value_start += 1
    while value_end > value_start and body[value_end - 1] in _SPACE:
        value_end -= 1
    return Member(_text(key), start, value_start, value_end)


def with_value(body: bytes, key: str, value: bytes) -> bytes:
    """Return the body with a member's value replaced by that JSON; the same body where it has no such member."""
    for member in members(body):
        if member.key == key:
            return body[: member.value_start] + value + body[member.value_end :]
    return body


def rewritten(body: bytes, dropped: frozenset[str], added: dict[str, bytes]) -> bytes:
    """Return the body without some members, and with others (JSON by key) in front that it has not yet. It is looked through once."""
    found = list(members(body))
    present = {member.key for member in found}
    new = b",".join([msgspec.json.encode(key) + b":" + value for key, value in added.items() if key not in present])
    kept = {index for index, member in enumerate(found) if member.key not in dropped}
    if not kept:
        start, end = (found[0].start, found[-1].value_end) if found else (body.index(b"{") + 1,) * 2
        return body[:start] + new + body[end:]
    pieces = [body[: found[0].start], new, b"," if new else b""]
    last = max(kept)
    pieces += [body[found[index].start : found[index + 1].start] for index in range(last) if index in kept]
    pieces += (body[found[last].start : found[last].value_end], body[found[-1].value_end :])
    return b"".join(pieces)
