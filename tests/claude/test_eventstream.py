"""Frames of AWS's event stream, cut however they are split, and read as AWS's own library reads them."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from itertools import pairwise
from zlib import crc32

import pytest
from botocore.eventstream import EventStreamBuffer, ParserError
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.claude.frames import chunk, error, exception, frame, text_headers
from yumen.claude.eventstream import MAX_HEADERS_BYTES, MAX_PAYLOAD_BYTES, Frame, FrameCutter
from yumen.errors import UpstreamRubbish

_numbers = {2: 8, 3: 16, 4: 32, 5: 64, 8: 64}
_values = st.one_of(
    st.sampled_from([(0, True), (1, False)]),
    *[st.tuples(st.just(kind), st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)) for kind, bits in _numbers.items()],
    st.tuples(st.just(6), st.binary(max_size=40)),
    st.tuples(st.just(7), st.text(max_size=20)),
    st.tuples(st.just(9), st.binary(min_size=16, max_size=16)),
)
_headers = st.dictionaries(st.text(min_size=1, max_size=10), _values, max_size=4)
_frames = st.lists(st.builds(frame, _headers, st.binary(max_size=200)), min_size=1, max_size=4)


def cut(pieces: Iterable[bytes]) -> list[Frame]:
    """Cut the pieces of one stream."""
    cutter = FrameCutter()
    frames = [each for piece in pieces for each in cutter.feed(piece)]
    assert not cutter.partial
    return frames


def by_aws(data: bytes) -> list[tuple[object, bytes]]:
    """Read a stream by AWS's own library."""
    buffer = EventStreamBuffer()
    buffer.add_data(data)
    return [(event.headers, event.payload) for event in buffer]


@given(_frames)
def test_every_frame_is_read_as_aws_reads_it(frames: list[bytes]) -> None:
    """Headers of every type and payloads are what AWS's own library makes of the same bytes."""
    data = b"".join(frames)
    assert [tuple(each) for each in cut([data])] == by_aws(data)


@given(_frames, st.lists(st.integers(0, 2000), max_size=10))
def test_any_split_gives_the_same_frames(frames: list[bytes], places: list[int]) -> None:
    """Frames do not depend on how the bytes come, be it one at a time."""
    data = b"".join(frames)
    whole = cut([data])
    ends = [0, *sorted(place for place in places if place < len(data)), len(data)]
    assert cut(data[start:end] for start, end in pairwise(ends)) == whole
    assert cut(bytes([byte]) for byte in data) == whole


@settings(max_examples=300)
@given(_frames, st.data())
def test_changed_bytes_are_refused_and_nothing_else_happens(frames: list[bytes], draw: st.DataObject) -> None:
    """A stream with one changed byte is read up to the frame before it, by us as by AWS; then it is rubbish or waits for more."""
    data = bytearray(b"".join(frames))
    place = draw.draw(st.integers(0, len(data) - 1))
    data[place] ^= draw.draw(st.integers(1, 255))
    good = cut([bytes(data[: sum(map(len, frames[: _index(frames, place)]))])])
    cutter = FrameCutter()
    read: list[Frame] = []
    refused = False
    try:
        read += cutter.feed(bytes(data))
        cutter.feed(b"")
    except UpstreamRubbish:
        refused = True
    assert read == good
    assert refused or cutter.partial


def _index(frames: list[bytes], place: int) -> int:
    end = 0
    for index, each in enumerate(frames):
        end += len(each)
        if place < end:
            return index
    raise AssertionError


@given(st.binary(max_size=400))
def test_noise_never_hangs_or_escapes(noise: bytes) -> None:
    """Bytes that are no frames raise UpstreamRubbish or wait for more, and nothing else."""
    cutter = FrameCutter()
    try:
        for byte in noise:
            assert cutter.feed(bytes([byte])) == []
    except UpstreamRubbish:
        return
    assert cutter.partial is bool(noise)


@pytest.mark.parametrize(
    ("total", "headers"),
    [
        (15, 0),
        (0, 0),
        (16, 1),
        (MAX_HEADERS_BYTES + 17, MAX_HEADERS_BYTES + 1),
        (MAX_PAYLOAD_BYTES + 17, 0),
        (2**32 - 1, 0),
        (2**32 - 1, 2**32 - 1),
    ],
)
def test_an_impossible_length_is_refused_before_anything_is_kept(total: int, headers: int) -> None:
    """A prelude with a right checksum and a length that cannot be raises at once."""
    prelude = struct.pack("!II", total, headers)
    with pytest.raises(UpstreamRubbish):
        FrameCutter().feed(prelude + struct.pack("!I", crc32(prelude)))


@pytest.mark.parametrize(
    "head",
    [
        b"\x01a",
        b"\x05a",
        b"\x01a\x0a",
        b"\x01a\x07\x00\x05ab",
        b"\x01a\x07\x00\x01\xff",
        b"\x01\xff\x00",
        b"\x01a\x05\x00",
        b"\x01a\x09abc",
        b"\x01a\x00\x01a\x01",
    ],
    ids=["no-type", "short-name", "unknown-type", "short-text", "no-utf8", "name-no-utf8", "short-number", "short-uuid", "twice"],
)
def test_headers_that_cannot_be_read_are_refused(head: bytes) -> None:
    """A frame with right checksums and broken headers raises UpstreamRubbish."""
    prelude = struct.pack("!II", len(head) + 16, len(head))
    message = prelude + struct.pack("!I", crc32(prelude)) + head
    with pytest.raises(UpstreamRubbish):
        FrameCutter().feed(message + struct.pack("!I", crc32(message)))


def test_what_bedrock_sends_is_read() -> None:
    """A chunk, an exception and an error are frames for AWS's library too."""
    data = chunk(b'{"type":"ping"}') + exception("throttlingException", "Too many tokens") + error("InternalFailure", "oops")
    assert [tuple(each) for each in cut([data])] == by_aws(data)
    with pytest.raises(ParserError):
        by_aws(data[:-1] + bytes([data[-1] ^ 1]))
    assert frame(text_headers(a="b"), b"").count(b":a") == 1
