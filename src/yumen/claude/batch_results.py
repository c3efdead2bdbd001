"""The results of a Message Batch: JSON lines, of which each names what became of one request."""

from __future__ import annotations

import msgspec

from yumen.claude.answer import MessageTap
from yumen.claude.usage import Usage

MAX_LINE_BYTES = 32 * 1024 * 1024
"""A longer line is no result: an answer is never so long."""
SUCCEEDED = "succeeded"


class BatchResult(msgspec.Struct, frozen=True):
    """What became of one request: `succeeded`, `errored`, `canceled` or `expired`; a usage only where it succeeded."""

    kind: str
    model: str | None = None
    usage: Usage | None = None


class _Result(msgspec.Struct):
    type: str
    message: msgspec.Raw = msgspec.Raw(b"")


class _Line(msgspec.Struct):
    result: _Result


_line = msgspec.json.Decoder(_Line).decode


def read_batch_result(line: bytes) -> BatchResult | None:
    """Return what a line says; None where it is no result."""
    try:
        result = _line(line).result
    except (ValueError, RecursionError):
        return None
    if result.type != SUCCEEDED:
        return BatchResult(result.type)
    tap = MessageTap()
    tap.feed(bytes(result.message))
    tap.end()
    return BatchResult(result.type, tap.model, tap.usage)


class LineCutter:
    """Cuts a stream of bytes into lines, in bounded memory. A line that is too long comes out empty."""

    __slots__ = ("_held", "_overlong")

    def __init__(self) -> None:
        """Begin with nothing."""
        self._held = b""
        self._overlong = False

    def feed(self, data: bytes) -> list[bytes]:
        """Return the lines that are whole now, without their ends."""
        *whole, self._held = (self._held + data).split(b"\n")
        if whole and self._overlong:
            whole[0], self._overlong = b"", False
        if len(self._held) > MAX_LINE_BYTES:
            self._held, self._overlong = b"", True
        return whole

    def end(self) -> list[bytes]:
        """Return the last line, where it had no end."""
        rest, self._held = self._held, b""
        return [rest] if rest and not self._overlong else []
