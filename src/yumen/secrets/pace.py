"""When a secret is fetched: before it is old, again while its store is away, and at once where the upstream refuses it."""

from __future__ import annotations

import msgspec

NS_PER_S = 1_000_000_000
EARLIEST = 0.75
"""A refresh falls between this part of the time to live and `LATEST`, at random: many gateways do not ask in the same moment."""
LATEST = 0.95
FIRST_PAUSE_S = 1.0
MAX_PAUSE_S = 60.0
PATIENCE_S = 1.0
"""So long a refused request waits for its turn to ask at most."""
MAX_DOUBLINGS = 10


class Pace(msgspec.Struct, frozen=True):
    """How often a secret is fetched. Draws are random numbers from 0 to 1."""

    refresh_s: float

    def refresh_after_ns(self, draw: float) -> int:
        """Return when the next refresh follows a success."""
        return round(self.refresh_s * (EARLIEST + (LATEST - EARLIEST) * draw) * NS_PER_S)

    def again_after_ns(self, failures: int, draw: float) -> int:
        """Return when the next try follows so many failures in a row: doubling, never later than a refresh would."""
        pause_s = min(doubled(failures - 1), MAX_PAUSE_S, self.refresh_s)
        return round(pause_s * (1 + draw) / 2 * NS_PER_S)

    def gap_ns(self, fruitless: int) -> int:
        """Return what lies between two questions for refused requests, after so many in a row that brought no other value."""
        return round(min(doubled(fruitless), MAX_PAUSE_S, max(self.refresh_s, FIRST_PAUSE_S)) * NS_PER_S)


def doubled(times: int) -> float:
    """Return the first pause, doubled so often."""
    return float(FIRST_PAUSE_S * 2 ** min(max(times, 0), MAX_DOUBLINGS))
