"""Cuts text into the small pieces in which Claude streams it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.sandbox.draw import Draw

_TOKEN = re.compile(r"\s*[A-Za-z]{1,8}|\s*\d{1,3}|\s*[\u2e80-\uffef]|\s*[^\sA-Za-z\d]{1,3}|\s+", re.DOTALL)
_MOST_TOKENS = 6
_JSON_CHARACTERS = 12
PADDING = 16
"""Claude pads the data of its events with up to about this many spaces."""


def text_pieces(text: str, draw: Draw) -> Iterator[str]:
    """Yield a text in pieces of one to six tokens; the first is one token alone, as it comes first."""
    tokens = _TOKEN.findall(text)
    at = 0
    while at < len(tokens):
        count = 1 if at == 0 else 1 + draw.below(_MOST_TOKENS, "piece", at)
        yield "".join(tokens[at : at + count])
        at += count


def json_pieces(text: str, draw: Draw) -> Iterator[str]:
    """Yield a call's input: first an empty piece, as Claude does, then its JSON cut anywhere; an empty input is the empty piece alone."""
    yield ""
    at = 0
    while at < len(text) and text != "{}":
        count = 1 + draw.below(_JSON_CHARACTERS, "piece", at)
        yield text[at : at + count]
        at += count


def padding(draw: Draw, place: int) -> bytes:
    """Return the spaces before an event's last brace."""
    return b" " * draw.below(PADDING, "padding", place)
