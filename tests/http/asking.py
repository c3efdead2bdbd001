"""Asking an upstream through a pool, as the gateway does, with everything noted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from tests.http.patience import soon
from yumen.errors import Fault
from yumen.http import ClientConnection, Origin, Pool, PoolOptions
from yumen.http.deadlines import Deadlines

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
HEAD = b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"


@dataclass
class Taken:
    """A sink that keeps everything."""

    pieces: list[bytes] = field(default_factory=list)
    fault: Fault | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)
    ends: int = 0

    def piece(self, data: bytes) -> None:
        """Keep the next bytes."""
        assert not self.done.is_set()
        self.pieces.append(data)

    def ended(self) -> None:
        """Note the end."""
        self.ends += 1
        self.done.set()

    def failed(self, fault: Fault) -> None:
        """Note the fault."""
        self.ends += 1
        self.fault = fault
        self.done.set()

    @property
    def body(self) -> bytes:
        """What has come so far."""
        return b"".join(self.pieces)


@dataclass
class Got:
    """An answer."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    fault: Fault | None
    connection: ClientConnection


def pool_to(port: int, options: PoolOptions | None = None, *, scheme: str = "http", host: str = "127.0.0.1") -> Pool:
    """Make a pool of connections to a port of this machine."""
    return Pool(Origin(scheme, host, port), options or PoolOptions(), Deadlines(asyncio.get_running_loop()))


async def ask(pool: Pool, request: bytes = GET) -> Got:
    """Send a whole request and take the whole answer. Raises the fault where no head comes."""
    connection = await soon(pool.acquire())
    connection.send(request, whole=True, without_body=request.startswith(b"HEAD"))
    await soon(connection.head())
    # Read before the body is taken: afterwards the connection belongs to the next request.
    status, headers = connection.status, connection.headers
    taken = Taken()
    connection.attach(taken)
    await soon(taken.done.wait())
    return Got(status, headers, taken.body, taken.fault, connection)
