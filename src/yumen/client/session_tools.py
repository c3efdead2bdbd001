"""A conversation's tools: plain functions become what Claude is told, by their signature and docstring, and are called when it asks."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import msgspec
from anthropic import beta_async_tool, beta_tool
from anthropic.lib.tools import BetaAsyncFunctionTool, BetaFunctionTool, ToolError

from yumen.client.session_bytes import encoded
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from anthropic.types import ToolUseBlock

    ToolLike = Callable[..., Any] | BetaFunctionTool[Any] | BetaAsyncFunctionTool[Any] | Mapping[str, Any]

Made = BetaFunctionTool[Any] | BetaAsyncFunctionTool[Any]
MADE = (BetaFunctionTool, BetaAsyncFunctionTool)


class ToolSet:
    """The tools of a conversation; those that are given as JSON (Claude's own, for instance) are passed on, and none is called here."""

    def __init__(self, tools: Iterable[ToolLike]) -> None:
        """Take functions, the SDK's function tools, or definitions as `messages.create` takes them. Raises OperatorError otherwise."""
        made = [made_tool(tool) for tool in tools]
        self.definitions: list[Any] = [tool.to_dict() if isinstance(tool, MADE) else dict(tool) for tool in made]
        self._functions = {tool.name: tool for tool in made if isinstance(tool, MADE)}

    @property
    def json(self) -> bytes | None:
        """The definitions as they are stored; None: there are none."""
        return msgspec.json.encode(self.definitions) if self.definitions else None

    def call(self, use: ToolUseBlock) -> dict[str, Any]:
        """Call a tool and return its result as a block; what it raises becomes an error that Claude reads."""
        tool = self._functions.get(use.name)
        try:
            if isinstance(tool, BetaAsyncFunctionTool):
                return failed(use, ToolError(f"the tool {use.name} is a coroutine function: only an AsyncClaude can call it"))
            return self._none(use) if tool is None else result_of(use, tool.call(use.input))
        except Exception as error:  # noqa: BLE001  (a tool is the program's own; Claude is told, as the SDK's runner does)
            return failed(use, error)

    async def call_async(self, use: ToolUseBlock) -> dict[str, Any]:
        """Do the same; a coroutine function is awaited."""
        tool = self._functions.get(use.name)
        try:
            if tool is None:
                return self._none(use)
            result = tool.call(use.input)
            return result_of(use, await result if inspect.isawaitable(result) else result)
        except Exception as error:  # noqa: BLE001  (the same)
            return failed(use, error)

    def _none(self, use: ToolUseBlock) -> dict[str, Any]:
        return failed(use, ToolError(f"there is no tool {use.name} here now"))


def made_tool(tool: ToolLike) -> Made | Mapping[str, Any]:
    """Return a function as one of the SDK's function tools; one of these, and a definition, as it is."""
    if isinstance(tool, (*MADE, dict)):
        return tool
    if not callable(tool):
        raise OperatorError("a tool must be a function or a definition, not {tool}", tool=type(tool).__name__)
    try:
        return beta_async_tool(tool) if inspect.iscoroutinefunction(tool) else beta_tool(tool)
    except Exception as error:
        name = getattr(tool, "__name__", str(tool))
        raise OperatorError("the function {name} makes no tool: {reason}", name=name, reason=str(error).partition("\n")[0]) from error


def result_of(use: ToolUseBlock, value: object) -> dict[str, Any]:
    """Return what a tool gave as the block that Claude reads: a text, blocks, or anything else as JSON. Raises OperatorError otherwise."""
    if isinstance(value, str):
        content: Any = sendable(value)
    elif isinstance(value, list | tuple) and value and all(isinstance(block, dict) and "type" in block for block in value):
        content = list(value)
    else:
        content = msgspec.json.encode(value, enc_hook=str).decode()
    result = {"type": "tool_result", "tool_use_id": use.id, "content": content}
    encoded([result])
    return result


def failed(use: ToolUseBlock, error: Exception) -> dict[str, Any]:
    """Return what Claude is told of a tool that failed: what kind of error, and its own words."""
    said = str(error) if isinstance(error, ToolError) else f"{type(error).__name__}: {error}"
    return {"type": "tool_result", "tool_use_id": use.id, "content": sendable(said), "is_error": True}


def sendable(text: str) -> str:
    """Return a text as UTF-8 can say it: names of files, for one, may have parts that it cannot."""
    return text.encode("utf-8", "replace").decode()
