"""Words that are spelled out, s e c r e t or 法,轮,功: letters each of which stands alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import re2

from yumen.policy.matching.normal import HAN, KNOWN, SPACELESS

if TYPE_CHECKING:
    from collections.abc import Iterator

LETTER = r"[^\W_]"
LATIN = rf"[^\W_{SPACELESS}]"
ALONE = rf"(?:{LATIN}(?!{LATIN})|(?!{LATIN}){LETTER}(?!{LETTER}))"
FIRST = rf"(?:(?<!{LATIN}){LATIN}(?!{LATIN})|[{HAN}](?!{LETTER}))"
"""In Chinese the first and the last may stand in the midst of others: there is no end of a word to be seen."""
BETWEEN = r"[\W_]{1,4}"
"""What may stand between two letters, in normal text: a run of spaces is one there."""
SPREAD = 5
"""Characters of normal text that a spelled letter takes with what follows it."""
RUN = re.compile(rf"{FIRST}(?:{BETWEEN}{ALONE})+{BETWEEN}(?:{ALONE}|[{HAN}])")
UNFINISHED = re.compile(rf"{FIRST}(?:{BETWEEN}{ALONE})*[\W_]{{0,4}}\Z")
MAYBE = re2.compile(
    rf"(?:\b[0-9A-Za-z]|[^\x00-\x7f])[^{KNOWN}]{{1,4}}[^\x00-/:-@\[-`{{-\x7f][^{KNOWN}]{{1,4}}(?:[0-9A-Za-z]\b|[^\x00-\x7f])"
)
"""Finds wherever there may be a run, much faster."""
PAIR = re.compile(rf"[0-9a-z]{{2}}|[{HAN}]{{2}}")
"""No run goes on across these."""
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


def runs(text: str) -> Iterator[Spelled]:
    """Yield every run of letters that stand alone in a normal text."""
    data, at, place = text.encode(), 0, 0
    while found := MAYBE.search(data, at):
        place += len(data[at : found.start()].decode())
        pair = PAIR.search(text, place + 1)
        end = pair.start() + 1 if pair else len(text)
        for run in RUN.finditer(text, place, end + 1):
            yield spelled(text, run)
        at, place = found.start() + len(text[place:end].encode()), end


def unfinished(text: str) -> Iterator[Spelled]:
    """Yield the run at a normal text's end, be it of one letter, if there is one."""
    for run in UNFINISHED.finditer(text):
        yield spelled(text, run)


def spelled(text: str, run: re.Match[str]) -> Spelled:
    """Return the letters of a run."""
    letters = [letter.start() for letter in ONE.finditer(text, run.start(), run.end())]
    return Spelled("".join(text[place] for place in letters), letters)


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
