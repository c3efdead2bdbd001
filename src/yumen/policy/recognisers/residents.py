"""Numbers of China's residents by province, date and check digit (GB 11643), and those of before 1999, which a word must speak for."""

from __future__ import annotations

import re
from datetime import date

from yumen.policy.recognisers.begun import Begun
from yumen.policy.recognisers.characters import (
    AFTER,
    BEFORE,
    BETWEEN,
    DIGIT,
    DIGITS,
    GAP,
    LONGEST_GAP,
    SAID,
    many_digits,
    one_of,
    plain,
)
from yumen.policy.recognisers.regions import PROVINCE, PROVINCES

FIRST_YEAR, LAST_YEAR = 1800, 2099

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
"""ISO 7064, MOD 11-2."""
_CENTURY = f"(?:{one_of('1')}{GAP}{one_of('89')}|{one_of('2')}{GAP}{one_of('0')})"
_IDENTITY = re.compile(rf"{PROVINCE}(?:{GAP}{DIGIT}){{4}}{GAP}{_CENTURY}(?:{GAP}{DIGIT}){{9}}{GAP}[{DIGITS}Xx\uff38\uff58]{AFTER}")
_OLD_IDENTITY = re.compile(rf"{PROVINCE}(?:{GAP}{DIGIT}){{13}}{AFTER}")
_IDENTITY_WORDS = re.compile(r"身份证|身份證|身分證|公民身份|(?i:identity card|id card|identity n|citizen id)")


def is_resident(number: str) -> bool:
    """Tell whether 18 characters are a resident's number: a known province, a date of the calendar, and the check digit."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return number[17] == _CHECKS[total % 11] and number[:2] in PROVINCES and is_date(number[6:14])


def is_date(digits: str) -> bool:
    """Tell whether eight digits are a day of the years 1800 to 2099."""
    try:
        return FIRST_YEAR <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year <= LAST_YEAR
    except ValueError:
        return False


def is_old_resident(number: str) -> bool:
    """Tell whether 15 digits have a known province and a date. There is no check digit: a word nearby must speak for them."""
    return number[:2] in PROVINCES and is_date("19" + number[6:12])


def _resident(text: str, start: int) -> int:
    match = _IDENTITY.match(text, start)
    return match.end() if match and is_resident(plain(match[0]).replace("\uff38", "X")) else 0


def _old_resident(text: str, start: int) -> int:
    match = _OLD_IDENTITY.match(text, start)
    return match.end() if match and is_old_resident(plain(match[0])) else 0


_FIRST = one_of("12345678") + BEFORE

RESIDENT = Begun(
    name="cn_id",
    reach=18 + 17 * LONGEST_GAP + 2,
    context=2,
    hint=many_digits(17),
    opening=re.compile(rf"{_FIRST}(?=(?:{GAP}{DIGIT}){{5}}{GAP}{_CENTURY})"),
    judge=_resident,
    held=DIGITS + BETWEEN + "Xx\uff38\uff58",
    begun=re.compile(rf"{_FIRST}(?:{GAP}{DIGIT}){{0,16}}(?:{GAP}[{DIGITS}Xx\uff38\uff58])?{GAP}\Z"),
)
OLD_RESIDENT = Begun(
    name="cn_id_old",
    reach=15 + 14 * LONGEST_GAP + 2,
    context=SAID,
    hint=_IDENTITY_WORDS.pattern,
    opening=re.compile(rf"{_FIRST}(?=(?:{GAP}{DIGIT}){{13}})"),
    judge=_old_resident,
    held=DIGITS + BETWEEN,
    begun=re.compile(rf"{_FIRST}(?:{GAP}{DIGIT}){{0,14}}{GAP}\Z"),
    words=_IDENTITY_WORDS,
)
