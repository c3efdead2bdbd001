"""The social security number of the United States: it has no check digit, but areas, groups and serials that were never given out."""

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
    HYPHENS,
    LONGEST_GAP,
    SAID,
    digits,
    groups,
    many_digits,
    plain,
    said_before,
)

_FORM = re.compile(rf"(?:{groups(3, 2, 4)}|{digits(9)}){AFTER}")
_WORDS = re.compile(r"(?i:ssn|social security|soc sec)")


def is_social_security(number: str) -> bool:
    """Tell whether nine digits may be a number: no area 000, 666 or 900 to 999, no group 00, no serial 0000 (SSA, since 2011)."""
    area, group, serial = number[:3], number[3:5], number[5:]
    return area not in {"000", "666"} and area < "900" and group != "00" and serial != "0000"


def _number(text: str, start: int) -> int:
    match = _FORM.match(text, start)
    if not match or not is_social_security(plain(match[0])):
        return 0
    # Hyphens make the form its own; nine digits alone, or with spaces, may be anything.
    hyphens = match["between3_2_4"] in HYPHENS if match["between3_2_4"] else False
    return match.end() if hyphens or said_before(_WORDS, text, start) else 0


SOCIAL_SECURITY = Begun(
    name="us_ssn",
    reach=9 + 8 * LONGEST_GAP + 2,
    context=SAID,
    hint=many_digits(9),
    opening=re.compile(rf"[0-8\uff10-\uff18]{BEFORE}(?={GAP}{DIGIT}{GAP}{DIGIT}{GAP}{DIGIT}{GAP}{DIGIT}{GAP}{DIGIT})"),
    judge=_number,
    held=DIGITS + BETWEEN,
    begun=re.compile(rf"[0-8\uff10-\uff18]{BEFORE}(?:{GAP}{DIGIT}){{0,8}}{GAP}\Z"),
)
