"""How often refused keys may be looked up: strangers cannot keep the store busy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yumen.clock import Clock

NS_PER_S = 1_000_000_000


class LookupBudget:
    """A bucket that only failures draw from: a lookup that finds its key is free."""

    __slots__ = ("_clock", "_left", "_per_second", "_seen_ns")

    def __init__(self, clock: Clock, per_second: int) -> None:
        """Allow that many failed lookups a second."""
        self._clock = clock
        self._per_second = per_second
        self._left = float(per_second)
        self._seen_ns = clock.elapsed_ns()

    def open(self) -> bool:
        """Whether another lookup may be tried now."""
        now_ns = self._clock.elapsed_ns()
        grown = (now_ns - self._seen_ns) * self._per_second / NS_PER_S
        self._left = min(float(self._per_second), self._left + grown)
        self._seen_ns = now_ns
        return self._left >= 1.0

    def charge(self) -> None:
        """Draw one: a lookup found nothing."""
        self._left = max(0.0, self._left - 1.0)
