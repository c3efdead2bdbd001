"""Unified social credit codes of China's organizations (GB 32100), by their two check characters."""

from __future__ import annotations

import re

from yumen.policy.recognisers.begun import Begun
from yumen.policy.recognisers.characters import (
    AFTER,
    BEFORE,
    BETWEEN,
    DIGIT,
    DIGITS,
    GAP,
    LETTERS,
    LONGEST_GAP,
    UNSEEN_GAP,
    WIDE_DIGITS,
    many_digits,
    one_of,
    plain,
)
from yumen.policy.recognisers.regions import PROVINCE, PROVINCES

_CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_CODE_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CODE_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CODE_CHECKS = "0X987654321"
_CREDIT_FIRST = "[1-9ANY" + WIDE_DIGITS[1:] + "]"
_CREDIT_CLASS = f"[{DIGITS}A-HJ-NP-RTUW-Ya-hj-np-rtuw-y]"
_STATE = f"{one_of('1')}{GAP}{one_of('0')}"
"""What stands for a province where the state itself registers."""
_CREDIT = re.compile(
    rf"{_CREDIT_FIRST}{UNSEEN_GAP}{DIGIT}{GAP}(?:{PROVINCE}|{_STATE})(?:{GAP}{DIGIT}){{4}}(?:{GAP}{_CREDIT_CLASS}){{10}}{AFTER}"
)


def is_credit_code(code: str) -> bool:
    """Tell whether 18 characters are a unified social credit code: a known province, and the check characters of both codes in it."""
    total = sum(weight * _CREDIT_CHARACTERS.index(each) for weight, each in zip(_CREDIT_WEIGHTS, code, strict=False))
    return code[17] == _CREDIT_CHARACTERS[-total % 31] and code[2:4] in PROVINCES | {"10"} and is_organization_code(code[8:17])


def is_organization_code(code: str) -> bool:
    """Tell whether nine characters are an organization's code: the last is its check character (GB 11714, MOD 11)."""
    total = sum(weight * _CODE_CHARACTERS.index(each) for weight, each in zip(_CODE_WEIGHTS, code, strict=False))
    return code[8] == _CODE_CHECKS[total % 11]


def _organization(text: str, start: int) -> int:
    match = _CREDIT.match(text, start)
    return match.end() if match and is_credit_code(plain(match[0])) else 0


ORGANIZATION = Begun(
    name="cn_credit_code",
    reach=18 + 17 * LONGEST_GAP + 2,
    context=2,
    hint=f"{_CREDIT_FIRST}{GAP}{many_digits(7)}",
    opening=re.compile(rf"{_CREDIT_FIRST}{BEFORE}(?={UNSEEN_GAP}{DIGIT}{GAP}(?:{PROVINCE}|{_STATE})(?:{GAP}{DIGIT}){{4}})"),
    judge=_organization,
    held=DIGITS + LETTERS + BETWEEN,
    begun=re.compile(rf"{_CREDIT_FIRST}{BEFORE}(?:(?:{GAP}{DIGIT}){{0,6}}|(?:{GAP}{DIGIT}){{7}}(?:{GAP}{_CREDIT_CLASS}){{0,10}}){GAP}\Z"),
)
