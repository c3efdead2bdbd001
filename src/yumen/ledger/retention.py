"""Retention: entries, and sums of hours, older than the stated period go, a few at a time, so that nobody waits for it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from yumen.ledger.rules import DAY_US
from yumen.storage import DatabaseUnavailable

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.ledger.store import DrainStore

LEDGER_DAYS = 400
"""The default; 0 keeps everything."""
AT_ONCE = 500
PAUSE_S = 0.1
EVERY_S = 3600.0


class Retention:
    """Forgets old entries, once an hour."""

    def __init__(self, store: DrainStore, clock: Clock, days: int = LEDGER_DAYS) -> None:
        """Keep so many days of entries."""
        self._store = store
        self._clock = clock
        self._days = days

    async def run(self) -> None:
        """Forget what is too old, hour by hour, until cancelled; a store that is out is asked again the next hour."""
        while self._days:
            await self.forget()
            await asyncio.sleep(EVERY_S)

    async def forget(self, pause_s: float = PAUSE_S) -> int:
        """Forget everything that is too old by now; return how many entries went."""
        before_us = self._clock.now_us() - self._days * DAY_US
        total = 0
        try:
            while gone := await self._store.forget_entries(before_us, AT_ONCE):
                total += gone
                await asyncio.sleep(pause_s)
            while await self._store.forget_hours(before_us):  # noqa: ASYNC110  (it is work that is paced, not waiting)
                await asyncio.sleep(pause_s)
        except DatabaseUnavailable:
            return total
        return total
