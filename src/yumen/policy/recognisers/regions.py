"""China's provinces, by the two digits that numbers of residents and organizations name them with (GB/T 2260)."""

from __future__ import annotations

from yumen.policy.recognisers.characters import GAP, one_of

_SECOND = {"1": "12345", "2": "123", "3": "1234567", "4": "123456", "5": "01234", "6": "12345", "7": "1", "8": "123"}
"""What may follow each first digit: Taiwan, Hong Kong and Macao are 71, 81 and 82, and 83 Taiwan in residence permits."""

PROVINCES = frozenset(first + second for first, several in _SECOND.items() for second in several)
PROVINCE = "(?:" + "|".join(f"{one_of(first)}{GAP}{one_of(several)}" for first, several in _SECOND.items()) + ")"
"""The pattern of one, with whatever may stand between its digits."""
