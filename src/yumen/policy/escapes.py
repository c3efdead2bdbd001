"""Characters that are written as escapes within a text: as whoever reads it will read them, and where each of them stands. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from yumen.policy.values import Hit

_JSON = r"\\+u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\+u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})|\\+u(?P<unit>[0-9a-fA-F]{4})"
"""However deep the JSON is in others' strings."""
_NEXT = "%[89abAB][0-9a-fA-F]"
_PERCENT = rf"%[0-7][0-9a-fA-F]|%[cCdD][0-9a-fA-F]{_NEXT}|%[eE][0-9a-fA-F](?:{_NEXT}){{2}}|%[fF][0-7](?:{_NEXT}){{3}}"
"""One character in UTF-8."""


class Escapes(Enum):
    """Which escapes a text may hold."""

    JSON = re.compile(_JSON)
    """In all text: a tool's result is JSON in a string as often as not, and Claude reads it."""
    URL = re.compile(rf"{_JSON}|(?P<percent>{_PERCENT})")
    """In addresses and forms."""


class Unescaped(NamedTuple):
    """A text without its escapes."""

    text: str
    places: list[int]
    """Where something begins from which on the two texts differ otherwise than before: in this text, by its place."""
    origins: list[int]
    """The same places in the text as it was written."""

    def origin(self, place: int) -> int:
        """Return where a place of this text is in the text as it was written."""
        at = bisect_right(self.places, place) - 1
        return self.origins[at] + place - self.places[at]

    def moved(self, hits: Iterable[Hit]) -> Iterator[Hit]:
        """Yield hits in this text as hits in the text as it was written."""
        for hit in hits:
            yield hit._replace(start=self.origin(hit.start), end=self.origin(hit.end))


def unescaped(text: str, escapes: Escapes) -> Unescaped | None:
    """Return a text without its escapes; None where it has none."""
    if "\\u" not in text and (escapes is Escapes.JSON or "%" not in text):
        return None
    pieces, places, origins = list[str](), [0], [0]
    at = place = 0
    for found in escapes.value.finditer(text):
        start, end = found.span()
        place += start - at
        pieces += (text[at:start], _character(found))
        places += (place, place + 1)
        origins += (start, end)
        at, place = end, place + 1
    return Unescaped("".join((*pieces, text[at:])), places, origins) if at else None


def _character(found: re.Match[str]) -> str:
    groups = found.groupdict()
    if groups.get("percent"):
        return bytes.fromhex(groups["percent"].replace("%", "")).decode("utf-8", "replace")[0]
    units = groups["unit"] or groups["high"] + groups["low"]
    return bytes.fromhex(units).decode("utf-16-be", "surrogatepass")
