"""Between the SDK's messages and the bytes that are stored: nothing is lost on the way, and the same always becomes the same. Pure."""

from __future__ import annotations

import json
from base64 import b64encode
from io import IOBase
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from anthropic import BaseModel

from yumen.claude.history import answer_again, joined
from yumen.errors import OperatorError
from yumen.sessions.values import TurnUsage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from anthropic.types import Message, ToolUseBlock

REFUSAL = "refusal"
PARSED = "parsed_output"
"""What the SDK reads from an answer with a schema; Claude did not send it."""


def encoded(messages: Sequence[Any]) -> bytes:
    """Return messages in JSON, joined by commas: the bytes that the SDK sends for them. Raises OperatorError for what is no JSON."""
    try:
        return joined([WRITE(message).encode() for message in messages])
    except (TypeError, ValueError, RecursionError, OSError) as error:
        raise OperatorError("what is said cannot be sent: {reason}", reason=str(error)) from error


def plain(value: object) -> Any:  # noqa: ANN401  (any JSON)
    """Return as JSON what the SDK takes beside it: blocks of its own, and files, whose bytes become base64. Raises TypeError otherwise."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_unset=True, by_alias=True)
    if isinstance(value, PathLike):
        value = Path(value).read_bytes()
    elif isinstance(value, IOBase):
        value = value.read()
    if isinstance(value, bytes):
        return b64encode(value).decode()
    msg = f"{type(value).__name__} is no JSON"
    raise TypeError(msg)


WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=plain).encode


def decoded(messages: bytes) -> list[Any]:
    """Return messages as the SDK takes them."""
    read: list[Any] = msgspec.json.decode(b"[" + messages + b"]")
    return read


def again(message: Message) -> bytes | None:
    """Return an answer as the message that is sent back; None where nothing of it may be, or Claude refused: what it had begun is void.

    A call of a tool that was cut off has no result, so it is left out.
    """
    if message.stop_reason == REFUSAL:
        return None
    whole = message.to_dict(mode="json")
    cut = message.stop_reason != "tool_use"
    blocks = [block for block in _blocks(whole["content"]) if not (cut and block.get("type") == "tool_use")]
    return answer_again(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")).encode())


def _blocks(content: Any) -> list[dict[str, Any]]:  # noqa: ANN401  (as the SDK gives it)
    return [{name: value for name, value in block.items() if name != PARSED} for block in content]


def tool_uses(message: Message) -> tuple[ToolUseBlock, ...]:
    """Return the calls of tools that an answer waits for."""
    return tuple(block for block in message.content if block.type == "tool_use") if message.stop_reason == "tool_use" else ()


def usage_of_turn(messages: Iterable[Message]) -> TurnUsage:
    """Return what calls used, added up."""
    total = TurnUsage()
    for message in messages:
        said = message.usage
        written, created = said.cache_creation_input_tokens or 0, said.cache_creation
        hour = created.ephemeral_1h_input_tokens if created else 0
        total = total.plus(TurnUsage(said.input_tokens, said.output_tokens, said.cache_read_input_tokens or 0, written - hour, hour))
    return total
