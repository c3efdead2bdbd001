"""The listening side: accepts connections, counts them, and drains them at the end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from yumen.http.connection import ServerConnection
from yumen.http.deadlines import Deadlines
from yumen.http.reply import Reply
from yumen.http.request import Request

if TYPE_CHECKING:
    from yumen.http.options import ServerOptions

Handler = Callable[[Request, Reply], Awaitable[None]]
"""Answers one request. Cancelled when the caller leaves; a Fault that it raises before it answers is answered in its name."""

BACKLOG = 4096


class Server:
    """A listening server with its connections."""

    handler: Handler
    """Set by `start`."""

    def __init__(self, options: ServerOptions, loop: asyncio.AbstractEventLoop) -> None:
        """Serve so, once it is bound to an address and started."""
        self.options = options
        self.deadlines = Deadlines(loop)
        self.leaving = False
        self.draining = False
        self.port = 0
        self.refused = 0
        """Requests that were refused before they were HTTP."""
        self._loop = loop
        self._connections: set[ServerConnection] = set()
        self._deserted: set[ServerConnection] = set()
        """What goes on answering although its caller has left: it counts as a connection, and the end waits for it."""
        self._per_address: Counter[str] = Counter()
        self._listener: asyncio.Server | None = None
        self._empty: asyncio.Event = asyncio.Event()
        self._hurried = False

    async def bind(self, host: str, port: int) -> None:
        """Take an address; port 0 takes any. Nobody can connect yet. Raises OSError where it cannot be had."""
        self._listener = await self._loop.create_server(
            lambda: ServerConnection(self, self._loop),
            host,
            port,
            backlog=BACKLOG,
            ssl=self.options.tls,
            ssl_handshake_timeout=self.options.header_timeout_s if self.options.tls else None,
            reuse_port=self.options.reuse_port or None,
            start_serving=False,
        )
        self.port = self._listener.sockets[0].getsockname()[1]

    async def start(self, handler: Handler) -> None:
        """Listen, and answer by that handler. Raises OSError where somebody else listens there."""
        assert self._listener is not None  # noqa: S101  (it was bound)
        self.handler = handler
        await self._listener.start_serving()

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    def joined(self, connection: ServerConnection, address: str) -> bool:
        """Count a connection in; False where there are too many."""
        options = self.options
        taken = len(self._connections) + len(self._deserted)
        if taken >= options.max_connections or self._per_address[address] >= options.max_connections_per_address:
            return False
        self._connections.add(connection)
        self._per_address[address] += 1
        self._empty.clear()
        return True

    def left(self, connection: ServerConnection, address: str) -> None:
        """Count it out."""
        self._connections.discard(connection)
        self._per_address[address] -= 1
        if not self._per_address[address]:
            del self._per_address[address]
        self._note_empty()

    def deserted(self, connection: ServerConnection) -> None:
        """Count in what goes on answering although its caller has left."""
        self._deserted.add(connection)

    def forgotten(self, connection: ServerConnection) -> None:
        """Count that out."""
        self._deserted.discard(connection)
        self._note_empty()

    def _note_empty(self) -> None:
        if not self._connections and not self._deserted:
            self._empty.set()

    def leave(self) -> None:
        """Take everything still, and tell each caller with its next answer to connect elsewhere: the beginning of a hand-over."""
        self.leaving = True

    async def drain(self, timeout_s: float) -> None:
        """Take no new work, let running answers end for that long, give up the rest in the callers' protocol, and close."""
        self.draining = True
        if self._listener is not None:
            self._listener.close()
        for connection in list(self._connections):
            connection.shut_down()
        if await self._emptied(0.0 if self._hurried else timeout_s):
            return
        for connection in [*self._connections, *self._deserted]:
            connection.interrupt()
        await self._emptied(1.0)
        for connection in list(self._connections):
            connection.cut()

    def hurry(self) -> None:
        """Let a drain wait no longer, whether it runs or comes."""
        self._hurried = True
        self._empty.set()

    async def _emptied(self, timeout_s: float) -> bool:
        if not self._connections and not self._deserted:
            return True
        self._empty.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._empty.wait(), timeout_s)
        return not self._connections and not self._deserted


async def serve(handler: Handler, host: str, port: int, options: ServerOptions) -> Server:
    """Listen on an address and serve; raises OSError where it cannot be bound."""
    server = Server(options, asyncio.get_running_loop())
    await server.bind(host, port)
    await server.start(handler)
    return server
