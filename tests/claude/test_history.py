"""A conversation's parts are cut out and put in front as they stand; what requests do not take is left out of answers."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.claude import read_fields
from yumen.claude.history import answer_again, content_in, joined, messages_in, with_history, without_marks
from yumen.errors import InvalidRequest

HISTORY = b'{"role":"user","content":"1"},{"role":"assistant","content":[{"type":"text","text":"\\u4e00"}]}'
JSON = st.recursive(
    st.none() | st.booleans() | st.text(st.characters(codec="utf-8"), max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["content", "cache_control", "type", "input"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        (b'{"messages":[{"a":1}]}', b'{"messages":[' + HISTORY + b',{"a":1}]}'),
        (
            b'{ "x" : "messages" , "messages" : [ {"a" : 1} ] , "y":[]}',
            b'{ "x" : "messages" , "messages" : [' + HISTORY + b', {"a" : 1} ] , "y":[]}',
        ),
        (b'{"messages":[ ]}', b'{"messages":[' + HISTORY + b" ]}"),
    ],
)
def test_the_history_stands_in_front_and_nothing_else_changes(body: bytes, whole: bytes) -> None:
    """The caller's bytes stay as they were sent, white space, order and escapes included."""
    assert with_history(body, HISTORY, {}) == whole
    assert json.loads(whole)


def test_members_of_the_session_are_filled_in_only_where_there_are_none() -> None:
    """A request's own `system` stands; missing `tools` are filled in."""
    body = with_history(b'{"system":"mine","messages":[1]}', b"0", {"system": b'"stored"', "tools": b"[ ]"})
    assert body == b'{"tools":[ ],"system":"mine","messages":[0,1]}'


@pytest.mark.parametrize(
    ("body", "said"), [(b"{}", "Field required"), (b'{"messages":{}}', "valid list"), (b'{"messages":null}', "valid list")]
)
def test_a_request_without_messages_is_refused(body: bytes, said: str) -> None:
    """A turn must say something that can be stored."""
    with pytest.raises(InvalidRequest, match=said):
        messages_in(read_fields(body))


def test_messages_are_cut_out_as_they_stand() -> None:
    """Nothing inside the brackets changes."""
    assert messages_in(read_fields(b'{"messages": [ {"a" : 1 }, 2 ] }')) == b'{"a" : 1 }, 2'
    assert joined([b"", b"1", b"", b"2"]) == b"1,2"


def test_marks_of_blocks_are_cut_and_nothing_else() -> None:
    """A mark goes from a block and from a tool's result's block; what only has its name, in an input or a text, stays."""
    message = (
        b'{"role": "user", "content": [{"type":"text" , "cache_control": {"type":"ephemeral"}, "text":"\\"cache_control\\""},'
        b'{"type":"tool_result","content":[{"cache_control":null,"type":"text","text":"x"}]},{"type":"tool_use","input":{"cache_control":1}}]}'
    )
    assert without_marks(message) == (
        b'{"role": "user", "content": [{"type":"text" , "text":"\\"cache_control\\""},'
        b'{"type":"tool_result","content":[{"type":"text","text":"x"}]},{"type":"tool_use","input":{"cache_control":1}}]}'
    )


@given(st.lists(st.fixed_dictionaries({"role": st.just("user"), "content": JSON}), max_size=3))
def test_unmarked_messages_say_the_same_otherwise(messages: list[object]) -> None:
    """Whatever stands in messages, they stay valid JSON, and differ in marks alone."""
    raw = json.dumps(messages)[1:-1].encode()
    left = json.loads(b"[" + without_marks(raw) + b"]")
    for before, after in zip(messages, left, strict=True):
        assert before == after or "cache_control" in json.dumps(before)


@pytest.mark.parametrize(
    ("content", "again"),
    [
        (b'[ {"type":"text", "text":"Hi\\u0021"} ]', b'[ {"type":"text", "text":"Hi\\u0021"} ]'),
        (b'[{"type":"text","text":"a","citations":null}]', b'[{"type":"text","text":"a"}]'),
        (b'[{"citations":null,"text":"a","type":"text"}]', b'[{"text":"a","type":"text"}]'),
        (b'[{"type":"text","text":" \\n"},{"type":"tool_use","input":{}}]', b'[{"type":"tool_use","input":{}}]'),
        (b'[{"type":"tool_use","caller":{"type":"direct"},"input":{"x":null}}]', b'[{"type":"tool_use","input":{"x":null}}]'),
        (b'[{"type":"tool_use","caller":{"type":"code","tool_id":"s"}}]', b'[{"type":"tool_use","caller":{"type":"code","tool_id":"s"}}]'),
        (
            b'[{"type":"text","text":"a","citations":[{"type":"char_location","file_id":null,"document_index":0}]}]',
            b'[{"type":"text","text":"a","citations":[{"type":"char_location","document_index":0}]}]',
        ),
        (
            b'[{"type":"text","text":"a"},{"type":"thinking","thinking":"t","signature":"s"},{"type":"redacted_thinking","data":"d"}]',
            b'[{"type":"text","text":"a"}]',
        ),
        (
            b'[{"type":"thinking","thinking":"t","signature":"s"},{"type":"text","text":"a"}]',
            b'[{"type":"thinking","thinking":"t","signature":"s"},{"type":"text","text":"a"}]',
        ),
    ],
)
def test_an_answer_is_sent_back_as_requests_take_it(content: bytes, again: bytes) -> None:
    """Null members, a tool's direct caller, a citation's file, blank texts and thinking at the end are left out; all else stays."""
    assert answer_again(content) == b'{"role":"assistant","content":' + again + b"}"


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b'[{"type":"text","text":""}]',
        b"[1]",
        b"[",
        b'[{"type":"text","text":7e}]',
        b'[{"type":"thinking","thinking":"cut o","signature":""},{"type":"text","text":" "}]',
    ],
)
def test_an_answer_without_anything_to_send_back_is_none(content: bytes) -> None:
    """Nothing that Claude would refuse gets into a history."""
    assert answer_again(content) is None


def test_the_content_of_a_plain_answer_is_cut_out_as_it_stands() -> None:
    """Raw bytes, or nothing where it has another form."""
    assert content_in(b'{"content": [ 1 ], "x":2}') == b"[ 1 ]"
    assert content_in(b'{"content":"x"}') is None
    assert content_in(b"[]") is None
