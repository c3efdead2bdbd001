"""Numbers of bank cards: a range that some network issues, a length that it uses there, and the check digit of Luhn."""

from __future__ import annotations

import re
from typing import NamedTuple

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
    UNSEEN_GAP,
    groups,
    many_digits,
    plain,
    said_before,
)


class Range(NamedTuple):
    """Numbers that one network issues: how they begin, from and to, and how long they are."""

    first: str
    last: str
    lengths: tuple[int, ...]


_CHINESE = (16, 17, 18, 19)
RANGES = (
    Range("62", "62", _CHINESE),  # UnionPay
    Range("8100", "8171", _CHINESE),  # UnionPay
    Range("9558", "9559", _CHINESE),  # cards of ICBC and ABC from before UnionPay
    Range("6013", "6014", _CHINESE),  # of BOC and BOCOM
    Range("4", "4", (13, 16, 19)),  # Visa
    Range("51", "55", (16,)),  # Mastercard
    Range("2221", "2720", (16,)),  # Mastercard
    Range("34", "34", (15,)),  # American Express
    Range("37", "37", (15,)),
    Range("300", "305", (14, 16)),  # Diners
    Range("3095", "3095", (14, 16)),
    Range("36", "36", (14, 16)),
    Range("38", "39", (14, 16)),
    Range("3528", "3589", (16, 17, 18, 19)),  # JCB
    Range("6011", "6011", (16, 19)),  # Discover
    Range("644", "659", (16, 19)),  # Discover, RuPay
    Range("2200", "2204", (16, 17, 18, 19)),  # Mir
    Range("5018", "5018", (13, 16, 19)),  # Maestro
    Range("5020", "5020", (13, 16, 19)),
    Range("5038", "5038", (13, 16, 19)),
    Range("5893", "5893", (13, 16, 19)),
    Range("6304", "6304", (13, 16, 19)),
    Range("6759", "6763", (13, 16, 19)),
)
"""What the networks publish of their ranges (ISO/IEC 7812)."""

_FIRST_DIGIT = "[2-689\uff12-\uff16\uff18\uff19]"
_SHORTEST, _LONGEST = 13, 19
_WHOLE = re.compile(rf"{DIGIT}(?:{UNSEEN_GAP}{DIGIT}){{{_SHORTEST - 1},{_LONGEST - 1}}}{AFTER}")
_GROUPED = tuple(
    re.compile(groups(*counts) + AFTER)
    for counts in ((4, 4, 4, 4, 3), (4, 4, 4, 4, 2), (4, 4, 4, 4), (6, 13), (6, 4, 4, 4), (4, 6, 5), (4, 6, 4))
)
"""As they are printed, the longest first: what follows sixteen digits after a space may be a date."""
_CARD_WORDS = re.compile(r"(?i:card|visa|maestro|卡)")


def is_luhn(number: str) -> bool:
    """Tell whether a number's last digit is its check digit by Luhn (ISO/IEC 7812-1, annex B)."""
    doubled = (divmod(2 * int(digit), 10) for digit in number[-2::-2])
    return (sum(map(int, number[-1::-2])) + sum(tens + ones for tens, ones in doubled)) % 10 == 0


def is_issued(number: str) -> bool:
    """Tell whether some network issues numbers that begin so and are as long."""
    return any(one.first <= number[: len(one.first)] <= one.last and len(number) in one.lengths for one in RANGES)


def _card(text: str, start: int) -> int:
    for pattern in (_WHOLE, *_GROUPED):
        match = pattern.match(text, start)
        if match and _is_card(plain(match[0]), text, start):
            return match.end()
    return 0


def _is_card(number: str, text: str, start: int) -> bool:
    # Barcodes of 13 digits have a check digit of another kind, which Luhn's takes for its own one time in ten.
    return is_issued(number) and is_luhn(number) and (len(number) > _SHORTEST or said_before(_CARD_WORDS, text, start))


CARD = Begun(
    name="bank_card",
    reach=19 + 18 * LONGEST_GAP + 2,
    context=SAID,
    hint=many_digits(13),
    opening=re.compile(rf"{_FIRST_DIGIT}{BEFORE}(?={UNSEEN_GAP}{DIGIT}{UNSEEN_GAP}{DIGIT}[{DIGITS}{re.escape(BETWEEN)}]{{10}})"),
    judge=_card,
    held=DIGITS + BETWEEN,
    begun=re.compile(rf"{_FIRST_DIGIT}{BEFORE}(?:{GAP}{DIGIT}){{0,18}}{GAP}\Z"),
)
