"""Checks of the conversation: roles and their order, and each content block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.sandbox.check_fields import choice_of, missing
from yumen.sandbox.reading import mapping, sequence, string
from yumen.sandbox.thinking import signature_fits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yumen.sandbox.setting import Setting

ROLES = ("user", "assistant", "system")
MAX_CACHE_MARKS = 4
IMAGE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "text": ("text",),
    "image": ("source",),
    "document": ("source",),
    "search_result": ("content", "source", "title"),
    "thinking": ("signature", "thinking"),
    "redacted_thinking": ("data",),
    "tool_use": ("id", "input", "name"),
    "tool_result": ("tool_use_id",),
    "server_tool_use": ("id", "input", "name"),
    "web_search_tool_result": ("content", "tool_use_id"),
    "web_fetch_tool_result": ("content", "tool_use_id"),
    "code_execution_tool_result": ("content", "tool_use_id"),
    "bash_code_execution_tool_result": ("content", "tool_use_id"),
    "text_editor_code_execution_tool_result": ("content", "tool_use_id"),
    "tool_search_tool_result": ("content", "tool_use_id"),
    "container_upload": ("file_id",),
}
"""Block types of the API proper, with the fields that each must have."""


def check_conversation(body: dict[str, object], setting: Setting) -> Iterator[str]:
    """Yield what is wrong with `messages` and `system`."""
    yield from _check_system(body)
    for place, message in enumerate(sequence(body.get("messages"))):
        yield from _check_message(f"messages.{place}", message, setting)
    yield from _check_order(body, setting)
    yield from _check_marks(body)


def _check_system(body: dict[str, object]) -> Iterator[str]:
    system = body.get("system")
    if not isinstance(system, str | list | None):
        yield "system: Input should be a valid string"
    for place, block in enumerate(sequence(system)):
        if mapping(block).get("type") != "text":
            yield choice_of(f"system.{place}.type", ("text",))
        elif not string(mapping(block).get("text")):
            yield "system: text content blocks must be non-empty"


def _check_message(path: str, raw: object, setting: Setting) -> Iterator[str]:
    message = mapping(raw)
    if not isinstance(raw, dict):
        yield f"{path}: Input should be a valid dictionary or object to extract fields from"
        return
    if "role" not in message:
        yield missing(f"{path}.role")
    elif message["role"] not in ROLES:
        yield choice_of(f"{path}.role", ("user", "assistant"))
    content = message.get("content")
    if "content" not in message:
        yield missing(f"{path}.content")
    elif not isinstance(content, str | list):
        yield f"{path}.content: Input should be a valid list"
    for place, block in enumerate(sequence(content)):
        yield from _check_block(f"{path}.content.{place}", block, setting)


def _check_block(path: str, raw: object, setting: Setting) -> Iterator[str]:
    block = mapping(raw)
    kind = block.get("type")
    if not isinstance(kind, str):
        yield f"{path}.type: Field required" if isinstance(raw, dict) else f"{path}: Input should be a valid dictionary"
        return
    if kind not in REQUIRED:
        if setting.strict and not setting.betas:
            tags = ", ".join(f"'{tag}'" for tag in REQUIRED)
            yield f"{path}: Input tag '{kind}' found using 'type' does not match any of the expected tags: {tags}"
        return
    for field in REQUIRED[kind]:
        if field not in block:
            yield missing(f"{path}.{kind}.{field}")
    yield from _check_content(path, kind, block, setting)


def _check_content(path: str, kind: str, block: dict[str, object], setting: Setting) -> Iterator[str]:
    if kind == "text" and not isinstance(block.get("text"), str):
        yield f"{path}.text.text: Input should be a valid string"
    elif kind == "text" and not block["text"]:
        yield "messages: text content blocks must be non-empty"
    elif kind == "image":
        yield from _check_image(f"{path}.image.source", mapping(block.get("source")))
    elif kind == "thinking":
        fits = signature_fits(string(block.get("thinking")), string(block.get("signature")))
        if fits is False or (fits is None and setting.strict):
            yield f"{path}: Invalid `signature` in `thinking` block"
    elif kind == "tool_result":
        for place, inner in enumerate(sequence(block.get("content"))):
            yield from _check_block(f"{path}.tool_result.content.{place}", inner, setting)


def _check_image(path: str, source: dict[str, object]) -> Iterator[str]:
    kind = source.get("type")
    if kind not in ("base64", "url", "file"):
        yield f"{path}: Input tag '{kind}' found using 'type' does not match any of the expected tags: 'base64', 'file', 'url'"
    elif kind == "base64" and source.get("media_type") not in IMAGE_TYPES:
        yield choice_of(f"{path}.base64.media_type", IMAGE_TYPES)
    elif kind == "base64" and not string(source.get("data")):
        yield f"{path}.base64.data: Field required" if "data" not in source else f"{path}.base64: image cannot be empty"


def _check_order(body: dict[str, object], setting: Setting) -> Iterator[str]:
    messages = [mapping(message) for message in sequence(body.get("messages"))]
    for place, message in enumerate(messages):
        last = place == len(messages) - 1
        if not message.get("content") and not (last and message.get("role") == "assistant"):
            yield f"messages.{place}: all messages must have non-empty content except for the optional final assistant message"
        if message.get("role") == "system":
            yield from _check_system_turn(place, messages, setting)
    if messages and messages[0].get("role") == "assistant" and setting.strict:
        yield 'messages: first message must use the "user" role'
    if messages and messages[-1].get("role") == "assistant" and _ends_in_space(messages[-1].get("content")):
        yield "messages: final assistant content cannot end with trailing whitespace"


def _check_system_turn(place: int, messages: list[dict[str, object]], setting: Setting) -> Iterator[str]:
    if setting.model is not None and not setting.model.features.mid_conversation_system:
        yield "messages: role 'system' is not supported on this model"
    elif place == 0:
        yield "messages.0: role 'system' is not allowed in the first message; use the top-level `system` parameter"
    elif messages[place - 1].get("role") != "user" and setting.strict:
        yield f"messages.{place}: role 'system' must follow a message with role 'user'"


def _ends_in_space(content: object) -> bool:
    if isinstance(content, list):
        last = mapping(content[-1]) if content else {}
        content = last.get("text") if last.get("type") == "text" else ""
    return isinstance(content, str) and content != content.rstrip()


def _check_marks(body: dict[str, object]) -> Iterator[str]:
    marks = sum("cache_control" in block and block["cache_control"] is not None for block in _all_blocks(body))
    marks += body.get("cache_control") is not None
    if marks > MAX_CACHE_MARKS:
        yield f"A maximum of {MAX_CACHE_MARKS} blocks with cache_control may be provided. Found {marks}."


def _all_blocks(body: dict[str, object]) -> Iterator[dict[str, object]]:
    for message in sequence(body.get("messages")):
        yield from map(mapping, sequence(mapping(message).get("content")))
    for name in ("system", "tools"):
        yield from map(mapping, sequence(body.get(name)))
