"""Server-sent events: written in Claude's form, and cut out of a byte stream however it is split."""

from __future__ import annotations

MAX_EVENT_BYTES = 1024 * 1024
"""A longer event is passed over by readers; the bytes themselves go on to the caller untouched."""


def event(name: str, data: bytes) -> bytes:
    """Return an event with its name and its data, in the form that Claude sends."""
    return b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"


class EventCutter:
    r"""Cuts a stream of bytes into events (without their blank line). Accepts `\n`, `\r\n` and `\r` as line ends."""

    __slots__ = ("_carry", "_crlf", "_most_bytes", "_passing_over")

    def __init__(self, most_bytes: int = MAX_EVENT_BYTES) -> None:
        """Begin at the start of a stream; an event longer than that is passed over."""
        self._most_bytes = most_bytes
        self._carry = b""
        self._crlf = False
        self._passing_over = False

    def feed(self, data: bytes) -> list[bytes]:
        """Return the events that these bytes complete."""
        if not data:
            # Nothing came, so half a line end that waits for its other half still waits.
            return []
        if self._crlf or b"\r" in data:
            data = self._plain_line_ends(data)
        if self._carry:
            data = self._carry + data
        events = data.split(b"\n\n")
        carry = events.pop()
        if self._passing_over and events:
            del events[0]
            self._passing_over = False
        if len(carry) > self._most_bytes:
            # Only the end is kept, so that a blank line in two pieces is still seen.
            self._passing_over = True
            carry = carry[-1:]
        self._carry = carry
        return events

    def _plain_line_ends(self, data: bytes) -> bytes:
        r"""Turn other line ends into `\n`; a `\r` at the end may be half of a pair, so what follows it is looked at next time."""
        if self._crlf and data.startswith(b"\n"):
            data = data[1:]
        self._crlf = data.endswith(b"\r")
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def event_name(event_bytes: bytes) -> bytes:
    """Return the name of an event, empty where it has none."""
    for line in event_bytes.split(b"\n"):
        if line.startswith(b"event:"):
            return line[6:].strip()
    return b""


def event_data(event_bytes: bytes) -> bytes:
    """Return the data of an event; several `data:` lines are joined by line ends."""
    lines = [line[5:].removeprefix(b" ") for line in event_bytes.split(b"\n") if line.startswith(b"data:")]
    return lines[0] if len(lines) == 1 else b"\n".join(lines)
