"""Streams: the bytes are Claude's, and what they say is the plain message."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.doubles import WEATHER, Bench, asking, assemble

CASES: dict[str, dict[str, Any]] = {
    "text": asking("write a story"),
    "chinese": asking("写一个故事"),
    "cut": asking("write a story", max_tokens=9),
    "stopped": asking("count to 10", stop_sequences=["5"]),
    "tool": asking("use get_weather in Paris", tools=[WEATHER]),
    "tool without input": asking("call list_all", tools=[{"name": "list_all", "input_schema": {"type": "object"}}]),
    "forced tool": asking(tools=[WEATHER], tool_choice={"type": "any"}),
    "thinking": asking(thinking={"type": "enabled", "budget_tokens": 1024}),
    "omitted thinking": asking(thinking={"type": "adaptive", "display": "omitted"}),
    "redacted": asking("ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_46C9A13E"),
    "refusal": asking("ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL_1FAEFB61"),
    "nothing": asking(max_tokens=0),
    "cached": asking(system=[{"type": "text", "text": "long " * 50, "cache_control": {"type": "ephemeral", "ttl": "1h"}}]),
}


def same(plain: dict[str, Any], streamed: dict[str, Any]) -> None:
    """Compare two messages but for the ids, which are unique."""
    for message in (plain, streamed):
        message["id"] = ""
        for block in message["content"]:
            block.pop("id", None)
            block.pop("citations", None)
    assert streamed == plain


async def both(body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Ask two new sandboxes, plain and streamed."""
    plain = await Bench().ask(body)
    streamed = await Bench().ask(body | {"stream": True})
    assert (plain.status, streamed.status) == (200, 200)
    return plain.json, assemble(streamed.events)


@pytest.mark.parametrize("case", CASES)
async def test_stream_says_what_the_message_says(case: str) -> None:
    """A stream adds up to the plain message, content, end and usage."""
    same(*await both(CASES[case]))


@given(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=80).filter(str.strip),
    st.integers(0, 60),
    st.sampled_from([{}, {"thinking": {"type": "adaptive"}}, {"tools": [WEATHER], "tool_choice": {"type": "any"}}]),
)
@settings(deadline=None, max_examples=60)
def test_any_stream_says_what_the_message_says(text: str, most: int, extra: dict[str, Any]) -> None:
    """Whatever is asked, and however little room the answer has, stream and message agree."""
    asyncio.run(_agree(asking(text, max_tokens=most, **extra)))


async def _agree(body: dict[str, Any]) -> None:
    same(*await both(body))


async def test_bytes_have_the_form_of_claude() -> None:
    """Each event is a name, one line of data that is JSON, and a blank line; the type repeats the name."""
    body = (await Bench().ask(CASES["tool"] | {"stream": True})).body
    assert body.endswith(b"\n\n")
    assert b"\r" not in body
    for event in body.removesuffix(b"\n\n").split(b"\n\n"):
        name, data = event.split(b"\n")
        assert name.startswith(b"event: ")
        assert data.startswith(b'data: {"type"')
        assert data.endswith(b"}")


async def test_order_of_events() -> None:
    """A stream begins with message_start, has its first ping after the first block begins, and ends with message_stop."""
    names = [name for name, _ in (await Bench().ask(CASES["text"] | {"stream": True})).events]
    assert names[:4] == ["message_start", "content_block_start", "ping", "content_block_delta"]
    assert names[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    assert names.count("content_block_delta") > 20


async def test_input_begins_with_an_empty_piece() -> None:
    """A call's input begins with an empty piece; a call without input has that piece alone."""
    for case, count in (("tool", None), ("tool without input", 1)):
        events = (await Bench().ask(CASES[case] | {"stream": True})).events
        pieces = [data["delta"]["partial_json"] for _, data in events if data.get("delta", {}).get("type") == "input_json_delta"]
        assert pieces[0] == ""
        assert count is None or len(pieces) == count


async def test_omitted_thinking_is_one_signature() -> None:
    """Thinking whose display is omitted is a block with exactly one signature."""
    events = (await Bench().ask(CASES["omitted thinking"] | {"stream": True})).events
    assert [data["delta"]["type"] for name, data in events if name == "content_block_delta" and data["index"] == 0] == ["signature_delta"]


async def test_start_announces_the_input() -> None:
    """message_start carries the input's usage and an output of at most one token."""
    events = (await Bench().ask(CASES["cached"] | {"stream": True})).events
    usage = events[0][1]["message"]["usage"]
    assert usage["output_tokens"] == 1
    assert usage["cache_creation"]["ephemeral_1h_input_tokens"] == usage["cache_creation_input_tokens"] > 0


async def test_stream_headers() -> None:
    """A stream says that it is one and that it is not to be cached."""
    answer = await Bench().ask(CASES["text"] | {"stream": True})
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
