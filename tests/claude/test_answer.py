"""What is read of an answer as it passes is the same however its bytes are split."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.claude.streams import ERROR, STOP, answer_body, block, message, message_delta, sse, start, text_delta
from tests.claude.test_sse import CUTS, split
from yumen.claude import ChatTap, InflatingTap, MessageTap, StreamTap, Tap, Usage, estimate_text
from yumen.claude.inflate import MAX_INFLATED_BYTES, PIECE_BYTES

EVENTS = st.lists(
    st.sampled_from(
        [
            *message(),
            start("claude-haiku-4-5", input_tokens=3),
            message_delta("max_tokens", input_tokens=30, cache_read_input_tokens=9),
            sse("message_delta", delta={}, usage={"output_tokens": 20, "server_tool_use": {"web_search_requests": 2}}),
            sse("unheard_of", delta={"text": "x"}, usage={"output_tokens": 999}),
            ERROR,
            b": a comment\n\n",
            b"event: message_delta\ndata: not json\n\n",
            b"event: message_delta\ndata: {}\xff\n\n",
            b"data: {}\n\n",
            b"\n\n\n",
        ]
    ),
    max_size=10,
)


def fed(tap: Tap, pieces: list[bytes]) -> Tap:
    """The tap after those pieces."""
    for piece in pieces:
        tap.feed(piece)
    return tap


def seen(tap: Tap) -> tuple[object, ...]:
    """All that a tap says."""
    return (tap.usage, tap.model, tap.stop_reason, tap.complete, tap.error_type, tap.made, tap.output_estimate())


@given(EVENTS, CUTS, st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_any_split_of_a_stream_reads_alike(events: list[bytes], cuts: list[int], line_end: bytes) -> None:
    """Usage, model, stop reason, completeness, errors and the estimate depend on the bytes alone."""
    plain = b"".join(events)
    data = plain.replace(b"\n", line_end)
    pieces = split(data, [cut * max(1, len(data) // 400) for cut in cuts])
    assert seen(fed(StreamTap("asked"), pieces)) == seen(fed(StreamTap("asked"), [plain]))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 10_000])
def test_a_whole_stream_is_read(size: int) -> None:
    """The first and the last event say what was used; the text is weighed as it is, not as it is spelled."""
    data = b"".join(message())
    tap = fed(StreamTap(None), [data[at : at + size] for at in range(0, len(data), size)])
    assert tap.usage == Usage(input_tokens=25, output_tokens=15, cache_read_tokens=7, service_tier="standard")
    assert (tap.model, tap.stop_reason, tap.complete, tap.error_type) == ("claude-opus-4-6", "end_turn", True, None)


def test_a_stream_that_breaks_off_keeps_what_came() -> None:
    """Without its end a stream is not complete; the usage of its start stands, and the text is estimated."""
    tap = fed(StreamTap(None), [start(), *block(["One two three four five six seven. "] * 20)])
    tap.end()
    assert not tap.complete
    assert tap.usage is not None
    assert (tap.usage.input_tokens, tap.usage.output_tokens) == (25, 1)
    assert abs(tap.output_estimate() - estimate_text("One two three four five six seven. " * 20, "claude-opus-4-6")) <= 3


def test_the_last_word_on_usage_is_cumulative() -> None:
    """A later count replaces an earlier one, and what it leaves out or calls null stays."""
    tap = fed(
        StreamTap(None),
        [
            start(cache_creation={"ephemeral_5m_input_tokens": 4, "ephemeral_1h_input_tokens": 6}, inference_geo="us"),
            sse("message_delta", delta={"stop_reason": "tool_use"}, usage={"output_tokens": 9, "input_tokens": None}),
            sse(
                "message_delta", delta={}, usage={"output_tokens": 12, "input_tokens": 80, "output_tokens_details": {"thinking_tokens": 5}}
            ),
            sse("message_delta", delta={"stop_reason": None}, usage={"cache_creation_input_tokens": 11}),
        ],
    )
    assert tap.usage == Usage(
        input_tokens=80,
        output_tokens=12,
        cache_read_tokens=7,
        cache_write_5m_tokens=5,
        cache_write_1h_tokens=6,
        thinking_tokens=5,
        service_tier="standard",
        inference_geo="us",
    )
    assert tap.stop_reason == "tool_use"


def test_an_error_event_is_noted_by_its_type() -> None:
    """An error in the stream says its type, even one that cannot be read."""
    assert fed(StreamTap(None), [ERROR]).error_type == "overloaded_error"
    assert fed(StreamTap(None), [b"event: error\ndata: {}\n\n"]).error_type == "api_error"


@pytest.mark.parametrize("spaced", [True, False])
@pytest.mark.parametrize(
    ("delta", "text"),
    [
        ({"type": "text_delta", "text": "five words of plain text"}, "five words of plain text"),
        ({"type": "thinking_delta", "thinking": "five words of plain text"}, "five words of plain text"),
        ({"type": "input_json_delta", "partial_json": '{"city": "Paris'}, r"{\"city\": \"Paris"),
        ({"type": "text_delta", "text": ""}, ""),
        ({"type": "signature_delta", "signature": "EqQBCgIYAhIM1gbcDa9GJwZA2b3h" * 20}, ""),
    ],
)
def test_a_deltas_text_is_weighed(delta: dict[str, Any], text: str, spaced: bool) -> None:  # noqa: FBT001  (a table's column)
    """The text of a delta of any kind counts, in either spelling of JSON; a signature is no text."""
    data = json.dumps({"type": "content_block_delta", "index": 0, "delta": delta}, separators=(", ", ": ") if spaced else (",", ":"))
    tap = StreamTap("claude-opus-4-6")
    tap.feed(f"event: content_block_delta\ndata: {data}\n\n".encode())
    assert tap.output_estimate() == (estimate_text(text, "claude-opus-4-6") if text else 0)


def test_what_an_answer_made_is_kept_within_bounds() -> None:
    """Events that name a file or a container are kept for their owner, a bounded number of them."""
    naming = sse("content_block_start", index=1, content_block={"content": [{"file_id": "file_1"}]})
    tap = fed(StreamTap(None), [start(), text_delta("no file"), *[naming] * 100])
    assert tap.made == [naming.split(b"data: ", 1)[1].strip()] * 64


@given(st.lists(st.integers(0, 400), max_size=6))
def test_any_split_of_a_plain_answer_reads_alike(cuts: list[int]) -> None:
    """A plain Message is read at its end."""
    tap = fed(MessageTap(), split(answer_body(), cuts))
    assert not tap.complete
    tap.end()
    assert tap.usage == Usage(input_tokens=25, output_tokens=15, cache_read_tokens=7, service_tier="standard")
    assert (tap.model, tap.stop_reason, tap.complete) == ("claude-opus-4-6", "end_turn", True)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"usage":{"input_tokens":"many"}}',
        b'{"model":"\xff"}',
        b'{"content":' + b"[" * 50_000 + b"]" * 50_000 + b',"usage":{}}',
    ],
    ids=lambda body: repr(body[:12]),
)
def test_rubbish_for_an_answer_is_passed_over(body: bytes) -> None:
    """Whatever comes instead of a Message, nothing is read and nothing fails."""
    for tap in (MessageTap(), ChatTap(stream=False)):
        tap.feed(body)
        tap.end()
        assert tap.complete
        assert tap.usage is None
    stream = fed(StreamTap(None), [b"event: message_start\ndata: " + body + b"\n\n"])
    assert stream.usage is None


def test_a_plain_answer_beyond_the_limit_is_not_kept() -> None:
    """A tap holds a bounded part of an answer, and then none of it."""
    tap = MessageTap()
    for _ in range(40):
        tap.feed(b" " * 1024 * 1024)
    assert not tap._pieces
    tap.end()
    assert tap.complete
    assert tap.usage is None


CHUNK: dict[str, Any] = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "claude-opus-4-6", "choices": []}


def chat(*deltas: dict[str, Any]) -> list[bytes]:
    """A streamed chat completion."""
    chunks = [CHUNK | delta for delta in deltas]
    return [*(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks), b"data: [DONE]\n\n"]


CHAT = chat(
    {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Hello there"}, "finish_reason": None}]},
    {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
    {"usage": {"prompt_tokens": 30, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": 10}}},
)


@given(CUTS)
def test_any_split_of_a_streamed_chat_reads_alike(cuts: list[int]) -> None:
    """A chat completion's usage is told in Claude's classes; `[DONE]` is its end."""
    tap = fed(ChatTap(stream=True), split(b"".join(CHAT), cuts))
    assert tap.usage == Usage(input_tokens=20, output_tokens=4, cache_read_tokens=10)
    assert (tap.model, tap.stop_reason, tap.complete, tap.error_type) == ("claude-opus-4-6", "stop", True, None)
    assert tap.output_estimate() == 4


def test_a_plain_chat_is_read_at_its_end() -> None:
    """A chat completion that is not streamed has its usage in its one body."""
    body = CHUNK | {
        "choices": [{"finish_reason": "length", "message": {"content": "x"}}],
        "usage": {"prompt_tokens": 3, "completion_tokens": None},
    }
    tap = ChatTap(stream=False)
    tap.feed(json.dumps(body).encode())
    tap.end()
    assert tap.usage == Usage(input_tokens=3)
    assert (tap.stop_reason, tap.complete) == ("length", True)


def test_an_error_in_a_chats_stream_is_noted() -> None:
    """A chat that ends in Claude's error event is known to have failed."""
    tap = fed(ChatTap(stream=True), [CHAT[0], ERROR])
    assert tap.error_type == "api_error"
    assert not tap.complete


