"""What the gateway reads of an answer as it passes: model, stop reason, usage, and whether it reached its end."""

from __future__ import annotations

import json
from typing import Protocol

import msgspec

from yumen.claude.sse import EventCutter, event_data, event_name
from yumen.claude.tokens import RunningEstimate
from yumen.claude.usage import Usage

MAX_JSON_BYTES = 32 * 1024 * 1024
"""A plain answer beyond this is relayed, not read."""
MAX_MADE = 64
UNREADABLE = (ValueError, RecursionError)
"""What a decoder raises where the bytes are no JSON of the expected form, are not UTF-8, or nest too deeply."""
UNFOLDED_BYTES = 4096
"""How much delta text a stream keeps before it is weighed: the bound of its memory."""


class Tap(Protocol):
    """Reads along; never changes a byte."""

    @property
    def usage(self) -> Usage | None:
        """What was used, as far as Claude has said; its counts may still grow."""

    @property
    def model(self) -> str | None:
        """The model that answers."""

    @property
    def stop_reason(self) -> str | None:
        """Why it stopped."""

    @property
    def error_type(self) -> str | None:
        """The type of an error that came in the stream."""

    @property
    def made(self) -> list[bytes]:
        """Parts of the answer that may name files or containers which it made."""

    @property
    def rubbish(self) -> bool:
        """Whether a plain answer is not the JSON object that it must be."""

    @property
    def complete(self) -> bool:
        """Whether the answer's own end was seen, whatever the connection does after it."""

    def feed(self, data: bytes) -> None:
        """Read the next bytes."""

    def end(self) -> None:
        """The connection says that the answer is whole."""

    def output_estimate(self) -> int:
        """Return the tokens of the text seen so far, estimated."""


class _CacheCreation(msgspec.Struct, gc=False):
    ephemeral_5m_input_tokens: int = 0
    ephemeral_1h_input_tokens: int = 0


class _OutputDetails(msgspec.Struct, gc=False):
    thinking_tokens: int = 0


class _ServerTools(msgspec.Struct, gc=False):
    web_search_requests: int = 0


class _Usage(msgspec.Struct, gc=False):
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation: _CacheCreation | None = None
    output_tokens_details: _OutputDetails | None = None
    server_tool_use: _ServerTools | None = None
    service_tier: str | None = None
    speed: str | None = None
    inference_geo: str | None = None


class _Message(msgspec.Struct, gc=False):
    model: str | None = None
    stop_reason: str | None = None
    usage: _Usage | None = None


class _Delta(msgspec.Struct, gc=False):
    stop_reason: str | None = None


class _Event(msgspec.Struct, gc=False):
    message: _Message | None = None
    delta: _Delta | None = None
    usage: _Usage | None = None


class _ErrorEvent(msgspec.Struct, gc=False):
    error: _ErrorType | None = None


class _ErrorType(msgspec.Struct, gc=False):
    type: str = "api_error"


_message = msgspec.json.Decoder(_Message).decode
_event = msgspec.json.Decoder(_Event).decode
_error = msgspec.json.Decoder(_ErrorEvent).decode


def merge_usage(known: Usage | None, said: _Usage) -> Usage:
    """Return what is known after one more word of Claude's: its counts are cumulative, and what it leaves out stays."""
    known = known or Usage()
    created = said.cache_creation
    if created is not None:
        write_5m, write_1h = created.ephemeral_5m_input_tokens, created.ephemeral_1h_input_tokens
    elif said.cache_creation_input_tokens is not None:
        write_1h = known.cache_write_1h_tokens
        write_5m = max(0, said.cache_creation_input_tokens - write_1h)
    else:
        write_5m, write_1h = known.cache_write_5m_tokens, known.cache_write_1h_tokens
    details, tools = said.output_tokens_details, said.server_tool_use
    return Usage(
        input_tokens=_or(said.input_tokens, known.input_tokens),
        output_tokens=_or(said.output_tokens, known.output_tokens),
        cache_read_tokens=_or(said.cache_read_input_tokens, known.cache_read_tokens),
        cache_write_5m_tokens=write_5m,
        cache_write_1h_tokens=write_1h,
        thinking_tokens=known.thinking_tokens if details is None else details.thinking_tokens,
        web_search_requests=known.web_search_requests if tools is None else tools.web_search_requests,
        service_tier=said.service_tier or known.service_tier,
        speed=said.speed or known.speed,
        inference_geo=said.inference_geo or known.inference_geo,
    )


def _or(said: int | None, known: int) -> int:
    return known if said is None else said


def begins_no_object(data: bytes) -> bool:
    """Return whether what begins with these bytes cannot be a JSON object: a proxy's page, for one."""
    return not data.startswith(b"{") and not data.lstrip().startswith(b"{") and not data.isspace()


