"""Durations and moments as people type them: 90d, 24h, 15m, 30s, 2w; or a date."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from yumen.errors import OperatorError

US_PER_S = 1_000_000
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORM = re.compile(r"(\d{1,9})([smhdw])")


def parse_duration(text: str, option: str) -> int:
    """Return a duration in microseconds. `option` is named where it will not do."""
    duration = read_duration(text)
    if duration is None:
        raise OperatorError("{option} takes a duration such as 90d, 24h, 15m or 30s, not {value}", option=option, value=repr(text))
    return duration


def read_duration(text: str) -> int | None:
    """Return a duration in microseconds, None where the text is none."""
    match = _FORM.fullmatch(text.strip().lower())
    return None if match is None else int(match[1]) * SECONDS[match[2]] * US_PER_S


def parse_moment(text: str, option: str, now_us: int) -> int:
    """Return a moment in UTC microseconds: a duration means so long ago; a date or time without a zone is UTC."""
    ago_us = read_duration(text)
    if ago_us is not None:
        return now_us - ago_us
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise OperatorError(
            "{option} takes a duration ago such as 24h, or a date such as 2026-11-22 or 2026-11-22T23:18:00Z, not {value}",
            option=option,
            value=repr(text),
        ) from None
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - EPOCH) // timedelta(microseconds=1)
