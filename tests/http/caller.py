"""A caller at the end of a plain socket: it sends whatever bytes it likes, and reads answers one by one."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.http.patience import soon, turns


@dataclass
class Answer:
    """One answer, its body without framing."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes = b""

    def header(self, name: bytes) -> bytes | None:
        """Return the one value of a header (name in lower case)."""
        values = [value for key, value in self.headers if key.lower() == name]
        assert len(values) < 2, values
        return values[0] if values else None


class Caller:
    """One connection of a caller's."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        """Send bytes, and wait until the kernel has most of them."""
        self._writer.write(data)
        await soon(self._writer.drain())

    async def send_pieces(self, pieces: Iterable[bytes]) -> None:
        """Send bytes so that each piece arrives in a read of its own; stop when the other side has closed."""
        for piece in pieces:
            if self._writer.is_closing() or self._reader.at_eof():
                return
            self._writer.write(piece)
            await turns()

    async def answer(self, *, head_only: bool = False) -> Answer:
        """Read one answer."""
        answer = await self.head()
        if head_only or answer.status < 200 or answer.status in (204, 304):
            return answer
        length = answer.header(b"content-length")
        if answer.header(b"transfer-encoding") == b"chunked":
            answer.body = await self._chunks()
        elif length is not None:
            answer.body = await self.read(int(length))
        else:
            answer.body = await self.rest()
        return answer

    async def head(self) -> Answer:
        """Read the head of an answer."""
        lines = (await soon(self._reader.readuntil(b"\r\n\r\n")))[:-4].split(b"\r\n")
        version, status, _ = lines[0].split(b" ", 2)
        assert version == b"HTTP/1.1"
        pairs = [line.partition(b":") for line in lines[1:]]
        return Answer(int(status), [(name, value.strip()) for name, _, value in pairs])

    async def chunk(self) -> bytes:
        """Read one chunk; the last one is empty."""
        size = int(await soon(self._reader.readuntil(b"\r\n")), 16)
        data = await self.read(size + 2)
        assert data.endswith(b"\r\n")
        return data[:-2]

    async def _chunks(self) -> bytes:
        body = b""
        while piece := await self.chunk():
            body += piece
        return body

    async def read(self, count: int) -> bytes:
        """Read that many bytes."""
        return await soon(self._reader.readexactly(count))

    async def rest(self) -> bytes:
        """Read until the other side closes, cleanly."""
        return await soon(self._reader.read())

    async def is_cut(self) -> bytes:
        """Read until the connection ends, in whatever way; return what came."""
        came = b""
        try:
            while piece := await soon(self._reader.read(65536)):
                came += piece
        except ConnectionError:
            pass
        return came

    def leave(self) -> None:
        """Close without a word."""
        self._writer.close()

    def reset(self) -> None:
        """Close with a reset, as a crashed program or a firewall does."""
        reset(self._writer)

    def half_close(self) -> None:
        """Send no more, but read on."""
        self._writer.write_eof()


def reset(writer: asyncio.StreamWriter) -> None:
    """Close a connection with a reset instead of an end."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@asynccontextmanager
async def calling(port: int, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> AsyncIterator[Caller]:
    """Connect."""
    reader, writer = await soon(asyncio.open_connection(host, port, ssl=tls))
    try:
        yield Caller(reader, writer)
    finally:
        writer.transport.abort()


@asynccontextmanager
async def slow_calling(port: int, receive_buffer: int = 4096) -> AsyncIterator[socket.socket]:
    """Connect by a bare socket with a small buffer, which reads only when it is told to."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(0)
    try:
        await soon(asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", port)))
        yield connection
    finally:
        connection.close()
