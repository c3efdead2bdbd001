"""Delivers notices while questions are answered: the courier of the gateway, on an event loop and thread of its own."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

from yumen.notices import Courier, Poster, Webhook

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.notices import Channel, Message, Target

PATIENCE_S = 20.0
"""How long the end waits for what is not delivered yet."""


class WebhookTeller:
    """Tells a signed webhook, again and again for half a minute; never holds anybody up."""

    def __init__(self, channel: Channel, clock: Clock) -> None:
        """Begin its thread."""
        self._loop = asyncio.new_event_loop()
        self._courier = self._loop.run_until_complete(made(channel, clock))
        self._thread = Thread(target=self._run, name="yumen-support-notices", daemon=True)
        self._thread.start()

    def tell(self, message: Message) -> None:
        """Hand a notice to be delivered."""
        self._loop.call_soon_threadsafe(self._courier.tell, message)

    def close(self, patience_s: float = PATIENCE_S) -> None:
        """Deliver what is left, for so long at most, and end the thread."""
        asyncio.run_coroutine_threadsafe(self._courier.finish(patience_s), self._loop).result()
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()
        self._loop.close()

    def _run(self) -> None:
        self._task = self._loop.create_task(self._courier.run())
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._task)


async def made(channel: Channel, clock: Clock) -> Courier:
    """Return a courier of this loop."""
    return Courier([channel], clock)


def webhook(target: Target, secret: str | None, clock: Clock) -> Webhook:
    """Return the channel of a hand-over."""
    return Webhook(Poster(), target, secret, clock)
