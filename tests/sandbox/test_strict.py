"""Strict: what Claude refuses and a lenient sandbox lets through."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.doubles import Answer, Bench, asking

KEY = {"x_api_key": "sk-ant-api03-anything"}

UNKNOWN: list[tuple[dict[str, Any], str]] = [
    (asking(response_format={}), "response_format: Extra inputs are not permitted"),
    (
        asking(messages=[{"role": "user", "content": [{"type": "text", "text": "a", "colour": "red"}]}]),
        "messages.0.content.0.text.colour: Extra inputs are not permitted",
    ),
    (
        asking(system=[{"type": "text", "text": "a"}, {"type": "text", "text": "b", "cache_control": {"type": "ephemeral", "scope": "x"}}]),
        "system.1.cache_control.ephemeral.scope: Extra inputs are not permitted",
    ),
    (asking(messages=[{"role": "user", "content": "a", "name": "b"}]), "messages.0.name: Extra inputs are not permitted"),
    (
        asking(tools=[{"name": "ab", "input_schema": {"type": "object"}, "extra": 1}]),
        "tools.0.custom.extra: Extra inputs are not permitted",
    ),
    (asking(metadata={"user": "a"}), "metadata.user: Extra inputs are not permitted"),
    (asking(context_management={}), "context_management: Extra inputs are not permitted"),
]


async def strictly(body: dict[str, Any], **headers: str) -> Answer:
    """Ask a strict sandbox with a credential."""
    return await Bench(strict=True).ask(body, **(KEY | headers))


@pytest.mark.parametrize(("body", "message"), UNKNOWN, ids=[message for _, message in UNKNOWN])
async def test_unknown_fields(body: dict[str, Any], message: str) -> None:
    """A field that Claude does not know is refused with its path; a lenient sandbox passes it over."""
    strict = await strictly(body)
    assert (strict.status, strict.message) == (400, message)
    assert (await Bench().ask(body)).status == 200


@pytest.mark.parametrize("model", ["claude-opus-99", "claude-2.1", "claude-3-opus-20240229"])
async def test_unknown_and_retired_models(model: str) -> None:
    """A model that does not exist, or no longer, is not found."""
    answer = await strictly(asking(model=model))
    assert (answer.status, answer.json["error"]["type"], answer.message) == (404, "not_found_error", f"model: {model}")


async def test_unknown_beta() -> None:
    """A beta that Claude does not know is refused; a known one brings its fields."""
    answer = await strictly(asking(), anthropic_beta="invalid-beta-name")
    assert answer.message == (
        "Unexpected value(s) `invalid-beta-name` for the `anthropic-beta` header. "
        "Please consult our documentation at platform.claude.com/docs or try again without the header."
    )
    known = await strictly(asking(context_management={"edits": []}), anthropic_beta="context-management-2025-06-27")
    assert known.status == 200


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "x-api-key header is required"),
        ({"x_api_key": ""}, "invalid x-api-key"),
        ({"authorization": "Basic abc"}, "invalid x-api-key"),
        ({"authorization": "Bearer sk-any"}, None),
        ({"x_api_key": "sk-any"}, None),
    ],
)
async def test_credential(headers: dict[str, str], message: str | None) -> None:
    """A credential is required by either header; which one it is does not matter."""
    answer = await Bench(strict=True).ask(asking(), **headers)
    assert answer.status == (200 if message is None else 401)
    assert message is None or (answer.message, answer.json["error"]["type"]) == (message, "authentication_error")


async def test_short_prefixes_are_not_cached() -> None:
    """Strictly, a prefix below Claude's least length is not cached."""
    system = [{"type": "text", "text": "short", "cache_control": {"type": "ephemeral"}}]
    answer = await strictly(asking(system=system))
    assert answer.json["usage"]["cache_creation_input_tokens"] == 0


@pytest.mark.parametrize("target", ["/v1/models/nothing", "/v1/files/file_id", "/v1/messages/batches/message_batch_id"])
async def test_placeholders_are_not_found(target: str) -> None:
    """Ids that a mock's test sends are not found; a lenient sandbox shows an example."""
    assert (await Bench(strict=True).get(target, **KEY)).status == 404
    assert (await Bench().get(target)).status == 200


async def test_bad_page_token() -> None:
    """A page token that was not made here is refused."""
    assert (await Bench(strict=True).get("/v1/files?page=page", **KEY)).status == 400
    assert (await Bench().get("/v1/files?page=page")).status == 200
