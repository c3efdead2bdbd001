"""Reads along in an answer that came compressed although it was asked not to: within bounds, and never for the caller."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from yumen.claude.answer import Tap
    from yumen.claude.usage import Usage

PIECE_BYTES = 1024 * 1024
"""What is decoded at once."""
MAX_INFLATED_BYTES = 64 * 1024 * 1024
"""Beyond this nothing more is read: a small answer must not become a large one here."""


class InflatingTap:
    """Hands the decoded bytes to another tap."""

    ENCODINGS: ClassVar[frozenset[bytes]] = frozenset({b"gzip", b"x-gzip", b"deflate"})

    __slots__ = ("_budget", "_inflate", "_tap")

    def __init__(self, tap: Tap) -> None:
        """Decode for that tap; the format (gzip or zlib) is recognised by its first bytes."""
        self._tap = tap
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._budget = MAX_INFLATED_BYTES

    def feed(self, data: bytes) -> None:
        """Decode the next bytes; what cannot be decoded is not read."""
        while data and self._budget > 0:
            if self._inflate.eof:  # gzip may come in several members
                self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
            try:
                inflated = self._inflate.decompress(data, min(self._budget, PIECE_BYTES))
            except zlib.error:
                self._budget = 0
                return
            self._budget -= len(inflated)
            self._tap.feed(inflated)
            data = self._inflate.unused_data or self._inflate.unconsumed_tail

    def end(self) -> None:
        """Pass the end on."""
        self._tap.end()

    def output_estimate(self) -> int:
        """Return the other tap's estimate."""
        return self._tap.output_estimate()

    @property
    def usage(self) -> Usage | None:
        """The other tap's reading."""
        return self._tap.usage

    @property
    def model(self) -> str | None:
        """The other tap's reading."""
        return self._tap.model

    @property
    def stop_reason(self) -> str | None:
        """The other tap's reading."""
        return self._tap.stop_reason

    @property
    def made(self) -> list[bytes]:
        """The other tap's reading."""
        return self._tap.made

    @property
    def rubbish(self) -> bool:
        """The other tap's reading, where it could be decoded."""
        return self._tap.rubbish and self._budget > 0

    @property
    def complete(self) -> bool:
        """The other tap's reading."""
        return self._tap.complete

    @property
    def error_type(self) -> str | None:
        """The other tap's reading."""
        return self._tap.error_type
