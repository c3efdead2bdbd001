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
    digits,
    in_columns,
    many_digits,
    more_before,
    more_behind,
    plain,
    said_before,
    shape,
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
_LENGTHS = tuple(re.compile(rf"{DIGIT}(?:{GAP}{DIGIT}){{{count - 1}}}{AFTER}") for count in range(_LONGEST, _SHORTEST - 1, -1))
"""The longest first: what follows sixteen digits after a space may be a date."""
_PRINTED = {(4, 4, 4, 4, 3), (4, 4, 4, 4, 2), (4, 4, 4, 4), (6, 13), (6, 4, 4, 4), (4, 6, 5), (4, 6, 4)}
"""The groups of cards and of their networks."""
_PRINTED_FIRST = re.compile(
    f"{digits(4)}(?:{UNSEEN_GAP}(?!{DIGIT})|{UNSEEN_GAP}{digits(2)}(?:{UNSEEN_GAP}(?!{DIGIT})|{UNSEEN_GAP}{digits(7)}))"
)
"""One of their first groups, or a card in one piece."""
_FEW_GROUPS = 5
"""More are a table's, unless all are alike."""
_CARD_WORDS = re.compile(r"(?i:card|visa|maestro|卡)")


def is_luhn(number: str) -> bool:
    """Tell whether a number's last digit is its check digit by Luhn (ISO/IEC 7812-1, annex B)."""
    doubled = (divmod(2 * int(digit), 10) for digit in number[-2::-2])
    return (sum(map(int, number[-1::-2])) + sum(tens + ones for tens, ones in doubled)) % 10 == 0


def is_issued(number: str) -> bool:
    """Tell whether some network issues numbers that begin so and are as long."""
    return any(one.first <= number[: len(one.first)] <= one.last and len(number) in one.lengths for one in RANGES)


def is_written_so(text: str, start: int, end: int) -> bool:
    """Tell whether digits are put down as a card's are: in one piece, in the groups that are printed, or, with no more beside them, in any.

    One kind of separator parts them all: spaces, tabs and ends of lines are one. Two groups with a dot are a decimal number.
    """
    seen = shape(text[start:end])
    sizes, separators = tuple(map(len, re.findall("0+", seen))), set(re.findall("[^0]+", seen))
    if not separators or (sizes in _PRINTED and len(separators) == 1 and separators <= set(" -._")):
        return True
    kinds = {each.strip() or " " for each in separators}
    if kinds not in ({" "}, {"-"}, {"."}) or (kinds == {"."} and sizes[2:] == ()):
        return False
    even = len(set(sizes[:-1])) == 1 and sizes[-1] <= sizes[0]
    if in_columns(text, start, end) or more_before(text, start) or more_behind(text, end):
        return False
    return even or len(sizes) <= _FEW_GROUPS


def _card(text: str, start: int) -> int:
    # In a table, where most digits have others beside them, most places need no more than this look.
    if more_before(text, start) and not _PRINTED_FIRST.match(text, start):
        return 0
    for pattern in _LENGTHS:
        match = pattern.match(text, start)
        if match and _is_card(plain(match[0]), text, start) and is_written_so(text, start, match.end()):
            return match.end()
    return 0


def _is_card(number: str, text: str, start: int) -> bool:
    # Barcodes of 13 digits have a check digit of another kind, which Luhn's takes for its own one time in ten.
    return is_issued(number) and is_luhn(number) and (len(number) > _SHORTEST or said_before(_CARD_WORDS, text, start))


CARD = Begun(
    name="bank_card",
    reach=_LONGEST + _LONGEST * LONGEST_GAP + 1,
    context=SAID,
    hint=many_digits(13),
    opening=re.compile(rf"{_FIRST_DIGIT}{BEFORE}(?={GAP}{DIGIT}{GAP}{DIGIT}[{DIGITS}{re.escape(BETWEEN)}]{{10}})"),
    judge=_card,
    held=DIGITS + BETWEEN,
    begun=re.compile(rf"{_FIRST_DIGIT}{BEFORE}(?:{GAP}{DIGIT}){{0,18}}{GAP}\Z"),
)
