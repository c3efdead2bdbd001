"""Streams of events as Claude sends them, for tests."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

USAGE = {"input_tokens": 25, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 7, "output_tokens": 1, "service_tier": "standard"}
TEXT = ("Hello", " there,\n", 'a "quoted" word, 你好', "!")


def sse(kind: str, **fields: Any) -> bytes:  # noqa: ANN401  (whatever the event has)
    """One event in Claude's compact form."""
    data = json.dumps({"type": kind, **fields}, ensure_ascii=False, separators=(",", ":"))
    return f"event: {kind}\ndata: {data}\n\n".encode()


def start(model: str = "claude-opus-4-6", **usage: object) -> bytes:
    """The first event."""
    message: dict[str, object] = {"id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": [], "stop_reason": None}
    return sse("message_start", message=message | {"usage": USAGE | usage})


def text_delta(text: str) -> bytes:
    """A piece of text."""
    return sse("content_block_delta", index=0, delta={"type": "text_delta", "text": text})


def block(texts: Iterable[str] = TEXT) -> list[bytes]:
    """A block of text, with a ping in it."""
    return [
        sse("content_block_start", index=0, content_block={"type": "text", "text": ""}),
        sse("ping"),
        *(text_delta(text) for text in texts),
        sse("content_block_stop", index=0),
    ]


def message_delta(stop_reason: str = "end_turn", **usage: object) -> bytes:
    """The last word on usage."""
    return sse("message_delta", delta={"stop_reason": stop_reason, "stop_sequence": None}, usage={"output_tokens": 15} | usage)


STOP = sse("message_stop")
ERROR = sse("error", error={"type": "overloaded_error", "message": "Overloaded"})


def message(texts: Iterable[str] = TEXT) -> list[bytes]:
    """A whole stream, event by event."""
    return [start(), *block(texts), message_delta(), STOP]


def answer_body(**fields: object) -> bytes:
    """A plain Message."""
    body = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-opus-4-6", "content": [{"type": "text", "text": "Hi"}]}
    return json.dumps(body | {"stop_reason": "end_turn", "stop_sequence": None, "usage": USAGE | {"output_tokens": 15}} | fields).encode()
