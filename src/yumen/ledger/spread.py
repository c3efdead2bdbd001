"""How long things took, in a few buckets that can be added up: each twice as long as the one before. Pure.

Sixteen columns from 25 ms to 7 minutes tell a median or a 95th percentile to within a third, whatever is added up: sums of hours, of keys,
of organizations. A kept percentile could not be added, and every single time is in the entries, which a chart of a month cannot read.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SHORTEST_US = 25_000
BOUNDS_US = tuple(SHORTEST_US << number for number in range(15))
"""The longest time of each bucket but the last, which has no end."""
BUCKETS = len(BOUNDS_US) + 1


def place_of(us: int) -> int:
    """Return the bucket of a time."""
    return bisect_left(BOUNDS_US, us)


def quantile(counts: Sequence[int], share: float) -> int | None:
    """Return the time in microseconds that this share of one did not exceed, evenly spread within its bucket; None: nothing was counted."""
    rank = share * sum(counts)
    if not rank:
        return None
    before = 0
    for number, count in enumerate(counts):
        if count and before + count >= rank:
            low = BOUNDS_US[number - 1] if number else 0
            high = BOUNDS_US[number] if number < len(BOUNDS_US) else 2 * low
            return round(low + (high - low) * (rank - before) / count)
        before += count
    return 2 * BOUNDS_US[-1]
