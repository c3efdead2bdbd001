"""Wrong input is refused in Claude's words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.doubles import WEATHER, Bench, asking
from yumen.sandbox.setting import CURRENT_VERSION

CALL = {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "sunny"}
USER = {"role": "user", "content": "hello"}


def without(field: str) -> dict[str, Any]:
    """Return a body that lacks a field."""
    body = asking()
    del body[field]
    return body


def saying(*messages: dict[str, Any], **fields: object) -> dict[str, Any]:
    """Return a body with these messages."""
    return asking(messages=list(messages), **fields)


def holding(*blocks: dict[str, Any]) -> dict[str, Any]:
    """Return a body whose user turn has these blocks."""
    return saying({"role": "user", "content": list(blocks)})


TABLE: list[tuple[dict[str, Any], str]] = [
    (without("model"), "model: Field required"),
    (without("max_tokens"), "max_tokens: Field required"),
    (without("messages"), "messages: Field required"),
    (asking(model=3), "model: Input should be a valid string"),
    (asking(max_tokens="9"), "max_tokens: Input should be a valid integer"),
    (asking(max_tokens=-1), "max_tokens: Input should be greater than or equal to 0"),
    (
        asking(model="claude-haiku-4-5", max_tokens=64_001),
        "max_tokens: 64001 > 64000, which is the maximum allowed number of output tokens for claude-haiku-4-5",
    ),
    (asking(messages="hi"), "messages: Input should be a valid list"),
    (asking(messages=[]), "messages: at least one message is required"),
    (asking(messages=["hi"]), "messages.0: Input should be a valid dictionary or object to extract fields from"),
    (saying({"content": "hi"}), "messages.0.role: Field required"),
    (saying({"role": "user"}), "messages.0.content: Field required"),
    (saying({"role": "human", "content": "hi"}), "messages.0.role: Input should be 'user' or 'assistant'"),
    (saying({"role": "user", "content": 3}), "messages.0.content: Input should be a valid list"),
    (
        saying({"role": "user", "content": ""}, {"role": "assistant", "content": "hi"}, USER),
        "messages.0: all messages must have non-empty content except for the optional final assistant message",
    ),
    (holding({"type": "text", "text": ""}), "messages: text content blocks must be non-empty"),
    (holding({"type": "text"}), "messages.0.content.0.text.text: Field required"),
    (holding({"text": "hi"}), "messages.0.content.0.type: Field required"),
    (
        holding({"type": "image", "source": {"type": "base64", "media_type": "image/bmp", "data": "QUFB"}}),
        "messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'",
    ),
    (holding({"type": "image"}), "messages.0.content.0.image.source: Field required"),
    (asking(stream="yes"), "stream: Input should be a valid boolean"),
    (asking(system=3), "system: Input should be a valid string"),
    (asking(system=[{"type": "text", "text": ""}]), "system: text content blocks must be non-empty"),
    (asking(temperature=1.5), "temperature: Input should be less than or equal to 1"),
    (asking(top_k=-1), "top_k: Input should be greater than or equal to 0"),
    (asking(stop_sequences=[" "]), "stop_sequences: each stop sequence must contain non-whitespace"),
    (asking(service_tier="fast"), "service_tier: Input should be 'auto' or 'standard_only'"),
    (
        saying(USER, {"role": "assistant", "content": "Hi "}, model="claude-haiku-4-5"),
        "messages: final assistant content cannot end with trailing whitespace",
    ),
    (
        saying(USER, {"role": "assistant", "content": "Hi"}),
        "This model does not support assistant message prefill. The conversation must end with a user message.",
    ),
    (
        asking(model="claude-opus-4-7", thinking={"type": "enabled", "budget_tokens": 2000}),
        (
            '"thinking.type.enabled" is not supported for this model. '
            'Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'
        ),
    ),
    (asking(model="claude-haiku-4-5", thinking={"type": "adaptive"}), "adaptive thinking is not supported on this model"),
    (
        asking(thinking={"type": "enabled", "budget_tokens": 1000}),
        "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024",
    ),
    (asking(thinking={"type": "enabled"}), "thinking.enabled.budget_tokens: Field required"),
    (
        asking(thinking={"type": "adaptive"}, tools=[WEATHER], tool_choice={"type": "any"}, model="claude-opus-5"),
        "Thinking may not be enabled when tool_choice forces tool use.",
    ),
    (
        asking(model="claude-opus-5-5", tools=[WEATHER], tool_choice={"type": "any"}),
        'tool_choice: type "tool" and "any" are not supported for this model.',
    ),
    (asking(tool_choice={"type": "auto"}), "tool_choice: tool_choice may only be specified while providing tools"),
    (asking(tools=[WEATHER], tool_choice={"type": "tool", "name": "other"}), "tool_choice: Tool 'other' not found in provided tools"),
    (asking(tools=[WEATHER, WEATHER]), "tools: Tool names must be unique."),
    (asking(tools=[{"name": "a"}]), "tools.0.custom.input_schema: Field required"),
    (asking(tools=[{"name": "a", "input_schema": {}}]), "tools.0.custom.input_schema.type: Field required"),
    (
        asking(tools=[{"name": "a b", "input_schema": {"type": "object"}}]),
        "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
    ),
    (
        saying(USER, {"role": "assistant", "content": [CALL]}, USER),
        (
            "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1. "
            "Each `tool_use` block must have a corresponding `tool_result` block in the next message."
        ),
    ),
    (
        holding(RESULT),
        (
            "messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_1. "
            "Each `tool_result` block must have a corresponding `tool_use` block in the previous message."
        ),
    ),
    (
        holding(*({"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}} for _ in range(5))),
        "A maximum of 4 blocks with cache_control may be provided. Found 5.",
    ),
    (asking(model="claude-opus-5-5", temperature=0.5), "`temperature` is deprecated for this model."),
    (
        saying(USER, {"role": "system", "content": "Be brief."}),
        "messages: role 'system' is not supported on this model",
    ),
]


@pytest.mark.parametrize(("body", "message"), TABLE, ids=[message[:60] for _, message in TABLE])
async def test_wrong_input(body: dict[str, Any], message: str) -> None:
    """Each fault of the table is a 400 in Claude's envelope, with Claude's sentence."""
    answer = await Bench().ask(body)
    assert answer.message == message
    assert answer.status == 400
    assert answer.json["type"] == "error"
    assert answer.json["error"]["type"] == "invalid_request_error"
    assert answer.json["request_id"] == answer.headers["request-id"]


@pytest.mark.parametrize("field", ["temperature", "top_p", "top_k"])
async def test_sampling_belongs_to_the_older_version(field: str) -> None:
    """2026-10-21 refuses sampling parameters even at their default; 2023-06-01 takes them where the model does."""
    body = asking(**{field: 1})
    assert (await Bench().ask(body)).status == 200
    newer = await Bench().ask(body, anthropic_version=CURRENT_VERSION)
    assert (newer.status, newer.message) == (400, f"{field}: Extra inputs are not permitted")


@pytest.mark.parametrize(
    "messages",
    [
        [USER, {"role": "assistant", "content": [{"type": "document", "source": {"type": "url", "url": "x"}}]}, USER],
        [{"role": "user", "content": [{"type": "text", "text": "a", "citations": [{"type": "char_location"}]}]}],
        [
            USER,
            {"role": "assistant", "content": [CALL]},
            {"role": "user", "content": [RESULT | {"content": [{"type": "text", "text": "a", "citations": [{}]}]}]},
        ],
    ],
)
async def test_what_the_newest_version_no_longer_takes(messages: list[dict[str, Any]]) -> None:
    """Documents of the assistant and citations in user text are refused under 2026-10-21 alone, in count_tokens too."""
    body = asking(messages=messages, model="my-model")
    assert (await Bench().ask(body)).status == 200
    assert (await Bench().ask(body, anthropic_version=CURRENT_VERSION)).status == 400
    counted = await Bench().post("/v1/messages/count_tokens", body, anthropic_version=CURRENT_VERSION)
    assert counted.status == 400


async def test_results_of_parallel_calls_may_come_in_two_messages() -> None:
    """Consecutive user messages are one turn: each may bring one result."""
    other = CALL | {"id": "toolu_2"}
    body = saying(
        USER,
        {"role": "assistant", "content": [CALL, other]},
        {"role": "user", "content": [RESULT]},
        {"role": "user", "content": [RESULT | {"tool_use_id": "toolu_2"}]},
    )
    assert (await Bench().ask(body)).status == 200


async def test_edited_thinking_is_refused() -> None:
    """A thinking block of the sandbox's that comes back changed is refused; unchanged, or another's, it is accepted."""
    bench = Bench()
    block = (await bench.say("hello", thinking={"type": "adaptive"})).json["content"][0]
    for thinking, signature, status in [
        (block["thinking"], block["signature"], 200),
        (block["thinking"] + "!", block["signature"], 400),
        ("other", "EqQBCgIYAhIM", 200),
    ]:
        echoed = {"role": "assistant", "content": [{"type": "thinking", "thinking": thinking, "signature": signature}]}
        answer = await bench.ask(saying(USER, echoed, USER))
        assert answer.status == status
        assert status == 200 or answer.message == "messages.1.content.0: Invalid `signature` in `thinking` block"


@pytest.mark.parametrize("body", [b"", b"{", b'{"a": \xff}', b"[1]", b'"x"', b"[" * 100_000])
async def test_what_is_no_object_is_refused(body: bytes) -> None:
    """A body that is no JSON object is a 400, however it is broken."""
    answer = await Bench().call("POST", "/v1/messages", body, {"anthropic-version": "2023-06-01"})
    assert answer.status == 400
    assert answer.json["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("version", "message"),
    [
        (None, "anthropic-version: header is required"),
        ("2024-01-01", 'anthropic-version: "2024-01-01" is not a valid version'),
        ("2023-01-01", 'anthropic-version: "2023-01-01" is not a valid version'),
        ("2023-06-01, 2023-06-01", 'anthropic-version: "2023-06-01, 2023-06-01" is not a valid version'),
    ],
)
async def test_version_header(version: str | None, message: str) -> None:
    """A missing, unknown or doubled version is refused."""
    headers = {} if version is None else {"anthropic-version": version}
    answer = await Bench().call("GET", "/v1/models", b"", headers)
    assert (answer.status, answer.message) == (400, message)


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [("GET", "/v1/messages", 405), ("POST", "/v1/models", 405), ("GET", "/v1/nowhere", 404), ("GET", "/v1/models/a/b", 404)],
)
async def test_unknown_paths_and_methods(method: str, target: str, status: int) -> None:
    """What is not served is refused in Claude's envelope."""
    answer = await Bench().call(method, target, b"", {"anthropic-version": "2023-06-01"})
    assert answer.status == status
    assert answer.json["type"] == "error"


@pytest.mark.parametrize("target", ["/messages", "/v1/messages?beta=true"])
async def test_aliases_and_queries(target: str) -> None:
    """The path without /v1 and any query lead to the same endpoint."""
    assert (await Bench().post(target, asking())).status == 200


@pytest.mark.parametrize("target", ["/", "/api/hello"])
async def test_head(target: str) -> None:
    """A client that looks whether somebody is there gets an empty 200."""
    answer = await Bench().call("HEAD", target)
    assert (answer.status, answer.body) == (200, b"")


async def test_compressed_body_is_refused() -> None:
    """A compressed body is refused with its code."""
    answer = await Bench().ask(asking(), content_encoding="gzip")
    assert answer.json["error"]["details"] == {"error_code": "request_body_encoding_unsupported"}


async def test_body_that_is_too_large() -> None:
    """Above 32 MB the answer is that of the proxy in front of Claude: 413 without an envelope."""
    answer = await Bench().call("POST", "/v1/messages", b" " * (32 * 1024 * 1024 + 1), {"anthropic-version": "2023-06-01"})
    assert answer.status == 413
    assert answer.json == {"error": {"type": "request_too_large", "message": "Request exceeds the maximum size"}}
