"""Streams of chat completion chunks are screened and restored like those of Messages: each choice's text, each call's arguments."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.policy.answers import BLOCK, MAPPING, RULES, fed, pieces_of, policies, redacted, restored, screens
from tests.policy.texts import BYTE_CUTS, CUTS, INPUTS, TEXTS, cut, deep
from yumen.claude import event_data
from yumen.errors import PolicyBlocked, UpstreamRubbish
from yumen.policy.chat_stream import chat_events
from yumen.policy.looks import Look, Restores

RULED = policies(*RULES)
STRICT = policies(*RULES, BLOCK)
DONE = b"data: [DONE]\n\n"


def chunk(*choices: dict[str, object], **fields: object) -> bytes:
    """One chunk."""
    data = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "claude-opus-4-6", "choices": choices} | fields
    return b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n"


def choice(index: int, finish: str | None = None, **delta: object) -> dict[str, object]:
    """What a chunk says of one choice."""
    return {"index": index, "delta": delta, "finish_reason": finish}


def call(arguments: str) -> list[dict[str, object]]:
    """A piece of a tool call."""
    return [{"index": 0, "id": "call_1", "type": "function", "function": {"name": "look_up", "arguments": arguments}}]


def chat(text: Sequence[str], other: Sequence[str], arguments: Sequence[str]) -> bytes:
    """A stream of two choices at once, the second of which calls a tool."""
    chunks = [
        chunk(choice(0, content=one), choice(1, content=two, tool_calls=call(three)))
        for one, two, three in zip_longest(text, other, arguments, fillvalue="")
    ]
    return b"".join([*chunks, chunk(choice(0, "stop"), choice(1, "tool_calls")), DONE])


def told(data: bytes) -> tuple[str, str, str]:
    """What a stream says: both texts, and the arguments."""
    texts, arguments = ["", ""], ""
    for each in data.split(b"\n\n"):
        if each and event_data(each) != b"[DONE]":
            for said in json.loads(event_data(each))["choices"]:
                texts[said["index"]] += said["delta"].get("content", "")
                for one in said["delta"].get("tool_calls", []):
                    arguments += one["function"]["arguments"]
    return texts[0], texts[1], arguments


PIECES = st.tuples(TEXTS, CUTS).map(lambda drawn: (drawn[0], cut(*drawn)))
ARGUMENTS = st.tuples(INPUTS, CUTS).map(lambda drawn: (drawn[0], cut(json.dumps(drawn[0], ensure_ascii=False), drawn[1])))


@pytest.mark.parametrize("restores", [False, True])
@given(st.tuples(PIECES, PIECES, ARGUMENTS), BYTE_CUTS)
def test_chunks_in_any_pieces_read_like_the_whole(restores: bool, drawn: Any, byte_cuts: list[int]) -> None:  # noqa: FBT001, ANN401
    """Texts of several choices, and arguments, each grow by themselves; what nothing is found in passes byte for byte."""
    values = tuple(value for value, _ in drawn)
    events = chat(*(pieces for _, pieces in drawn))
    look: Look = Restores(MAPPING) if restores else screens(RULED, MAPPING)
    edited = fed(chat_events(look), pieces_of(events, byte_cuts))

    def change(text: str) -> str:
        return restored(text, MAPPING) if restores else redacted(text, RULED, MAPPING)

    *texts, arguments = told(edited)
    new = tuple(deep(value, change) for value in values)
    assert (*texts, json.loads(arguments)) == new
    assert edited.endswith(DONE)
    if new == values:
        assert edited == events


@pytest.mark.parametrize("key", ["content", "arguments"])
def test_a_block_rule_ends_a_chat_before_anything_of_the_hit(key: str) -> None:
    """What blocks raises, in text and in arguments, and no chunk with a part of it has passed."""
    edited = chat_events(screens(STRICT))
    pieces = ['{"a bo', 'mb"', ": 1, and so on}"]
    chunks = [chunk(choice(0, content=each) if key == "content" else choice(0, tool_calls=call(each))) for each in pieces]
    assert edited.feed(chunks[0]) == b""
    with pytest.raises(PolicyBlocked, match="No bombs"):
        edited.feed(chunks[1] + chunks[2])


@pytest.mark.parametrize(
    "chunk_with",
    [
        chunk(choice(0, content="ok"), note="a secret"),
        chunk({"index": 0, "delta": {"content": "ok", "new": {"said": "a secret"}}, "finish_reason": None}),
        chunk({"index": 0, "delta": {"content": "ok"}, "logprobs": {"content": [{"token": "a secret"}]}}),
        b'data: {"error": {"message": "a secret"}}\n\n',
        b": a secret\n\n",
        b': a secret\ndata: {"choices": []}\n\n',
        b'event: secret\ndata: {"choices": []}\n\n',
        b'data: {"type": "secret", "choices": []}\n\n',
    ],
)
def test_no_string_of_a_chunk_is_passed_over(chunk_with: bytes) -> None:
    """What is not known of a chunk is looked at as well."""
    assert b"secret" not in fed(chat_events(screens(RULED)), [chunk_with, DONE])


def test_what_is_held_of_a_choice_goes_on_when_it_is_finished() -> None:
    """The end of a choice makes its text final, while another one goes on."""
    edited = chat_events(screens(RULED))
    begun, finished = chunk(choice(0, content="a sec")), chunk(choice(0, "stop"), choice(1, role="assistant"))
    assert edited.feed(begun) == b""
    assert edited.feed(finished) == begun + finished


def test_nothing_raises_behind_the_end_of_a_chat() -> None:
    """After `[DONE]` what may not pass is dropped in silence; the rest passes."""
    edited = chat_events(screens(STRICT))
    assert edited.feed(DONE) == DONE
    assert edited.feed(chunk(choice(0, content="a bomb ")) + b"data: {\n\n" + b": fine\n\n") == b": fine\n\n"
    assert edited.end() == b""


def test_a_chunk_that_cannot_be_read_is_refused() -> None:
    """Nothing passes that was not looked at."""
    with pytest.raises(UpstreamRubbish):
        chat_events(screens(RULED)).feed(b"data: {\n\n")


@given(st.binary(max_size=30), st.integers(0, 30))
def test_rubbish_never_breaks_what_looks(data: bytes, at: int) -> None:
    """Whatever the bytes are, the look ends in a fault of ours or not at all."""
    edited = chat_events(screens(STRICT))
    try:
        edited.feed(data[:at])
        edited.feed(b"data: " + data[at:] + b"\n\n")
        edited.end()
    except (PolicyBlocked, UpstreamRubbish):
        pass


def test_texts_that_nobody_knows_names_and_odd_numbers() -> None:
    """Strings of a kind that is not known yet grow too; a hit in a function's name ends the stream; a text that is there twice as well."""
    grown = fed(chat_events(screens(RULED)), [chunk(choice(0, thoughts=piece)) for piece in ("a sec", "ret")])
    assert [each["choices"][0]["delta"]["thoughts"] for each in map(json.loads, map(event_data, grown.split(b"\n\n")[:-1]))] == [
        "a [WORD]",
        "",
    ]
    odd = chunk({"index": [], "delta": {"content": "fine"}})
    assert fed(chat_events(screens(RULED)), [odd, DONE]) == odd + DONE
    with pytest.raises(PolicyBlocked, match="rule words"):
        fed(chat_events(screens(RULED)), [chunk(choice(0, tool_calls=[{"index": 0, "function": {"name": "secret", "arguments": ""}}]))])
    with pytest.raises(UpstreamRubbish):
        fed(chat_events(screens(RULED)), [b'data: {"choices":[{"delta":{"content":"a secret","content":""}}]}\n\n'])
