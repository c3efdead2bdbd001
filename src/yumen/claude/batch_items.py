"""Cuts the JSON text of a batch into its requests and what stands around them, as it comes: put together again it is the same text."""

from __future__ import annotations

import re
from typing import NamedTuple

from yumen.errors import InvalidRequest

MAX_ITEM_BYTES = 32 * 1024 * 1024
_OUTSIDE = re.compile(rb'["{}\[\],:]')
_INSIDE = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_QUOTE = b'"'[0]
_ARRAY = b"["[0]
_OPEN, _CLOSE = b"{[", b"}]"


class Cut(NamedTuple):
    """Some bytes of the text."""

    data: bytes
    item: bool
    """Whether they are one whole object that stands in a top-level member's array, as the requests of a batch do."""


class ItemCutter:
    """Fed with bytes in any split. What is no JSON comes out in some pieces or other: their reader refuses it."""

    __slots__ = ("_at", "_begun", "_depth", "_held", "_in_array", "_in_string")

    def __init__(self) -> None:
        """Begin with nothing."""
        self._held = b""
        self._at = 0
        self._begun = -1
        """Where in what is held an item has begun; -1: none has."""
        self._depth = 0
        self._in_array = False
        self._in_string = False

    def feed(self, data: bytes) -> list[Cut]:
        """Return what is whole now. Raises InvalidRequest where an item is too long."""
        self._held += data
        cuts: list[Cut] = []
        given = 0
        while self._step():
            if self._begun >= 0 and self._depth == 2:  # noqa: PLR2004  (the array's depth: the item has ended)
                cuts += (Cut(self._held[given : self._begun], item=False), Cut(self._held[self._begun : self._at], item=True))
                given, self._begun = self._at, -1
        if self._begun < 0:
            cuts.append(Cut(self._held[given : self._at], item=False))
            given = self._at
        self._held = self._held[given:]
        self._at -= given
        self._begun = max(self._begun - given, -1)
        if len(self._held) > MAX_ITEM_BYTES:
            raise InvalidRequest("requests: a request of this batch is larger than 32 MB")
        return [cut for cut in cuts if cut.data]

    def end(self) -> bytes:
        """Return what was left: nothing, of a whole text."""
        return self._held

    def _step(self) -> bool:
        """Pass the next token; False where more bytes are needed."""
        if self._in_string:
            return self._string()
        found = _OUTSIDE.search(self._held, self._at)
        if found is None:
            self._at = len(self._held)
            return False
        self._at = found.end()
        token = self._held[found.start()]
        if token == _QUOTE:
            self._in_string = True
        elif token in _OPEN:
            self._depth += 1
            if self._depth == 2:  # noqa: PLR2004  (a member of the whole)
                self._in_array = token == _ARRAY
            elif self._depth == 3 and self._in_array and token != _ARRAY:  # noqa: PLR2004
                self._begun = found.start()
        elif token in _CLOSE:
            self._depth -= 1
        return True

    def _string(self) -> bool:
        found = _INSIDE.match(self._held, self._at)
        assert found is not None  # noqa: S101  (it matches nothing at all, too)
        self._at = found.end()
        if self._held[self._at : self._at + 1] != b'"':
            return False
        self._at += 1
        self._in_string = False
        return True
