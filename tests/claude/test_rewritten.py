"""A body rewritten in place: what goes is gone, what comes stands in front, and every other byte stays."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.claude.members import rewritten

GONE = frozenset({"model", "stream"})
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["model", "stream", "a"]), inner, max_size=3),
    max_leaves=8,
)
_keys = st.sampled_from(["model", "stream", "messages", "é", 'quo"te', "anthropic_version", "x"])
_space = st.text(st.sampled_from(" \n\t"), max_size=2)


@given(st.lists(st.tuples(_keys, _json), unique_by=lambda pair: pair[0], max_size=7), st.data())
def test_a_body_is_as_if_it_had_been_written_so(pairs: list[tuple[str, object]], draw: st.DataObject) -> None:
    """Whatever the spaces, order and nesting, the object is the one without the members and with those that it had not."""
    space = [draw.draw(_space) for _ in range(4)]
    members = [f"{json.dumps(key)}{space[0]}:{space[1]}{json.dumps(value)}" for key, value in pairs]
    body = f"{space[2]}{{{space[3]}{(space[0] + ',' + space[1]).join(members)}{space[2]}}}".encode()
    new = rewritten(body, GONE, {"anthropic_version": b'"v"', "anthropic_beta": b'["b"]'})
    expected = {"anthropic_version": "v", "anthropic_beta": ["b"]} | {key: value for key, value in pairs if key not in GONE}
    assert json.loads(new) == expected
    for (key, _), text in zip(pairs, members, strict=True):
        assert key in GONE or text.encode() in new


@pytest.mark.parametrize(
    ("body", "new"),
    [
        (b'{"model":"m","max_tokens":1,"stream":true}', b'{"v":1,"max_tokens":1}'),
        (b'{ "x" : {"model" : 1} ,  "model":"m" }', b'{ "v":1,"x" : {"model" : 1} }'),
        (b'{"stream":true,"x":1.50,"model":"m","y":"\\u00e9"}', b'{"v":1,"x":1.50,"y":"\\u00e9"}'),
        (b'{"model":"m"}', b'{"v":1}'),
        (b"{}", b'{"v":1}'),
        (b'{"v":2,"model":"m"}', b'{"v":2}'),
    ],
)
def test_other_bytes_stay(body: bytes, new: bytes) -> None:
    """Numbers, escapes and the order of what stays are the caller's own."""
    assert rewritten(body, GONE, {"v": b"1"}) == new
