"""Streams of Messages are screened and restored for any pieces as if the whole had been looked at."""

from __future__ import annotations

import contextlib
import json

from hypothesis import given
from hypothesis import strategies as st

from tests.policy.answers import (
    BLOCK,
    MAPPING,
    RULES,
    block,
    content,
    everything,
    fed,
    pieces_of,
    policies,
    redacted,
    restored,
    screens,
    stream,
)
from tests.policy.texts import BYTE_CUTS, CUTS, INPUTS, TEXTS, cut, deep
from yumen.errors import PolicyBlocked, UpstreamRubbish
from yumen.policy.looks import Restores
from yumen.policy.message_stream import message_events

RULED = policies(*RULES)
STRICT = policies(*RULES, BLOCK)
EVENTS = st.sampled_from([*everything(), *stream(("text", ["a bomb "]), ("thinking", ["a secret "]), ("tool_use", ['{"a', '": "x\\\\']))])


@given(TEXTS, CUTS, BYTE_CUTS)
def test_text_in_any_pieces_reads_like_the_screened_whole(text: str, cuts: list[int], byte_cuts: list[int]) -> None:
    """However a text is cut into deltas, and these into pieces of bytes, what goes on is what the rules make of the whole."""
    events = b"".join(stream(("text", cut(text, cuts))))
    edited = fed(message_events(screens(RULED, MAPPING)), pieces_of(events, byte_cuts))
    new = redacted(text, RULED, MAPPING)
    assert content(edited)[0]["text"] == new
    if new == text:
        assert edited == events


@given(TEXTS, CUTS)
def test_nothing_that_is_redacted_has_begun_to_pass(text: str, cuts: list[int]) -> None:
    """At any time, what the caller has is the beginning of what the rules make of the whole: no part of a hit came before it was known."""
    new = redacted(text, RULED, MAPPING)
    edited, passed = message_events(screens(RULED, MAPPING)), b""
    for event in stream(("text", cut(text, cuts))):
        passed += edited.feed(event)
        blocks = content(passed)
        assert new.startswith(blocks[0]["text"] if blocks else "")


@given(INPUTS, CUTS, BYTE_CUTS, st.booleans())
def test_tool_input_in_any_pieces_and_escapes(value: object, cuts: list[int], byte_cuts: list[int], ascii_only: bool) -> None:  # noqa: FBT001
    """Every string of a tool's input, keys too, reads like the screened whole, in any escape form, and the JSON stays valid."""
    written = json.dumps(value, ensure_ascii=ascii_only)
    events = b"".join(stream(("tool_use", cut(written, cuts))))
    edited = fed(message_events(screens(RULED, MAPPING)), pieces_of(events, byte_cuts))
    assert json.loads(content(edited)[0]["input"]) == deep(value, lambda text: redacted(text, RULED, MAPPING))


@given(INPUTS, CUTS, BYTE_CUTS, st.booleans())
def test_values_come_back_in_tool_input(value: object, cuts: list[int], byte_cuts: list[int], ascii_only: bool) -> None:  # noqa: FBT001
    """Placeholders in a tool's input become the caller's values, escaped as JSON needs it."""
    events = b"".join(stream(("tool_use", cut(json.dumps(value, ensure_ascii=ascii_only), cuts))))
    edited = fed(message_events(Restores(MAPPING)), pieces_of(events, byte_cuts))
    assert json.loads(content(edited)[0]["input"]) == deep(value, lambda text: restored(text, MAPPING))


@given(TEXTS, CUTS, BYTE_CUTS)
def test_values_come_back_in_text(text: str, cuts: list[int], byte_cuts: list[int]) -> None:
    """Placeholders in pieces, in another case, with Markdown's backslash become the caller's values; those of others stay."""
    events = b"".join(stream(("text", cut(text, cuts))))
    edited = fed(message_events(Restores(MAPPING)), pieces_of(events, byte_cuts))
    new = restored(text, MAPPING)
    assert content(edited)[0]["text"] == new
    if new == text:
        assert edited == events


@given(TEXTS, CUTS, BYTE_CUTS)
def test_thinking_comes_back_in_the_form_that_was_signed_or_stays(text: str, cuts: list[int], byte_cuts: list[int]) -> None:
    """In thinking only what stands just as it was made becomes a value: put in again it makes the same bytes, so that the seal holds."""
    events = b"".join(stream(("thinking", cut(text, cuts))))
    thought = content(fed(message_events(Restores(MAPPING)), pieces_of(events, byte_cuts)))[0]["thinking"]
    by_value = {value: name for name, value in MAPPING.items()}
    for value, name in by_value.items():
        thought = thought.replace(value, name)
    assert thought == text


@given(TEXTS, CUTS, TEXTS, BYTE_CUTS)
def test_thinking_with_a_hit_is_dropped_whole(thought: str, cuts: list[int], text: str, byte_cuts: list[int]) -> None:
    """A thinking block passes byte for byte or not at all; the blocks behind it then have the indices of a message without it."""
    events = stream(("thinking", cut(thought, cuts)), ("text", [text]), ("tool_use", ["{}"]))
    edited = fed(message_events(screens(RULED, MAPPING)), pieces_of(b"".join(events), byte_cuts))
    kinds = [each["type"] for each in content(edited)]
    if redacted(thought, RULED, MAPPING) == thought:
        assert kinds == ["thinking", "text", "tool_use"]
        assert b"".join(block(0, "thinking", cut(thought, cuts))) in edited
    else:
        assert kinds == ["text", "tool_use"]
        assert b"c2lnbmVk" not in edited
    assert content(edited)[-2]["text"] == redacted(text, RULED, MAPPING)


@given(st.lists(EVENTS | st.binary(max_size=20), max_size=12).map(b"".join), BYTE_CUTS)
def test_events_in_any_order_and_damage_end_in_a_fault_of_ours_or_pass(data: bytes, byte_cuts: list[int]) -> None:
    """Blocks that never began or ended, events out of order, and rubbish between them: nothing else is raised, and no hit passes."""
    edited, passed = message_events(screens(STRICT)), b""
    with contextlib.suppress(PolicyBlocked, UpstreamRubbish):
        for piece in pieces_of(data, byte_cuts):
            passed += edited.feed(piece)
        passed += edited.end()
    assert b"a bomb" not in passed
    assert b"a secret" not in passed
