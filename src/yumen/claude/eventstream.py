"""AWS event-stream frames (`application/vnd.amazon.eventstream`): cut out of a byte stream however it is split, checked, and read."""

from __future__ import annotations

import struct
from typing import NamedTuple
from zlib import crc32

from yumen.errors import UpstreamRubbish

PRELUDE_BYTES = 12
"""Total length, length of the headers, and the checksum of these two."""
CHECKSUM_BYTES = 4
MAX_HEADERS_BYTES = 128 * 1024
MAX_PAYLOAD_BYTES = 24 * 1024 * 1024
"""Both as AWS states them; a longer frame is refused before it is kept."""

_TRUE, _FALSE, _BYTES, _STRING = 0, 1, 6, 7
_FIXED = {2: struct.Struct("!b"), 3: struct.Struct("!h"), 4: struct.Struct("!i"), 5: struct.Struct("!q"), 8: struct.Struct("!q")}
_UUID, _UUID_BYTES = 9, 16
_prelude = struct.Struct("!III").unpack_from
_checksum = struct.Struct("!I").unpack_from
_length = struct.Struct("!H").unpack_from

Value = bool | int | bytes | str


class Frame(NamedTuple):
    """One message of the stream."""

    headers: dict[str, Value]
    payload: bytes


class FrameCutter:
    """Cuts a stream of bytes into frames. What is no frame raises UpstreamRubbish, and nothing can be read after it."""

    __slots__ = ("_data", "_needed")

    def __init__(self) -> None:
        """Begin at the start of a stream."""
        self._data = bytearray()
        self._needed = PRELUDE_BYTES

    @property
    def partial(self) -> bool:
        """Whether a frame has begun and is not whole."""
        return bool(self._data)

    def feed(self, data: bytes) -> list[Frame]:
        """Return the frames that these bytes complete, until one is rubbish: then those before it, and the next call raises."""
        self._data += data
        frames: list[Frame] = []
        start = 0
        try:
            while len(self._data) - start >= self._needed:
                if self._needed == PRELUDE_BYTES:
                    self._needed = _frame_bytes(self._data, start)
                else:
                    frames.append(_frame(bytes(self._data[start : start + self._needed])))
                    start += self._needed
                    self._needed = PRELUDE_BYTES
        except UpstreamRubbish:
            if not frames:
                raise
        del self._data[:start]
        return frames


def _frame_bytes(data: bytearray, start: int) -> int:
    """Return the length of the frame that begins there, its prelude checked."""
    total, headers, checksum = _prelude(data, start)
    if crc32(data[start : start + PRELUDE_BYTES - CHECKSUM_BYTES]) != checksum:
        raise UpstreamRubbish("A frame of the upstream's event stream has a wrong checksum in its prelude.")
    payload = total - headers - PRELUDE_BYTES - CHECKSUM_BYTES
    if headers > MAX_HEADERS_BYTES or not 0 <= payload <= MAX_PAYLOAD_BYTES:
        raise UpstreamRubbish(f"A frame of the upstream's event stream claims an impossible length: {total} bytes.")
    return int(total)


def _frame(data: bytes) -> Frame:
    (checksum,) = _checksum(data, len(data) - CHECKSUM_BYTES)
    if crc32(memoryview(data)[:-CHECKSUM_BYTES]) != checksum:
        raise UpstreamRubbish("A frame of the upstream's event stream has a wrong checksum.")
    _, headers_bytes, _ = _prelude(data)
    end = PRELUDE_BYTES + headers_bytes
    return Frame(_headers(data[PRELUDE_BYTES:end]), data[end:-CHECKSUM_BYTES])


def _headers(data: bytes) -> dict[str, Value]:
    headers: dict[str, Value] = {}
    at = 0
    try:
        while at < len(data):
            name_end = at + 1 + data[at]
            name = data[at + 1 : name_end].decode()
            if name in headers:
                raise UpstreamRubbish("A frame of the upstream's event stream has a header twice.")
            headers[name], at = _value(data, name_end)
    except (IndexError, struct.error, UnicodeDecodeError, KeyError):
        raise UpstreamRubbish("A frame of the upstream's event stream has headers that cannot be read.") from None
    if at != len(data):
        raise UpstreamRubbish("A frame of the upstream's event stream has headers that run into its payload.")
    return headers


def _value(data: bytes, at: int) -> tuple[Value, int]:
    """Return a header's value and where it ends. Raises IndexError, KeyError, struct.error and UnicodeDecodeError."""
    kind, at = data[at], at + 1
    if kind in (_TRUE, _FALSE):
        return kind == _TRUE, at
    if kind in (_BYTES, _STRING):
        (length,) = _length(data, at)
        value, at = data[at + 2 : at + 2 + length], at + 2 + length
        return (value.decode() if kind == _STRING else value), at
    if kind == _UUID:
        return data[at : at + _UUID_BYTES], at + _UUID_BYTES
    fixed = _FIXED[kind]
    (number,) = fixed.unpack_from(data, at)
    return int(number), at + fixed.size
