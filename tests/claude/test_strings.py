"""Every string of a JSON text is seen as a reader sees it, in any escape form, and replaced where it stands."""

from __future__ import annotations

import json
import random
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yumen.claude import strings
from yumen.claude.strings import Change, Frame, changed, encoded, spots_in, without
from yumen.errors import InvalidRequest

CHARACTERS = st.text(st.characters(codec=None, categories=None), max_size=12)
"""Any, halves of surrogate pairs included."""
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | CHARACTERS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(CHARACTERS, inner, max_size=4),
    max_leaves=12,
)
SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "/": "\\/"}


def spelled(text: str, chance: random.Random) -> str:
    """A string's token, each character in one of its forms."""
    pieces = []
    for character in text:
        units = character.encode("utf-16-be", "surrogatepass")
        escapes = "".join(f"\\u{units[at]:02x}{units[at + 1]:02X}" for at in range(0, len(units), 2))
        must = character < " " or character in '"\\' or "\ud800" <= character <= "\udfff"
        forms = [escapes, *([SHORT[character]] if character in SHORT else []), *([] if must else [character])]
        pieces.append(chance.choice(forms))
    return f'"{"".join(pieces)}"'


def written(value: Any, chance: random.Random) -> str:  # noqa: ANN401  (whatever JSON says)
    """A value as somebody may write it."""
    space = chance.choice(["", " ", "\n\t"])
    if isinstance(value, str):
        return spelled(value, chance)
    if isinstance(value, list):
        return "[" + ",".join(space + written(each, chance) for each in value) + space + "]"
    if isinstance(value, dict):
        pairs = (space + spelled(key, chance) + space + ":" + written(each, chance) for key, each in value.items())
        return "{" + ",".join(pairs) + space + "}"
    return json.dumps(value)


def strings_of(value: Any) -> list[str]:  # noqa: ANN401  (the same)
    """All strings of a value, keys included, in order."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for each in value for text in strings_of(each)]
    if isinstance(value, dict):
        return [text for key, each in value.items() for text in (key, *strings_of(each))]
    return []


@settings(max_examples=200, deadline=None)
@given(VALUES, st.randoms(use_true_random=False))
def test_what_is_seen_is_what_a_reader_sees(value: Any, chance: random.Random) -> None:  # noqa: ANN401  (any JSON)
    """The decoded strings are those of json.loads, in any escape form; where none is replaced, the bytes stay; replaced, only those."""
    body = written(value, chance).encode("utf-8")
    value = json.loads(body)  # two halves that stand side by side are one character
    spots = [spot for spot in spots_in(body) if spot.kind != "number"]
    assert [spot.text for spot in spots] == strings_of(value)
    assert changed(body, []) is body
    new = changed(body, [Change(spot.start, spot.end, encoded("x" + spot.text)) for spot in spots if spot.kind == "value"])
    values = [spot.text for spot in spots_in(new) if spot.kind == "value"]
    assert values == ["x" + spot.text for spot in spots if spot.kind == "value"]
    assert [spot.text for spot in spots_in(new) if spot.kind == "key"] == [spot.text for spot in spots if spot.kind == "key"]


def test_a_string_knows_where_it_stands() -> None:
    """Its key, the key above, and what its object says of itself even where that follows; what is said twice is not believed."""
    body = b'{"a":[{"text":"t","type":"x"},["deep"]],"b":{"type":"1","\\u0074ype":"2","text":"u"}}'
    spots = {spot.text: spot for spot in spots_in(body)}
    frame = spots["t"].frame
    assert frame is not None
    assert (spots["t"].key, frame.under, frame.says("type")) == ("text", "a", "x")
    assert spots["deep"].key == "a"
    doubtful = spots["u"].frame
    assert doubtful is not None
    assert (doubtful.says("type"), doubtful.said["type"]) == ("", ["1", "2"])


def test_long_numbers_are_seen_too() -> None:
    """A number may be somebody's; short ones say nothing."""
    assert [(spot.text, spot.key) for spot in spots_in(b'{"a":13800138000,"b":12,"c":[-1.5e10000]}') if spot.kind == "number"] == [
        ("13800138000", "a"),
        ("-1.5e10000", "c"),
    ]


@pytest.mark.parametrize("body", [b"", b"{", b'{"a":1,}', b'{"a":"\xff"}', b'{"a":NaN}', b"[" * 100_000, b'"a" "b"', b"\xef\xbb\xbf{}"])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    """Nothing is guessed of a text that readers would read differently."""
    with pytest.raises(InvalidRequest):
        spots_in(body)


@pytest.mark.parametrize(
    ("gone", "left"),
    [((0,), [1, 2]), ((1,), [0, 2]), ((2,), [0, 1]), ((0, 1), [2]), ((1, 2), [0]), ((0, 2), [1]), ((0, 1, 2), None)],
)
def test_objects_are_taken_out_of_their_array(gone: tuple[int, ...], left: list[int] | None) -> None:
    """Commas and all; what would leave an array empty is not done."""
    body = b'{"a": [ {"n":"0"} , {"n":"1"},{"n":"2"} ], "z":1}'
    frames: list[Frame] = [spot.frame for spot in spots_in(body) if spot.key == "n" and spot.kind == "value" and spot.frame is not None]
    changes = without([frames[index] for index in gone])
    if left is None:
        assert changes is None
    else:
        assert changes is not None
        assert [int(each["n"]) for each in json.loads(changed(body, changes))["a"]] == left


@pytest.mark.parametrize("escape", [b"\\\\n", b'\\\\"', b"\\\\u4f60"])
def test_a_string_of_escapes_takes_no_memory_beside_its_text(escape: bytes) -> None:
    """An expression that remembers every step would take 60 bytes for each of the body."""
    body = b'["' + escape.replace(b"\\\\", b"\\") * 200_000 + b'"]'
    tracemalloc.start()
    try:
        spots = spots_in(body)
        assert tracemalloc.get_traced_memory()[1] < 12 * len(body)
    finally:
        tracemalloc.stop()
    assert len(spots[0].text) == 200_000


@pytest.mark.parametrize("piece", [b'"",', b"{},", b"[],", b"1234567,"])
def test_a_body_of_too_many_pieces_is_refused_before_they_are_taken_apart(piece: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Strings, numbers, objects and arrays count, what stands in a text does not."""
    monkeypatch.setattr(strings, "MOST_PIECES", 1_000)
    with pytest.raises(InvalidRequest, match="more strings"):
        spots_in(b"[" + piece * 1_000 + b'""]')
    assert len(spots_in(b'["' + b"{,:[" * 1_000 + b'"]')) == 1
