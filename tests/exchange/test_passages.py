"""What passes of an answer at once, what is withheld, and how an answer ends that cannot go on."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.claude.streams import ERROR, STOP, block, message, message_delta, sse, start, text_delta
from tests.claude.test_sse import CUTS, split
from yumen.claude import EventCutter, StreamTap, event_data, event_name
from yumen.claude.completions import Dialect, LegacyForm, LegacyStream
from yumen.errors import ShuttingDown, Truncated, UpstreamRubbish
from yumen.exchange.passages import MAX_PARTIAL_BYTES, MAX_WHOLE_BYTES, Events, Live, Plain, Whole

LINE_ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])
BODIES = st.lists(st.sampled_from([*block(), b": a comment\n\n", b"data: {}\n\n", b"\n"]), max_size=8).map(b"".join)
AFTER = st.sampled_from([b"", b"\n", sse("ping"), b"event: ping\nda", b"junk"])


def events_in(data: bytes) -> list[bytes]:
    """The whole events of a stream, with a check that nothing stands after the last one."""
    cutter = EventCutter()
    events = cutter.feed(data)
    assert not cutter._carry, "an event was not ended"
    return [each for each in events if each]


@given(BODIES, AFTER, LINE_ENDS, CUTS)
def test_a_stream_passes_byte_for_byte(body: bytes, after: bytes, line_end: bytes, cuts: list[int]) -> None:
    """For any split and any line ends, what passed and what was withheld are the upstream's bytes; the last event is withheld."""
    stop = STOP.replace(b"\n", line_end)
    data = (start() + body + message_delta()).replace(b"\n", line_end) + stop + after.replace(b"\n", line_end)
    passage = Events(StreamTap(None), None)
    passed = b""
    for piece in split(data, [cut * max(1, len(data) // 400) for cut in cuts]):
        passed += passage.take(piece)
        assert b"event: message_stop" not in passed
    assert passage.complete
    assert passed + passage.rest() == data


@given(st.lists(st.sampled_from([b"data: x", b"\n", b"\r", b"\r\n", b"\n\r", b"event: ping"]), max_size=30).map(b"".join), CUTS)
def test_mixed_line_ends_pass_too(body: bytes, cuts: list[int]) -> None:
    """A stream whose line ends are mixed passes byte for byte, and no whole event of it waits for the next one."""
    passage = Events(StreamTap(None), None)
    passed = came = b""
    for piece in split(body, cuts):
        passed += passage.take(piece)
        came += piece
        assert came.startswith(passed)
        assert not EventCutter().feed(came[len(passed) :])
    passed += passage.take(b"\n\n" + STOP)
    assert passed + passage.rest() == body + b"\n\n" + STOP


@given(st.lists(st.sampled_from(message()[1:-1]), max_size=8), st.lists(st.booleans(), min_size=10, max_size=10))
def test_whole_events_pass_in_the_turn_in_which_they_came(events: list[bytes], together: list[bool]) -> None:
    """Nothing of an event that is whole waits for the next one."""
    passage = Events(StreamTap(None), None)
    waiting = b""
    for each, joined in zip(events, together, strict=False):
        waiting += each
        if not joined:
            assert passage.take(waiting) == waiting
            waiting = b""


@given(BODIES, LINE_ENDS, CUTS, st.integers(0, 2_000))
def test_a_broken_stream_ends_in_one_clean_error_event(body: bytes, line_end: bytes, cuts: list[int], length: int) -> None:
    """Wherever a stream breaks, the caller reads the whole events that came, then one error in Claude's shape, and no half of one."""
    data = (start() + body + message_delta()).replace(b"\n", line_end)[:length]
    passage = Events(StreamTap(None), None)
    passed = b"".join(passage.take(piece) for piece in split(data, cuts))
    last = passage.broken(Truncated(), "req_1")
    assert last is not None
    events = events_in(passed + last)
    assert events[:-1] == [each for each in EventCutter().feed(data) if each]
    assert event_name(events[-1]) == b"error"
    assert json.loads(event_data(events[-1])) == {
        "type": "error",
        "error": {"type": "api_error", "message": "The upstream's answer ended before it was complete."},
        "request_id": "req_1",
    }


@given(LINE_ENDS, CUTS, st.sampled_from([b"", b"event: ping\nda", sse("ping")]))
def test_the_upstreams_own_error_stays_the_only_one(line_end: bytes, cuts: list[int], after: bytes) -> None:
    """An error event of the upstream's passes untouched, and no second one is added when the stream then ends."""
    data = (start() + ERROR + after).replace(b"\n", line_end)
    passage = Events(StreamTap(None), None)
    passed = b"".join(passage.take(piece) for piece in split(data, cuts))
    passed += passage.broken(Truncated(), "req_1") or b""
    whole = start() + ERROR + (after if after.endswith(b"\n\n") else b"")
    # Where the last line end was cut in two, its second half says nothing.
    assert passed.removesuffix(b"\n") == whole.replace(b"\n", line_end).removesuffix(b"\n")


@pytest.mark.parametrize("size", [1_000, 30_000, 70_000, 1_000_000])
def test_a_long_event_passes_in_pieces(size: int) -> None:
    """An event that is longer than what is kept goes on in parts, byte for byte; broken inside it, the stream ends in its own error."""
    long = text_delta("x" * 3 * MAX_PARTIAL_BYTES)
    data = start() + long + message_delta() + STOP
    passage = Events(StreamTap(None), None)
    passed = b"".join(passage.take(data[at : at + size]) for at in range(0, len(data), size))
    assert passed + passage.rest() == data

    passage = Events(StreamTap(None), None)
    broken = start() + long[:-10]
    passed = b"".join(passage.take(broken[at : at + size]) for at in range(0, len(broken), size))
    last = passage.broken(ShuttingDown(), "req_1")
    assert last is not None
    events = events_in(passed + last)
    assert json.loads(event_data(events[-1]))["error"]["type"] == "overloaded_error"


@given(st.lists(st.binary(max_size=20), max_size=8))
def test_a_plain_answer_passes_but_for_its_last_piece(pieces: list[bytes]) -> None:
    """Each piece waits for the next one, so that the end goes last."""
    passage = Plain(None)
    passed = []
    for number, piece in enumerate(pieces):
        passed.append(passage.take(piece))
        assert b"".join(passed) == b"".join(pieces[:number])
    assert b"".join(passed) + passage.rest() == b"".join(pieces)
    assert passage.rest() == b""
    assert passage.broken(Truncated(), "req_1") is None


@given(st.lists(st.binary(max_size=20), max_size=8))
def test_an_unknown_stream_passes_at_once(pieces: list[bytes]) -> None:
    """Nothing of a stream that is not told apart is withheld; broken off, it is cut."""
    passage = Live(StreamTap(None))
    assert [passage.take(piece) for piece in pieces] == pieces
    assert passage.rest() == b""
    assert not passage.complete
    assert passage.broken(Truncated(), "req_1") is None


def test_an_answer_that_must_be_changed_is_bounded() -> None:
    """All of it is withheld, and beyond the limit it is refused rather than held."""
    passage = Whole(None)
    assert passage.take(b"one ") + passage.take(b"two") == b""
    assert passage.rest() == b"one two"
    passage = Whole(None)
    for _ in range(MAX_WHOLE_BYTES // 1_000_000):
        passage.take(b"x" * 1_000_000)
    with pytest.raises(UpstreamRubbish):
        passage.take(b"x" * 1_000_000)


@given(CUTS, st.sampled_from(list(Dialect)))
def test_a_changed_stream_is_the_same_for_any_split(cuts: list[int], dialect: Dialect) -> None:
    """The legacy form of a stream depends on its bytes alone, and its last event is withheld like any."""
    data = b"".join(message())
    form = LegacyForm(dialect, "claude-2")
    passage = Events(StreamTap(None), LegacyStream(form, "req_1"))
    passed = b"".join(passage.take(piece) for piece in split(data, [cut * len(data) // 400 for cut in cuts]))
    assert b'"stop_reason":"stop_sequence"' not in passed
    assert passed + passage.rest() == LegacyStream(form, "req_1").feed(data)
