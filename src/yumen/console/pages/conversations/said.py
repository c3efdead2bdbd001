"""What was said in a turn, in the parts that a reader sees: texts plainly, everything else folded. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PART_SENTENCES = {
    "thinking": "Thinking",
    "redacted_thinking": "Thinking that only Claude can read",
    "tool_use": "Use of the tool {name}",
    "server_tool_use": "Use of the tool {name}",
    "tool_result": "Result of a tool",
    "image": "Image",
    "document": "Document",
    "other": "Another part: {name}",
}
ROLE_SENTENCES = {"user": "User", "assistant": "Claude"}
STATE_SENTENCES = {"open": "under way", "broken": "broken: it does not count"}
MOST_CHARACTERS = 20_000
"""Of one folded part."""


class Part(msgspec.Struct, frozen=True):
    """A part of a message."""

    kind: str
    """`text`, or a key of `PART_SENTENCES`."""
    text: str
    name: str = ""
    """A tool's, or that of a kind that is not known."""


class Message(msgspec.Struct, frozen=True):
    """Who said what."""

    role: str
    parts: list[Part]


def messages_of(messages: Sequence[dict[str, Any]]) -> list[Message]:
    """Return messages as they are shown."""
    return [Message(str(message.get("role", "")), list(parts_of(message.get("content")))) for message in messages]


def parts_of(content: Any) -> Iterator[Part]:  # noqa: ANN401  (any JSON)
    """Yield the parts of a message's content."""
    if isinstance(content, str):
        yield Part("text", content)
        return
    for block in content if isinstance(content, list) else []:
        if isinstance(block, dict):
            yield part_of(block)


def part_of(block: dict[str, Any]) -> Part:
    """Return a block as it is shown."""
    kind = str(block.get("type", ""))
    if kind == "text":
        return Part("text", str(block.get("text", "")))
    if kind == "thinking":
        return Part(kind, str(block.get("thinking", "")))
    if kind in ("tool_use", "server_tool_use"):
        return Part(kind, pretty(block.get("input")), str(block.get("name", "")))
    if kind == "tool_result":
        return Part(kind, result_text(block.get("content")))
    if kind in PART_SENTENCES:
        return Part(kind, pretty(without_data(block)))
    return Part("other", pretty(block), kind)


def result_text(content: Any) -> str:  # noqa: ANN401  (any JSON)
    """Return a tool's result: its text, or else its JSON."""
    if isinstance(content, str):
        return cut(content)
    blocks = content if isinstance(content, list) else []
    texts = [block["text"] for block in blocks if isinstance(block, dict) and isinstance(block.get("text"), str)]
    return cut("\n".join(texts)) if texts and len(texts) == len(blocks) else pretty(content)


def without_data(block: dict[str, Any]) -> dict[str, Any]:
    """Return an image or a document without its bytes, of which nobody reads anything."""
    source = block.get("source")
    if not isinstance(source, dict) or not isinstance(source.get("data"), str):
        return block
    return block | {"source": source | {"data": f"… {len(source['data'])}"}}


def pretty(value: Any) -> str:  # noqa: ANN401  (the same)
    """Return JSON to be read."""
    return cut(json.dumps(value, ensure_ascii=False, indent=2))


def pretty_text(text: str | None) -> str | None:
    """Return a text of JSON to be read; one that is none, as it stands."""
    if text is None:
        return None
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text


def cut(text: str) -> str:
    """Return the beginning of a text that is too long to be shown."""
    return text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS] + " …"
