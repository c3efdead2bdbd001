"""The assertions accept what Claude answers, in every form a program holds it, and say where something else differs."""

from __future__ import annotations

import copy
import json
from typing import Any

import anthropic
import pytest

import yumen
from yumen.testing import assert_message, assert_schema, assert_stream
from yumen.testing.sandbox import ClaudeSandbox, opened_sandbox

SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}, "required": ["name", "age"]}
MESSAGE: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [{"type": "text", "text": '```json\n{"name": "Ada", "age": 36}\n```'}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 1, "output_tokens": 2},
}
QUESTION: dict[str, Any] = {"model": "claude-haiku-4-5", "max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}]}


@pytest.fixture(scope="module")
def claude() -> Any:  # noqa: ANN401  (the SDK's client, and the sandbox)
    """The official SDK's client on a sandbox that says one thing."""
    with opened_sandbox() as sandbox, anthropic.Anthropic(base_url=sandbox.url, api_key="sandbox", max_retries=0) as client:
        sandbox.rule(text="玉门关在敦煌。")
        yield client


def test_messages(claude: anthropic.Anthropic) -> None:
    """The SDK's message, decoded JSON and bytes are all messages."""
    assert_message(claude.messages.create(**QUESTION), text="敦煌", stop_reason="end_turn")
    with yumen.Claude(base_url=str(claude.base_url), api_key="sandbox") as ours:
        assert_message(ours.answer("Hi"), text="敦煌")
    assert_message(MESSAGE)
    assert_message(json.dumps(MESSAGE).encode())


def test_streams(claude: anthropic.Anthropic) -> None:
    """The SDK's events, those of its helper, and the bytes of the answer are all streams."""
    assert_stream(list(claude.messages.create(**QUESTION, stream=True)), text="敦煌")
    with claude.messages.stream(**QUESTION) as stream:
        assert_stream(list(stream), stop_reason="end_turn")
    with claude.messages.with_streaming_response.create(**QUESTION, stream=True) as raw:
        assert_stream(raw.read())


@pytest.mark.parametrize(
    ("change", "wanted", "said"),
    [
        ({"role": "user"}, {}, r"\$.role is 'user', not 'assistant'"),
        ({"usage": {"input_tokens": 1}}, {}, r"\$.usage.output_tokens is missing"),
        ({}, {"stop_reason": "tool_use"}, "the stop reason is 'end_turn', not 'tool_use'"),
        ({}, {"text": "Bob"}, "the words do not match 'Bob': .*Ada"),
        ({}, {"tool": "get_weather"}, "calls no tool, not 'get_weather'"),
    ],
)
def test_other_messages(change: dict[str, Any], wanted: dict[str, str], said: str) -> None:
    """What differs is said."""
    with pytest.raises(AssertionError, match=said):
        assert_message(MESSAGE | change, **wanted)


def test_other_streams(claude: anthropic.Anthropic) -> None:
    """A stream that was cut, or whose words are others, is said so."""
    events = list(claude.messages.create(**QUESTION, stream=True))
    with pytest.raises(AssertionError, match="does not end with one message_stop"):
        assert_stream(events[:-1])
    with pytest.raises(AssertionError, match="the words do not match 'Bob'"):
        assert_stream(events, text="Bob")
    with pytest.raises(AssertionError, match="does not begin with one message_start"):
        assert_stream(b"")


def test_schemas() -> None:
    """A message's text, a fence, and decoded JSON fit a schema or say every place where they do not."""
    for value in (MESSAGE, '{"name": "Ada", "age": 36}', {"name": "Ada", "age": 36}):
        assert_schema(value, SCHEMA)
    other = copy.deepcopy(MESSAGE)
    other["content"][0]["text"] = '{"name": 7}'
    with pytest.raises(AssertionError, match=r"2 places do not fit the schema:(.|\n)*name") as caught:
        assert_schema(other, SCHEMA)
    assert "age" in str(caught.value)
    with pytest.raises(AssertionError, match="this is no JSON"):
        assert_schema("Ada is 36.", SCHEMA)


def test_rules_are_those_of_a_rules_file() -> None:
    """A field that is none is refused, and the last rule is tried first."""
    sandbox = ClaudeSandbox()
    with pytest.raises(ValueError, match="unknown field"):
        sandbox.rule(txt="slip")
