"""Cuts a multipart/form-data body into its parts as it arrives, holding no more than a boundary's length (RFC 7578, RFC 2046)."""

from __future__ import annotations

from email.message import Message

import msgspec

MAX_PART_HEAD_BYTES = 16 * 1024


class PartHead(msgspec.Struct, frozen=True):
    """Begins a part."""

    name: str
    filename: str | None
    content_type: str | None


class PartData(msgspec.Struct, frozen=True):
    """More of the part that began last."""

    data: bytes


MultipartEvent = PartHead | PartData


class MultipartError(Exception):
    """The body is not valid multipart/form-data."""


def boundary_of(content_type: bytes | None) -> bytes | None:
    """Return the boundary of a content type; None where it is not multipart/form-data."""
    message = Message()
    message["content-type"] = (content_type or b"").decode("latin-1")
    boundary = message.get_param("boundary")
    if message.get_content_type() != "multipart/form-data" or not isinstance(boundary, str) or not boundary:
        return None
    return boundary.encode("latin-1")


class MultipartCutter:
    """Fed with bytes in any split; gives heads and data in order."""

    def __init__(self, boundary: bytes) -> None:
        """Cut at that boundary."""
        self._delimiter = b"\r\n--" + boundary
        # The first boundary needs no line end before it.
        self._held = b"\r\n"
        self._in_data = False
        self._preamble = True
        self.ended = False

    def feed(self, data: bytes) -> list[MultipartEvent]:
        """Return what these bytes complete. Raises MultipartError."""
        self._held += data
        events: list[MultipartEvent] = []
        while not self.ended and self._step(events):
            pass
        return events

    def _step(self, events: list[MultipartEvent]) -> bool:
        """Do one step; False where more bytes are needed."""
        return self._take_data(events) if self._in_data or self._preamble else self._take_head(events)

    def _take_data(self, events: list[MultipartEvent]) -> bool:
        at = self._held.find(self._delimiter)
        if at < 0:
            sure = len(self._held) - len(self._delimiter) + 1
            if sure > 0:
                self._emit(events, self._held[:sure])
                self._held = self._held[sure:]
            return False
        after = at + len(self._delimiter)
        if len(self._held) < after + 2:
            return False
        self._emit(events, self._held[:at])
        tail = self._held[after : after + 2]
        self._held = self._held[after:]
        self._in_data = self._preamble = False
        self.ended = tail == b"--"
        return not self.ended

    def _emit(self, events: list[MultipartEvent], data: bytes) -> None:
        if data and self._in_data:
            events.append(PartData(data))

    def _take_head(self, events: list[MultipartEvent]) -> bool:
        end = self._held.find(b"\r\n\r\n")
        if end < 0:
            if len(self._held) > MAX_PART_HEAD_BYTES:
                raise MultipartError
            return False
        events.append(_head(self._held[:end]))
        # The line end before the data stays: an empty part is followed by its delimiter at once.
        self._held = self._held[end + 4 :]
        self._in_data = True
        if self._held.startswith(self._delimiter[2:]):
            self._held = b"\r\n" + self._held
        return True


def _head(lines: bytes) -> PartHead:
    message: Message[str, str] = Message()
    for line in lines.split(b"\r\n"):
        key, colon, value = line.partition(b":")
        if key.strip() and not colon:
            raise MultipartError
        if colon:
            message[key.decode("latin-1").strip()] = value.decode("utf-8", "replace").strip()
    name = message.get_param("name", header="content-disposition")
    if not isinstance(name, str):
        raise MultipartError
    return PartHead(name, message.get_filename(), message["content-type"])
