"""One member of a body changed in place: every other byte, and the order of the keys, stays."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.claude.members import members, with_value

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["model", "a", '"', "\\"]), inner, max_size=3),
    max_leaves=8,
)
_keys = st.sampled_from(["model", "messages", "é", 'quo"te', "back\\slash", "x", "", "mode", "{", ",", ":", "modèle", "\U0001f40e"])
_space = st.text(st.sampled_from(" \n\t\r"), max_size=3)
NEW = b'"claude-haiku-4-5"'


@st.composite
def bodies(draw: st.DrawFn) -> tuple[list[tuple[str, object]], list[bytes], bytes]:
    """An object as anybody may write it: its pairs, the pieces of text before, at and after each value, and the whole."""
    pairs = draw(st.lists(st.tuples(_keys, _json), unique_by=lambda pair: pair[0], max_size=6))
    texts = []
    for key, value in pairs:
        name = json.dumps(key, ensure_ascii=draw(st.booleans()))
        if draw(st.booleans()):
            name = '"' + "".join(f"\\u{unit:04x}" for unit in units(key)) + '"'
        indent = draw(st.sampled_from([None, 1]))
        texts.append((name + draw(_space) + ":" + draw(_space), json.dumps(value, ensure_ascii=draw(st.booleans()), indent=indent)))
    pieces = [(draw(_space) + "{" + draw(_space)).encode()]
    for number, (name, value) in enumerate(texts):
        comma = draw(_space) + "," + draw(_space) if number else ""
        pieces += [(comma + name).encode(), value.encode()]
    pieces.append((draw(_space) + "}" + draw(_space)).encode())
    return pairs, pieces, b"".join(pieces)


def units(text: str) -> list[int]:
    """The UTF-16 code units of a text, which JSON's escapes name."""
    encoded = text.encode("utf-16-be")
    return [int.from_bytes(encoded[at : at + 2]) for at in range(0, len(encoded), 2)]


@given(bodies())
def test_only_that_value_changes(made: tuple[list[tuple[str, object]], list[bytes], bytes]) -> None:
    """Whatever spaces, escapes, order and nesting: the bytes before and after the value are the caller's own."""
    pairs, pieces, body = made
    assert json.loads(body) == dict(pairs)
    keys = [key for key, _ in pairs]
    expected = list(pieces)
    if "model" in keys:
        expected[2 + 2 * keys.index("model")] = NEW
    new = with_value(body, "model", NEW)
    assert new == b"".join(expected)
    assert list(json.loads(new).items()) == [(key, "claude-haiku-4-5" if key == "model" else value) for key, value in pairs]


@given(bodies())
def test_members_are_found_where_they_lie(made: tuple[list[tuple[str, object]], list[bytes], bytes]) -> None:
    """Each member's key is read as JSON reads it, and its value stands between its two places."""
    pairs, pieces, body = made
    found = list(members(body))
    assert [member.key for member in found] == [key for key, _ in pairs]
    assert [body[member.value_start : member.value_end] for member in found] == pieces[2:-1:2]


@pytest.mark.parametrize(
    ("body", "new"),
    [
        (b'{"model":"fast"}', b'{"model":"m"}'),
        (b'{"messages":[{"model":"fast"}],"mod\\u0065l" : "fast" }', b'{"messages":[{"model":"fast"}],"mod\\u0065l" : "m" }'),
        (b'{"x":"\\"model\\":\\"fast\\"","model":null}', b'{"x":"\\"model\\":\\"fast\\"","model":"m"}'),
        (b'{"x":"model","model":"fast"}', b'{"x":"model","model":"m"}'),
        (b'{"model":["a",{"model":1}],"y":1.50}', b'{"model":"m","y":1.50}'),
        (b'{"messages":1}', b'{"messages":1}'),
        (b"{}", b"{}"),
    ],
)
def test_odd_bodies(body: bytes, new: bytes) -> None:
    """Escaped keys, texts that look like members, nested namesakes, and no such member."""
    assert with_value(body, "model", b'"m"') == new


@pytest.mark.parametrize(
    "filling",
    [b'"' + b"a" * 64 + b'",', b'"\\\\\\"' + b"\\n" * 30 + b'",', b'{"a":[{}]},', b"1234567890,"],
    ids=["texts", "escapes", "nested", "numbers"],
)
def test_a_large_body_takes_time_in_proportion(filling: bytes) -> None:
    """Sixteen times the size takes nowhere near the 256 times of a reader that goes back and forth."""

    def cost(size: int) -> float:
        body = b'{"messages":[' + (filling * (size // len(filling))).rstrip(b",") + b'],"model":"fast"}'
        best = 1e9
        for _ in range(3):
            before = time.process_time()
            changed = with_value(body, "model", NEW)
            best = min(best, time.process_time() - before)
        assert changed == body[: -len(b'"fast"}')] + NEW + b"}"
        return best

    small, large = cost(1 << 17), cost(1 << 21)
    assert large < 80 * max(small, 1e-4)


def test_a_long_text_takes_time_in_proportion() -> None:
    """One text of eight megabytes, with and without escapes, is one step."""
    for unit in (b"a", b"\\\\", b'\\"'):
        body = b'{"x":"' + unit * (4 << 20) + b'","model":"fast"}'
        before = time.process_time()
        assert with_value(body, "model", NEW).endswith(b',"model":"claude-haiku-4-5"}')
        assert time.process_time() - before < 5
