"""Text as it is compared: disguises taken off, with the way back to where each character stood."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

from yumen.policy.matching.confusables import meaning

MOST_MEANINGS = 100_000
"""Characters whose meaning is remembered; beyond that it is worked out anew, so that no text fills the memory."""
CHUNK = 256
"""Characters of the original between two points whose places are known."""
SPACELESS = (
    r"\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fff\u3005-\u3007\u3041-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    r"\U00020000-\U0003ffff"
)
"""Scripts that part words by nothing, or, as Korean, hang endings on them: a word counts anywhere."""
HAN = r"\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
GAP = rf"(?<=[{HAN}])[^\w,;:!?()\[\]{{}}<>\"'。、《》〈〉「」『』—]+(?=[{HAN}])"
"""Signs between two Chinese characters that end no clause: spaces, dots, stars, emoji."""
LEFT_OUT = re.compile(rf"{GAP}|(?<= ) +")
GAPPED = re.compile(GAP)
LAST_GAP = re.compile(rf"(?<=[{HAN}])[^\w,;:!?()\[\]{{}}<>\"'。、《》〈〉「」『』—]+\Z")
IN_WORDS = re.compile(rf"[^\W_{SPACELESS}]")


class Meanings(dict[int, "int | str | None"]):
    """What each character that was seen stands for, worked out when it is first met; for `str.translate`."""

    def __missing__(self, code: int) -> int | str | None:
        """Work it out."""
        made = meaning(code)
        if len(self) < MOST_MEANINGS:
            self[code] = made
        return made


class Normal:
    """A text in its normal form. Places in it are turned into places of the original only where somebody asks."""

    def __init__(self, source: str, meanings: Meanings) -> None:
        """Take the disguises off: linear in the text."""
        self.source = source
        self._meanings = meanings
        self._folded = source.translate(meanings)
        self.text = contracted(self._folded)

    def origin(self, place: int) -> int:
        """Return where in the original the character stands that this one of the normal text came from."""
        if self._same:
            return place
        if len(self.text) != len(self._folded):
            at = bisect_right(self._kept, place) - 1
            place += self._shifts[at]
        if self._one_to_one:
            return place
        at = bisect_right(self._lengths, place) - 1
        return at * CHUNK + self._places(at)[place - self._lengths[at]]

    @cached_property
    def _one_to_one(self) -> bool:
        """Whether folding left every character in its place: an ASCII text can only have lost some."""
        return self.source.isascii() and len(self.source) == len(self._folded)

    @cached_property
    def _same(self) -> bool:
        return self._one_to_one and len(self.text) == len(self._folded)

    @cached_property
    def _cuts(self) -> list[tuple[int, int]]:
        """Where, in the contracted text, something was left out, and how much there was before and at it."""
        cuts, lost = [(0, 0)], 0
        for found in LEFT_OUT.finditer(self._folded):
            at = found.start() - lost
            lost += found.end() - found.start()
            cuts.append((at, lost))
        return cuts

    @cached_property
    def _kept(self) -> list[int]:
        return [at for at, _ in self._cuts]

    @cached_property
    def _shifts(self) -> list[int]:
        return [lost for _, lost in self._cuts]

    @cached_property
    def _lengths(self) -> list[int]:
        """How long the folded text is before each chunk of the original."""
        pieces = (self.source[at : at + CHUNK] for at in range(0, len(self.source), CHUNK))
        return list(accumulate((len(piece.translate(self._meanings)) for piece in pieces), initial=0))[:-1] or [0]

    @cached_property
    def _known(self) -> dict[int, list[int]]:
        return {}

    def _places(self, chunk: int) -> list[int]:
        """Return, for each folded character of a chunk, its place in the chunk's original."""
        if chunk not in self._known:
            piece = self.source[chunk * CHUNK : (chunk + 1) * CHUNK]
            self._known[chunk] = [place for place, one in enumerate(piece) for _ in one.translate(self._meanings)]
        return self._known[chunk]


def contracted(text: str) -> str:
    """Make runs of spaces one, and take out what parts two Chinese characters without ending a clause."""
    if not text.isascii() and GAPPED.search(text):
        return LEFT_OUT.sub("", text)
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def in_word(character: str) -> bool:
    """Return whether a character of normal text is one that Latin and like words are made of, so that a word does not end beside it."""
    return IN_WORDS.match(character) is not None
