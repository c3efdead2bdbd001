"""Whether the answer calls tools, and with what input. Never on its own whim, so that an agent run against it ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from yumen.sandbox.answer import Call
from yumen.sandbox.schema import Filler

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yumen.sandbox.ask import Ask, Tool
    from yumen.sandbox.rules import ToolCall


_OWN_TOOLS: Mapping[str, Mapping[str, object]] = {
    "bash": {"command": "echo hello"},
    "text_editor": {"command": "view", "path": "README.md"},
    "memory": {"command": "view", "path": "/memories"},
    "computer": {"action": "screenshot"},
}
"""Inputs for the tools whose schema Claude knows by their type; the server tools are accepted and never run."""


def call_tools(ask: Ask, wished: tuple[ToolCall, ...], new_id: Callable[[str], str]) -> tuple[Call, ...]:
    """Return the calls of the answer, none where words are due."""
    offered = {tool.name: tool for tool in ask.tools if _callable(tool)}
    if not offered or ask.choice.kind == "none":
        return ()
    inputs = {wish.name: wish.input for wish in wished if wish.name in offered}
    names = _names(ask, offered, list(inputs))
    if not ask.choice.parallel:
        names = names[:1]
    return tuple(_call(ask, offered[name], inputs.get(name), new_id("toolu_01")) for name in names)


def _callable(tool: Tool) -> bool:
    return tool.kind == "custom" or _own(tool) is not None


def _own(tool: Tool) -> Mapping[str, object] | None:
    return next((given for kind, given in _OWN_TOOLS.items() if tool.kind.startswith(kind + "_")), None)


def _names(ask: Ask, offered: dict[str, Tool], wished: list[str]) -> list[str]:
    """A demanded tool comes first, then a rule's, then those that the user's text names."""
    if ask.choice.kind == "tool" and ask.choice.name in offered:
        return [ask.choice.name]
    asked = [] if ask.last.has_result else [name for name in offered if names_tool(ask.question, name)]
    if ask.choice.kind == "any":
        return (wished or asked or list(offered))[:1]
    return wished or asked


def names_tool(text: str, name: str) -> bool:
    """Tell whether a text names a tool: the whole name, in its own case, not inside a longer word."""
    if len(name) < 2:  # noqa: PLR2004  (a single letter is a word of its own)
        return False
    return re.search(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])", text) is not None


def _call(ask: Ask, tool: Tool, given: Mapping[str, object] | None, identity: str) -> Call:
    filled = given if given is not None else _own(tool) or Filler(tool.schema, ask.question).fill()
    arguments = msgspec.json.encode(filled if isinstance(filled, dict) else {}).decode()
    return Call(identity, tool.name, arguments)
