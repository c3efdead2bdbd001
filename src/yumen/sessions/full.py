"""Whether a conversation still fits, and which of its oldest turns must go where it does not. Pure."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import msgspec

from yumen.claude import estimate_lengths, view_request
from yumen.claude.models import find_model
from yumen.errors import InvalidRequest
from yumen.sessions.words import read_messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.sessions.values import Turn

LEFT_PART = 0.75
"""So full is what is left after turns were dropped: the next ones then find the same beginning, and Claude's cache of it."""
UNKNOWN_WINDOW = 1_000_000
"""The window of a model that the catalogue lacks: that of all current ones but one."""


SERVER_TOOL = b'"server_tool_use"'
"""Where Claude called a tool of its own it read the prompt again and again, and counted it each time."""


class Room(msgspec.Struct, frozen=True):
    """What a conversation may take: tokens of the model's window, bytes of a request's body."""

    tokens: int
    bytes: int


class Size(msgspec.Struct, frozen=True):
    """What it takes."""

    tokens: int
    bytes: int

    def fits(self, room: Room) -> bool:
        """Whether that is there."""
        return self.tokens <= room.tokens and self.bytes <= room.bytes


def window_of(model: str | None) -> int:
    """Return the most tokens that a prompt for a model may have."""
    known = find_model(model or "")
    return UNKNOWN_WINDOW if known is None else known.max_input_tokens


def tokens_of(body: bytes, model: str | None) -> int:
    """Return the estimated tokens of a request."""
    view = view_request(body)
    return estimate_lengths(view.prompt_characters, view.prompt_bytes, model)


def size_of(turn: Turn, model: str | None) -> Size:
    """Return what a turn takes of its conversation."""
    messages = b",".join([part for part in (turn.question, turn.answer) if part])
    return Size(tokens_of(b'{"messages":[' + messages + b"]}", model), len(messages) + 1)


def size_in_all(own: Size, turns: Sequence[Turn], model: str | None) -> Size:
    """Return what a request takes with the turns before it: by Claude's own count of the last prompt, else by the estimate."""
    sizes = [size_of(turn, model) for turn in turns]
    bytes_ = own.bytes + sum(size.bytes for size in sizes)
    last = turns[-1].usage if turns else None
    if last is None or not last.prompt_tokens or SERVER_TOOL in (turns[-1].answer or b""):
        return Size(own.tokens + sum(size.tokens for size in sizes), bytes_)
    return Size(own.tokens + last.prompt_tokens + last.output_tokens, bytes_)


def dropped(whole: Size, turns: Sequence[Turn], room: Room, model: str | None) -> int:
    """Return how many of the oldest turns must go, so that what is left is far from full again; 0: no number of them is enough.

    A turn goes with those that answer its tool calls: what is left begins with words of the user's own.
    """
    aim = Room(int(room.tokens * LEFT_PART), int(room.bytes * LEFT_PART))
    sizes = [size_of(turn, model) for turn in turns]
    gone = accumulate(sizes, lambda one, other: Size(one.tokens + other.tokens, one.bytes + other.bytes))
    left = [Size(whole.tokens - each.tokens, whole.bytes - each.bytes) for each in gone]
    cuts = [count for count in range(1, len(turns) + 1) if count == len(turns) or begins_anew(turns[count].question)]
    enough = [count for count in cuts if left[count - 1].fits(aim)]
    return enough[0] if enough else next((count for count in reversed(cuts) if left[count - 1].fits(room)), 0)


def begins_anew(question: bytes) -> bool:
    """Return whether a question stands by itself: it is the user's, and no result of a tool that was called before it."""
    messages = read_messages(question)
    if not messages or messages[0].get("role") != "user":
        return False
    content = messages[0].get("content")
    blocks = content if isinstance(content, list) else []
    return not any(isinstance(block, dict) and block.get("type") == "tool_result" for block in blocks)


def too_long(name: str, tokens: int, window: int) -> InvalidRequest:
    """Return the refusal of a turn for which there is no room, in Claude's wording."""
    return InvalidRequest(
        f"prompt is too long: {tokens} tokens > {window} maximum (estimated, with what the session {name} holds). "
        "Send x-yumen-session-full: drop to leave out its oldest turns, or begin another session."
    )
