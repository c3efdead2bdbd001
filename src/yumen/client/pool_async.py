"""The same for tasks: each event loop has connections of its own, so one client serves several loops, one after another or at once."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncGenerator  # noqa: TC003  (a tuple's types are read at run time)
from typing import TYPE_CHECKING, NamedTuple

import anthropic

from yumen.client.pool import dressed, limits, readdress
from yumen.client.transport import httpx2

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.client.options import Pool
    from yumen.client.pool import Origin


def pooled_async(pool: Pool, origin: Origin | None = None) -> httpx2.AsyncClient:
    """Return a client of HTTP for tasks, with the SDK's own time-outs, proxies and TCP keep-alive; `origin` as for threads."""
    return httpx2.AsyncClient(transport=PerLoop(lambda: anthropic.DefaultAsyncHttpxClient(limits=limits(pool)), origin), **dressed())


class PerLoop(httpx2.AsyncBaseTransport):
    """A transport over other clients of HTTP, one per event loop: a connection belongs to the loop that opened it."""

    def __init__(self, make: Callable[[], httpx2.AsyncClient], origin: Origin | None) -> None:
        """Make a client with a loop's first request."""
        self._make = make
        self._origin = origin
        self._born = self._owner = os.getpid()
        self._lock = threading.Lock()
        self._inner: dict[asyncio.AbstractEventLoop, Kept] = {}
        self._parents: list[object] = []
        """What a fork left behind, neither used nor closed."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request through the running loop's own connections."""
        if self._origin is not None and self._born != os.getpid():
            readdress(request, self._origin())
        client = await self._own()
        return await client.send(request, stream=True, auth=None, follow_redirects=False)

    async def aclose(self) -> None:
        """Close the connections of every loop that still runs; those of a loop that ended ended with it."""
        here = asyncio.get_running_loop()
        with self._lock:
            kept = list(self._inner.items()) if self._owner == os.getpid() else []
            self._inner.clear()
        for loop, (_, keeper) in kept:
            if loop is here:
                await keeper.aclose()
            elif loop.is_running():
                await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(closed(keeper), loop))

    async def _own(self) -> httpx2.AsyncClient:
        if self._owner != os.getpid():
            self._parents.append(self._inner)
            self._lock, self._inner, self._owner = threading.Lock(), {}, os.getpid()
        loop = asyncio.get_running_loop()
        kept = self._inner.get(loop)
        if kept is None:
            client = self._make()
            kept = Kept(client, keep(client))
            with self._lock:
                for ended in [other for other in self._inner if other.is_closed()]:
                    del self._inner[ended]
                self._inner[loop] = kept
            await anext(kept.keeper)
        return kept.client


class Kept(NamedTuple):
    """The client of a loop, and what closes it."""

    client: httpx2.AsyncClient
    keeper: AsyncGenerator[None, None]


async def keep(client: httpx2.AsyncClient) -> AsyncGenerator[None, None]:
    """Close a client when this generator is closed: as each generator, it is by the loop that ends, if by nobody before."""
    try:
        yield
    finally:
        await client.aclose()


async def closed(keeper: AsyncGenerator[None, None]) -> None:
    """Close a generator, as work that another thread may hand to its loop."""
    await keeper.aclose()
