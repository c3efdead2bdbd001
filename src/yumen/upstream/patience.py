"""What an upstream says about another try: whether, and after how long."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from yumen.exchange.patience import LONGEST_S, MOST_CHARACTERS, US_PER_S, number

if TYPE_CHECKING:
    from collections.abc import Mapping

US_PER_MS = 1000


def asked_us(fields: Mapping[bytes, bytes], now_us: int) -> int:
    """Return how long an answer wants us to wait: `retry-after-ms`, else `retry-after` in seconds or as a date; 0: nothing sensible."""
    milliseconds = number(fields.get(b"retry-after-ms"))
    if milliseconds is not None and milliseconds > 0:
        return round(min(milliseconds / 1000, LONGEST_S) * US_PER_S)
    said = fields.get(b"retry-after")
    seconds = number(said)
    if seconds is None:
        seconds = seconds_until(said, now_us)
    return round(min(max(seconds, 0), LONGEST_S) * US_PER_S)


def seconds_until(text: bytes | None, now_us: int) -> float:
    """Return how far away an HTTP date is; 0 where the text is none, or it is over."""
    if text is None or len(text) > MOST_CHARACTERS:
        return 0
    try:
        date = parsedate_to_datetime(text.decode("latin-1"))
        return (date if date.tzinfo is not None else date.replace(tzinfo=UTC)).timestamp() - now_us / US_PER_S
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0


def should_retry(fields: Mapping[bytes, bytes]) -> bool | None:
    """Return what an answer's `x-should-retry` says; None where it says nothing that is known."""
    return {b"true": True, b"false": False}.get(fields.get(b"x-should-retry", b"").strip().lower())
