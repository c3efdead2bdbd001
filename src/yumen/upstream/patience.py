"""What the two sides say about time: how long the caller waits for its answer, and how long the upstream wants us to wait."""

from __future__ import annotations

import math
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

US_PER_S = 1_000_000
US_PER_MS = 1000
MOST_CHARACTERS = 64
LONGEST_S = 366 * 86_400.0
"""Nobody waits longer; it keeps numbers out of the arithmetic that no clock has."""


def patience_us(said: bytes | None, otherwise_s: float) -> int:
    """Return how long a caller waits from its request's arrival on: its `x-stainless-timeout` (seconds), else what the setting says."""
    seconds = number(said)
    return round((otherwise_s if seconds is None or seconds <= 0 else min(seconds, LONGEST_S)) * US_PER_S)


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


def number(text: bytes | None) -> float | None:
    """Return a finite number; None where the text is none."""
    if text is None or len(text) > MOST_CHARACTERS or b"_" in text:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


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
