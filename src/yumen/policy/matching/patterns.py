"""Regular expressions of RE2: which of them match at all is found by one pass for all, where by a look at those alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import re2

from yumen.errors import OperatorError
from yumen.policy.halves import readable
from yumen.policy.matching.spans import Spans
from yumen.policy.values import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yumen.policy.values import Rule

MOST_PATTERNS = 20_000
LONGEST_PATTERN = 2000
"""Characters."""
MOST_REACH = 4096
"""Characters."""
PATTERN_BYTES = 8 << 20
"""Memory that one pattern may take."""
TOGETHER = 1000
"""Patterns in one pass."""
SET_BYTES = 64 << 20
"""Memory that one pass may take for its states; when it is full, they are made anew."""
PROBES = (b"", b"a", b" ", b"a a", b"\n", "中".encode())


class Patterns:
    """The patterns of all rules."""

    def __init__(self, rules: Sequence[tuple[int, Rule]]) -> None:
        """Compile them. Raises OperatorError where one is not right or too large, or can match nothing at all."""
        listed = [(pattern, number, rule) for number, rule in rules for pattern in rule.patterns]
        if len(listed) > MOST_PATTERNS:
            raise OperatorError("there are more than {most} patterns in the rules", most=MOST_PATTERNS)
        self._patterns = [(Spans(compiled(pattern, rule), rule.pattern_reach), number) for pattern, number, rule in listed]
        texts = [pattern for pattern, _, _ in listed]
        self._sets = [(at, united(texts[at : at + TOGETHER])) for at in range(0, len(texts), TOGETHER)]
        self.reach = max(rule.pattern_reach for _, _, rule in listed)
        self.context = self.reach

    def hits(self, text: str) -> list[Hit]:
        """Return what the patterns match, in no order: for each, the matches that lie in no longer one of its own."""
        data = encoded(text)
        made = [(start, end, number) for spans, number in self._matching(data) for start, end in spans.of(data)]
        if len(data) == len(text):
            return [Hit(start, end, "pattern", number) for start, end, number in made]
        places = characters(data, sorted({place for start, end, _ in made for place in (start, end)}))
        return [Hit(places[start], places[end], "pattern", number) for start, end, number in made]

    def _matching(self, data: bytes) -> Iterator[tuple[Spans, int]]:
        """Yield the patterns that match anywhere."""
        for first, several in self._sets:
            for at in several.Match(data) or ():
                yield self._patterns[first + at]

    def settled(self, text: str) -> int:
        """Return up to where nothing changes: what lies farther back than any match is long."""
        return max(0, len(text) - self.reach)


def options(most_bytes: int) -> re2.Options:
    """Return how patterns are read: they say themselves where case does not count."""
    made = re2.Options()
    made.never_capture = True
    made.log_errors = False
    made.max_mem = most_bytes
    return made


def compiled(pattern: str, rule: Rule) -> re2._Regexp:
    """Compile a rule's pattern. Raises OperatorError with the rule's name."""
    if len(pattern) > LONGEST_PATTERN:
        raise OperatorError("rule {rule}: a pattern has more than {most} characters", rule=rule.name, most=LONGEST_PATTERN)
    if not 1 <= rule.pattern_reach <= MOST_REACH:
        raise OperatorError("rule {rule}: pattern_reach goes from 1 to {most}", rule=rule.name, most=MOST_REACH)
    try:
        made = re2.compile(pattern, options(PATTERN_BYTES))
    except (re2.error, UnicodeEncodeError) as error:
        reason = error.args[0].decode(errors="replace") if isinstance(error, re2.error) and isinstance(error.args[0], bytes) else str(error)
        raise OperatorError("rule {rule}: the pattern is not right: {reason}", rule=rule.name, reason=reason) from error
    if any((found := made.search(probe)) and found.start() == found.end() for probe in PROBES):
        raise OperatorError("rule {rule}: the pattern {pattern} matches empty text", rule=rule.name, pattern=repr(pattern))
    return made


def united(patterns: Sequence[str]) -> re2.Set:
    """Return one search for several patterns. Raises OperatorError where they are too large together."""
    made = re2.Set.SearchSet(options(SET_BYTES))
    try:
        for pattern in patterns:
            made.Add(pattern)
        made.Compile()
    except re2.error as error:
        raise OperatorError("the patterns of the rules are too large together: write some of them smaller") from error
    return made


def encoded(text: str) -> bytes:
    """Return UTF-8, with as many characters: a half of a surrogate pair, which JSON may hold, becomes a replacement character."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return readable(text).encode()


def characters(data: bytes, places: Sequence[int]) -> dict[int, int]:
    """Turn places in UTF-8, in their order, into places in characters."""
    made, last, count = {}, 0, 0
    for place in places:
        count += len(data[last:place].decode())
        made[place] = count
        last = place
    return made
