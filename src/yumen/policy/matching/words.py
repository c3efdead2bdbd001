"""Words and phrases, found whatever they are dressed in: tens of thousands at once."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import ahocorasick_rs

from yumen.errors import OperatorError
from yumen.policy.matching.beginnings import Beginnings
from yumen.policy.matching.entries import LEAST_SPELLED, Entry, entries_of, foreign
from yumen.policy.matching.meanings import Meanings
from yumen.policy.matching.normal import BESIDE, Normal, goes_on
from yumen.policy.matching.spelled import Spelled, last_gap, may_begin, runs
from yumen.policy.values import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yumen.policy.values import Rule

MOST_WORDS = 200_000
STRETCH = 16
"""How many characters of the text may go to one of the word: one dressed more heavily is not found."""
SHORT = 5
"""From so many letters on, a Latin word written wholly in Greek or Cyrillic letters is a disguise, and not an ordinary word of theirs."""


class Words:
    """The words of all rules. It has no state but what its table of characters remembers."""

    def __init__(self, rules: Sequence[tuple[int, Rule]]) -> None:
        """Compile them. Raises OperatorError where a word will not do, or there are too many."""
        self._meanings = Meanings()
        found = sorted(self._entries(rules), key=attrgetter("key"))
        if len(found) > MOST_WORDS:
            raise OperatorError("there are more than {most} words in the rules", most=MOST_WORDS)
        self._entries_by_number = [tuple(group) for _, group in groupby(found, attrgetter("key"))]
        keys = [group[0].key for group in self._entries_by_number]
        self._automaton = ahocorasick_rs.AhoCorasick(keys, store_patterns=False)
        self._beginnings = Beginnings(found, self._meanings)
        self._longest_before = max(len(entry.before) for entry in found)
        self._signs_before = frozenset(sign for entry in found for sign in entry.before)
        self.reach = self._beginnings.longest * STRETCH + BESIDE + self._longest_before
        self.context = BESIDE + 1

    def _entries(self, rules: Sequence[tuple[int, Rule]]) -> Iterator[Entry]:
        for number, rule in rules:
            for word in rule.words:
                yield from entries_of(word, number, rule.name, parts=rule.parts_of_words, meanings=self._meanings)

    def hits(self, text: str) -> list[Hit]:
        """Return the words found, in no order. Linear in the text and in what is found."""
        normal = Normal(text, self._meanings)
        made = [
            Hit(span[0], span[1], "word", entry.rule)
            for number, start, end in self._automaton.find_matches_as_indexes(normal.text, overlapping=True)
            for entry in self._entries_by_number[number]
            if not entry.spelled and self._beside(normal, start, end, entry) and (span := self._span(normal, start, end, entry))
        ]
        for spelled in runs(normal.text):
            made += self._in_run(normal, spelled)
        return made

    def _in_run(self, normal: Normal, run: Spelled) -> Iterator[Hit]:
        """Yield the words that are spelled out."""
        for number, start, end in self._automaton.find_matches_as_indexes(run.letters, overlapping=True):
            first, last = run.places[start], run.places[end - 1]
            for entry in self._entries_by_number[number]:
                if end - start < LEAST_SPELLED or entry.before or entry.after:
                    continue
                span = self._span(normal, first, last + 1, entry)
                if span and (not entry.open_left or self._may_begin(normal, span[0], run.places[start + 1])):
                    yield Hit(span[0], span[1], "word", entry.rule)

    def _may_begin(self, normal: Normal, start: int, second: int) -> bool:
        """Return whether a spelled word may begin at a place of the original, its second letter standing at one of the normal text."""
        before = normal.source[max(0, start - BESIDE) : start]
        gap = normal.source[start + 1 : normal.origin(second)]
        return last_gap(before) != gap or may_begin(Normal(before, self._meanings).text)

    def _span(self, normal: Normal, start: int, end: int, entry: Entry) -> tuple[int, int] | None:
        """Return where a word stands in the original, the signs about it included; None where it is no such word."""
        first, last = normal.origin(start), normal.origin(end - 1) + 1
        source = normal.source
        if last - first > STRETCH * len(entry.key):
            return None
        if not source.endswith(entry.before, 0, first) or not source.startswith(entry.after, last):
            return None
        written = foreign(source[first:last])
        if len(entry.key) < SHORT and None not in (written, entry.foreign) and written != entry.foreign:
            return None
        return first - len(entry.before), last + len(entry.after)

    def _beside(self, normal: Normal, start: int, end: int, entry: Entry) -> bool:
        """Return whether a word is none of a longer word's parts, where that matters."""
        return not (entry.open_left and goes_on(normal, start)) and not (entry.open_right and goes_on(normal, end))

    def settled(self, text: str) -> int:
        """Return up to where nothing changes: the first place from which on the text could be the beginning of a word."""
        place, certain = self._begun(text, self._beginnings.longest + 2 * BESIDE)
        if not certain:
            place, _ = self._begun(text, self.reach + BESIDE)
        return max(self._before(text, place), len(text) - self.reach)

    def _before(self, text: str, place: int) -> int:
        """Return where the signs begin that may stand before a word's letters and belong to it."""
        first = max(0, place - self._longest_before)
        while place > first and text[place - 1] in self._signs_before:
            place -= 1
        return place

    def _begun(self, text: str, most: int) -> tuple[int, bool]:
        """Look at so many characters of a text's end; return from where on a word may have begun, and whether more would say the same."""
        window = max(0, len(text) - most)
        normal = Normal(text[window:], self._meanings)
        held = self._beginnings.held(normal)
        return len(text) if held.place is None else window + normal.origin(held.place), held.certain or window == 0
