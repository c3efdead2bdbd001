"""Words that are spelled out, s e c r e t or 法,轮,功: letters each of which stands alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from yumen.policy.matching.normal import HAN

if TYPE_CHECKING:
    from collections.abc import Iterator

LETTER = r"[^\W_]"
ALONE = rf"{LETTER}(?!{LETTER})"
FIRST = rf"(?:(?<!{LETTER}){LETTER}|[{HAN}])(?!{LETTER})"
"""In Chinese the first and the last may stand in the midst of others: there is no end of a word to be seen."""
BETWEEN = r"[\W_]{1,4}"
"""What may stand between two letters, in normal text: a run of spaces is one there."""
SPREAD = 5
"""Characters of normal text that a spelled letter takes with what follows it."""
RUN = re.compile(rf"{FIRST}(?:{BETWEEN}{ALONE})+{BETWEEN}(?:{ALONE}|[{HAN}])")
UNFINISHED = re.compile(rf"{FIRST}(?:{BETWEEN}{ALONE})*[\W_]{{0,4}}\Z")
ONE = re.compile(LETTER)
LAST = re.compile(rf"({LETTER}+){BETWEEN}\Z")
GAP_BEFORE = re.compile(r"[\W_]+\Z")
WORDS_OF_ONE = frozenset("aeiouy")
"""Letters that are words by themselves: a spelled-out word may follow one of them."""


class Spelled(NamedTuple):
    """Letters that stand alone, one after another."""

    letters: str
    places: list[int]
    """Where each stands in the normal text."""


def runs(text: str, *, unfinished: bool = False) -> Iterator[Spelled]:
    """Yield every run of letters that stand alone in a normal text; with `unfinished`, the one at its end, be it of one letter."""
    for found in (UNFINISHED if unfinished else RUN).finditer(text):
        letters = [letter.start() for letter in ONE.finditer(text, found.start(), found.end())]
        yield Spelled("".join(text[place] for place in letters), letters)


def may_begin(before: str) -> bool:
    """Return whether a word that is spelled out may begin after that, or is the rest of a longer one."""
    last = LAST.search(before)
    if last is None or len(last[1]) > 1:
        return True
    earlier = LAST.search(before, 0, last.start())
    return last[1] in WORDS_OF_ONE and (earlier is None or len(earlier[1]) > 1)


def last_gap(text: str) -> str:
    """Return what is no letter at a text's end: where it is not what parts a word's letters, another word ended there."""
    found = GAP_BEFORE.search(text)
    return found[0] if found else ""
