"""Whether a conversation fits its model's window, what goes where it does not, and how its prompt is put together. Pure."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Literal

import msgspec

from yumen.claude.history import joined
from yumen.sessions.full import LEFT_PART, begins_anew

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.sessions.values import Session, Turn

WhenFull = Literal["refuse", "drop", "summarise"]
"""What is done when there is no more room: the turn is refused, or the oldest whole turns are left out, with or without a summary."""

ESTIMATE_ERROR = 0.3
"""How far an estimate is off at most, as we count on it (claude/tokens.py)."""


class Load(msgspec.Struct, frozen=True):
    """What a prompt takes, in tokens."""

    own: int
    """What must be there: system, tools, the summary and the new question."""
    turns: tuple[int, ...]
    """What may go: each turn of the history, oldest first."""

    @property
    def tokens(self) -> int:
        """All of it."""
        return self.own + sum(self.turns)

    def scaled(self, tokens: int) -> Load:
        """Return the same load where all of it is known to be that much."""
        by = tokens / max(1, self.tokens)
        turns = tuple(round(turn * by) for turn in self.turns)
        return Load(max(0, tokens - sum(turns)), turns)


class Fits(msgspec.Struct, frozen=True):
    """There is room for all of it."""


class Drop(msgspec.Struct, frozen=True):
    """The oldest turns must go: so many of the history."""

    count: int


class TooFull(msgspec.Struct, frozen=True):
    """There is no room, and nothing may go, or not enough can."""

    over_tokens: int


def history_of(session: Session, turns: Sequence[Turn]) -> bytes:
    """Return the messages before a new question, joined by commas: the summary, and each turn in the bytes that were sent."""
    return joined([session.summary or b"", *(part for turn in turns for part in (turn.question, turn.answer or b""))])


def is_near(load: Load, room_tokens: int) -> bool:
    """Whether an estimate is so near the limit that only an exact count can tell."""
    return load.tokens * (1 + ESTIMATE_ERROR) > room_tokens


def fitting(load: Load, turns: Sequence[Turn], room_tokens: int, when_full: WhenFull, summary_tokens: int = 0) -> Fits | Drop | TooFull:
    """Decide. What is left after turns are dropped is far from full: the next turns then begin alike again, and the prompt cache holds.

    A turn goes together with those that answer its tool calls. A summary takes so many tokens of the room.
    """
    over = load.tokens - room_tokens
    if over <= 0:
        return Fits()
    if when_full == "refuse":
        return TooFull(over)
    more = summary_tokens if when_full == "summarise" else 0
    left = [load.tokens - gone + more for gone in accumulate(load.turns)]
    cuts = [count for count in range(1, len(turns) + 1) if count == len(turns) or begins_anew(turns[count].question)]
    enough = [count for count in cuts if left[count - 1] <= room_tokens * LEFT_PART]
    least = enough or [count for count in cuts[-1:] if left[count - 1] <= room_tokens]
    return Drop(least[0]) if least else TooFull((left[-1] if left else load.tokens) - room_tokens)
