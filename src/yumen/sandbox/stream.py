"""A written answer as the events of a stream, byte for byte in Claude's form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude import event
from yumen.sandbox.answer import Call, Text, Thought
from yumen.sandbox.message import block_object, call_object, opening_object, stop_details, usage_object
from yumen.sandbox.pieces import json_pieces, padding, text_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.sandbox.answer import Part
    from yumen.sandbox.author import Written
    from yumen.sandbox.draw import Draw
    from yumen.sandbox.message import Envelope

PING = b'event: ping\ndata: {"type": "ping"}\n\n'


class Piece(msgspec.Struct, frozen=True):
    """Bytes of a stream that leave together."""

    data: bytes
    delta: bool = False
    """Whether it carries a part of the answer: a paced stream waits before it."""


def message_events(written: Written, envelope: Envelope) -> Iterator[Piece]:
    """Yield the events of an answer."""
    for place, (name, data, is_delta) in enumerate(_events(written, envelope)):
        if name == "ping":
            yield Piece(PING)
            continue
        encoded = msgspec.json.encode({"type": name} | data)
        yield Piece(event(name, encoded[:-1] + padding(written.draw, place) + b"}"), is_delta)


_Fields = dict[str, object]
_Event = tuple[str, _Fields, bool]


def _events(written: Written, envelope: Envelope) -> Iterator[_Event]:
    yield "message_start", {"message": opening_object(written, envelope)}, False
    pinged = False
    for index, part in enumerate(written.answer.parts):
        yield "content_block_start", {"index": index, "content_block": _opening_block(part)}, False
        if not pinged:
            # Claude's first ping comes right after the first block begins.
            yield "ping", {}, False
            pinged = True
        for delta in _deltas(part, written.draw.child("block", index)):
            yield "content_block_delta", {"index": index, "delta": delta}, True
        yield "content_block_stop", {"index": index}, False
    if not pinged:
        yield "ping", {}, False
    yield "message_delta", _closing(written, envelope), False
    yield "message_stop", {}, False


def _opening_block(part: Part) -> dict[str, object]:
    if isinstance(part, Text):
        return {"type": "text", "text": ""}
    if isinstance(part, Thought):
        return {"type": "thinking", "thinking": "", "signature": ""}
    return call_object(part, {}) if isinstance(part, Call) else block_object(part)


def _deltas(part: Part, draw: Draw) -> Iterator[_Fields]:
    if isinstance(part, Text):
        for piece in text_pieces(part.text, draw):
            yield {"type": "text_delta", "text": piece}
    elif isinstance(part, Call):
        for piece in json_pieces(part.arguments, draw):
            yield {"type": "input_json_delta", "partial_json": piece}
    elif isinstance(part, Thought):
        for piece in text_pieces(part.shown, draw):
            yield {"type": "thinking_delta", "thinking": piece}
        yield {"type": "signature_delta", "signature": part.signature}


def _closing(written: Written, envelope: Envelope) -> dict[str, object]:
    answer = written.answer
    usage = usage_object(written, envelope, answer.output_tokens)
    cumulative = (
        "input_tokens",
        "cache_creation_input_tokens",
        "cache_read_input_tokens",
        "output_tokens",
        "output_tokens_details",
        "server_tool_use",
    )
    return {
        "delta": {
            "stop_reason": answer.stop_reason,
            "stop_sequence": answer.stop_sequence,
            "stop_details": stop_details(answer),
            "container": None,
        },
        "usage": {name: usage[name] for name in cumulative},
    }
