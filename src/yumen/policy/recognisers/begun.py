"""A recogniser by where a value may begin: a pattern says where to look, a rule of its own says where the value ends, if it is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

Judge = Callable[[str, int], int]
"""Says where the value that begins at a place of a text ends; 0 if none does. It looks at what is stated as reach and context."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Finds values each by itself, so that what stands beside one never hides or makes another."""

    name: str
    reach: int
    context: int
    opening: re.Pattern[str]
    """Matches where a value may begin. It begins with the character itself, which the engine finds fastest, and then looks back."""
    judge: Judge
    held: str
    """All characters that a value, or the look behind its end, may run through: a character that is not among them ends it."""
    begun: re.Pattern[str]
    """Matches where a value may begin whose rest has not come yet."""
    signs: tuple[str, ...] = ()
    """A text that holds none of them holds no value: they are found faster than any pattern."""

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Return where each value begins and ends, by its start."""
        if self.signs and not any(sign in text for sign in self.signs):
            return
        opening, judge = self.opening.search, self.judge
        here = opening(text)
        while here:
            start = here.start()
            end = judge(text, start)
            if end:
                yield start, end
            here = opening(text, start + 1)

    def settled(self, text: str) -> int:
        """Return where the first value begins that the end of the text cuts through; the text's length where there is none."""
        floor = max(0, len(text) - self.reach)
        run = floor + len(text[floor:].rstrip(self.held))
        begun = self.begun.search(text, run)
        return begun.start() if begun else len(text)
