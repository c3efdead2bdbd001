"""A clock that stands still until a test moves it."""

from __future__ import annotations

from yumen.clock import Clock

START_NS = 1_795_651_200_000_000_000
"""26 November 2026, 00:00 UTC."""


class JumpingClock(Clock):
    """Time passes only where a test says so."""

    __slots__ = ("_ns",)

    def __init__(self, now_ns: int = START_NS) -> None:
        """Stand at a time."""
        self._ns = now_ns

    def now_ns(self) -> int:
        """Return where the clock stands."""
        return self._ns

    def elapsed_ns(self) -> int:
        """Return where the clock stands: one time for both."""
        return self._ns

    def move(self, us: int) -> None:
        """Let microseconds pass."""
        self._ns += us * 1000
