"""International bank account numbers: a country, the length that it has settled on, and two check digits (ISO 13616)."""

from __future__ import annotations

import re

from yumen.policy.recognisers.begun import Begun
from yumen.policy.recognisers.characters import ESCAPED, UNSEEN, plain

LENGTHS = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "LC MT SC",
        33: "RU",
    }.items()
    for country in countries.split()
}
"""SWIFT's registry of IBAN formats."""
_LONGEST = max(LENGTHS.values())

_GAP = f"[- \u00a0\u202f{UNSEEN}]{{0,2}}"
_CHARACTER = "[0-9A-Z]"
_BEFORE = rf"(?:(?<![0-9A-Za-z_].)(?<![0-9A-Za-z]-.)|(?<={ESCAPED}.))"
_AFTER = r"(?![0-9A-Za-z_]|-[0-9A-Za-z])"
_COUNTRY = rf"[A-Z]{_BEFORE}[A-Z]"
_FORMS = {
    length: re.compile(rf"[A-Z]{{2}}{_GAP}[0-9]{_GAP}[0-9](?:{_GAP}{_CHARACTER}{{4}}){{{length // 4 - 1}}}{tail}{_AFTER}")
    for length in sorted(set(LENGTHS.values()))
    for tail in [f"{_GAP}{_CHARACTER}{{{length % 4}}}" if length % 4 else ""]
}
"""Whole, or in fours as it is printed, by its length."""


def is_account(number: str) -> bool:
    """Tell whether capital letters and digits are an IBAN: its country's length, and 1 as the remainder of 97."""
    return len(number) == LENGTHS.get(number[:2]) and int("".join(str(int(each, 36)) for each in number[4:] + number[:4])) % 97 == 1


def _account(text: str, start: int) -> int:
    form = _FORMS.get(LENGTHS.get(text[start : start + 2], 0))
    match = form.match(text, start) if form else None
    return match.end() if match and is_account(plain(match[0])) else 0


ACCOUNT = Begun(
    name="iban",
    reach=_LONGEST + 2 * (_LONGEST // 4 + 3) + 2,
    context=2,
    hint=rf"[A-Z]{{2}}{_GAP}[0-9]{_GAP}[0-9]{_GAP}{_CHARACTER}{{4}}",
    opening=re.compile(rf"{_COUNTRY}{_GAP}[0-9]{_GAP}[0-9](?={_GAP}{_CHARACTER}{{4}})"),
    judge=_account,
    held="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ- \u00a0\u202f" + UNSEEN,
    begun=re.compile(
        rf"[A-Z]{_BEFORE}\Z|"
        rf"{_COUNTRY}{_GAP}(?:\Z|[0-9]{_GAP}(?:\Z|[0-9](?:{_GAP}{_CHARACTER}{{4}}){{0,{_LONGEST // 4}}}{_GAP}{_CHARACTER}{{0,3}}{_GAP}\Z))"
    ),
)
