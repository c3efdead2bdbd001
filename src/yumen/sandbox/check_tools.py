"""Checks of tools: their definitions, the choice among them, and that every call has its result."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from yumen.sandbox.check_fields import choice_of, missing
from yumen.sandbox.reading import mapping, sequence, string

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.sandbox.setting import Setting

NAME_PATTERN = "^[a-zA-Z0-9_-]{1,128}$"
CHOICES = ("auto", "any", "tool", "none")


def check_tools(body: dict[str, object], _setting: Setting) -> Iterator[str]:
    """Yield what is wrong with `tools`, `tool_choice`, and the calls in the conversation."""
    tools = [mapping(tool) for tool in sequence(body.get("tools"))]
    for place, tool in enumerate(tools):
        yield from _check_tool(f"tools.{place}", tool)
    names = [string(tool.get("name")) for tool in tools if tool.get("name")]
    if len(set(names)) < len(names):
        yield "tools: Tool names must be unique."
    yield from _check_choice(mapping(body.get("tool_choice")), names, offered=bool(tools))
    yield from _check_pairs([mapping(message) for message in sequence(body.get("messages"))])


def _check_tool(path: str, tool: dict[str, object]) -> Iterator[str]:
    if tool.get("type") not in (None, "custom"):
        return
    path += ".custom"
    if "name" not in tool:
        yield missing(f"{path}.name")
    elif not re.fullmatch(NAME_PATTERN, string(tool.get("name"))):
        yield f"{path}.name: String should match pattern '{NAME_PATTERN}'"
    if "input_schema" not in tool:
        yield missing(f"{path}.input_schema")
    elif not isinstance(tool["input_schema"], dict):
        yield f"{path}.input_schema: Input should be a valid dictionary"
    elif "type" not in tool["input_schema"]:
        yield missing(f"{path}.input_schema.type")
    elif tool["input_schema"]["type"] != "object":
        yield choice_of(f"{path}.input_schema.type", ("object",))


def _check_choice(choice: dict[str, object], names: list[str], *, offered: bool) -> Iterator[str]:
    if not choice:
        return
    kind = choice.get("type")
    if kind not in CHOICES:
        yield f"tool_choice: Input tag '{kind}' found using 'type' does not match any of the expected tags: 'auto', 'any', 'tool', 'none'"
    elif not offered and kind != "none":
        yield "tool_choice: tool_choice may only be specified while providing tools"
    elif kind == "tool" and "name" not in choice:
        yield missing("tool_choice.tool.name")
    elif kind == "tool" and choice["name"] not in names:
        yield f"tool_choice: Tool '{choice['name']}' not found in provided tools"


def _check_pairs(messages: list[dict[str, object]]) -> Iterator[str]:
    """Every call is answered in the next turn, and every result answers a call of the turn before it."""
    calls: list[str] = []
    asked_at = 0
    for role, turn in groupby(_placed(messages), key=lambda placed: placed[1].get("role")):
        blocks = [(f"messages.{place}.content.{index}", block) for place, message in turn for index, block in _blocks(message)]
        results = {string(block.get("tool_use_id")): path for path, block in blocks if block.get("type") == "tool_result"}
        if role != "assistant":
            yield from _unexpected(results, calls)
        if unanswered := [call for call in calls if call not in results]:
            yield _unanswered(asked_at, unanswered)
        calls = [string(block.get("id")) for _, block in blocks if role == "assistant" and block.get("type") == "tool_use"]
        asked_at = int(blocks[-1][0].split(".")[1]) if blocks else asked_at
    if calls:
        yield _unanswered(asked_at, calls)


def _placed(messages: list[dict[str, object]]) -> Iterator[tuple[int, dict[str, object]]]:
    """System turns stand outside the exchange of calls and results."""
    return ((place, message) for place, message in enumerate(messages) if message.get("role") != "system")


def _blocks(message: dict[str, object]) -> Iterator[tuple[int, dict[str, object]]]:
    return enumerate(map(mapping, sequence(message.get("content"))))


def _unexpected(results: dict[str, str], calls: list[str]) -> Iterator[str]:
    for identity, path in results.items():
        if identity not in calls:
            yield (
                f"{path}: unexpected `tool_use_id` found in `tool_result` blocks: {identity}. "
                "Each `tool_result` block must have a corresponding `tool_use` block in the previous message."
            )


def _unanswered(place: int, calls: list[str]) -> str:
    return (
        f"messages.{place}: `tool_use` ids were found without `tool_result` blocks immediately after: {', '.join(calls)}. "
        "Each `tool_use` block must have a corresponding `tool_result` block in the next message."
    )
