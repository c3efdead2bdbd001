"""Whether a text fits a schema."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.lab.schema import flaws, unchecked, valid

NODE = {
    "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}, "n": {"type": "integer"}}, "required": ["n"]}}
}


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "integer"}, 3, True),
        ({"type": "integer"}, 3.0, 3.5),
        ({"type": ["string", "null"]}, None, 1),
        ({"enum": [1, "a"]}, 1, True),
        ({"const": {"a": 1}}, {"a": 1}, {"a": 2}),
        ({"minimum": 1, "exclusiveMaximum": 3}, 2.9, 3),
        ({"multipleOf": 0.1}, 0.3, 0.25),
        ({"minLength": 2, "pattern": "^玉"}, "玉门", "玉"),
        ({"items": {"type": "string"}, "maxItems": 2}, ["a", "b"], ["a", 1]),
        ({"prefixItems": [{"type": "string"}], "items": False}, ["a"], ["a", 1]),
        ({"uniqueItems": True}, [1, True], [1, 1]),
        ({"type": "object", "required": ["a"]}, {"a": 0}, {"b": 0}),
        ({"properties": {"a": {"type": "null"}}, "additionalProperties": False}, {"a": None}, {"b": 1}),
        ({"additionalProperties": {"type": "integer"}}, {"x": 1}, {"x": "1"}),
        ({"anyOf": [{"type": "string"}, {"minimum": 3}]}, 4, 2),
        ({"oneOf": [{"type": "number"}, {"minimum": 3}]}, 2, 4),
        ({"allOf": [{"minimum": 1}, {"maximum": 2}]}, 2, 3),
        (NODE | {"$ref": "#/$defs/node"}, {"n": 1, "next": {"n": 2}}, {"n": 1, "next": {}}),
    ],
)
def test_keywords(schema: dict[str, Any], good: object, bad: object) -> None:
    """Each keyword takes what it should and refuses what it should."""
    assert list(flaws(good, schema)) == []
    assert list(flaws(bad, schema))


def test_a_flaw_names_its_place() -> None:
    """A flaw says where it is and which keyword sees it."""
    schema = {"properties": {"items": {"items": {"properties": {"price": {"type": "number"}}}}}}
    assert list(flaws({"items": [{"price": "3"}]}, schema)) == ["$.items[0].price: type"]


@pytest.mark.parametrize(
    ("text", "fits"), [('{"a":1}', True), ('```json\n{"a":1}\n```', True), ('Sure: {"a":1}', False), ("", False), ("[]", False)]
)
def test_text(text: str, *, fits: bool) -> None:
    """The text is JSON alone or in one fence; talk around it is no JSON."""
    assert valid(text, {"type": "object", "required": ["a"]}) is fits


def test_what_is_not_looked_at_is_named() -> None:
    """A keyword that is not checked is never taken for one that holds; a property's name is no keyword."""
    assert unchecked({"properties": {"if": {"format": "date"}}, "not": {}, "items": {"minimum": 1}}) == {"format", "not"}


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3), max_leaves=9)
)
def test_true_and_enum(value: object) -> None:
    """Any value fits an empty schema and the choice of itself, and none fits `false`."""
    assert valid(json.dumps(value), {})
    assert list(flaws(value, {"enum": [value]})) == []
    assert list(flaws([value], {"items": False}))
