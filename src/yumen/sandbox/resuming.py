"""An answer that was cut off and is gone on with: by an assistant's last message, or by a user who asks for the rest."""

from __future__ import annotations

import re

import msgspec

from yumen.sandbox.ask import Ask

_TAIL = re.compile(r"<tail>(.+?)</tail>\s*$", re.DOTALL)
"""What the user's turn repeats of the answer's end, as Yumen's library asks."""


class Resumed(msgspec.Struct, frozen=True):
    """A conversation as it was before an answer was cut off, and what of that answer is known."""

    ask: Ask
    said: str
    prefill: bool

    def rest_of(self, text: str) -> str | None:
        """Return what is still to be said of the whole answer, as a model says it; None where it is another answer."""
        if self.prefill:
            return text[len(self.said) :] if text.startswith(self.said) else None
        place = text.find(self.said)
        return text[place:] if place >= 0 else None


def resumed(ask: Ask) -> Resumed | None:
    """Return what is gone on with; None where a new answer is asked for."""
    turns = ask.turns
    if turns and turns[-1].role == "assistant":
        return Resumed(msgspec.structs.replace(ask, turns=turns[:-1]), turns[-1].text, prefill=True)
    tail = _TAIL.search(ask.last.text) if len(turns) > 1 and turns[-2].role == "assistant" else None
    return None if tail is None else Resumed(msgspec.structs.replace(ask, turns=turns[:-2]), tail[1], prefill=False)
