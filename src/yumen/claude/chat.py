"""Taps for `/v1/chat/completions`, which Claude serves too, in that shape of usage."""

from __future__ import annotations

import msgspec

from yumen.claude.answer import MAX_JSON_BYTES, UNREADABLE, Reading, begins_no_object, is_no_json
from yumen.claude.sse import EventCutter, event_data, event_name
from yumen.claude.usage import Usage


class _PromptDetails(msgspec.Struct, gc=False):
    cached_tokens: int | None = None


class _ChatUsage(msgspec.Struct, gc=False):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _PromptDetails | None = None


class _Text(msgspec.Struct, gc=False):
    content: str | None = None


class _Choice(msgspec.Struct, gc=False):
    finish_reason: str | None = None
    delta: _Text | None = None


class _Chat(msgspec.Struct, gc=False):
    model: str | None = None
    usage: _ChatUsage | None = None
    choices: list[_Choice] = []


_chat = msgspec.json.Decoder(_Chat).decode


class ChatTap(Reading):
    """Reads a chat completion, plain or streamed."""

    __slots__ = ("_cutter", "_pieces", "_size", "_text_bytes")

    def __init__(self, *, stream: bool) -> None:
        """Begin an answer."""
        super().__init__()
        self._cutter = EventCutter() if stream else None
        self._pieces: list[bytes] = []
        self._size = 0
        self._text_bytes = 0

    def feed(self, data: bytes) -> None:
        """Read on."""
        if self._cutter is None:
            if not self._size:
                self.rubbish = begins_no_object(data)
            self._size += len(data)
            if self._size <= MAX_JSON_BYTES:
                self._pieces.append(data)
            return
        for each in self._cutter.feed(data):
            if each.startswith(b"event:") and event_name(each) == b"error":
                self.error_type = "api_error"
            payload = event_data(each)
            if payload == b"[DONE]":
                self.complete = True
            elif payload:
                self._take(payload)

    def end(self) -> None:
        """Read the whole of a plain answer."""
        if self._cutter is None:
            self.complete = True
            if self._size <= MAX_JSON_BYTES:
                self._take(b"".join(self._pieces))
            self._pieces.clear()

    def _take(self, payload: bytes) -> None:
        try:
            chat = _chat(payload)
        except UNREADABLE:
            self.rubbish = self._cutter is None and is_no_json(payload)
            return
        self.model = chat.model or self.model
        for choice in chat.choices:
            self.stop_reason = choice.finish_reason or self.stop_reason
            if choice.delta is not None and choice.delta.content:
                self._text_bytes += len(choice.delta.content)
        if chat.usage is not None and chat.usage.prompt_tokens is not None:
            self.usage = _as_usage(chat.usage)

    def output_estimate(self) -> int:
        """Return the tokens of the text seen so far, estimated from its length."""
        return -(-self._text_bytes * 3 // 10)


def _as_usage(said: _ChatUsage) -> Usage:
    """Return the counts in Claude's classes: there `prompt_tokens` includes what was read from the cache."""
    cached = (said.prompt_tokens_details.cached_tokens if said.prompt_tokens_details else None) or 0
    prompt = said.prompt_tokens or 0
    return Usage(input_tokens=max(0, prompt - cached), output_tokens=said.completion_tokens or 0, cache_read_tokens=cached)
