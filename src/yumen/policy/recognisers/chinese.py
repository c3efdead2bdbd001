"""China's numbers: of residents by region, date and check digit, of mobile telephones by prefix, of organizations by check digit."""

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
    JOINT,
    LETTERS,
    LONGEST_GAP,
    SAID,
    UNSEEN_GAP,
    WIDE_DIGITS,
    WORD,
    digits,
    groups,
    many_digits,
    plain,
    said_before,
)

PROVINCES = frozenset(re.findall("..", "1112131415212223313233343536374142434445465051525354616263646571818283"))
"""GB/T 2260: the first two digits, Taiwan, Hong Kong and Macao included (81 to 83 in residence permits)."""
FIRST_YEAR, LAST_YEAR = 1800, 2099

# ── residents (GB 11643) ────────────────────────────────────────────────────

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
"""ISO 7064, MOD 11-2."""
_OLD_CHARACTERS = 15
_IDENTITY = re.compile(rf"{DIGIT}(?:{GAP}{DIGIT}){{16}}{GAP}[{DIGITS}Xx\uff38\uff58]{AFTER}")
_OLD_IDENTITY = re.compile(rf"{DIGIT}(?:{GAP}{DIGIT}){{14}}{AFTER}")
_IDENTITY_WORDS = re.compile(r"身份证|身份證|身分證|公民身份|(?i:identity card|id card|identity n|citizen id)")


def is_resident(number: str) -> bool:
    """Tell whether 18 characters are a resident's number: a known province, a date that was or will be, and the check digit."""
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
    if match:
        return match.end() if is_resident(plain(match[0]).replace("\uff38", "X")) else 0
    old = _OLD_IDENTITY.match(text, start)
    return old.end() if old and is_old_resident(plain(old[0])) and said_before(_IDENTITY_WORDS, text, start) else 0


RESIDENT = Begun(
    name="cn_id",
    reach=18 + 17 * LONGEST_GAP + 2,
    context=SAID,
    hint=many_digits(14),
    opening=re.compile(rf"[1-8\uff11-\uff18]{BEFORE}(?=[{DIGITS}{re.escape(BETWEEN)}]{{13}})"),
    judge=_resident,
    held=DIGITS + BETWEEN + "Xx\uff38\uff58",
    begun=re.compile(rf"[1-8\uff11-\uff18]{BEFORE}(?:{GAP}{DIGIT}){{0,16}}(?:{GAP}[{DIGITS}Xx\uff38\uff58])?{GAP}\Z"),
)

# ── mobile telephones ───────────────────────────────────────────────────────

_PREFIX = re.compile(r"13\d|14[5-9]|15[0-35-9]|16[2567]|17[0-8]|18\d|19[0-35-9]")
"""The numbers that people have; 140, 141 and 144 belong to machines and are longer."""
_MOBILE = re.compile(rf"(?:{digits(11)}|{groups(3, 4, 4)}|{groups(4, 3, 4)}){AFTER}")
_STANDS_ALONE = re.compile(
    rf"(?:(?<!{WORD})(?<!{DIGIT}{JOINT})|(?<!{WORD})(?:[+\uff0b]|00|\uff10\uff10)?(?:86|\uff18\uff16)[)）]?{GAP})\Z",
)
_COUNTRY_CHARACTERS = 10


def _mobile(text: str, start: int) -> int:
    match = _MOBILE.match(text, start)
    if not match or not _PREFIX.match(plain(match[0])):
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

# ── organizations (GB 32100) ────────────────────────────────────────────────

_CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CODE_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CODE_CHECKS = "0X987654321"
_CREDIT_FIRST = "[1-9ANY" + WIDE_DIGITS[1:] + "]"
_CREDIT_CLASS = f"[{DIGITS}A-HJ-NP-RTUW-Ya-hj-np-rtuw-y]"
_CREDIT = re.compile(rf"{_CREDIT_FIRST}(?:{GAP}{DIGIT}){{7}}(?:{GAP}{_CREDIT_CLASS}){{10}}{AFTER}")


def is_credit_code(code: str) -> bool:
    """Tell whether 18 characters are a unified social credit code: a known province, and the check characters of both codes in it."""
    total = sum(pow(3, place, 31) * _CREDIT_CHARACTERS.index(each) for place, each in enumerate(code[:17]))
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
    opening=re.compile(rf"{_CREDIT_FIRST}{BEFORE}(?=(?:{GAP}{DIGIT}){{7}})"),
    judge=_organization,
    held=DIGITS + LETTERS + BETWEEN,
    begun=re.compile(rf"{_CREDIT_FIRST}{BEFORE}(?:(?:{GAP}{DIGIT}){{0,6}}|(?:{GAP}{DIGIT}){{7}}(?:{GAP}{_CREDIT_CLASS}){{0,10}}){GAP}\Z"),
)
