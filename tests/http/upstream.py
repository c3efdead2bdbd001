"""An upstream that does with each connection what a test's script says, and keeps what it was asked."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.http.caller import reset
from tests.http.patience import soon

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Line:
    """One connection, from the upstream's end."""

    def __init__(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.number = number
        self.reader = reader
        self.writer = writer

    async def request(self) -> bytes:
        """Read a request's head, and its body where it has a length. Raises IncompleteReadError at the end."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                return head + await self.reader.readexactly(int(line.partition(b":")[2]))
        return head

    async def send(self, data: bytes) -> None:
        """Send bytes."""
        self.writer.write(data)
        await self.writer.drain()

    async def gone(self) -> None:
        """Wait until the other side closes, in whatever way."""
        try:
            while await self.reader.read(65536):
                pass
        except ConnectionError:
            pass

    def reset(self) -> None:
        """Close with a reset."""
        reset(self.writer)


Script = Callable[[Line], Awaitable[None]]


@dataclass
class Upstream:
    """What it was asked, and over how many connections."""

    port: int = 0
    connections: int = 0
    requests: list[tuple[int, bytes]] = field(default_factory=list)
    """The number of the connection, and the request's bytes."""
    left: int = 0
    """How many connections have ended."""


def answering(*answers: bytes) -> Script:
    """Make a script that gives each connection's requests these answers, the last one again and again."""

    async def script(line: Line) -> None:
        count = 0
        while True:
            await line.request()
            await line.send(answers[min(count, len(answers) - 1)])
            count += 1

    return script


def closing(*pieces: bytes) -> Script:
    """Make a script that answers one request with these pieces, and closes."""

    async def script(line: Line) -> None:
        await line.request()
        for piece in pieces:
            await line.send(piece)

    return script


@asynccontextmanager
async def upstream(script: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[Upstream]:
    """Serve by that script; a connection closes when its script returns."""
    site = Upstream()
    running: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        site.connections += 1
        line = Noting(site, site.connections, reader, writer)
        try:
            await script(line)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass  # the other side has closed, or the test is over
        finally:
            site.left += 1
            writer.close()
            running.discard(task)

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        if running:
            await soon(asyncio.wait(running))


class Noting(Line):
    """Writes each request down."""

    def __init__(self, site: Upstream, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__(number, reader, writer)
        self._site = site

    async def request(self) -> bytes:
        """Read a request and note it."""
        request = await super().request()
        self._site.requests.append((self.number, request))
        return request
