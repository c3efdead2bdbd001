"""Tools: called when there is reason to, never on a whim, with an input that fits the schema."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.doubles import WEATHER, Answer, Bench, asking
from yumen.sandbox.patterns import fit
from yumen.sandbox.schema import Filler
from yumen.sandbox.tools import names_tool

SEARCH = {"name": "search", "input_schema": {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}}


def calls(answer: Answer) -> list[dict[str, Any]]:
    """Return the calls of an answer."""
    return [block for block in answer.json["content"] if block["type"] == "tool_use"]


async def test_no_reason_no_call() -> None:
    """A question that names no tool is answered in words, whatever is on offer."""
    answer = await Bench().say("What's the weather in Paris?", tools=[WEATHER])
    assert calls(answer) == []
    assert answer.json["stop_reason"] == "end_turn"


async def test_named_tool_is_called() -> None:
    """A tool that the user names is called, after a few words, with what the user said."""
    answer = await Bench().say("Use get_weather for Paris, in fahrenheit.", tools=[WEATHER, SEARCH])
    words, call = answer.json["content"]
    assert words["type"] == "text"
    assert call["name"] == "get_weather"
    assert call["input"] == {"location": "Paris", "unit": "fahrenheit"}
    assert call["caller"] == {"type": "direct"}
    assert re.fullmatch(r"toolu_01[0-9A-Za-z]+", call["id"])
    assert answer.json["stop_reason"] == "tool_use"


@pytest.mark.parametrize(("choice", "name"), [({"type": "any"}, "get_weather"), ({"type": "tool", "name": "search"}, "search")])
async def test_demanded_tool_is_called_without_words(choice: dict[str, str], name: str) -> None:
    """A demanded call comes alone."""
    answer = await Bench().say("hello", tools=[WEATHER, SEARCH], tool_choice=choice)
    assert [block["type"] for block in answer.json["content"]] == ["tool_use"]
    assert calls(answer)[0]["name"] == name


async def test_forbidden_tools_are_not_called() -> None:
    """tool_choice none forbids what the text asks for."""
    assert calls(await Bench().say("use get_weather", tools=[WEATHER], tool_choice={"type": "none"})) == []


@pytest.mark.parametrize(("parallel", "count"), [(True, 2), (False, 1)])
async def test_parallel_calls(*, parallel: bool, count: int) -> None:
    """Two named tools are called together, unless the request wants one at a time."""
    choice = {"type": "auto", "disable_parallel_tool_use": not parallel}
    answer = await Bench().say("use get_weather and search", tools=[WEATHER, SEARCH], tool_choice=choice)
    assert len(calls(answer)) == count


async def test_result_is_answered_in_words() -> None:
    """After a tool's result come words that hold it, even where the user's text names the tool: an agent's loop ends."""
    bench = Bench()
    first = await bench.say("use get_weather for Paris", tools=[WEATHER])
    messages = [
        {"role": "user", "content": "use get_weather for Paris"},
        {"role": "assistant", "content": first.json["content"]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": calls(first)[0]["id"], "content": "18 degrees"}]},
    ]
    second = await bench.ask(asking(messages=messages, tools=[WEATHER]))
    assert calls(second) == []
    assert "18 degrees" in second.json["content"][0]["text"]
    assert second.json["stop_reason"] == "end_turn"


async def test_call_that_does_not_fit_is_left_out() -> None:
    """Half a call would be no call: max_tokens before its end leaves it out."""
    answer = await Bench().say("hello", tools=[WEATHER], tool_choice={"type": "any"}, max_tokens=10)
    assert answer.json["content"] == []
    assert answer.json["stop_reason"] == "max_tokens"


@pytest.mark.parametrize(("kind", "name"), [("bash_20250124", "bash"), ("text_editor_20250728", "str_replace_based_edit_tool")])
async def test_own_tools_have_inputs(kind: str, name: str) -> None:
    """Claude's own client tools are called with an input of theirs."""
    answer = await Bench().say(f"use {name}", tools=[{"type": kind, "name": name}])
    assert "command" in calls(answer)[0]["input"]


async def test_server_tools_are_accepted_and_not_run() -> None:
    """A server tool is no reason for a call."""
    answer = await Bench().say("use web_search", tools=[{"type": "web_search_20250305", "name": "web_search"}])
    assert [block["type"] for block in answer.json["content"]] == ["text"]


@pytest.mark.parametrize(
    ("text", "name", "named"),
    [
        ("use get_weather.", "get_weather", True),
        ("get_weather_now", "get_weather", False),
        ("请用get_weather查询", "get_weather", True),
        ("read the file", "Read", False),
        ("Read the file", "Read", True),
        ("a", "a", False),
    ],
)
def test_naming(text: str, name: str, *, named: bool) -> None:
    """A tool is named by its whole name in its own case."""
    assert names_tool(text, name) is named


async def test_reminders_of_an_agent_name_nothing() -> None:
    """Tools named in what an agent adds to the user's words are not asked for."""
    text = "<system-reminder>Use get_weather often.</system-reminder>\nhello"
    assert calls(await Bench().say(text, tools=[WEATHER])) == []


FILLED: list[tuple[dict[str, Any], Any]] = [
    ({"const": 3}, 3),
    ({"enum": ["a", "b"]}, "a"),
    ({"type": "string", "default": "x"}, "x"),
    ({"type": ["null", "integer"]}, 1),
    ({"type": "null"}, None),
    ({"type": "boolean"}, True),
    ({"type": "integer", "minimum": 5}, 5),
    ({"type": "integer", "maximum": -2}, -2),
    ({"type": "integer", "exclusiveMinimum": 3, "multipleOf": 5}, 5),
    ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.2}, 0.1),
    ({"type": "string", "format": "date"}, "2026-01-15"),
    ({"type": "string", "format": "email"}, "user@example.com"),
    ({"type": "string", "pattern": "^[A-Z]{3}-\\d{2,4}$"}, "AAA-00"),
    ({"type": "string", "maxLength": 3}, "exa"),
    ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [1, 1]),
    ({"type": "array", "items": {"enum": ["a", "b", "c"]}, "minItems": 3, "uniqueItems": True}, ["a", "b", "c"]),
    ({"type": "array", "items": {"type": "integer"}, "maxItems": 0}, []),
    ({"prefixItems": [{"type": "integer"}, {"type": "boolean"}], "maxItems": 2}, [1, True]),
    ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, 1),
    ({"allOf": [{"properties": {"a": {"type": "integer"}}, "required": ["a"]}, {"required": ["b"]}]}, {"a": 1, "b": "b"}),
    ({"$ref": "#/$defs/x", "$defs": {"x": {"type": "boolean"}}}, True),
    ({"type": "object", "properties": {"a": {"type": "string"}}}, {}),
    ({"type": "object", "properties": {"a": "no schema"}, "required": ["a"]}, {"a": "a"}),
]


