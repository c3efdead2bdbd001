"""The text that people wrote and read, out of messages in JSON. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

UNREADABLE = (ValueError, RecursionError)


def text_of(messages: bytes | None) -> str:
    """Return the text of messages (JSON, joined by commas), a line between its parts; what is no text is left out."""
    text = "\n".join(part for message in read_messages(messages) for part in texts_in(message))
    return text.replace("\0", "").encode("utf-8", "replace").decode()  # no database keeps the rest as text


def read_messages(messages: bytes | None) -> list[dict[str, Any]]:
    """Return messages as they read; none of them where they are no JSON objects."""
    try:
        return msgspec.json.decode(b"[" + (messages or b"") + b"]", type=list[dict[str, Any]])
    except UNREADABLE:
        return []


def texts_in(message: dict[str, Any]) -> Iterator[str]:
    """Yield a message's texts in their order."""
    content = message.get("content")
    if isinstance(content, str):
        yield content
    for block in content if isinstance(content, list) else ():
        if isinstance(block, dict) and block.get("type") == "text" and isinstance(block.get("text"), str):
            yield block["text"]