COMPRESSORS: dict[str, Callable[[], Any]] = {
    "gzip": lambda: zlib.compressobj(wbits=zlib.MAX_WBITS | 16),
    "deflate": zlib.compressobj,
}


@given(st.sampled_from(sorted(COMPRESSORS)), st.lists(st.integers(0, 900), max_size=10), st.booleans())
def test_a_compressed_stream_is_read_along(name: str, cuts: list[int], members: bool) -> None:  # noqa: FBT001  (drawn)
    """The tap reads through gzip and zlib, however split, also where each event is a member of its own."""
    data = bytearray()
    compressor = COMPRESSORS[name]()
    for each in message():
        data += compressor.compress(each)
        if members:
            data += compressor.flush()
            compressor = COMPRESSORS[name]()
        else:
            data += compressor.flush(zlib.Z_SYNC_FLUSH)
    tap = InflatingTap(StreamTap(None))
    for piece in split(bytes(data), cuts):
        tap.feed(piece)
    tap.end()
    assert seen(tap) == seen(fed(StreamTap(None), [b"".join(message())]))


class Counting:
    """A tap that counts."""

    def __init__(self) -> None:
        self.total = 0
        self.largest = 0

    def feed(self, data: bytes) -> None:
        """Count."""
        self.total += len(data)
        self.largest = max(self.largest, len(data))


