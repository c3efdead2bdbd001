"""A small forward proxy that knows CONNECT alone, and keeps what it was asked."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.http.patience import soon

ESTABLISHED = b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n"


@dataclass
class TestProxy:
    """Connects where it is asked to, or answers what it is told to."""

    __test__ = False

    answer: bytes = ESTABLISHED
    """Anything but this is a refusal; empty: it closes without a word."""
    port: int = 0
    heads: list[bytes] = field(default_factory=list)
    """The heads of the CONNECT requests."""
    left: int = 0
    """How many connections to it have ended."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.heads.append(head)
            writer.write(self.answer)
            if self.answer == ESTABLISHED:
                await self._tunnel(head, reader, writer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            self.left += 1
            writer.close()

    async def _tunnel(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        method, target, version = head.split(b"\r\n")[0].split(b" ")
        assert (method, version) == (b"CONNECT", b"HTTP/1.1")
        _, _, port = target.rpartition(b":")
        # Names lead to this machine, whatever they are.
        to_reader, to_writer = await asyncio.open_connection("127.0.0.1", int(port))
        there = asyncio.ensure_future(pipe(reader, to_writer))
        back = asyncio.ensure_future(pipe(to_reader, writer))
        try:
            await asyncio.wait([there, back], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for piping in (there, back):
                piping.cancel()
            to_writer.close()


async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass bytes on until the end."""
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass


@asynccontextmanager
async def proxying(answer: bytes = ESTABLISHED, tls: ssl.SSLContext | None = None) -> AsyncIterator[TestProxy]:
    """Run a proxy."""
    proxy = TestProxy(answer)
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(proxy.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        if tasks:
            await soon(asyncio.wait(tasks))
