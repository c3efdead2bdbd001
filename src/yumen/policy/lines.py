"""Where in a text something stands, by line and column: the text is looked through once, however much is asked."""

from __future__ import annotations

import re
from bisect import bisect_right

END = re.compile("\n")


class Lines:
    """The lines of a text."""

    def __init__(self, text: str) -> None:
        """Look through it."""
        self._starts = [0, *(end.end() for end in END.finditer(text))]

    def at(self, offset: int) -> tuple[int, int]:
        """Return the line and the column, both from 1, of a character."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1
