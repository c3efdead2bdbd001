"""Where a prompt is marked for Claude's prompt cache, so that each turn reuses the one before. Pure.

Claude looks for a prefix that it knows at a mark and up to twenty blocks before it, and takes four marks. The end of the prompt is marked
by `cache_control` beside the messages, which changes no byte of them. That is enough as long as a turn adds fewer blocks than Claude looks
back; a longer one hides the end of the prompt before it, which then gets a mark of its own. The end of `system` gets one too: what all
conversations of a style share is read from the cache by every new one. A caller who marks blocks has said where, and none is added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Cache = Literal["5m", "1h", "off"]
"""For how long Claude keeps a prefix after its last use; to write it costs a quarter more than plain input, for an hour twice as much."""

LOOK_BACK_BLOCKS = 20
"""How far before a mark Claude looks."""
UNMARKABLE = frozenset({"thinking", "redacted_thinking"})
"""Blocks that take no mark."""


def mark_of(cache: Cache) -> dict[str, str]:
    """Return what a mark says."""
    return {"type": "ephemeral"} if cache == "5m" else {"type": "ephemeral", "ttl": "1h"}


def is_marked(value: object) -> bool:
    """Whether there is a mark anywhere in a part of a request."""
    if isinstance(value, dict):
        return "cache_control" in value or any(is_marked(inner) for inner in value.values() if isinstance(inner, dict | list))
    return isinstance(value, list | tuple) and any(map(is_marked, value))


def marked(arguments: Mapping[str, Any], seen: int, cache: Cache) -> dict[str, Any]:
    """Return a request's arguments with marks; the prompt before it ended with the message `seen` (an index; -1: there was none)."""
    parts = [arguments.get(name) for name in ("system", "tools", "messages")]
    if cache == "off" or arguments.get("cache_control") or any(map(is_marked, parts)):
        return dict(arguments)
    mark = mark_of(cache)
    made: dict[str, Any] = {**arguments, "cache_control": mark}
    if arguments.get("system"):
        made["system"] = with_mark(arguments["system"], mark)
    messages = arguments["messages"]
    if seen >= 0 and sum(map(blocks_in, messages[seen + 1 :])) >= LOOK_BACK_BLOCKS:
        made["messages"] = [*messages[:seen], marked_message(messages[seen], mark), *messages[seen + 1 :]]
    return made


def blocks_in(message: Mapping[str, Any]) -> int:
    """Return how many blocks a message has; a text is one."""
    content = message.get("content")
    return len(content) if isinstance(content, list) else 1


def marked_message(message: Mapping[str, Any], mark: Mapping[str, str]) -> dict[str, Any]:
    """Return a message with a mark at its end."""
    return {**message, "content": with_mark(message["content"], mark)}


def with_mark(content: str | Sequence[Mapping[str, Any]], mark: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return a content with a mark on its last block that takes one."""
    blocks: list[dict[str, Any]] = [{"type": "text", "text": content}] if isinstance(content, str) else [dict(block) for block in content]
    for block in reversed(blocks):
        if block.get("type") not in UNMARKABLE:
            block["cache_control"] = dict(mark)
            break
    return blocks
