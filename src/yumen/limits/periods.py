"""Calendar periods: which day or month it is in a time zone, and when it ends. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from yumen.limits.values import Kind

if TYPE_CHECKING:
    from datetime import tzinfo

US_PER_S = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Period(msgspec.Struct, frozen=True):
    """One day or month of a time zone."""

    name: str
    """`2026-11-26` or `2026-11`."""
    from_us: int
    until_us: int


def period_of(kind: Kind, zone: str, now_us: int) -> Period:
    """Return the period of a limit's kind that a moment lies in."""
    return _period(kind is Kind.SPEND_PER_DAY, zone, now_us // (900 * US_PER_S))


@lru_cache(4096)
def _period(daily: bool, zone: str, quarter: int) -> Period:  # noqa: FBT001  (a cache's key)
    """Return the period of a quarter of an hour: every time zone's midnights lie between two of them."""
    there = time_zone(zone)
    moment = datetime.fromtimestamp(quarter * 900, UTC).astimezone(there)
    if daily:
        start = moment.replace(hour=0, minute=0, second=0, fold=0)
        after = start + timedelta(days=1)
        return Period(start.strftime("%Y-%m-%d"), us_of(start), us_of(after))
    start = moment.replace(day=1, hour=0, minute=0, second=0, fold=0)
    after = (start + timedelta(days=32)).replace(day=1)
    return Period(start.strftime("%Y-%m"), us_of(start), us_of(after))


def time_zone(name: str) -> tzinfo:
    """Return a time zone by its name; one that is not known counts as UTC."""
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def us_of(moment: datetime) -> int:
    """Return a moment as UTC microseconds."""
    return (moment.astimezone(UTC) - EPOCH) // MICROSECOND
