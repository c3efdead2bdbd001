"""A Messages stream becomes a legacy stream, however its bytes are cut and wherever it breaks off."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.claude.completions import Dialect, LegacyForm, LegacyStream, legacy_answer

HUMAN = "\n\nHuman:"
FORMS = {dialect: LegacyForm(dialect, "claude-2") for dialect in Dialect}
dialects = st.sampled_from(list(Dialect))
texts = st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12), max_size=6)


def sse(name: str, **data: object) -> bytes:
    """Return one event of Claude's, padded as Claude pads."""
    return f"event: {name}\ndata: {json.dumps({'type': name} | data)}   \n\n".encode()


def stream_of(pieces: list[str], reason: str = "end_turn", sequence: str | None = None) -> bytes:
    """Return a whole Messages stream with these pieces of text."""
    delta = {"stop_reason": reason, "stop_sequence": sequence}
    return b"".join(
        [
            sse("message_start", message={"id": "msg_01abc", "content": [], "usage": {"input_tokens": 3}}),
            sse("content_block_start", index=0, content_block={"type": "text", "text": ""}),
            sse("ping"),
            *[sse("content_block_delta", index=0, delta={"type": "text_delta", "text": piece}) for piece in pieces],
            sse("content_block_stop", index=0),
            sse("message_delta", delta=delta, usage={"output_tokens": 9}),
            sse("message_stop"),
        ]
    )


def turn(data: bytes, dialect: Dialect, cuts: list[int] | None = None) -> bytes:
    """Return what a caller gets of a stream that is cut at these places."""
    stream = LegacyStream(FORMS[dialect], "req_1")
    bounds = [0, *sorted(cut % (len(data) + 1) for cut in cuts or []), len(data)]
    fed = [stream.feed(data[start:stop]) for start, stop in pairwise(bounds)]
    return b"".join(fed) + stream.end()


def completions(answer: bytes) -> list[dict[str, object]]:
    """Return the completions of a legacy stream, read as the clients of 2023 read it."""
    found = []
    for piece in answer.replace(b"\r\n", b"\n").split(b"\n\n"):
        lines = piece.split(b"\n")
        if lines[0] in (b"event: ping", b"") or lines[-1] == b"data: [DONE]":
            continue
        found.append(json.loads(lines[-1].removeprefix(b"data: ")))
    return found


def first_dialect(text: str, stop: str = "null", reason: str = "null") -> bytes:
    """Return the data of an event of 2023-01-01, from JSON values."""
    tail = '"truncated":false,"log_id":"compl_01abc","model":"claude-2","exception":null'
    return f'data: {{"completion":{text},"stop":{stop},"stop_reason":{reason},{tail}}}\r\n\r\n'.encode()


def second_dialect(text: str, stop: str = "null", reason: str = "null") -> bytes:
    """Return an event of 2023-06-01, from JSON values."""
    head, tail = f'"type":"completion","id":"compl_01abc","completion":{text}', f'"model":"claude-2","stop":{stop},"log_id":"compl_01abc"'
    return f'event: completion\ndata: {{{head},"stop_reason":{reason},{tail}}}\n\n'.encode()


def test_the_first_dialect() -> None:
    """Under 2023-01-01 there are nameless events with all text so far, a ping as those clients know it, and `[DONE]`."""
    assert turn(stream_of(["Hel", "lo"]), Dialect.CUMULATIVE) == (
        b'event: ping\r\ndata: {"type": "ping"}\r\n\r\n'
        + first_dialect('" Hel"')
        + first_dialect('" Hello"')
        + first_dialect('" Hello"', r'"\n\nHuman:"', '"stop_sequence"')
        + b"data: [DONE]\r\n\r\n"
    )


def test_the_second_dialect() -> None:
    """Under 2023-06-01 there are named events with the new text, and no `[DONE]`."""
    assert turn(stream_of(["Hel", "lo"], "stop_sequence", "END"), Dialect.INCREMENTAL) == (
        b'event: ping\ndata: {"type": "ping"}\n\n'
        + second_dialect('" Hel"')
        + second_dialect('"lo"')
        + second_dialect('""', '"END"', '"stop_sequence"')
    )


@given(texts, dialects, st.lists(st.integers(0, 10_000), max_size=12), st.sampled_from([b"\n", b"\r\n"]))
def test_any_cut_gives_the_same_bytes(pieces: list[str], dialect: Dialect, cuts: list[int], line_end: bytes) -> None:
    """The caller's bytes do not depend on how the upstream's were cut, nor on its line ends."""
    data = stream_of(pieces)
    assert turn(data.replace(b"\n", line_end), dialect, cuts) == turn(data, dialect)


