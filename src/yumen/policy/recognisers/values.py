"""What a recogniser is: a kind of value that is known by its form and its check digits, wherever it stands in a text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable


class Recogniser(Protocol):
    """Finds one kind of value. It has no state, and may be used by several threads.

    Whether something begins at a place depends on `context` characters before it and `reach` characters from it on, and on nothing
    else: so a text may be read in pieces, if the end of each is handed in again with the next.
    """

    @property
    def name(self) -> str:
        """What it is called in rules, and in placeholders in capital letters."""

    @property
    def reach(self) -> int:
        """The most characters that are looked at from where something begins: by no more does `settled` lag behind."""

    @property
    def context(self) -> int:
        """How many characters before something are looked at."""

    @property
    def hint(self) -> str:
        """A pattern of RE2 that matches in the first characters of every value, or in the words before it: without it there is none."""

    def within(self, text: str, left: int, right: int) -> Iterable[tuple[int, int]]:
        """Return where each value begins and ends, in characters, of those that begin from one place on and before another, by its start.

        The text's end ends a value.
        """

    def settled(self, text: str) -> int:
        """Return up to where nothing changes any more, whatever follows: no value that begins before can still begin, grow or end."""
