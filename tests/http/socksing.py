"""A small SOCKS5 server (RFC 1928, RFC 1929) that keeps what it was asked, and leads every name to this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.http.tunnelling import pipe

VERSION, CONNECT = 5, 1
NO_AUTHENTICATION, BY_PASSWORD, NONE_ACCEPTABLE = 0, 2, 255
IPV4, NAME, IPV6 = 1, 3, 4


@dataclass
class SocksServer:
    """Connects where it is asked to, or answers with a failure's code."""

    password: tuple[bytes, bytes] | None = None
    """The user's name and password that it wants."""
    code: int = 0
    """Above 0: a refusal (RFC 1928 §6)."""
    port: int = 0
    asked: list[tuple[int, bytes, int]] = field(default_factory=list)
    """Kind of address, address and port of each request."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        try:
            if await self._known(reader, writer):
                await self._connect(reader, writer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _known(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        version, count = await reader.readexactly(2)
        assert version == VERSION
        methods = await reader.readexactly(count)
        wanted = NO_AUTHENTICATION if self.password is None else BY_PASSWORD
        writer.write(bytes([VERSION, wanted if wanted in methods else NONE_ACCEPTABLE]))
        if wanted not in methods:
            return False
        if self.password is None:
            return True
        _, length = await reader.readexactly(2)
        name = await reader.readexactly(length)
        word = await reader.readexactly((await reader.readexactly(1))[0])
        right = (name, word) == self.password
        writer.write(bytes([1, 0 if right else 1]))
        return right

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        version, command, _, kind = await reader.readexactly(4)
        assert (version, command) == (VERSION, CONNECT)
        length = (await reader.readexactly(1))[0] if kind == NAME else {IPV4: 4, IPV6: 16}[kind]
        address = await reader.readexactly(length)
        port = int.from_bytes(await reader.readexactly(2))
        self.asked.append((kind, address, port))
        writer.write(bytes([VERSION, self.code, 0, IPV4, 127, 0, 0, 1, 0, 0]))
        if self.code:
            return
        to_reader, to_writer = await asyncio.open_connection("127.0.0.1", port)
        ways = [asyncio.ensure_future(pipe(reader, to_writer)), asyncio.ensure_future(pipe(to_reader, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            to_writer.close()


@asynccontextmanager
async def socks(password: tuple[bytes, bytes] | None = None, code: int = 0) -> AsyncIterator[SocksServer]:
    """Run one on a loopback port."""
    made = SocksServer(password, code)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
