"""wait: the pause between two attempts. It ends at once when the caller leaves, and when the gateway stops."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from yumen.errors import ShuttingDown

if TYPE_CHECKING:
    from yumen.exchange import Exchange

US_PER_S = 1_000_000


class Wait:
    """All pauses of this process."""

    def __init__(self) -> None:
        """Begin with none."""
        self._pauses: set[asyncio.Future[None]] = set()
        self._stopping = False

    @property
    def waiting(self) -> int:
        """How many requests stand in a pause."""
        return len(self._pauses)

    async def __call__(self, exchange: Exchange) -> None:
        """Wait as long as the last attempt's step says. Raises ShuttingDown."""
        wait_us = exchange.attempts[-1].wait_us
        if not wait_us:
            return
        if self._stopping:
            raise ShuttingDown
        pause = asyncio.get_running_loop().create_future()
        self._pauses.add(pause)
        try:
            await asyncio.wait([pause], timeout=wait_us / US_PER_S)
        finally:
            self._pauses.discard(pause)
        if pause.done():
            raise ShuttingDown

    def stop(self) -> None:
        """End every pause, and let none begin: a drain waits for answers, not for pauses."""
        self._stopping = True
        for pause in self._pauses:
            if not pause.done():
                pause.set_result(None)
