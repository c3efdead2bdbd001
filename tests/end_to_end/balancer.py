"""A load balancer as small as one can be: in turn to each gateway whose `/readyz` says yes, and to another one where none listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

PIECE_BYTES = 65536
CHECK_S = 0.05
PROBE = b"GET /readyz HTTP/1.1\r\nhost: balancer\r\nconnection: close\r\n\r\n"

Pipe = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Balancer:
    """Passes connections on, byte by byte; what is inside them it does not know."""

    def __init__(self, ports: Sequence[int]) -> None:
        """Stand before those ports of this machine."""
        self.port = 0
        self.ready = list(ports)
        """Those that said yes at the last check."""
        self._ports = list(ports)
        self._turn = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def check(self) -> None:
        """Ask every gateway again and again."""
        while True:
            said = await asyncio.gather(*[is_ready(port) for port in self._ports])
            self.ready = [port for port, yes in zip(self._ports, said, strict=True) if yes]
            await asyncio.sleep(CHECK_S)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a caller's connection."""
        task = asyncio.create_task(self._serve((reader, writer)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, caller: Pipe) -> None:
        gateway = None
        try:
            gateway = await self._connect()
            if gateway is not None:
                await asyncio.gather(pass_on(caller[0], gateway[1]), pass_on(gateway[0], caller[1]))
        finally:
            caller[1].close()
            if gateway is not None:
                gateway[1].close()

    async def _connect(self) -> Pipe | None:
        self._turn += 1
        order = self.ready[self._turn % len(self.ready) :] + self.ready[: self._turn % len(self.ready)] if self.ready else []
        for port in [*order, *self._ports]:
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", port)
        return None

    async def end(self) -> None:
        """Cut what is left."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass one direction on to its end."""
    with suppress(OSError):
        while piece := await reader.read(PIECE_BYTES):
            writer.write(piece)
            await writer.drain()
    with suppress(OSError):
        writer.write_eof()


async def is_ready(port: int) -> bool:
    """Whether a gateway says that it wants new work."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(PROBE)
        return b" 200 " in await reader.readline()
    except OSError:
        return False
    finally:
        writer.close()


@asynccontextmanager
async def balancing(ports: Sequence[int]) -> AsyncIterator[Balancer]:
    """Balance between gateways."""
    balancer = Balancer(ports)
    server = await asyncio.start_server(balancer.accept, "127.0.0.1", 0)
    balancer.port = server.sockets[0].getsockname()[1]
    checking = asyncio.create_task(balancer.check())
    try:
        yield balancer
    finally:
        checking.cancel()
        server.close()
        await balancer.end()
