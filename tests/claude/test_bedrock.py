"""Bedrock's frames as Claude's events, however they are split and whatever is wrong with them; and the names of AWS's errors."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.claude.frames import chunk, error, exception
from tests.claude.streams import USAGE
from yumen.claude import EventCutter, event_data, event_name
from yumen.claude.bedrock import ERRORS, EventStream, event_of, message_of, status_of, worded
from yumen.claude.statuses import claude_status, error_type
from yumen.errors import Fault, Truncated, UpstreamRubbish

DATA = [
    json.dumps({"type": "message_start", "message": {"usage": USAGE}}).encode(),
    b'{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\xe7\x8e\x89\\n"}}',
    b'{"type":"message_stop"}',
]
STREAM = b"".join(map(chunk, DATA))
EVENTS = b"".join(b"event: %b\ndata: %b\n\n" % (json.loads(data)["type"].encode(), data) for data in DATA)


@given(st.lists(st.integers(1, len(STREAM) - 1), max_size=8))
def test_any_split_gives_the_same_bytes(places: list[int]) -> None:
    """Events do not depend on how the frames come."""
    ends = [0, *sorted(places), len(STREAM)]
    stream = EventStream("req_1")
    out = b"".join(stream.feed(STREAM[start:end]) for start, end in pairwise(ends))
    assert out + stream.end() == EVENTS


@settings(max_examples=300)
@given(st.integers(0, len(STREAM) - 1), st.integers(1, 255), st.integers(1, 50))
def test_a_changed_byte_never_makes_a_success(place: int, change: int, size: int) -> None:
    """Whatever byte is changed, what comes out is a beginning of the right events without the last, and the end is a fault."""
    data = bytearray(STREAM)
    data[place] ^= change
    stream, out = EventStream("req_1"), b""
    with pytest.raises((UpstreamRubbish, Truncated)):
        out = _fed(stream, bytes(data), size)
    assert EVENTS.startswith(out)
    assert b"message_stop" not in out


def _fed(stream: EventStream, data: bytes, size: int) -> bytes:
    out = b""
    for start in range(0, len(data), size):
        out += stream.feed(data[start : start + size])
    assert b"message_stop" not in out
    return out + stream.end()


@pytest.mark.parametrize("cut", range(1, len(STREAM), 13))
def test_an_end_inside_a_frame_is_a_fault(cut: int) -> None:
    """A stream that ends too early, wherever, does not end well, unless it does so between two frames: then `message_stop` is missing."""
    stream = EventStream("req_1")
    out = stream.feed(STREAM[:cut])
    assert b"message_stop" not in out
    if cut not in {sum(len(chunk(data)) for data in DATA[:count]) for count in range(4)}:
        with pytest.raises(Fault):
            stream.end()


@pytest.mark.parametrize(
    ("data", "event"),
    [
        (b'{"type":"ping"}', b'event: ping\ndata: {"type":"ping"}\n\n'),
        (b'{\n  "type": "ping"\r\n}', b'event: ping\ndata: {\ndata:   "type": "ping"\ndata: }\n\n'),
        (b'{"type":"a\\nb"}', b""),
        (b'{"type":""}', b""),
        (b"{}", b""),
        (b'{"completion":"x"}', b'event: completion\ndata: {"completion":"x"}\n\n'),
        (b"\xff", b"event: completion\ndata: \xff\n\n"),
    ],
)
def test_data_is_an_event_under_the_name_that_it_says(data: bytes, event: bytes) -> None:
    """The name is the data's own type; data of several lines are several lines; no name can make another event."""
    assert event_of(data) == event


def test_exceptions_are_errors_under_our_request_id() -> None:
    """Both kinds of failure frames are `error` events in Claude's shape, without the operator's account."""
    named = "arn:aws:bedrock:us-west-2:123456789012:inference-profile/x"
    out = EventStream("req_1").feed(exception("throttlingException", f"Too many for {named}, wait") + error("InternalFailure", "oops"))
    events = EventCutter().feed(out)
    assert [event_name(each) for each in events] == [b"error", b"error"]
    first, second = [json.loads(event_data(each)) for each in events]
    assert first == {"type": "error", "error": {"type": "rate_limit_error", "message": "Too many for arn:…, wait"}, "request_id": "req_1"}
    assert (second["error"]["type"], second["error"]["message"]) == ("api_error", "oops")


@pytest.mark.parametrize("name", ERRORS)
def test_a_name_is_known_in_every_form(name: str) -> None:
    """AWS writes names with a namespace, an address behind a colon, and in any case."""
    forms = (name, f"{name}Exception", f"com.amazonaws#{name.title()}Exception", f"{name}Exception:http://internal.amazon.com/coral/")
    assert {status_of(form) for form in forms} == {ERRORS[name]}
    assert error_type(ERRORS[name]).endswith("_error")


def test_what_nobody_knows_is_said_by_its_status() -> None:
    """Unknown names have no status; foreign statuses have one of Claude's; bodies that say nothing are empty."""
    assert status_of("NewException") is None
    assert [claude_status(status) for status in (400, 424, 503, 529)] == [400, 500, 529, 529]
    assert [error_type(status) for status in (418, 502, 413)] == ["invalid_request_error", "api_error", "request_too_large"]
    assert [message_of(body) for body in (b"", b"[]", b"\xff", b'{"message":1}', b'{"Message":"x"}')] == ["", "", "", "", "x"]
    assert worded("a arn:aws-cn:iam::1:role/x b") == "a arn:… b"
