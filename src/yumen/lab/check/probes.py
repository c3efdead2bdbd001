"""The requests of the suite: few, and with answers of a few tokens."""

from __future__ import annotations

from typing import Any

from yumen.lab.check.values import Probe

TODAY, LEGACY = "2026-10-21", "2023-01-01"
ASKED: dict[str, Any] = {"max_tokens": 64, "messages": [{"role": "user", "content": "Reply with the one word OK."}]}
STORY = [{"role": "user", "content": "Tell me a long story about a gate."}]
VOWELS = ["a", "e", "i", "o", "u", "A", "E", "I", "O", "U"]
"""Stop sequences that any answer in English comes to soon."""
WEATHER: dict[str, Any] = {
    "name": "get_weather",
    "description": "Tell the weather in a city.",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
CALL: dict[str, Any] = {
    "max_tokens": 64,
    "messages": [{"role": "user", "content": "Use get_weather for Paris."}],
    "tools": [WEATHER],
    "tool_choice": {"type": "tool", "name": "get_weather"},
}
BLOCKS: dict[str, Any] = {
    "max_tokens": 8,
    "system": [{"type": "text", "text": "Be brief."}],
    "messages": [
        {"role": "user", "content": [{"type": "text", "text": "Say OK."}]},
        {"role": "assistant", "content": [{"type": "text", "text": "OK"}]},
        {"role": "user", "content": [{"type": "text", "text": "Again."}]},
    ],
}
PROMPT: dict[str, Any] = {"prompt": "\n\nHuman: Say OK.\n\nAssistant:", "max_tokens_to_sample": 8}
COUNT, COMPLETE, MODELS = "/v1/messages/count_tokens", "/v1/complete", "/v1/models"

PROBES = (
    Probe(name="plain", body=ASKED),
    Probe(name="today", version=TODAY, bearer=True, body=BLOCKS),
    Probe(name="beta", path="/v1/messages?beta=true", body=ASKED | {"max_tokens": 1}),
    Probe(name="short", body={"max_tokens": 3, "messages": STORY}),
    Probe(name="stop", body={"max_tokens": 24, "messages": STORY, "stop_sequences": VOWELS}),
    Probe(name="tool", body=CALL),
    Probe(name="stream", body=ASKED | {"stream": True}),
    Probe(name="stream tool", body=CALL | {"stream": True}),
    Probe(name="count", path=COUNT, body={"messages": ASKED["messages"]}),
    Probe(name="models", path=f"{MODELS}?limit=1000", method="GET"),
    Probe(name="one model", path=f"{MODELS}?limit=1", method="GET"),
    Probe(name="model", path=f"{MODELS}/{{model}}", method="GET"),
    Probe(name="batches", path="/v1/messages/batches?limit=1", method="GET"),
    Probe(name="files", path="/v1/files?limit=1", method="GET"),
    Probe(name="complete", path=COMPLETE, body=PROMPT),
    Probe(name="complete stream", path=COMPLETE, body=PROMPT | {"stream": True}),
    Probe(name="complete 2023", path=COMPLETE, version=None, body=PROMPT),
    Probe(name="complete 2023 stream", path=COMPLETE, version=LEGACY, body=PROMPT | {"stream": True}),
    Probe(name="no version", version=None, body=ASKED | {"max_tokens": 1}),
    Probe(name="bad version", version="2020-02-02", body=ASKED | {"max_tokens": 1}),
    Probe(name="bad key", key="sk-ant-api03-this-is-no-key", body=ASKED | {"max_tokens": 1}),
    Probe(name="no JSON", body='{"model": '),
    Probe(name="no max_tokens", body={"messages": ASKED["messages"]}),
    Probe(name="no messages", body={"max_tokens": 1, "messages": []}),
    Probe(name="bad role", body={"max_tokens": 1, "messages": [{"role": "robot", "content": "Hi"}]}),
    Probe(name="stranger", body=ASKED | {"max_tokens": 1, "response_format": {"type": "json"}}),
    Probe(name="bad model", body=ASKED | {"max_tokens": 1, "model": "claude-nobody-0"}),
    Probe(name="warm", version=TODAY, body=ASKED | {"max_tokens": 1, "temperature": 1}),
    Probe(name="bad beta", headers={"anthropic-beta": "no-such-beta-2020-02-02"}, body=ASKED | {"max_tokens": 1}),
    Probe(name="nowhere", path="/v1/no-such-endpoint", method="GET"),
    Probe(name="bad stream", body={"messages": ASKED["messages"], "stream": True}),
)
