"""A stream's content is put together as the official SDK does it, however its bytes are split."""

from __future__ import annotations

import json
from typing import Any

import pytest
from anthropic.lib.streaming._messages import accumulate_event
from hypothesis import given
from hypothesis import strategies as st

from tests.claude.streams import STOP, message_delta, sse, start
from tests.claude.test_sse import CUTS, split
from yumen.claude import EventCutter, event_data, event_name
from yumen.claude.assembled import Assembled

CITATION = {
    "type": "char_location",
    "cited_text": "草",
    "document_index": 0,
    "document_title": None,
    "start_char_index": 0,
    "end_char_index": 1,
}
TEXTS = st.lists(st.text(st.characters(codec="utf-8"), max_size=8), max_size=4)


def block(index: int, begun: dict[str, Any], *deltas: dict[str, Any]) -> list[bytes]:
    """The events of one block."""
    middle = [sse("content_block_delta", index=index, delta=delta) for delta in deltas]
    return [sse("content_block_start", index=index, content_block=begun), *middle, sse("content_block_stop", index=index)]


def text_block(index: int, texts: list[str], cited: int) -> list[bytes]:
    """A text, with citations where it has some."""
    begun = {"type": "text", "text": ""} | ({"citations": []} if cited else {})
    deltas = [{"type": "citations_delta", "citation": CITATION | {"document_index": place}} for place in range(cited)]
    return block(index, begun, *deltas, *({"type": "text_delta", "text": text} for text in texts))


def thinking_block(index: int, texts: list[str], _: int) -> list[bytes]:
    """Thinking, with its seal."""
    deltas = [{"type": "thinking_delta", "thinking": text} for text in texts]
    return block(index, {"type": "thinking", "thinking": "", "signature": ""}, *deltas, {"type": "signature_delta", "signature": "EqQ="})


def tool_block(index: int, texts: list[str], size: int) -> list[bytes]:
    """The use of a tool, its input in pieces; without any it stays as it began."""
    kind = "server_tool_use" if size % 2 else "tool_use"
    whole = json.dumps({"a": texts, "n": 1.50}, ensure_ascii=False) if texts else ""
    pieces = ["", *(whole[at : at + 3] for at in range(0, len(whole), 3))]
    begun = {"type": kind, "id": "toolu_1", "name": "web_search", "caller": {"type": "direct"}, "input": {}}
    return block(index, begun, *({"type": "input_json_delta", "partial_json": piece} for piece in pieces))


def whole_block(index: int, texts: list[str], _: int) -> list[bytes]:
    """A block that comes in one event: a tool's result."""
    content = [
        {"type": "web_search_result", "url": "https://a.test", "title": text, "encrypted_content": "E", "page_age": None} for text in texts
    ]
    return block(index, {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": content, "caller": {"type": "direct"}})


BLOCKS = st.lists(st.tuples(st.sampled_from([text_block, thinking_block, tool_block, whole_block]), TEXTS, st.integers(0, 2)), max_size=5)


def stream_of(blocks: list[Any]) -> bytes:
    """A whole stream of those blocks."""
    events = [event for index, (make, texts, number) in enumerate(blocks) for event in make(index, texts, number)]
    return b"".join([start(), *events, sse("ping"), message_delta(), STOP])


def as_the_sdk(stream: bytes) -> list[dict[str, Any]]:
    """What the official SDK makes of a stream."""
    message: Any = None
    buffers: dict[int, bytes] = {}
    for each in EventCutter().feed(stream):
        if event_name(each) != b"ping":
            message = accumulate_event(event=json.loads(event_data(each)), current_snapshot=message, json_bufs=buffers)
    return list(message.to_dict()["content"])


@given(BLOCKS, CUTS, st.sampled_from([b"\n", b"\r\n"]))
def test_the_content_is_what_the_official_sdk_accumulates(blocks: list[Any], cuts: list[int], line_end: bytes) -> None:
    """Text, thinking with its signature, tools' inputs, citations and whole blocks are the SDK's, for any split of the bytes."""
    plain = stream_of(blocks)
    data = plain.replace(b"\n", line_end)
    assembled = Assembled()
    for piece in split(data, [cut * max(1, len(data) // 400) for cut in cuts]):
        assembled.feed(piece)
    content = assembled.content()
    assert content is not None
    assert json.loads(content) == as_the_sdk(plain)


def fed(*events: bytes) -> Assembled:
    """An assembly of those events."""
    assembled = Assembled()
    assembled.feed(b"".join(events))
    return assembled


def test_what_nobody_foresaw_in_a_block_is_kept_as_it_stands() -> None:
    """A block of an unknown type, unknown members and numbers beyond a float pass byte for byte, in their order."""
    raw = b'{"type":"oracle","n":1e400,"z":{"b":1, "a":[12345678901234567890123]},"a":"\\u00e9"}'
    begun = b'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":' + raw + b"}\n\n"
    assert fed(begun, sse("content_block_stop", index=0)).content() == b"[" + raw + b"]"


def test_a_compaction_is_put_together() -> None:
    """The summary of a conversation that Claude made itself comes as deltas of its own kind."""
    delta = {"type": "compaction_delta", "content": "Earlier.", "encrypted_content": "EpwB"}
    content = fed(*block(0, {"type": "compaction", "content": ""}, delta)).content()
    assert json.loads(content or b"") == [{"type": "compaction", "content": "Earlier.", "encrypted_content": "EpwB"}]


@pytest.mark.parametrize(
    ("events", "trouble"),
    [
        (block(0, {"type": "text", "text": ""}, {"type": "smell_delta", "smell": "tea"}), "form"),
        ([sse("content_block_delta", index=3, delta={"type": "text_delta", "text": "x"})], "form"),
        ([b"event: content_block_start\ndata: not json\n\n"], "form"),
        ([sse("content_block_start", index=0, content_block=[1])], "form"),
        (block(0, {"type": "text", "text": 7}, {"type": "text_delta", "text": "x"}), "whole"),
        (block(0, {"type": "tool_use", "input": {}}, {"type": "input_json_delta", "partial_json": '{"a":'}), "whole"),
    ],
)
def test_what_cannot_be_put_together_is_no_content(events: list[bytes], trouble: str) -> None:
    """A delta that nobody here knows, or parts that make no whole: there is no content rather than a wrong one, and a reason."""
    assembled = fed(*events)
    assert assembled.content() is None
    assert trouble in (assembled.trouble or "")


def test_a_stream_beyond_the_bound_is_not_kept() -> None:
    """What is too long to be sent back takes no memory."""
    assembled = Assembled(most_bytes=200)
    assembled.feed(b"".join(block(0, {"type": "text", "text": "x" * 300})))
    assert assembled.content() is None
    assert "too long" in (assembled.trouble or "")


def test_an_event_of_megabytes_is_kept() -> None:
    """A tool's result longer than what a tap passes over is part of the answer all the same."""
    long = "草" * 600_000
    content = fed(*block(0, {"type": "web_fetch_tool_result", "content": long})).content()
    assert json.loads(content or b"")[0]["content"] == long
