"""Times of the admin API's answers as pages write them: microseconds since 1970."""

from __future__ import annotations

from datetime import datetime, timedelta

from yumen.clock import EPOCH

MICROSECOND = timedelta(microseconds=1)


def us_of_text(text: str | None) -> int | None:
    """Return a time that the admin API wrote; None where it wrote none."""
    return None if text is None else (datetime.fromisoformat(text) - EPOCH) // MICROSECOND
