"""A written answer as Claude's `message` object, with every field that may be null."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.sandbox.answer import Call, Redacted, Text, Thought

if TYPE_CHECKING:
    from yumen.sandbox.answer import Answer, Part
    from yumen.sandbox.ask import Ask
    from yumen.sandbox.author import Written


class Envelope(msgspec.Struct, frozen=True):
    """What a message carries beside its answer."""

    id: str
    speed: str | None = None
    service_tier: str = "standard"


def envelope_of(identity: str, ask: Ask, service_tier: str = "standard") -> Envelope:
    """Return the envelope for the answer to an ask."""
    return Envelope(identity, ask.speed if ask.speed in ("standard", "fast") else None, service_tier)


def message_object(written: Written, envelope: Envelope) -> dict[str, object]:
    """Return a whole message."""
    answer = written.answer
    return {
        "model": written.model,
        "id": envelope.id,
        "type": "message",
        "role": "assistant",
        "content": [block_object(part) for part in answer.parts],
        "stop_reason": answer.stop_reason,
        "stop_sequence": answer.stop_sequence,
        "stop_details": stop_details(answer),
        "container": None,
        "diagnostics": None,
        "usage": usage_object(written, envelope, answer.output_tokens),
    }


def opening_object(written: Written, envelope: Envelope) -> dict[str, object]:
    """Return the message of `message_start`: no content, no end, and an output of one token, or none."""
    opening = message_object(written, envelope)
    first = min(1, written.answer.output_tokens)
    nothing_yet = {"output_tokens_details": {"thinking_tokens": 0}}
    return opening | {
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "stop_details": None,
        "usage": usage_object(written, envelope, first) | nothing_yet,
    }


def block_object(part: Part) -> dict[str, object]:
    """Return a content block."""
    if isinstance(part, Text):
        return {"type": "text", "text": part.text, "citations": None}
    if isinstance(part, Thought):
        return {"type": "thinking", "thinking": part.shown, "signature": part.signature}
    if isinstance(part, Redacted):
        return {"type": "redacted_thinking", "data": part.data}
    return call_object(part, msgspec.json.decode(part.arguments))


def call_object(call: Call, arguments: object) -> dict[str, object]:
    """Return a tool_use block with that input."""
    return {"type": "tool_use", "id": call.id, "name": call.name, "input": arguments, "caller": {"type": "direct"}}


def stop_details(answer: Answer) -> dict[str, object] | None:
    """Return the details of a refusal, null for every other end."""
    if answer.stop_reason != "refusal":
        return None
    details = answer.stop_details
    return {
        "type": "refusal",
        "category": details.category if details else None,
        "explanation": details.explanation if details else None,
    }


def usage_object(written: Written, envelope: Envelope, output_tokens: int) -> dict[str, object]:
    """Return the usage; input, cache read and cache write are the whole prompt."""
    usage = written.usage
    fields: dict[str, object] = {
        "input_tokens": usage.input_tokens,
        "cache_creation_input_tokens": usage.cache_write_5m_tokens + usage.cache_write_1h_tokens,
        "cache_read_input_tokens": usage.cache_read_tokens,
        "cache_creation": {
            "ephemeral_5m_input_tokens": usage.cache_write_5m_tokens,
            "ephemeral_1h_input_tokens": usage.cache_write_1h_tokens,
        },
        "output_tokens": output_tokens,
        "output_tokens_details": {"thinking_tokens": written.answer.thinking_tokens},
        "server_tool_use": None,
        "service_tier": envelope.service_tier,
        "inference_geo": "not_available",
    }
    return fields | ({"speed": envelope.speed} if envelope.speed else {})
