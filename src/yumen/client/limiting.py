"""Where a process's limits are counted: one limiter for a name and a store, opened in the shared loop by whoever asks first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from yumen.client.demands import limits_spending
from yumen.client.limiter import Limiter
from yumen.client.loop import shared
from yumen.clock import Clock
from yumen.limits.store_memory import MemoryLimitStore
from yumen.meter import Prices

if TYPE_CHECKING:
    from yumen.client.demands import Asked
    from yumen.client.limits import Limit
    from yumen.client.ticket import Ticket

FOR_EVER_US = 400 * 86_400_000_000
"""What is counted in memory is forgotten with the process, not before: months are counted there too."""
CLOCK = Clock()


async def enter(limit: Limit, url: str, asked: Asked) -> Ticket:
    """Take what a call to that address needs of a limit; in the shared loop. Raises LimitReached and OperatorError."""
    name = limit.name or url
    limiter = await shared().keep(("limits", limit.redis, name), lambda: opened(limit, name), Limiter.close)
    return await limiter.enter(limit, asked)


async def opened(limit: Limit, name: str) -> Limiter:
    """Open the limiter of a name."""
    prices = Prices()
    if limits_spending(limit):
        await asyncio.to_thread(prices.load)
    if limit.redis is None:
        store = MemoryLimitStore(CLOCK, FOR_EVER_US)
        return Limiter(f"library:{name}", store, prices, CLOCK)
    from yumen.limits.store_redis import RedisLimitStore, RedisServer, connect  # noqa: PLC0415  (its library is loaded by need)

    line = connect(RedisServer(limit.redis))
    return Limiter(f"library:{name}", RedisLimitStore(line), prices, CLOCK, line)
