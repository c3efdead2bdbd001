"""A Messages stream, turned into a legacy one piece by piece as it comes."""

from __future__ import annotations

import msgspec

from yumen.claude.completions.answer import bare_error, write_answer
from yumen.claude.completions.dialect import Dialect, LegacyForm, completion_text, legacy_stop
from yumen.claude.faults import error_body
from yumen.claude.sse import EventCutter, event, event_data, event_name
from yumen.errors import Fault, Truncated, UpstreamRubbish


class _Delta(msgspec.Struct):
    type: str = ""
    text: str = ""
    stop_reason: str | None = None
    stop_sequence: str | None = None


class _DeltaEvent(msgspec.Struct):
    delta: _Delta


class _Head(msgspec.Struct):
    id: str


class _StartEvent(msgspec.Struct):
    message: _Head


_read_delta = msgspec.json.Decoder(_DeltaEvent).decode
_read_start = msgspec.json.Decoder(_StartEvent).decode

_PING_DATA = b'{"type": "ping"}'
_DONE = b"data: [DONE]\r\n\r\n"


class LegacyStream:
    """Turns the bytes of a Messages stream into those of a legacy stream, whatever way they are cut.

    The stop reason is held until `message_stop`, so that a stream which breaks off never looks complete.
    """

    __slots__ = ("_begun", "_cumulative", "_cutter", "_ended", "_form", "_id", "_reason", "_request_id", "_stop", "_text")

    def __init__(self, form: LegacyForm, request_id: str) -> None:
        """Begin an answer in the caller's form; the request id stands in errors."""
        self._form = form
        self._request_id = request_id
        self._cumulative = form.dialect is Dialect.CUMULATIVE
        self._cutter = EventCutter()
        self._id = ""
        self._begun = False
        self._text = ""
        self._reason: str | None = None
        self._stop: str | None = None
        self._ended = False

    @property
    def ended(self) -> bool:
        """Whether the answer is whole, or an error was told."""
        return self._ended

    def feed(self, data: bytes) -> bytes:
        """Return what these bytes of the upstream's mean to the caller."""
        return b"".join([self._turn(piece) for piece in self._cutter.feed(data)])

    def end(self) -> bytes:
        """Return what closes the stream: nothing after a whole answer or an error, else the dialect's error."""
        return b"" if self._ended else self._fail(Truncated())

    def error(self, data: bytes) -> bytes:
        """Tell an error, and end. Raises DecodeError where the first dialect could not tell it.

        That dialect had no form for errors. One line of JSON without a `completion` makes a Python program of that time raise at
        `event["completion"]`, and the Node client resolve at once with the error in hand; a line that is no JSON would make that
        client ask again every second without end.
        """
        line = b" ".join(data.splitlines())
        told = b"data: " + bare_error(line) + b"\r\n\r\n" if self._cumulative else event("error", line)
        self._ended = True
        return told

    def _turn(self, piece: bytes) -> bytes:
        """Return the legacy event of one event; events that 2023 has no word for are passed over."""
        if self._ended:
            return b""
        name, data = event_name(piece), event_data(piece)
        try:
            return self._turn_named(name, data)
        except (ValueError, RecursionError):
            return self._fail(UpstreamRubbish(f"The upstream sent a {name.decode(errors='replace')} event that cannot be read."))

    def _turn_named(self, name: bytes, data: bytes) -> bytes:
        """Return the legacy event of one event by its name. Raises DecodeError."""
        match name:
            case b"content_block_delta":
                return self._grow(_read_delta(data).delta)
            case b"message_start":
                self._id = _read_start(data).message.id
            case b"message_delta":
                self._hold(_read_delta(data).delta)
            case b"message_stop":
                return self._stop_here()
            case b"ping":
                return self._ping()
            case b"error":
                return self.error(data)
        return b""

    def _grow(self, delta: _Delta) -> bytes:
        """Take new text: the caller sees all of it so far, or only what is new."""
        if delta.type != "text_delta" or not delta.text:
            return b""
        new = delta.text if self._begun else completion_text(delta.text, self._form)
        self._begun = True
        return self._write(new)

    def _hold(self, delta: _Delta) -> None:
        """Keep the stop reason; of several the last one holds."""
        if delta.stop_reason is not None:
            self._reason, self._stop = legacy_stop(delta.stop_reason, delta.stop_sequence)

    def _stop_here(self) -> bytes:
        """Tell the stop reason. Without one the answer is not whole, whatever its last event says."""
        if self._reason is None:
            return self._fail(Truncated())
        self._ended = True
        return self._write("") + (_DONE if self._cumulative else b"")

    def _write(self, new: str) -> bytes:
        """Return an event with the text that is new, or with all of it so far, and the stop reason once the answer is whole."""
        reason, stop = (self._reason, self._stop) if self._ended else (None, None)
        if not self._cumulative:
            return event("completion", write_answer(self._form, self._id, new, reason, stop))
        self._text += new
        return b"data: " + write_answer(self._form, self._id, self._text, reason, stop) + b"\r\n\r\n"

    def _ping(self) -> bytes:
        """Return a ping. The first dialect's clients know it by its `event:` line, and pass over the line after it."""
        return b"event: ping\r\ndata: " + _PING_DATA + b"\r\n\r\n" if self._cumulative else event("ping", _PING_DATA)

    def _fail(self, fault: Fault) -> bytes:
        """Tell a fault of our own, and end."""
        return self.error(error_body(fault.error_type, fault.message, self._request_id))
