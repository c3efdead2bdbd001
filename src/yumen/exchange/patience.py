"""How long a caller waits for its answer, as it says or as the settings say; and what is a number in a header."""

from __future__ import annotations

import math

US_PER_S = 1_000_000
MOST_CHARACTERS = 64
LONGEST_S = 366 * 86_400.0
"""Nobody waits longer; it keeps numbers out of the arithmetic that no clock has."""
SAID_BY = b"x-stainless-timeout"
"""The header in which the SDKs say it, in seconds."""


def patience_us(said: bytes | None, otherwise_s: float) -> int:
    """Return how long a caller waits from its request's arrival on: its `x-stainless-timeout` (seconds), else what the setting says."""
    seconds = number(said)
    return round((otherwise_s if seconds is None or seconds <= 0 else min(seconds, LONGEST_S)) * US_PER_S)


def number(text: bytes | None) -> float | None:
    """Return a finite number; None where the text is none."""
    if text is None or len(text) > MOST_CHARACTERS or b"_" in text:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
