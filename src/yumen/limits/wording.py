"""Numbers and times as refusals and headers write them. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

NANO = 10**9
US_PER_S = 1_000_000
US_PER_MS = 1000
CENTS = 2


def dollars(nanousd: int) -> str:
    """Return nano-dollars as dollars, exactly: at least two decimals, no more than it takes."""
    whole, rest = divmod(nanousd, NANO)
    decimals = f"{rest:09}".rstrip("0")
    return f"{whole}.{decimals.ljust(CENTS, '0')}"


def seconds(us: int) -> int:
    """Return microseconds as seconds, rounded up."""
    return -(-us // US_PER_S)


def milliseconds(us: int) -> int:
    """Return microseconds as milliseconds, rounded up."""
    return -(-us // US_PER_MS)


@lru_cache(4096)
def rfc3339(second: int) -> bytes:
    """Return a second since 1970 as Claude's headers write it."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()


def moment(us: int) -> str:
    """Return a moment as Claude's refusals write it: 2026-12-01 at 00:00 UTC."""
    return datetime.fromtimestamp(seconds(us), UTC).strftime("%Y-%m-%d at %H:%M UTC")


def day(us: int) -> str:
    """Return a moment's day as the refusal of a spend limit writes it: Dec 1."""
    there = datetime.fromtimestamp(seconds(us), UTC)
    return f"{there:%b} {there.day}"
