"""The characters that numbers are written with: digits in either width, what people put between them, and what nobody sees."""

from __future__ import annotations

import re

WIDE_DIGITS = "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19"
DIGITS = "0123456789" + WIDE_DIGITS
UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
"""Soft hyphen, zero-width space and joiners, direction marks, word joiner, byte order mark."""
SPACES = " \u00a0\u2002\u2003\u2007\u2009\u202f\u3000"
"""The ordinary, the no-break, the typographer's and the ideographic."""
HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"
DOTS = ".\u00b7\uff0e"
SEPARATORS = SPACES + HYPHENS + DOTS
BETWEEN = UNSEEN + SEPARATORS + "\t\r\n_/"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

DIGIT = f"[{DIGITS}]"
UNSEEN_GAP = f"[{UNSEEN}]{{0,2}}"
"""What may stand, unseen, between any two characters of a number."""
LONGEST_GAP = 3
GAP = f"[{re.escape(BETWEEN)}]{{0,{LONGEST_GAP}}}"
"""The same where what is between them may be seen: a separator or two, the end of a line, with unseen characters about them."""
SEPARATOR = f"[{re.escape(SEPARATORS)}]"
WORD = f"[{DIGITS}{LETTERS}_]"
"""What makes a number part of something longer where it stands right before or behind it."""
JOINT = f"[{re.escape(HYPHENS + DOTS)}]"
ESCAPED = r"\\[nrt]"
"""The end of a line, or a tab, as programs write it: its letter is no part of what follows."""
BEFORE = rf"(?:(?<!{WORD}.)(?<!{DIGIT}{JOINT}.)|(?<={ESCAPED}.))"
"""Stands behind a number's first character: no letter, digit or underscore is before it, and no digit with a hyphen or dot."""
AFTER = rf"(?!{WORD}|{JOINT}{DIGIT})"
"""Where a number ends: no letter, digit or underscore follows, and no hyphen or dot with a digit."""

_WIDEN = str.maketrans("0123456789", WIDE_DIGITS)
_NARROW = str.maketrans(WIDE_DIGITS + "\uff0e", "0123456789.")
_PLAIN = _NARROW | dict.fromkeys(map(ord, BETWEEN))
_SHAPE = (
    dict.fromkeys(map(ord, UNSEEN + "\r"))
    | dict.fromkeys(map(ord, DIGITS), "0")
    | dict.fromkeys(map(ord, SPACES), " ")
    | dict.fromkeys(map(ord, HYPHENS), "-")
    | dict.fromkeys(map(ord, DOTS), ".")
    | str.maketrans({"\t": "  ", "\uff08": "(", "\uff09": ")"})
)
_NEIGHBOUR_BEFORE = re.compile(rf"{DIGIT}{GAP}\Z")
_NEIGHBOUR_BEHIND = re.compile(GAP + DIGIT)
_COLUMN = re.compile(r"\t|[ ]{2}")
_COLUMN_BEFORE = re.compile(rf"(?:{_COLUMN.pattern})\Z")


def plain(text: str) -> str:
    """Return a number as it is computed with: narrow digits and capital letters, nothing between them."""
    return text.translate(_PLAIN).upper()


def narrow(text: str) -> str:
    """Return a text with its digits and full stops in the ordinary width."""
    return text.translate(_NARROW)


def shape(text: str) -> str:
    """Return how a number is written: 0 for each digit, one sign for each kind of separator, a tab as two spaces."""
    return text.translate(_SHAPE)


def more_before(text: str, start: int) -> bool:
    """Tell whether what stands before a number looks like one more group of its digits, as in tables."""
    return _NEIGHBOUR_BEFORE.search(text, max(0, start - LONGEST_GAP - 1), start) is not None


def more_behind(text: str, end: int) -> bool:
    """Tell the same of what stands behind it."""
    return _NEIGHBOUR_BEHIND.match(text, end) is not None


def in_columns(text: str, start: int, end: int) -> bool:
    """Tell whether a tab, or two spaces, part a number's groups, and others from it: so columns are parted."""
    if not _COLUMN.search(text, start, end):
        return False
    return _COLUMN_BEFORE.search(text, max(0, start - 2), start) is not None or _COLUMN.match(text, end) is not None


def digits(count: int) -> str:
    """Return the pattern of so many digits, with nothing between them that can be seen."""
    return DIGIT if count == 1 else f"{DIGIT}(?:{UNSEEN_GAP}{DIGIT}){{{count - 1}}}"


def one_of(narrow: str) -> str:
    """Return the pattern of one of some digits, in either width."""
    return "[" + narrow + narrow.translate(_WIDEN) + "]"


def many_digits(count: int) -> str:
    """Return the pattern, for RE2 too, of at least so many digits with whatever is between them."""
    return f"{DIGIT}(?:{GAP}{DIGIT}){{{count - 1}}}"


def groups(*counts: int) -> str:
    """Return the pattern of groups of digits, with one and the same separator between all of them."""
    first, second, *others = counts
    name = "between" + "_".join(map(str, counts))
    last = "".join(f"{UNSEEN_GAP}(?P={name}){UNSEEN_GAP}{digits(each)}" for each in others)
    return f"{digits(first)}{UNSEEN_GAP}(?P<{name}>{SEPARATOR}){UNSEEN_GAP}{digits(second)}{last}"


def said_before(words: re.Pattern[str], text: str, start: int) -> bool:
    """Tell whether a text says one of the words in the `SAID` characters before a place."""
    return words.search(text, max(0, start - SAID), start) is not None


SAID = 24
"""How near a word must stand to speak for a number that has no check digit."""
