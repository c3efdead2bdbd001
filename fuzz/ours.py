"""Our side: a connection of the listening side, fed without a socket."""

from __future__ import annotations

import asyncio
from typing import Any

from fuzz.outcome import Outcome, read
from yumen.http import Reply, Request, Server, ServerOptions
from yumen.http.connection import ServerConnection

BODY_LIMIT = 1 << 20
TURNS = 4
"""A request is read and answered within these turns of the loop, and the next one begins."""


class Transport(asyncio.Transport):
    """Keeps what is written, and tells the connection of its end."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._loop = loop
        self.written = bytearray()
        self.closed = False
        self.protocol: ServerConnection | None = None

    def get_extra_info(self, name: str, default: Any = None) -> Any:  # noqa: ANN401  (asyncio's signature)
        """Come from this machine."""
        return ("127.0.0.1", 1) if name == "peername" else default

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Never be full."""

    def write(self, data: Any) -> None:  # noqa: ANN401  (asyncio's signature)
        """Keep it."""
        self.written += data

    def can_write_eof(self) -> bool:
        """Be like a socket."""
        return True

    def write_eof(self) -> None:
        """Say no more."""

    def is_closing(self) -> bool:
        """Tell whether it ends."""
        return self.closed

    def pause_reading(self) -> None:
        """Read on: everything was sent at once."""

    def resume_reading(self) -> None:
        """Read on."""

    def close(self) -> None:
        """End, in the next turn as a socket does."""
        if not self.closed and self.protocol is not None:
            self.closed = True
            self._loop.call_soon(self.protocol.connection_lost, None)

    abort = close


async def our_outcome(pieces: list[bytes]) -> Outcome:
    """Feed the pieces to a connection, one read each."""
    outcome = Outcome()

    async def handle(request: Request, reply: Reply) -> None:
        body = await request.read(BODY_LIMIT)
        outcome.requests.append(read(request.method, request.target, request.version, request.headers, body))
        reply.send(200, [], b"")

    loop = asyncio.get_running_loop()
    server = Server(ServerOptions(), loop)
    server.handler = handle
    transport = Transport(loop)
    transport.protocol = connection = ServerConnection(server, loop)
    connection.connection_made(transport)
    for piece in pieces:
        if transport.closed:
            break
        connection.data_received(piece)
        await asyncio.sleep(0)
    before = -1
    while before != len(transport.written):
        before = len(transport.written)
        for _ in range(TURNS):
            await asyncio.sleep(0)
    outcome.refused = refusal(bytes(transport.written))
    transport.close()
    await asyncio.sleep(0)
    return outcome


def refusal(written: bytes) -> str:
    """Return the status that refused the rest, empty where none did."""
    heads = [line for line in written.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
    last = heads[-1].split(b" ")[1].decode() if heads else ""
    return "" if last in ("", "100", "200") else last
