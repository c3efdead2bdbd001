"""Several recognisers at once: one pass of RE2 says which of them may find anything, part by part; in a clean text none looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import re2

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yumen.policy.recognisers.values import Recogniser

_PART = 4096
"""So many characters are passed over, or gone through, at once."""
_MARGIN = 160
"""What a hint may lie outside of a part that its value begins in: longer than any hint, and than any look back."""
_MOST_BYTES = 64 << 20
"""Memory for the states of the pass; when it is full, they are made anew."""


class Together:
    """Recognisers as one."""

    def __init__(self, recognisers: Sequence[Recogniser]) -> None:
        """Take at least one."""
        self._recognisers = recognisers
        self._hints = united(recognisers)
        self.reach = max(each.reach for each in recognisers)
        self.context = max(each.context for each in recognisers)

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Return where each value begins and ends, in no order, with the number of its recogniser in the sequence."""
        for left in range(0, len(text), _PART):
            right = min(left + _PART, len(text))
            # Half a surrogate pair has no form in UTF-8; it is part of no value.
            part = text[max(0, left - _MARGIN) : right + _MARGIN].encode(errors="replace")
            for number in self._hints.Match(part) or ():
                yield from ((start, end, number) for start, end in self._recognisers[number].within(text, left, right))

    def settled(self, text: str) -> int:
        """Return up to where nothing changes any more, whatever follows."""
        return min(each.settled(text) for each in self._recognisers)


def united(recognisers: Sequence[Recogniser]) -> re2._Set:
    """Return the hints of recognisers as one set."""
    options = re2.Options()
    options.max_mem = _MOST_BYTES
    hints = re2.Set.SearchSet(options)
    for each in recognisers:
        hints.Add(each.hint)
    hints.Compile()
    return hints
