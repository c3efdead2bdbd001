"""A recogniser by where a value may begin: patterns say where to look, a rule of its own says where the value ends, if it is one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Judge = Callable[[str, int], int]
"""Says where the value that begins at a place of a text ends; 0 if none does. It looks at what is stated as reach and context."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Finds values each by itself, so that what stands beside one never hides or makes another."""

    name: str
    reach: int
    context: int
    hint: str
    opening: re.Pattern[str]
    """Matches where a value may begin. It begins with the character itself, which the engine finds fastest, and then looks back."""
    judge: Judge
    held: str | None
    """All characters that a value, or the look behind its end, may run through: any other ends it. None: it may run through all."""
    begun: re.Pattern[str]
    """Matches where a value may begin whose rest has not come yet."""
    words: re.Pattern[str] | None = None
    """Where no check digit speaks for a value: what must be said in the `context` characters before it."""

    def within(self, text: str, left: int, right: int) -> Iterator[tuple[int, int]]:
        """Return where each value begins and ends, of those that begin from one place on and before another, by its start."""
        # Not to the text's end: it would be gone through once more for every part of it.
        far = right + self.reach + self.context
        here = self.opening.search(text, left, far)
        while here and here.start() < right:
            start = here.start()
            end = self.judge(text, start) if self._spoken_for(text, start) else 0
            if end:
                yield start, end
            here = self.opening.search(text, start + 1, far)

    def settled(self, text: str) -> int:
        """Return where the first value begins that the end of the text cuts through; the text's length where there is none."""
        floor = max(0, len(text) - self.reach)
        run = floor if self.held is None else floor + len(text[floor:].rstrip(self.held))
        here = self.begun.search(text, run)
        while here and not self._spoken_for(text, here.start()):
            here = self.begun.search(text, here.start() + 1)
        return here.start() if here else len(text)

    def _spoken_for(self, text: str, start: int) -> bool:
        return self.words is None or self.words.search(text, max(0, start - self.context), start) is not None


def partly(prefix: str, rest: str) -> str:
    """Return the pattern of what may become a prefix and its rest, from the first character on: it ends where the text does."""
    pattern = rest
    for each in reversed(prefix[1:]):
        pattern = rf"(?:\Z|{re.escape(each)}{pattern})"
    return re.escape(prefix[0]) + pattern
