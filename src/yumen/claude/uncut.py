r"""Events of a stream with every byte of them, blank line included, so that what needs no change goes on as it came."""

from __future__ import annotations

import re

from yumen.errors import UpstreamRubbish

MOST_EVENT_BYTES = 32 * 1024 * 1024
"""As much as a plain answer that must be changed may have."""
TOO_LONG = "An event of the upstream's answer is too long to be looked at."
_BLANK_LINE = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r(?!\n))")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_LONGEST_BLANK_LINE = 4


class RawEvents:
    r"""Cuts a stream into events, however it is split. Accepts `\n`, `\r\n` and `\r` as line ends. What it returns joins to what came."""

    __slots__ = ("_carry",)

    def __init__(self) -> None:
        """Begin at the start of a stream."""
        self._carry = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Return the events that these bytes complete. Raises UpstreamRubbish where the one that they begin is too long."""
        if not self._carry and b"\r" not in data:
            *whole, rest = data.split(b"\n\n")
            self._carry += rest
            self._refuse_too_long()
            return [each + b"\n\n" for each in whole]
        at = max(0, len(self._carry) - _LONGEST_BLANK_LINE)
        self._carry += data
        events, begun = [], 0
        for end in [found.end() for found in _BLANK_LINE.finditer(self._carry, at)]:
            events.append(bytes(self._carry[begun:end]))
            begun = end
        del self._carry[:begun]
        self._refuse_too_long()
        return events

    def _refuse_too_long(self) -> None:
        if len(self._carry) > MOST_EVENT_BYTES:
            raise UpstreamRubbish(TOO_LONG)

    def rest(self) -> bytes:
        """Return what is left of a stream that has ended."""
        rest = bytes(self._carry)
        self._carry.clear()
        return rest


class Read:
    """One event, read: its name, its data, and whether it consists of these two lines alone."""

    __slots__ = ("data", "name", "plain")

    def __init__(self, raw: bytes) -> None:
        """Read the bytes of an event."""
        lines = raw.split(b"\n") if b"\r" not in raw else _LINE_END.split(raw)
        self.name = b""
        data = []
        self.plain = True
        for line in lines:
            if line.startswith(b"data:"):
                data.append(line[5:].removeprefix(b" "))
            elif line.startswith(b"event:"):
                self.plain = self.plain and not self.name
                self.name = line[6:].strip()
            elif line:
                self.plain = False
        self.data = data[0] if len(data) == 1 else b"\n".join(data)

    def with_data(self, data: bytes) -> bytes:
        """Return the event with other data, and without any line that is neither name nor data."""
        name = b"event: " + self.name + b"\n" if self.name else b""
        return name + b"data: " + data.replace(b"\n", b"\ndata: ") + b"\n\n"
