"""One task renews every open hold of this process, all in one call, and charges what streams have used beyond their holds."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from yumen.errors import LimitsUnavailable

if TYPE_CHECKING:
    from yumen.limits.counting import Counting

log = logging.getLogger("yumen.limits")

PART = 3
"""A lease is renewed when a third of it has passed: two renewals may fail."""
US_PER_S = 1_000_000


class Renewal:
    """Whoever makes this also awaits `run`."""

    def __init__(self, counting: Counting) -> None:
        """Renew what is open there."""
        self._counting = counting

    async def run(self) -> None:
        """Renew until cancelled."""
        while True:
            await asyncio.sleep(self._counting.options.lease_us / US_PER_S / PART)
            await self.renew()

    async def renew(self) -> None:
        """Renew every open hold once. Where the store is away, the holds have two thirds of their lease left."""
        counting = self._counting
        progress = counting.holds.progress()
        if not progress:
            return
        try:
            await counting.store.renew(progress, counting.options.lease_us)
        except LimitsUnavailable as fault:
            log.warning("%d holds could not be renewed: %s", len(progress), fault)
