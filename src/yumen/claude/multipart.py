"""Cuts a multipart body into its parts as it arrives (RFC 2046): put together again, the pieces are the same body."""

from __future__ import annotations

from email.message import Message
from enum import StrEnum
from typing import NamedTuple

from yumen.errors import InvalidRequest

MAX_HEAD_BYTES = 16 * 1024
NOT_MULTIPART = "The request body is not valid multipart/form-data."


class Kind(StrEnum):
    """What some bytes of the body are."""

    FRAME = "frame"
    """A delimiter."""
    HEAD = "head"
    """A part's head, with the empty line behind it: a part begins."""
    DATA = "data"
    """Some of the part that began last."""


class Piece(NamedTuple):
    """Some bytes of the body."""

    kind: Kind
    data: bytes


def boundary_of(content_type: bytes | None) -> bytes | None:
    """Return the boundary of a content type; None where it is none of multipart's."""
    message = Message()
    message["content-type"] = (content_type or b"").decode("latin-1")
    boundary = message.get_param("boundary")
    if message.get_content_maintype() != "multipart" or not isinstance(boundary, str) or not boundary:
        return None
    return boundary.encode("latin-1")


class PartCutter:
    """Fed with bytes in any split. Raises InvalidRequest for anything beside the parts, where more could be said than anybody reads."""

    __slots__ = ("_delimiter", "_held", "_in_data", "ended")

    def __init__(self, boundary: bytes) -> None:
        """Cut at that boundary."""
        self._delimiter = b"--" + boundary
        self._held = b""
        self._in_data: bool | None = None
        """None: the first delimiter is to come."""
        self.ended = False
        """Whether the last delimiter was seen."""

    def feed(self, data: bytes) -> list[Piece]:
        """Return what these bytes complete. Raises InvalidRequest."""
        self._held += data
        pieces: list[Piece] = []
        while self._step(pieces):
            pass
        return pieces

    def _step(self, pieces: list[Piece]) -> bool:
        """Do one step; False where more bytes are needed."""
        if self.ended:
            return self._epilogue(pieces)
        if self._in_data:
            return self._data(pieces)
        return self._head(pieces) if self._in_data is False else self._first(pieces)

    def _first(self, pieces: list[Piece]) -> bool:
        if len(self._held) < len(self._delimiter) + 2:
            return False
        if not self._held.startswith(self._delimiter):
            raise InvalidRequest(NOT_MULTIPART)
        return self._delimited(pieces, 0)

    def _delimited(self, pieces: list[Piece], at: int) -> bool:
        """Take the delimiter that begins there, of which what follows is here too."""
        end = at + len(self._delimiter) + 2
        tail = self._held[end - 2 : end]
        if tail not in (b"\r\n", b"--"):
            raise InvalidRequest(NOT_MULTIPART)
        pieces.append(Piece(Kind.FRAME, self._held[:end]))
        self._held = self._held[end:]
        self._in_data = False
        self.ended = tail == b"--"
        return True

    def _head(self, pieces: list[Piece]) -> bool:
        end = 0 if self._held.startswith(b"\r\n") else self._held.find(b"\r\n\r\n") + 2
        if end == 1 or len(self._held) < 2:  # noqa: PLR2004  (not found; a line's end)
            if len(self._held) > MAX_HEAD_BYTES:
                raise InvalidRequest(NOT_MULTIPART)
            return False
        pieces.append(Piece(Kind.HEAD, self._held[: end + 2]))
        self._held = self._held[end + 2 :]
        self._in_data = True
        return True

    def _data(self, pieces: list[Piece]) -> bool:
        delimiter = b"\r\n" + self._delimiter
        at = self._held.find(delimiter)
        sure = max(len(self._held) - len(delimiter) - 1, 0) if at < 0 else at
        if sure:
            pieces.append(Piece(Kind.DATA, self._held[:sure]))
            self._held = self._held[sure:]
        if at < 0 or len(self._held) < len(delimiter) + 2:
            return False
        return self._delimited(pieces, 2)

    def _epilogue(self, pieces: list[Piece]) -> bool:
        if self._held.strip(b"\r\n"):
            raise InvalidRequest(NOT_MULTIPART)
        if self._held:
            pieces.append(Piece(Kind.FRAME, self._held))
            self._held = b""
        return False