@pytest.mark.parametrize("piece_bytes", [1_000, 10_000_000])
def test_a_bomb_goes_off_elsewhere(piece_bytes: int) -> None:
    """However much a small answer would become, little of it is decoded at once, and no more than the limit in all."""
    compressor = COMPRESSORS["gzip"]()
    bomb = b"".join(compressor.compress(b"\0" * PIECE_BYTES) for _ in range(100)) + compressor.flush()
    assert len(bomb) < 200_000
    counting: Any = Counting()
    tap = InflatingTap(counting)
    for at in range(0, len(bomb), piece_bytes):
        tap.feed(bomb[at : at + piece_bytes])
    tap.feed(b"x" * 1000)
    assert counting.total == MAX_INFLATED_BYTES
    assert counting.largest <= PIECE_BYTES


def test_what_cannot_be_decoded_is_not_read() -> None:
    """Bytes that are not what the header says end the reading, and nothing else; nothing of them is kept."""
    tap = InflatingTap(StreamTap(None))
    for _ in range(1000):
        tap.feed(b"plain text" * 100)
    tap.end()
    assert seen(tap) == (None, None, None, False, None, [], 0)


def test_stop_is_the_only_end() -> None:
    """The connection's end does not make a stream complete."""
    tap = StreamTap(None)
    tap.end()
    assert not tap.complete
    tap.feed(STOP)
    assert tap.complete
