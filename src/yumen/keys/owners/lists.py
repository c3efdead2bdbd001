"""Lists of batches and files: which ids they show, and the same list without the ones of other owners."""

from __future__ import annotations

from itertools import pairwise

import msgspec

from yumen.keys.owners.spans import Span, elements, members


class _Item(msgspec.Struct):
    id: str = ""


class Listing(msgspec.Struct, frozen=True):
    """A list's body, the places of its items with their ids, and of the members around them."""

    body: bytes
    items: tuple[tuple[str, Span], ...]
    members: dict[str, Span]


def read_listing(body: bytes) -> Listing | None:
    """Read the body of a list answer. None: it is no such list (an error, say)."""
    try:
        around = {member.key: member for member in members(body)}
        spans = list(elements(body, around["data"].start))
        ids = [msgspec.json.decode(body[span.start : span.end], type=_Item).id for span in spans]
    except (ValueError, KeyError, msgspec.DecodeError):
        return None
    return Listing(body, tuple(zip(ids, spans, strict=True)), around)


def keep_only(listing: Listing, owned: set[str]) -> bytes:
    """Return the list's body with the owned items alone. Every other byte stays, but `first_id` and `last_id` name what is left.

    Where nothing is left and more is to come, `last_id` stays: it is the caller's only way on.
    """
    kept = [identifier for identifier, _ in listing.items if identifier in owned]
    if len(kept) == len(listing.items):
        return listing.body
    edits = [(listing.members["data"], _array(listing, owned))]
    more = listing.members.get("has_more")
    if kept or more is None or listing.body[more.start : more.end] != b"true":
        edits += [
            (listing.members[key], msgspec.json.encode(kept[place] if kept else None))
            for key, place in (("first_id", 0), ("last_id", -1))
            if key in listing.members
        ]
    return _edited(listing.body, edits)


def _array(listing: Listing, owned: set[str]) -> bytes:
    """Return the array of what is owned, each item with the separator that stood before it."""
    body, array, spans = listing.body, listing.members["data"], [span for _, span in listing.items]
    before = [body[array.start : spans[0].start], *(body[one.end : two.start] for one, two in pairwise(spans))]
    kept = [
        (separator, body[span.start : span.end])
        for separator, (identifier, span) in zip(before, listing.items, strict=True)
        if identifier in owned
    ]
    if not kept:
        return b"[]"
    rest = b"".join(separator + item for separator, item in kept[1:])
    return before[0] + kept[0][1] + rest + body[spans[-1].end : array.end]


def _edited(body: bytes, edits: list[tuple[Span, bytes]]) -> bytes:
    pieces, place = [], 0
    for span, text in sorted(edits, key=lambda edit: edit[0].start):
        pieces += [body[place : span.start], text]
        place = span.end
    return b"".join([*pieces, body[place:]])
