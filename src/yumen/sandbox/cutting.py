"""Where an answer ends: at a stop sequence, at `max_tokens`, or at the end of the context window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude import estimate_text
from yumen.sandbox.answer import Answer, Call, Redacted, Text, Thought
from yumen.sandbox.thinking import sign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.sandbox.answer import Part

CALL_TOKENS = 20
"""What a call costs beside its name and its input."""
REDACTED_TOKENS = 40


class Limit(msgspec.Struct, frozen=True):
    """How many tokens an answer may have, and what is said when it reaches them."""

    tokens: int
    reason: str = "max_tokens"


def stop_at(parts: Sequence[Part], stops: Sequence[str]) -> tuple[list[Part], str | None]:
    """Cut the text at the first stop sequence, which is left out; return it too. Thinking is not looked at, nor are calls."""
    kept: list[Part] = []
    for part in parts:
        if isinstance(part, Text) and (found := _first_stop(part.text, stops)):
            at, stop = found
            if at:
                kept.append(Text(part.text[:at]))
            return kept, stop
        kept.append(part)
    return kept, None


def _first_stop(text: str, stops: Sequence[str]) -> tuple[int, str] | None:
    places = [(text.find(stop), stop) for stop in stops]
    return min(((at, stop) for at, stop in places if at >= 0), default=None)


def limit_to(answer: Answer, limit: Limit, model: str) -> Answer:
    """Cut an answer to its limit and count its tokens."""
    left = limit.tokens
    kept: list[Part] = []
    thinking = 0
    for part in answer.parts:
        tokens = part_tokens(part, model)
        piece = part if tokens <= left else _shortened(part, left, model)
        used = min(tokens, left)
        left -= used
        if isinstance(part, Thought | Redacted):
            thinking += used
        if piece is not None:
            kept.append(piece)
        if piece is not part:
            # What is cut counts as full: the tokens were made before the limit was seen.
            return Answer(tuple(kept), limit.reason, output_tokens=limit.tokens, thinking_tokens=thinking)
    return msgspec.structs.replace(answer, output_tokens=limit.tokens - left, thinking_tokens=thinking)


def part_tokens(part: Part, model: str) -> int:
    """Return what a part counts."""
    if isinstance(part, Redacted):
        return REDACTED_TOKENS
    if isinstance(part, Call):
        return CALL_TOKENS + estimate_text(part.name + part.arguments, model)
    return estimate_text(part.text, model) if part.text else 0


def _shortened(part: Part, tokens: int, model: str) -> Part | None:
    """A part that does not fit whole; half a call would be no call, so it is left out."""
    if isinstance(part, Call | Redacted) or not tokens:
        return None
    text = longest_prefix(part.text, tokens, model)
    if not text:
        return None
    if isinstance(part, Text):
        return Text(text)
    shown = part.shown[: len(text)]
    return Thought(text, shown, sign(shown))


def longest_prefix(text: str, tokens: int, model: str) -> str:
    """Return the longest beginning of a text that has no more than that many tokens."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if estimate_text(text[:middle], model) <= tokens:
            low = middle
        else:
            high = middle - 1
    return text[:low]