def test_a_cut_inside_a_line_end_with_nothing_after_it() -> None:
    """An empty piece between the two halves of a line end changes nothing."""
    data = stream_of(["a"]).replace(b"\n", b"\r\n")
    halves = [place for place in range(1, len(data)) if data[place - 1 : place + 1] == b"\r\n"]
    for dialect in Dialect:
        assert turn(data, dialect, halves * 2) == turn(data, dialect)


def test_byte_by_byte() -> None:
    """The finest cut of all gives the same bytes too."""
    data = stream_of(["玉", "门", "関🙂", "\n\nx"], "max_tokens")
    for dialect in Dialect:
        assert turn(data, dialect, list(range(len(data)))) == turn(data, dialect)


@given(texts, dialects)
def test_stream_and_plain_say_the_same(pieces: list[str], dialect: Dialect) -> None:
    """The text of a stream, joined or as it grew, is that of the plain answer, and so is its end."""
    plain = json.loads(
        legacy_answer(
            json.dumps({"id": "msg_01abc", "content": [{"type": "text", "text": "".join(pieces)}], "stop_reason": "end_turn"}).encode(),
            FORMS[dialect],
        )
    )
    streamed = completions(turn(stream_of(pieces), dialect))
    if dialect is Dialect.CUMULATIVE:
        grown = [str(each["completion"]) for each in streamed]
        assert all(later.startswith(earlier) for earlier, later in pairwise(grown))
        assert streamed[-1] == plain
    else:
        assert "".join(str(each["completion"]) for each in streamed) == plain["completion"]
        assert streamed[-1] == plain | {"completion": ""}


@given(texts, dialects, st.integers(0, 10_000))
def test_a_stream_that_breaks_off_never_looks_whole(pieces: list[str], dialect: Dialect, cut: int) -> None:
    """Whatever byte is the last, a stream without `message_stop` has no stop reason and no `[DONE]`, and ends in an error."""
    data = stream_of(pieces)
    answer = turn(data[: cut % len(data)], dialect)
    assert b"[DONE]" not in answer
    assert b'"stop_reason":"' not in answer
    last = answer.rstrip().replace(b"\r\n", b"\n").rsplit(b"\n\n", 1)[-1]
    assert last.startswith(b'data: {"error":{' if dialect is Dialect.CUMULATIVE else b"event: error\ndata: {")
    assert b'"api_error"' in last


def test_an_error_event_ends_the_stream() -> None:
    """An error of the upstream's is told in the dialect's form, once, and nothing follows it."""
    error = b'event: error\ndata: {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}\n\n'
    data = sse("message_start", message={"id": "msg_1"}) + error + stream_of(["never"]) + error
    assert turn(data, Dialect.INCREMENTAL) == error
    assert turn(data, Dialect.CUMULATIVE) == b'data: {"error":{"type": "overloaded_error", "message": "Overloaded"}}\r\n\r\n'


@pytest.mark.parametrize("dialect", list(Dialect))
def test_a_stop_without_a_reason_is_an_error(dialect: Dialect) -> None:
    """`message_stop` alone does not make an answer whole."""
    answer = turn(sse("message_start", message={"id": "msg_1"}) + sse("message_stop"), dialect)
    assert answer.count(b"error") >= 1
    assert b"[DONE]" not in answer


@given(st.binary(max_size=300), dialects)
def test_rubbish_is_an_error(data: bytes, dialect: Dialect) -> None:
    """Any bytes at all end in an error, and none raise."""
    assert b"error" in turn(data, dialect)


@pytest.mark.parametrize("dialect", list(Dialect))
def test_an_event_that_cannot_be_read_is_an_error(dialect: Dialect) -> None:
    """An event of a known name without its data is told as the upstream's fault."""
    assert b"cannot be read" in turn(b"event: content_block_delta\ndata: {\n\n" + stream_of(["x"]), dialect)


def test_an_error_that_is_no_json_is_told_as_json() -> None:
    """The first dialect's Node client asks again for ever when it meets a line that is no JSON, so it never does."""
    assert completions(turn(b"event: error\ndata: <html>\n\n", Dialect.CUMULATIVE))[0].keys() == {"error"}


def test_what_2023_did_not_know_is_passed_over() -> None:
    """Thinking, citations and events of later times leave no trace, and a refusal keeps its name."""
    data = stream_of(["a"], "refusal").replace(
        b"event: ping",
        sse("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "hm"}) + sse("news", text="x") + b"event: ping",
    )
    assert [each["completion"] for each in completions(turn(data, Dialect.INCREMENTAL))] == [" a", ""]
    assert completions(turn(data, Dialect.INCREMENTAL))[-1]["stop_reason"] == "refusal"


def test_the_state_is_told() -> None:
    """`ended` turns true with `message_stop`, and `end` then adds nothing."""
    stream = LegacyStream(FORMS[Dialect.INCREMENTAL], "req_1")
    stream.feed(stream_of(["a"])[:-1])
    assert not stream.ended
    stream.feed(b"\n")
    assert stream.ended
    assert stream.end() == b""
