"""JSON of an answer that is here as a whole (a Message, an error, a block, an event): what may go on of it, changed in place. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.claude.strings import Change, changed, encoded, spots_in, without
from yumen.errors import InvalidRequest
from yumen.policy.growing import rewritten
from yumen.policy.growing_json import GrowingJson
from yumen.policy.halves import readable
from yumen.policy.values import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from yumen.claude.strings import Frame, Spot
    from yumen.policy.looks import Look

SEALED = frozenset(
    {
        *(
            "container_id",
            "created_at",
            "custom_id",
            "encrypted_content",
            "encrypted_index",
            "encrypted_stdout",
            "error_code",
            "expires_at",
        ),
        *("file_id", "finish_reason", "id", "inference_geo", "media_type", "model", "object", "request_id", "role"),
        *("service_tier", "signature", "stop_reason", "system_fingerprint", "tool_id", "tool_use_id", "type"),
    }
)
"""Keys of the wire under which no text stands: types, ids and what only Claude can read."""
NAMES = frozenset({"name", "server_name"})
"""Keys under which a tool is named: nothing can be put in such a name's place."""
Path = tuple[str | int, ...]
"""The keys and positions that lead to a string."""
TOOL_INPUTS = frozenset({"input"})
ARGUMENTS = frozenset({"arguments", "partial_json"})
"""Keys under which JSON stands as a string, or a part of it."""
ENCRYPTED_BLOCK = "redacted_thinking"
OPAQUE_DATA = frozenset({"base64", ENCRYPTED_BLOCK})


def changed_answer(body: bytes, look: Look, grown: AbstractSet[Path] = frozenset()) -> bytes:
    """Return JSON as it may go on, the same bytes where nothing in it changes. Raises PolicyBlocked.

    `grown`: where strings stand in it that are looked at elsewhere, since they grow; a place that is there twice cannot be read.
    """
    try:
        spots = spots_in(body)
    except InvalidRequest:
        look.unreadable()
        return body
    changes: list[Change] = []
    gone: dict[int, Frame] = {}
    elsewhere = 0
    for spot in spots:
        place = place_of(spot)
        grows = bool(grown) and spot.kind == "value" and path_of(spot) in grown
        elsewhere += grows
        if place is None or grows:
            if look.drops_encrypted and spot.frame is not None and spot.frame.says("type") == ENCRYPTED_BLOCK:
                gone[id(spot.frame)] = spot.frame
            continue
        new = _changed_spot(spot, place, look)
        if new is None:
            continue
        if look.drops_thinking and place is Place.THINKING and spot.frame is not None:
            gone[id(spot.frame)] = spot.frame
        changes.append(Change(spot.start, spot.end, new))
    if elsewhere > len(grown):
        look.unreadable()
    return changed(body, _dropped(list(gone.values()), changes) if gone else changes)


def place_of(spot: Spot) -> Place | None:
    """Return what kind of text a string of an answer is; None: none that anybody reads."""
    frame = spot.frame
    if in_tool_input(frame):
        return Place.TOOL_INPUT
    return place_under(spot.key, "" if frame is None else frame.says("type")) if spot.kind == "value" else None


def place_under(key: str, kind: str) -> Place | None:
    """Return what kind of text stands under a key of an object of that type; None: none that anybody reads."""
    if key in SEALED or (key == "data" and kind in OPAQUE_DATA):
        return None
    if key in NAMES:
        return Place.TOOLS
    if key in ARGUMENTS:
        return Place.TOOL_INPUT
    return Place.THINKING if kind == "thinking" else Place.MESSAGES


def growing(said: Mapping[str, object], kind: str) -> Iterator[tuple[str, str, Place]]:
    """Yield the strings of a delta, or of what it goes on, that deltas make longer: key, text, and what kind of text it is.

    Of a delta that nobody knows yet, that is each of its strings.
    """
    for key, text in said.items():
        place = place_under(key, kind) if isinstance(text, str) else None
        if isinstance(text, str) and place is not None and place is not Place.TOOLS:
            yield key, text, place


def in_tool_input(frame: Frame | None) -> bool:
    """Tell whether an object is a tool's input, or stands in one: there every string is the model's, and every key."""
    while frame is not None:
        if frame.under in TOOL_INPUTS:
            return True
        frame = frame.outer
    return False


def path_of(spot: Spot) -> Path:
    """Return where a string stands."""
    path: list[str | int] = [spot.key]
    frame = spot.frame
    while frame is not None and frame.outer is not None:
        outer = frame.outer
        path.append(frame.place if outer.array else frame.under)
        frame = outer
    return tuple(reversed(path))


def with_strings(data: bytes, new: Mapping[Path, bytes]) -> bytes:
    """Return JSON with other tokens for the strings at those paths."""
    found = [(spot, new.get(path_of(spot))) for spot in spots_in(data) if spot.kind == "value"]
    return changed(data, [Change(spot.start, spot.end, token) for spot, token in found if token is not None])


def _changed_spot(spot: Spot, place: Place, look: Look) -> bytes | None:
    finder = look.finder(place)
    if spot.key in ARGUMENTS and spot.kind == "value" and not in_tool_input(spot.frame):
        growing = GrowingJson(finder)
        found = growing.add(spot.text, last=True)
        return encoded(rewritten(spot.text, found)) if found else None
    found = finder.find(readable(spot.text), 0, last=True).changes
    return encoded(rewritten(spot.text, found)) if found else None


def _dropped(gone: list[Frame], changes: list[Change]) -> list[Change]:
    """Return the changes with some blocks left out of their arrays; an array of which nothing is left is empty."""
    left_out: list[Change] = []
    for array in {id(frame.outer): frame.outer for frame in gone}.values():
        if array is not None and array.array:
            fewer = without([frame for frame in gone if frame.outer is array])
            left_out += [Change(array.start, array.end, b"[]")] if fewer is None else fewer
    spans = [(each.start, each.end) for each in left_out]
    return [*left_out, *(each for each in changes if not any(start <= each.start < end for start, end in spans))]