def is_no_json(body: bytes) -> bool:
    """Return whether bytes that a strict decoder would not take are no JSON at all, rather than JSON of another form."""
    try:
        json.loads(body)
    except (json.JSONDecodeError, UnicodeDecodeError):
        return True
    except (ValueError, RecursionError):
        return False  # too deep, or a number too long for Python
    return False


class Reading:
    """The fields that every tap fills."""

    __slots__ = ("complete", "error_type", "made", "model", "rubbish", "stop_reason", "usage")

    def __init__(self) -> None:
        self.usage: Usage | None = None
        self.model: str | None = None
        self.stop_reason: str | None = None
        self.complete = False
        self.error_type: str | None = None
        self.made: list[bytes] = []
        self.rubbish = False

    def look_for_made(self, data: bytes) -> None:
        """Keep a part of the answer that may name what it made; few do, so their number is bounded."""
        if (b'"file_id"' in data or b'"container":{' in data) and len(self.made) < MAX_MADE:
            self.made.append(data)

    def output_estimate(self) -> int:
        """Return 0: nothing of the text is known before a plain answer is whole."""
        return 0


class MessageTap(Reading):
    """Reads a plain Message."""

    __slots__ = ("_pieces", "_size")

    def __init__(self) -> None:
        """Begin with nothing read."""
        super().__init__()
        self._pieces: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> None:
        """Keep the bytes until the end."""
        if not self._size:
            self.rubbish = begins_no_object(data)
        self._size += len(data)
        if self._size <= MAX_JSON_BYTES:
            self._pieces.append(data)
        else:
            self._pieces.clear()

    def end(self) -> None:
        """Read the whole."""
        pieces, self._pieces = self._pieces, []
        body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        self.complete = True
        if self._size > MAX_JSON_BYTES:
            return
        self.look_for_made(body)
        try:
            message = _message(body)
        except UNREADABLE:
            self.rubbish = is_no_json(body)
            return
        self.model = message.model
        self.stop_reason = message.stop_reason
        if message.usage is not None:
            self.usage = merge_usage(None, message.usage)


class StreamTap(Reading):
    """Reads the events of a streamed Message: the first and the last for their usage, the deltas only for an estimate."""

    __slots__ = ("_asked", "_cutter", "_estimate", "_text")

    def __init__(self, asked: str | None) -> None:
        """Begin a stream for the model that was asked."""
        super().__init__()
        self._cutter = EventCutter()
        self._asked = asked
        self._text = bytearray()
        self._estimate: RunningEstimate | None = None

    def feed(self, data: bytes) -> None:
        """Read the events that these bytes complete."""
        for each in self._cutter.feed(data):
            if each.startswith(b"event: content_block_delta"):
                self._delta(each)
            else:
                self._read(each)

    def _delta(self, each: bytes) -> None:
        """Keep a delta's text as it stands in the JSON: the last string of the event, whichever kind of delta it is."""
        if b'"signature_delta"' in each:
            return  # a seal, not text
        end = each.rfind(b'"')
        start = max(each.rfind(b'":"', 0, end) + 3, each.rfind(b'": "', 0, end) + 4)
        self._text += each[start:end]
        if len(self._text) > UNFOLDED_BYTES:
            self._fold()

    def _read(self, each: bytes) -> None:
        name = event_name(each)
        self.look_for_made(event_data(each))
        try:
            if name in (b"message_start", b"message_delta"):
                self._take(_event(event_data(each)))
            elif name == b"message_stop":
                self.complete = True
            elif name == b"error":
                said = _error(event_data(each)).error
                self.error_type = said.type if said is not None else "api_error"
        except UNREADABLE:
            return

    def _take(self, event: _Event) -> None:
        if event.message is not None:
            self.model = event.message.model
            if event.message.usage is not None:
                self.usage = merge_usage(self.usage, event.message.usage)
        if event.delta is not None:
            self.stop_reason = event.delta.stop_reason or self.stop_reason
        if event.usage is not None:
            self.usage = merge_usage(self.usage, event.usage)

    def end(self) -> None:
        """The connection's end is not the message's: only `message_stop` is."""

    def _fold(self) -> None:
        if self._estimate is None:
            self._estimate = RunningEstimate(self.model or self._asked)
        self._estimate.add(bytes(self._text).replace(b"\\n", b"\n").decode("utf-8", "replace"))
        self._text.clear()

    def output_estimate(self) -> int:
        """Return the tokens of the delta text seen so far, estimated."""
        if self._text:
            self._fold()
        return self._estimate.tokens() if self._estimate is not None else 0
