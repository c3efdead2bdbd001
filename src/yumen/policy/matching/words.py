"""Words and phrases, found whatever they are dressed in: tens of thousands at once."""

from __future__ import annotations

from bisect import bisect_left
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import ahocorasick_rs

from yumen.errors import OperatorError
from yumen.policy.matching.entries import LEAST_SPELLED, LONGEST_AFFIX, Entry, entries_of, foreign
from yumen.policy.matching.normal import LAST_GAP, Meanings, Normal, in_word
from yumen.policy.matching.spelled import SPREAD, Spelled, last_gap, may_begin, runs
from yumen.policy.values import Hit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from yumen.policy.values import Rule

MOST_WORDS = 200_000
STRETCH = 16
"""How many characters of the text may go to one of the word: one dressed more heavily is not found."""
BESIDE = 64
"""Characters beside a word that are looked at; what lies behind so many that say nothing is not beside it."""
UNSEEN = "\0"
"""Stands for what must follow a word before it is known: no normal text holds it."""
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
        self._whole = Prefixes(self._seen(entry) for entry in found if entry.open_left and not entry.spelled)
        self._anywhere = Prefixes(self._seen(entry) for entry in found if not entry.open_left and not entry.spelled)
        # The last letter must be seen to stand alone, so that no spelled word is over with it.
        self._spelled = Prefixes(f"{entry.key}{UNSEEN}" for entry in found if len(entry.key) >= LEAST_SPELLED)
        self._longest = max(len(key) for key in keys) + 1 + LONGEST_AFFIX
        self.reach = self._longest * STRETCH + BESIDE
        self.context = BESIDE + 1

    def _seen(self, entry: Entry) -> str:
        """Return the normal text that has been seen when it is known whether a word is there."""
        after = Normal(entry.after, self._meanings).text
        return entry.key + after + UNSEEN * (entry.open_right or after != entry.after)

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
        """Return where a word stands in the original; None where it is no such word."""
        first, last = normal.origin(start), normal.origin(end - 1) + 1
        source = normal.source
        if last - first > STRETCH * len(entry.key):
            return None
        if not source.endswith(entry.before, 0, first) or not source.startswith(entry.after, last):
            return None
        written = foreign(source[first:last])
        if len(entry.key) < SHORT and None not in (written, entry.foreign) and written != entry.foreign:
            return None
        return first, last

    def _beside(self, normal: Normal, start: int, end: int, entry: Entry) -> bool:
        """Return whether a word is none of a longer word's parts, where that matters."""
        return not (entry.open_left and self._follows(normal, start)) and not (entry.open_right and self._follows(normal, end))

    def _follows(self, normal: Normal, place: int) -> bool:
        """Return whether a place stands beside a letter, so that a word goes on across it."""
        text = normal.text
        if not 0 < place < len(text) or not in_word(text[place]) or not in_word(text[place - 1]):
            return False
        return normal.origin(place) - normal.origin(place - 1) <= BESIDE

    def settled(self, text: str) -> int:
        """Return up to where nothing changes: the first place from which on the text could be the beginning of a word."""
        tail = max(0, len(text) - self.reach)
        window = max(0, tail - BESIDE)
        normal = Normal(text[window:], self._meanings)
        held = [window + normal.origin(place) for place in self._held(normal)]
        return max(tail, min(held, default=len(text)))

    def _held(self, normal: Normal) -> Iterator[int]:
        """Yield the first place of each kind in normal text from which on a word may begin."""
        whole = normal.text
        for text in {whole, LAST_GAP.sub("", whole)}:
            for place in range(max(0, len(text) - self._longest), len(text)):
                if self._may_start(normal, text, place):
                    yield place
                    break
        shift = max(0, len(whole) - SPREAD * self._longest)
        for run in runs(whole[shift:], unfinished=True):
            yield from (shift + place for at, place in enumerate(run.places) if self._spelled.any(run.letters[at:]))

    def _may_start(self, normal: Normal, text: str, place: int) -> bool:
        rest = text[place:]
        if self._anywhere.any(rest):
            return True
        return self._whole.any(rest) and not self._follows(normal, place)


class Prefixes:
    """The beginnings of words."""

    def __init__(self, keys: Iterable[str]) -> None:
        """Take what must be seen of each."""
        self._keys = sorted(set(keys))

    def any(self, text: str) -> bool:
        """Return whether a text is the beginning of a word, and not yet all that is to be seen of it."""
        at = bisect_left(self._keys, text)
        if at < len(self._keys) and self._keys[at] == text:
            at += 1
        return at < len(self._keys) and self._keys[at].startswith(text)
