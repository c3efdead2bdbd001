"""Where one pattern matches: a definition that needs no memory of earlier matches, so that a stream gives the same as the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import re2

WIDEST = 4
"""Bytes of a character in UTF-8."""
MOST_WINDOW = 1 << 16
CONTINUES = 0x80
CONTINUES_MASK = 0xC0


class Spans:
    """One pattern's matches.

    From each place the pattern has one match, of at most `reach` characters, or none. Those that lie within another are left out. So
    what counts at a place depends on `reach` characters before it and behind it, and on nothing else.
    """

    def __init__(self, regexp: re2._Regexp, reach: int) -> None:
        """Take a compiled pattern that cannot match empty text, and the most characters of a match."""
        self._regexp = regexp
        self._reach = reach

    def of(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Yield the matches by their start, in bytes. Linear in the data, times the reach where everything nearly matches."""
        least = 2 * WIDEST * self._reach
        place, window, covered = 0, least, 0
        while place < len(data):
            whole = self._regexp.match(data, place, self._limit(data, place))
            if whole is not None:
                window = least
                if whole.end() > max(covered, place):
                    covered = whole.end()
                    yield place, covered
                place = begins(data, place + 1)
                continue
            beyond = min(len(data), place + window)
            found = self._regexp.search(data, place, beyond)
            if found is not None:
                place = found.start() if found.start() > place else begins(data, place + 1)
                window = least
                continue
            if beyond == len(data):
                return
            # No match of the allowed length begins before this place.
            place = begins(data, beyond - WIDEST * self._reach)
            window = min(2 * window, MOST_WINDOW + least)

    def _limit(self, data: bytes, start: int) -> int:
        """Return where a match from there must end, in bytes."""
        most = data[start : start + WIDEST * self._reach]
        if most.isascii():
            return start + min(len(most), self._reach)
        return start + len(most.decode(errors="ignore")[: self._reach].encode())


def begins(data: bytes, place: int) -> int:
    """Return the first place from there on where a character begins."""
    while place < len(data) and data[place] & CONTINUES_MASK == CONTINUES:
        place += 1
    return place
