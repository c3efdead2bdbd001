"""A histogram as plain integers: a search in a dozen limits and two additions for each value."""

from __future__ import annotations

from bisect import bisect_left

LIMITS_US = (
    50,
    100,
    200,
    500,
    1_000,
    2_000,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    30_000_000,
    60_000_000,
    300_000_000,
)
"""From what the gateway itself takes to what a long answer takes."""


class Histogram:
    """Counts of times by upper limit, in microseconds; a value that is a limit belongs below it."""

    __slots__ = ("counts", "sum_us")

    def __init__(self) -> None:
        """Begin with nothing."""
        self.counts = [0] * (len(LIMITS_US) + 1)
        self.sum_us = 0

    def add(self, us: int) -> None:
        """Count a time."""
        self.counts[bisect_left(LIMITS_US, us)] += 1
        self.sum_us += us

    def buckets(self) -> list[tuple[str, float]]:
        """Return the cumulative counts by their limits in seconds, as Prometheus wants them."""
        total, found = 0, []
        for limit, count in zip([*(str(us / 1_000_000) for us in LIMITS_US), "+Inf"], list(self.counts), strict=True):
            total += count
            found.append((limit, float(total)))
        return found
