"""A word of a rule, as it is looked for: what stands in the normal text, and what must stand beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from yumen.errors import OperatorError
from yumen.policy.matching.normal import Normal, in_word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.policy.matching.meanings import Meanings

LONGEST_WORD = 200
"""Characters."""
LONGEST_AFFIX = 8
"""Signs before or after a word's letters, as in C++ and .env."""
LEAST_SPELLED = 3
"""Letters of a word that is also found spelled out, as in s e c r e t."""
FOREIGN = re.compile(r"[\u0370-\u052f]")
LETTERS = re.compile(r"[^\W\d_]")


class Entry(NamedTuple):
    """One way in which a rule's word is found."""

    key: str
    """What is looked for in normal text."""
    rule: int
    parts: bool
    """Whether it counts inside a longer word."""
    before: str
    after: str
    """Signs that must stand as they are written, before and after."""
    foreign: bool | None
    """Whether it is written in Greek or Cyrillic letters alone (True), in none (False), or in some."""
    spelled: bool = False
    """Whether it is only looked for in text that is spelled out: a phrase without its spaces."""

    @property
    def open_left(self) -> bool:
        """Whether it must not follow a letter."""
        return not self.parts and not self.before and in_word(self.key[0])

    @property
    def open_right(self) -> bool:
        """Whether it must not be followed by a letter."""
        return not self.parts and not self.after and in_word(self.key[-1])


def entries_of(word: str, rule: int, name: str, *, parts: bool, meanings: Meanings) -> Iterator[Entry]:
    """Yield what is looked for where a rule lists a word.

    Raises OperatorError where nothing of the word is left to look for, or it is too long; `name` is the rule's.
    """
    whole = word.strip()
    if len(whole) > LONGEST_WORD:
        raise OperatorError("rule {rule}: a word has more than {most} characters", rule=name, most=LONGEST_WORD)
    before, core, after = split("".join(one for one in whole if one.translate(meanings)), meanings)
    key = Normal(core, meanings).text
    if not key.strip():
        raise OperatorError("rule {rule}: the word {word} has no letter, digit or sign to look for", rule=name, word=repr(word))
    if max(len(before), len(after)) > LONGEST_AFFIX:
        raise OperatorError("rule {rule}: the word {word} has too many signs around its letters", rule=name, word=repr(word))
    entry = Entry(key, rule, parts, before, after, foreign(core))
    yield entry
    joined = key.replace(" ", "")
    if joined != key and len(joined) >= LEAST_SPELLED:
        yield entry._replace(key=joined, spelled=True)


def split(word: str, meanings: Meanings) -> tuple[str, str, str]:
    """Part a word into the signs before its letters, what lies between its first and its last letter, and the signs after."""
    letters = [place for place, one in enumerate(word) if any(made.isalnum() for made in one.translate(meanings))]
    if not letters:
        return "", word, ""
    return word[: letters[0]], word[letters[0] : letters[-1] + 1], word[letters[-1] + 1 :]


def foreign(text: str) -> bool | None:
    """Return whether a text's letters are all Greek or Cyrillic, none of them, or (None) some."""
    found, all_of_them = len(FOREIGN.findall(text)), len(LETTERS.findall(text))
    return None if 0 < found < all_of_them else found > 0
