"""Text as it is compared: disguises taken off, with the way back to where each character stood."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

import re2

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.policy.matching.meanings import Meanings

BESIDE = 64
"""Characters beside a word that are looked at; what lies behind so many that say nothing is not beside it."""
CHUNK = 128
"""Characters of the original between two points whose places are known."""
SPACELESS = (
    r"\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fff\u3005-\u3007\u3041-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    r"\U00020000-\U0003ffff"
)
"""Scripts that part words by nothing, or, as Korean, hang endings on them: a word counts anywhere."""
HAN = r"\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
CLAUSE = r",;:!?()\[\]{}<>\"'。、《》〈〉「」『』—"
"""Signs that end a clause or open another."""
GAP = rf"(?<=[{HAN}])[^\w{CLAUSE}]+"
"""Other signs after a Chinese character: spaces, dots, stars, emoji. Between two such characters they are left out."""
GAPS = re.compile(rf"{GAP}(?=[{HAN}])")
LAST_GAP = re.compile(rf"{GAP}\Z")
KNOWN = (
    r"0-9A-Za-z\x{df}-\x{f6}\x{f8}-\x{24f}\x{3b1}-\x{3c9}\x{430}-\x{45f}\x{5d0}-\x{5ea}\x{621}-\x{63a}\x{641}-\x{64a}\x{904}-\x{939}"
    r"\x{e01}-\x{e30}\x{3041}-\x{3096}\x{30a1}-\x{30fa}\x{4e00}-\x{9fa5}\x{ac00}-\x{d7a3}"
)
"""Letters of which RE2 and Python think alike; of others they may not, being of different versions of Unicode."""
MAYBE_GAPPED = re2.compile(
    rf"[\x{{3005}}-\x{{9fff}}\x{{20000}}-\x{{3ffff}}][^{KNOWN}{CLAUSE}]+[\x{{3005}}-\x{{9fff}}\x{{20000}}-\x{{3ffff}}]"
)
"""Finds wherever there may be such a gap, thirty times as fast."""
IN_WORDS = re.compile(rf"[^\W_{SPACELESS}]")


class Normal:
    """A text in its normal form. Places in it are turned into places of the original only where somebody asks."""

    def __init__(self, source: str, meanings: Meanings) -> None:
        """Take the disguises off: linear in the text."""
        self.source = source
        self._meanings = meanings
        self._pieces = list(self._folded())
        folded = "".join(self._pieces)
        self._straight = source.isascii() and len(source) == len(folded)
        # ASCII text can only lose characters, so that with as many as before each is in its place.
        self._gapped = None if folded.isascii() or not MAYBE_GAPPED.search(folded.encode()) else folded
        self.text = folded if self._gapped is None else GAPS.sub("", folded)

    def _folded(self) -> Iterator[str]:
        """Yield what stands for each chunk, runs of spaces being one."""
        source, of, spaced = self.source, self._meanings.of, False
        for at in range(0, len(source), CHUNK):
            made = of(source[at : at + CHUNK])
            while "  " in made:
                made = made.replace("  ", " ")
            if spaced and made.startswith(" "):
                made = made[1:]
            if made:
                spaced = made.endswith(" ")
            yield made

    def origin(self, place: int) -> int:
        """Return where in the original the character stands that this one of the normal text came from."""
        if self._gapped is not None:
            starts, shifts = self._gaps
            place += shifts[bisect_right(starts, place)]
        if self._straight:
            return place
        chunk = bisect_right(self._lengths, place) - 1
        return chunk * CHUNK + self._places(chunk)[place - self._lengths[chunk]]

    @cached_property
    def _gaps(self) -> tuple[list[int], list[int]]:
        """Where, in the normal text, gaps were left out, and how many characters were before each, and in all."""
        starts, shifts = [], [0]
        for found in GAPS.finditer(self._gapped or ""):
            starts.append(found.start() - shifts[-1])
            shifts.append(shifts[-1] + found.end() - found.start())
        return starts, shifts

    @cached_property
    def _lengths(self) -> list[int]:
        """How long the folded text is before each chunk."""
        return list(accumulate(map(len, self._pieces), initial=0))[:-1]

    @cached_property
    def _known(self) -> dict[int, list[int]]:
        return {}

    def _places(self, chunk: int) -> list[int]:
        """Return, for each folded character of a chunk, its place in the chunk's original."""
        if chunk not in self._known:
            self._known[chunk] = list(self._placed(chunk))
        return self._known[chunk]

    def _placed(self, chunk: int) -> Iterator[int]:
        before = next((self._pieces[at] for at in range(chunk - 1, -1, -1) if self._pieces[at]), "")
        spaced = before.endswith(" ")
        for place, one in enumerate(self.source[chunk * CHUNK : (chunk + 1) * CHUNK]):
            for made in self._meanings.of(one):
                if not (spaced and made == " "):
                    yield place
                spaced = made == " "


def in_word(character: str) -> bool:
    """Return whether a character of normal text is one that Latin and like words are made of, so that a word does not end beside it."""
    return IN_WORDS.match(character) is not None


def goes_on(normal: Normal, place: int) -> bool:
    """Return whether a word goes on across a place of a normal text: letters of such words stand on both sides of it."""
    text = normal.text
    if not 0 < place < len(text) or not in_word(text[place]) or not in_word(text[place - 1]):
        return False
    return normal.origin(place) - normal.origin(place - 1) <= BESIDE
