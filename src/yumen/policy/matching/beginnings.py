"""Where, at the end of a text that still grows, a word may have begun."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from yumen.policy.matching.entries import LEAST_SPELLED, LONGEST_AFFIX
from yumen.policy.matching.normal import LAST_GAP, Normal, goes_on
from yumen.policy.matching.spelled import SPREAD, unfinished

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from yumen.policy.matching.entries import Entry
    from yumen.policy.matching.meanings import Meanings

UNSEEN = "\0"
"""Stands for what must follow a word before it is known: no normal text holds it."""
EDGE = 12
"""Characters at the beginning of a cut text that may stand for something else than in the whole."""


class Held(NamedTuple):
    """What the end of a text says."""

    place: int | None
    """From where on, in the normal text, a word may have begun; None where none has."""
    certain: bool
    """Whether more text before would say the same."""


class Beginnings:
    """The beginnings of all words."""

    def __init__(self, entries: Sequence[Entry], meanings: Meanings) -> None:
        """Take what must be seen of each."""
        plain = [(entry, seen(entry, meanings)) for entry in entries if not entry.spelled]
        self._whole = Prefixes(text for entry, text in plain if entry.open_left)
        self._anywhere = Prefixes(text for entry, text in plain if not entry.open_left)
        # The last letter must be seen to stand alone, so that no spelled word is over with it.
        self._spelled = Prefixes(f"{entry.key}{UNSEEN}" for entry in entries if len(entry.key) >= LEAST_SPELLED)
        self.longest = max(len(entry.key) for entry in entries) + 1 + LONGEST_AFFIX

    def held(self, normal: Normal) -> Held:
        """Return from where on a word may have begun."""
        places = list(self._plain(normal))
        whole, certain = normal.text, len(normal.text) > self.longest + EDGE
        shift = max(0, len(whole) - SPREAD * self.longest)
        for run in unfinished(whole[shift:]):
            certain = certain and shift + run.places[0] >= EDGE
            places += (shift + place for at, place in enumerate(run.places) if self._spelled.any(run.letters[at:]))
        return Held(min(places, default=None), certain)

    def _plain(self, normal: Normal) -> Iterator[int]:
        """Yield the first place for a word that is not spelled out, with what may be a gap at the end and without."""
        whole = normal.text
        for text in (whole,) if whole.isascii() else {whole, LAST_GAP.sub("", whole)}:
            for place in range(max(0, len(text) - self.longest), len(text)):
                if self._may_start(normal, text[place:], place):
                    yield place
                    break

    def _may_start(self, normal: Normal, rest: str, place: int) -> bool:
        return self._anywhere.any(rest) or (self._whole.any(rest) and not goes_on(normal, place))


class Prefixes:
    """The beginnings of some words."""

    def __init__(self, keys: Iterable[str]) -> None:
        """Take what must be seen of each."""
        self._keys = sorted(set(keys))

    def any(self, text: str) -> bool:
        """Return whether a text is the beginning of a word, and not yet all that is to be seen of it."""
        at = bisect_left(self._keys, text)
        if at < len(self._keys) and self._keys[at] == text:
            at += 1
        return at < len(self._keys) and self._keys[at].startswith(text)


def seen(entry: Entry, meanings: Meanings) -> str:
    """Return the normal text that has been seen when it is known whether a word is there."""
    after = Normal(entry.after, meanings).text
    return entry.key + after + UNSEEN * (entry.open_right or after != entry.after)
