"""The connections to one origin: kept alive, used again, and never more than allowed."""

from __future__ import annotations

import asyncio
import select
from typing import TYPE_CHECKING

import msgspec

from yumen.errors import UpstreamBusy, UpstreamUnreachable
from yumen.http.client import ClientConnection
from yumen.http.proxy import open_tunnel
from yumen.http.unreachable import unreachable

if TYPE_CHECKING:
    from yumen.http.deadlines import Deadlines
    from yumen.http.options import PoolOptions

FRESH_S = 1.0
"""A connection that was used this recently is taken as alive; an older one is looked at first."""


class Origin(msgspec.Struct, frozen=True):
    """Where to connect: scheme `http` or `https`, host and port; `prefix` stands before every path there."""

    scheme: str
    host: str
    port: int
    prefix: str = ""

    @property
    def authority(self) -> str:
        """The value of the `Host` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"http": 80, "https": 443}[self.scheme] else f"{host}:{self.port}"


class Pool:
    """Connections to one origin. `acquire` gives one; it comes back by itself when its answer is whole."""

    def __init__(self, origin: Origin, options: PoolOptions, deadlines: Deadlines) -> None:
        """Connect to that origin when asked."""
        self.origin = origin
        self.options = options
        self._deadlines = deadlines
        self._loop = asyncio.get_running_loop()
        self._idle: list[ClientConnection] = []
        self._members: set[ClientConnection] = set()
        self._connecting = 0

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._members)

    async def acquire(self) -> ClientConnection:
        """Return a connection. Raises UpstreamUnreachable, and UpstreamBusy where all are in use."""
        idle = self._idle
        while idle:
            connection = idle.pop()
            if self._alive(connection):
                return connection
            connection.close()
        if len(self._members) + self._connecting >= self.options.max_connections:
            raise UpstreamBusy
        self._connecting += 1
        try:
            connection = await self._connect()
        finally:
            self._connecting -= 1
        self._members.add(connection)
        self._deadlines.add(connection)
        return connection

    def _alive(self, connection: ClientConnection) -> bool:
        if connection.closed:
            return False
        idle_s = self._loop.time() - connection.idle_since
        if idle_s < FRESH_S:
            return True
        return idle_s < self.options.idle_timeout_s and not readable(connection)

    async def _connect(self) -> ClientConnection:
        origin = self.origin
        timeout_s = self.options.connect_timeout_s
        tls = self.options.tls if origin.scheme == "https" else None
        try:
            async with asyncio.timeout(timeout_s):
                proxy = self.options.proxy(origin.scheme, origin.host)
                if proxy is not None:
                    return await open_tunnel(self._loop, proxy, self._make, (origin.host, origin.port), tls)
                _, protocol = await self._loop.create_connection(self._make, origin.host, origin.port, ssl=tls)
        except TimeoutError:
            msg = f"The upstream cannot be reached: no connection to {origin.host} within {timeout_s:g} seconds."
            raise UpstreamUnreachable(msg) from None
        except OSError as error:
            raise unreachable(origin.host, error) from error
        return protocol

    def _make(self) -> ClientConnection:
        return ClientConnection(self, self._loop)

    def freed(self, connection: ClientConnection) -> None:
        """Take back a connection that may be used again."""
        connection.idle_since = self._loop.time()
        connection.deadline = connection.idle_since + self.options.idle_timeout_s
        self._idle.append(connection)

    def lost(self, connection: ClientConnection) -> None:
        """Forget a closed connection."""
        self._members.discard(connection)
        self._deadlines.discard(connection)
        if not connection.busy and connection in self._idle:
            self._idle.remove(connection)

    async def close(self) -> None:
        """Close the unused connections; those in use end with their exchanges."""
        idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()


def readable(connection: ClientConnection) -> bool:
    """Tell whether an unused connection has something to read: its end, most often."""
    descriptor = connection.fileno()
    if descriptor < 0:
        return True
    poll = select.poll()
    poll.register(descriptor, select.POLLIN | select.POLLHUP)
    return bool(poll.poll(0))