@pytest.mark.parametrize(("schema", "value"), FILLED, ids=[str(schema)[:60] for schema, _ in FILLED])
def test_filling(schema: dict[str, Any], value: object) -> None:
    """Each keyword of a schema is respected."""
    assert Filler(schema, "").fill() == value


def test_schema_that_contains_itself_ends() -> None:
    """A schema that refers to itself is filled to a depth, and ends at the null that it offers."""
    node = {"type": "object", "properties": {"next": {"anyOf": [{"$ref": "#/$defs/n"}, {"type": "null"}]}}, "required": ["next"]}
    value: Any = Filler({"$ref": "#/$defs/n", "$defs": {"n": node}}, "").fill()
    while value is not None:
        value = value["next"]


def test_reference_to_itself_ends() -> None:
    """A reference that leads to itself is given up."""
    assert Filler({"$ref": "#"}, "").fill() == "example"


numbers = st.one_of(
    st.builds(lambda low, span: {"type": "integer", "minimum": low, "maximum": low + span}, st.integers(-50, 50), st.integers(0, 9)),
    st.builds(lambda low: {"type": "number", "exclusiveMinimum": low}, st.integers(-50, 50)),
)
words = st.one_of(
    st.builds(lambda low, span: {"type": "string", "minLength": low, "maxLength": low + span}, st.integers(0, 30), st.integers(0, 9)),
    st.sampled_from([{"enum": ["x", "y"]}, {"type": "string", "pattern": "^[a-f]+$"}, {"type": "boolean"}, {"type": "null"}]),
)
schemas = st.recursive(
    st.one_of(numbers, words),
    lambda inner: st.one_of(
        st.builds(lambda item, least: {"type": "array", "items": item, "minItems": least}, inner, st.integers(0, 3)),
        st.dictionaries(st.sampled_from("abc"), inner, max_size=3).map(
            lambda fields: {"type": "object", "properties": fields, "required": sorted(fields)}
        ),
        st.lists(inner, min_size=1, max_size=3).map(lambda ways: {"anyOf": ways}),
    ),
    max_leaves=8,
)


