"""China's mobile telephone numbers: eleven digits with a prefix that is in use; they have no check digit."""

from __future__ import annotations

import re

from yumen.policy.recognisers.begun import Begun
from yumen.policy.recognisers.characters import (
    AFTER,
    BETWEEN,
    DIGIT,
    DIGITS,
    GAP,
    JOINT,
    LETTERS,
    LONGEST_GAP,
    UNSEEN_GAP,
    WORD,
    digits,
    groups,
    many_digits,
    plain,
)

_PREFIX = re.compile(r"13\d|14[5-9]|15[0-35-9]|16[2567]|17[0-8]|18\d|19[0-35-9]")
"""The numbers that people have; 140, 141 and 144 belong to machines and are longer."""
_MOBILE = re.compile(rf"(?:{digits(11)}|{groups(3, 4, 4)}|{groups(4, 3, 4)}){AFTER}")
_STANDS_ALONE = re.compile(
    rf"(?:(?<!{WORD})(?<!{DIGIT}{JOINT})|(?<!{WORD})(?:[+\uff0b]|00|\uff10\uff10)?(?:86|\uff18\uff16)[)）]?{GAP})\Z",
)
_COUNTRY_CHARACTERS = 10


def is_mobile(number: str) -> bool:
    """Tell whether eleven digits begin with a prefix that is in use, and are not 2 to the power of 34, which programs hold."""
    return _PREFIX.match(number) is not None and number != "17179869184"


def _mobile(text: str, start: int) -> int:
    match = _MOBILE.match(text, start)
    if not match or not is_mobile(plain(match[0])):
        return 0
    return match.end() if _STANDS_ALONE.search(text, max(0, start - _COUNTRY_CHARACTERS), start) else 0


_NOT_86 = rf"(?<![0-57-9\uff10-\uff15\uff17-\uff19{LETTERS}_].)"
MOBILE = Begun(
    name="cn_mobile",
    reach=11 + 10 * LONGEST_GAP + 2,
    context=_COUNTRY_CHARACTERS + 2,
    hint=many_digits(11),
    opening=re.compile(rf"[1\uff11]{_NOT_86}(?={UNSEEN_GAP}[3-9\uff13-\uff19][{DIGITS}{re.escape(BETWEEN)}]{{9}})"),
    judge=_mobile,
    held=DIGITS + BETWEEN,
    begun=re.compile(rf"[1\uff11]{_NOT_86}(?:{GAP}{DIGIT}){{0,10}}{GAP}\Z"),
)
