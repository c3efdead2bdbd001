"""The results of a batch, line by line: each is changed as the answer that it holds would have been."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude.batch_results import MAX_LINE_BYTES
from yumen.claude.sse import event
from yumen.errors import PolicyBlocked, UpstreamRubbish
from yumen.policy.answer_json import changed_answer
from yumen.policy.each_event import UNREADABLE

if TYPE_CHECKING:
    from yumen.policy.looks import Look

TOO_LONG = "A line of the batch's results is too long to be looked at."


class _Line(msgspec.Struct):
    custom_id: str


_read = msgspec.json.Decoder(_Line).decode


class ResultLines:
    """Changes JSON lines. A result that a rule blocks becomes an `errored` one with the reason: the others are still to be had."""

    __slots__ = ("_carry", "_look")

    def __init__(self, look: Look) -> None:
        """Begin with the first line."""
        self._look = look
        self._carry = bytearray()

    def feed(self, data: bytes) -> bytes:
        """Return the lines that are whole now. Raises UpstreamRubbish where one cannot be looked at."""
        if b"\n" not in data:
            self._carry += data
            if len(self._carry) > MAX_LINE_BYTES:
                raise UpstreamRubbish(TOO_LONG)
            return b""
        *whole, rest = data.split(b"\n")
        whole[0] = bytes(self._carry) + whole[0]
        self._carry = bytearray(rest)
        return b"".join([self._line(line) + b"\n" for line in whole])

    def end(self) -> bytes:
        """Return the last line, where it had no end."""
        line, self._carry = bytes(self._carry), bytearray()
        return self._line(line)

    def error(self, body: bytes) -> bytes:
        """Return the event of Claude's own streams."""
        return event("error", body)

    def _line(self, line: bytes) -> bytes:
        if not line.strip():
            return line
        try:
            return changed_answer(line, self._look)
        except PolicyBlocked as blocked:
            return errored(line, blocked)


def errored(line: bytes, blocked: PolicyBlocked) -> bytes:
    """Return a line's result as one that was refused. Raises UpstreamRubbish where it does not say whose it is."""
    try:
        custom_id = _read(line).custom_id
    except UNREADABLE:
        raise UpstreamRubbish from None
    error = {"type": blocked.error_type, "message": blocked.message}
    result = {"type": "errored", "error": {"type": "error", "error": error}}
    return msgspec.json.encode({"custom_id": custom_id, "result": result})
