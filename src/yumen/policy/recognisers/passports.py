"""Numbers of passports and travel permits: by a word nearby where there is no check digit, by four check digits in the machine's line."""

from __future__ import annotations

import re

from yumen.policy.recognisers.begun import Begun
from yumen.policy.recognisers.characters import ESCAPED, SAID

_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BEFORE = rf"(?:(?<![0-9A-Za-z_<].)(?<![0-9A-Za-z]-.)|(?<={ESCAPED}.))"

# ── by a word ───────────────────────────────────────────────────────────────

_WORDS = re.compile(r"护照|護照|通行证|通行證|台胞证|回乡证|旅行证|旅券|여권|[Pp]assport|PASSPORT")
_NUMBER = re.compile(
    r"(?:[DEGHKMPSCW][0-9]{8}|[A-Z]{2}[0-9]{7}|[A-Z][0-9]{7}|[0-9]{9}|[0-9]{2}[A-Z]{2}[0-9]{5}|[CFGHJK][0-9CFGHJKLMNPRTVWXYZ]{8})"
    r"(?![0-9A-Za-z_]|-[0-9A-Za-z])"
)
"""China's (E, G, D, S, P, K, and two letters), the permits for Hong Kong, Macao and Taiwan, and the forms of other countries."""
_FEWEST_DIGITS = 4


def _number(text: str, start: int) -> int:
    match = _NUMBER.match(text, start)
    return match.end() if match and sum(map(str.isdigit, match[0])) >= _FEWEST_DIGITS else 0


PASSPORT = Begun(
    name="passport",
    reach=9 + 2,
    context=SAID,
    hint=_WORDS.pattern,
    opening=re.compile(rf"[0-9A-Z]{_BEFORE}(?=[0-9A-Z]{{7}})"),
    judge=_number,
    held=_CHARACTERS + "-",
    begun=re.compile(rf"[0-9A-Z]{_BEFORE}[0-9A-Z]{{0,8}}-?\Z"),
    words=_WORDS,
)

# ── the machine-readable zone (ICAO 9303, TD3) ──────────────────────────────

_ZONE = re.compile(
    r"(?P<number>[A-Z0-9<]{9})(?P<a>[0-9])[A-Z<]{3}(?P<born>[0-9]{6})(?P<b>[0-9])[MFX<](?P<ends>[0-9]{6})(?P<c>[0-9])"
    r"[A-Z0-9<]{14}[0-9<](?P<d>[0-9])(?![0-9A-Za-z_<])"
)
_ZONE_CHARACTERS = 44


def check_digit(field: str) -> int:
    """Return the check digit of a field of a machine-readable zone: weights 7, 3, 1; A counts 10, `<` 0."""
    return sum((7, 3, 1)[place % 3] * max(0, _CHARACTERS.find(each)) for place, each in enumerate(field)) % 10


def _zone(text: str, start: int) -> int:
    match = _ZONE.match(text, start)
    if not match:
        return 0
    line = match[0]
    fields = ((match["number"], "a"), (match["born"], "b"), (match["ends"], "c"), (line[:10] + line[13:20] + line[21:43], "d"))
    return match.end() if all(check_digit(field) == int(match[check]) for field, check in fields) else 0


ZONE = Begun(
    name="passport_zone",
    reach=_ZONE_CHARACTERS + 1,
    context=2,
    hint="[0-9A-Z<]{10}[A-Z<]{3}[0-9]{7}[MFX<][0-9]{7}",
    opening=re.compile(rf"[0-9A-Z]{_BEFORE}(?=[0-9A-Z<]{{43}})"),
    judge=_zone,
    held=_CHARACTERS + "<",
    begun=re.compile(rf"[0-9A-Z]{_BEFORE}[0-9A-Z<]{{0,43}}\Z"),
)