def fits(schema: dict[str, Any], value: Any) -> bool:  # noqa: ANN401  (any JSON)
    """Tell whether a value fits a schema of this file's kinds."""
    if "anyOf" in schema:
        return any(fits(way, value) for way in schema["anyOf"])
    return value in schema["enum"] if "enum" in schema else KINDS[schema["type"]](schema, value)


def _object(schema: dict[str, Any], value: Any) -> bool:  # noqa: ANN401  (any JSON)
    return isinstance(value, dict) and all(name in value and fits(schema["properties"][name], value[name]) for name in schema["required"])


def _array(schema: dict[str, Any], value: Any) -> bool:  # noqa: ANN401  (any JSON)
    return isinstance(value, list) and len(value) >= schema["minItems"] and all(fits(schema["items"], item) for item in value)


def _number(schema: dict[str, Any], value: Any) -> bool:  # noqa: ANN401  (any JSON)
    low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
    return not isinstance(value, bool) and low <= value <= high and value > schema.get("exclusiveMinimum", -math.inf)


def _string(schema: dict[str, Any], value: Any) -> bool:  # noqa: ANN401  (any JSON)
    return re.search(schema.get("pattern", ""), value) is not None and schema.get("minLength", 0) <= len(value) <= schema.get(
        "maxLength", 99
    )


KINDS: dict[str, Callable[[dict[str, Any], Any], bool]] = {
    "object": _object,
    "array": _array,
    "integer": _number,
    "number": _number,
    "string": _string,
    "boolean": lambda _schema, value: value is True,
    "null": lambda _schema, value: value is None,
}


@given(schemas, st.text(max_size=30))
@settings(deadline=None)
def test_what_is_filled_fits(schema: dict[str, Any], said: str) -> None:
    """Whatever the schema and whatever was said, the value fits the schema."""
    assert fits(schema, Filler(schema, said).fill())


@pytest.mark.parametrize(
    "pattern",
    [
        *("^[A-Z]{3}$", r"^\d{4}-\d{2}-\d{2}$", "^(foo|bar)+$", "^[^abc]x?$", r"^\w+@\w+\.com$", "^(?:a|b){2,3}$", r"\bhi\b", "^[a-z]*$"),
        *("^$", "a|b", r"^\+?[0-9]{7,}$", "^[一-龥]+$", r"^[\w.-]{2}$", "^x{0}y$"),
    ],
)
def test_patterns(pattern: str) -> None:
    """A string is found for each usual kind of expression."""
    sample = fit(pattern)
    assert sample is not None
    assert re.search(pattern, sample)


@pytest.mark.parametrize("pattern", ["(?=a)b", "(", "[", "a{", "\\"])
def test_patterns_that_are_not_covered(pattern: str) -> None:
    """What is not covered, or is no expression, gives nothing or something that fits; it never fails."""
    sample = fit(pattern)
    assert sample is None or re.search(pattern, sample)


@given(st.text("ab[](){}|^$\\.*+?-,0123d", max_size=20))
def test_patterns_never_fail(pattern: str) -> None:
    """No expression, right or wrong, makes the search for a sample fail."""
    fit(pattern)
