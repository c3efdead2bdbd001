"""Which ids of owned things a path, a request's body or an answer names: found in bytes, in every form that JSON can spell them."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import unquote

import msgspec

from yumen.keys.owners.spans import elements, members, value_end

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from mmap import mmap


class Kind(StrEnum):
    """What can be owned."""

    FILE = "file"
    BATCH = "batch"
    CONTAINER = "container"


class Named(msgspec.Struct, frozen=True):
    """A thing that somebody names."""

    kind: Kind
    id: str


PREFIXES = {"file_": Kind.FILE, "msgbatch_": Kind.BATCH, "container_": Kind.CONTAINER}
KEYS = {"file_id": Kind.FILE, "container": Kind.CONTAINER}
"""The keys of bodies whose string value (for a container also the `id` in its object) names an owned thing."""

TYPES = {"file": Kind.FILE, "message_batch": Kind.BATCH}
"""The `type` of an answer that shows one owned thing."""


def _spelled(word: str) -> str:
    r"""Return a pattern for a word in JSON: each letter as itself or as its \u escape."""
    return "".join(rf"(?:{letter}|\\u00(?i:{ord(letter):02x}))" for letter in word)


_KEY = re.compile(rf'(?<=[{{,\s])"({"|".join(map(_spelled, KEYS))})"(?:\s*:\s*(?=["{{])|\s*:?\s*\Z)'.encode())
"""A key of KEYS before a string or an object, or where the bytes end. Its quote follows `{`, `,` or space, which no quote inside a
string can do unescaped."""

UNFINISHED = ""
"""The id of a thing whose naming the bytes do not hold whole, as at the end of a piece. It is nobody's."""

_ESCAPE = re.compile(rb"\\u00[2-7]")


def may_name(body: bytes | mmap) -> bool:
    """Whether a body can name anything owned: a cheap test that most requests fail."""
    return body.find(b'"file_id"') >= 0 or body.find(b'"container"') >= 0 or (body.find(b"\\u00") >= 0 and _ESCAPE.search(body) is not None)


def ids_in_path(path: str) -> set[Named]:
    """Return what a path names, escapes undone. Most paths name nothing, and show it by lacking what stands in every prefix."""
    if "_" not in path and "%" not in path:
        return set()
    return {Named(kind, part) for part in unquote(path).split("/") for prefix, kind in PREFIXES.items() if part.startswith(prefix)}


def ids_in_body(body: bytes | mmap) -> set[Named]:
    """Return everything that a body could name: quick, and too much rather than too little (see `ids_outside_tools`)."""
    return {named for match in _KEY.finditer(body) for named in _named_at(body, match)}


def unfinished_from(piece: bytes) -> int:
    """Return where a name begins that this piece of a body does not end, its length where there is none."""
    if not may_name(piece):
        return len(piece)
    for match in _KEY.finditer(piece):
        try:
            value_end(piece, match.end())
        except ValueError:
            return match.start()
    return len(piece)


def _named_at(body: bytes | mmap, match: re.Match[bytes]) -> Iterator[Named]:
    kind = KEYS[json.loads(b'"' + match[1] + b'"')]
    place = match.end()
    try:
        value = json.loads(body[place : value_end(body, place)], object_pairs_hook=_strings_named_id)
    except (ValueError, RecursionError):
        yield Named(kind, UNFINISHED)
        return
    if isinstance(value, str):
        yield Named(kind, value)
    elif kind is Kind.CONTAINER:
        yield from (Named(kind, text) for text in value)


def _strings_named_id(pairs: list[tuple[str, object]]) -> list[str]:
    return [value for key, value in pairs if key == "id" and isinstance(value, str)]


# ── exactly, where something was found that is not the caller's ─────────────


class _Inside(msgspec.Struct):
    """What an object names, and the `id`s that it has itself."""

    named: set[Named]
    ids: list[str]


UNREAD_KEYS = frozenset({"input_schema", "input_examples"})
"""Parts of a tool's description: words for the model, which no service looks up."""


def ids_outside_tools(body: bytes | mmap) -> set[Named]:
    """Return what a body names where Claude looks it up: not in the `input` of a tool's call, which is the caller's own matter.

    A body that cannot be read this way is taken at its worst.
    """
    try:
        return set().union(*(_ids_in_part(part) for part in _parts(body)))
    except (ValueError, RecursionError, msgspec.DecodeError):
        return ids_in_body(body)


def _parts(body: bytes | mmap) -> Iterator[bytes]:
    """Yield the body, or the elements of its `requests`: a batch is never decoded whole."""
    for member in members(body):
        if member.key == "requests":
            yield from (body[span.start : span.end] for span in elements(body, member.start))
        else:
            yield b"{%b:%b}" % (json.dumps(member.key).encode(), body[member.start : member.end])


def _ids_in_part(part: bytes) -> set[Named]:
    if not may_name(part):
        return set()
    inside = json.loads(part, object_pairs_hook=_look_inside)
    return inside.named if isinstance(inside, _Inside) else set()


def _look_inside(pairs: list[tuple[str, object]]) -> _Inside:
    types = [value for key, value in pairs if key == "type"]
    calls_tool = bool(types) and all(isinstance(value, str) and value.endswith("tool_use") for value in types)
    named: set[Named] = set()
    for key, value in pairs:
        if key in UNREAD_KEYS or (calls_tool and key == "input"):
            continue
        if key in KEYS:
            named |= {Named(KEYS[key], text) for text in _texts(key, value)}
        for inside in _flat(value):
            named |= inside.named
    return _Inside(named, _strings_named_id(pairs))


def _texts(key: str, value: object) -> Iterable[str]:
    if isinstance(value, str):
        return [value]
    return value.ids if isinstance(value, _Inside) and KEYS[key] is Kind.CONTAINER else []


def _flat(value: object) -> Iterator[_Inside]:
    """Yield the objects in a value, through arrays of arrays."""
    pending = [value]
    while pending:
        value = pending.pop()
        if isinstance(value, _Inside):
            yield value
        elif isinstance(value, list):
            pending.extend(value)


# ── in answers ──────────────────────────────────────────────────────────────


class _Shown(msgspec.Struct):
    id: str = ""
    type: str = ""


def ids_made_by_message(data: bytes) -> set[Named]:
    """Return the files and containers that an answer names (a whole Message, or the data of one event): what tools made for the caller.

    A tool's `input` is not looked at: the model writes there what it was told to write.
    """
    if data.find(b'"file_id"') < 0 and data.find(b'"container"') < 0:
        return set()
    try:
        inside = json.loads(data, object_pairs_hook=_look_inside)
    except (ValueError, RecursionError):
        return set()
    return inside.named if isinstance(inside, _Inside) else set()


def id_shown(body: bytes) -> Named | None:
    """Return the batch or file that an answer shows: after a creating request, what was created."""
    try:
        shown = msgspec.json.decode(body, type=_Shown)
    except (ValueError, RecursionError):
        return None
    kind = TYPES.get(shown.type)
    return Named(kind, shown.id) if kind is not None and shown.id else None
