"""Looks each day at the models in use: those that are about to end are told of 60, 30 and 7 days before, each time once."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from yumen.alerts.rules import ending
from yumen.errors import Fault

if TYPE_CHECKING:
    from yumen.alerts.teller import Teller
    from yumen.alerts.values import Models
    from yumen.clock import Clock

log = logging.getLogger("yumen.alerts")

DAY_S = 86_400.0
AGAIN_S = 3_600.0
"""After a look that failed."""


class ModelTask:
    """Looks at the models in use at the start, and then each day."""

    def __init__(self, models: Models, teller: Teller, clock: Clock) -> None:
        """Look at what that function returns."""
        self._models = models
        self._teller = teller
        self._clock = clock

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            well = await self._looked()
            await asyncio.sleep(DAY_S if well else AGAIN_S)

    async def _looked(self) -> bool:
        try:
            await self.look()
        except Fault:
            log.warning("the models in use could not be read; the next hour will do")
        except Exception:  # whatever it is, it is not worth a gateway
            log.exception("models that are about to end could not be told of")
        else:
            return True
        return False

    async def look(self) -> None:
        """Look once."""
        for news in ending(await self._models(), self._clock.now_us()):
            self._teller.hand_in(news)
