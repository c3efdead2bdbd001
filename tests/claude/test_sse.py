"""Events are cut out of a byte stream however it is split, whatever its line ends are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from yumen.claude import EventCutter, event, event_data, event_name
from yumen.claude.sse import MAX_EVENT_BYTES

LINES = st.sampled_from([b"event: ping", b"data: {}", b"data:x", b": comment", b"id: 7", b"data", "data: 玉门".encode()])
EVENTS = st.lists(st.lists(LINES, min_size=1, max_size=3), max_size=5)
CUTS = st.lists(st.integers(0, 400), max_size=12)


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    """The data in pieces, some of them empty."""
    places = sorted(min(cut, len(data)) for cut in cuts)
    return [data[one:two] for one, two in zip([0, *places], [*places, len(data)], strict=True)]


@given(EVENTS, CUTS, st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_any_split_gives_the_same_events(events: list[list[bytes]], cuts: list[int], line_end: bytes) -> None:
    r"""Events come out whole and in order for `\n`, `\r\n` and `\r`, also where a line end is cut in two."""
    data = b"".join(b"".join(line + line_end for line in lines) + line_end for lines in events)
    cutter = EventCutter()
    found = [each for piece in split(data, cuts) for each in cutter.feed(piece)]
    assert found == [b"\n".join(lines) for lines in events]


@given(st.lists(st.sampled_from([b"a", b"\n", b"\r", b"\r\n", b"data: x"]), max_size=30), CUTS)
def test_mixed_line_ends_are_the_same_for_any_split(pieces: list[bytes], cuts: list[int]) -> None:
    """Whatever mixture comes, it is understood as if it had come at once."""
    data = b"".join(pieces)
    whole, cut = EventCutter(), EventCutter()
    assert [each for piece in split(data, cuts) for each in cut.feed(piece)] == whole.feed(data)


def test_a_longer_event_is_passed_over() -> None:
    """What is too long to be kept is dropped, and the next event is whole again, for any size of pieces."""
    data = b"data: " + b"x" * (2 * MAX_EVENT_BYTES) + b"\n\nevent: ping\n\n"
    for size in (len(data), 65_536, 1_000_003):
        cutter = EventCutter()
        found = [each for at in range(0, len(data), size) for each in cutter.feed(data[at : at + size])]
        assert found[-1] == b"event: ping"
        assert all(len(each) <= len(data) for each in found)
        assert len(found) <= 2


def test_an_event_is_written_in_claudes_form_and_read_back() -> None:
    """Name and data come back; several `data` lines are one text; a missing name is empty."""
    assert event("ping", b'{"type": "ping"}') == b'event: ping\ndata: {"type": "ping"}\n\n'
    assert event_name(b"event: ping\ndata: {}") == b"ping"
    assert event_name(b"data: {}\nevent:ping") == b"ping"
    assert event_name(b"data: event: ping") == b""
    assert event_data(b"event: ping\ndata: {}") == b"{}"
    assert event_data(b"data:  two\ndata:three\ndata") == b" two\nthree"
    assert event_data(b": data: no") == b""
