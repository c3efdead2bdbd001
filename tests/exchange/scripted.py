"""An upstream that does what a script says, on a socket of its own, and writes down every request and every leaving."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Pairs = list[tuple[bytes, bytes]]
PATIENCE_S = 60.0
"""No test comes near it."""


async def until(condition: Callable[[], object], what: str = "a condition") -> None:
    """Return when the condition holds; fail where it never does."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():  # noqa: ASYNC110  (conditions of other programs' sockets have no event)
                await asyncio.sleep(0.001)
    except TimeoutError:
        raise AssertionError(f"waited in vain for {what}") from None


@dataclass
class Call:
    """One request, as the upstream got it, and the way to answer it."""

    method: bytes
    target: bytes
    headers: Pairs
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    body: bytes = b""
    body_bytes: int = 0
    left: bool = False
    """Whether the gateway has closed the connection."""

    def header(self, name: bytes) -> bytes | None:
        """Return the one value of a header (name in lower case)."""
        values = [value for key, value in self.headers if key.lower() == name]
        assert len(values) < 2, values
        return values[0] if values else None

    async def send(self, *pieces: bytes) -> None:
        """Send bytes, each piece in a write of its own."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(0)

    def cut(self) -> None:
        """Break the connection."""
        self.writer.transport.abort()

    def close(self) -> None:
        """Close the connection in order."""
        self.writer.close()

    async def hold(self) -> None:
        """Wait until the gateway closes the connection."""
        with suppress(ConnectionError):
            while await self.reader.read(65_536):
                pass
        self.left = True

    async def _line(self) -> bytes:
        line = await self.reader.readline()
        if not line.endswith(b"\n"):
            raise ConnectionResetError
        return line

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the body as it arrives."""
        length = self.header(b"content-length")
        if self.header(b"transfer-encoding") == b"chunked":
            while size := int(await self._line(), 16):
                piece = await self.reader.readexactly(size)
                await self.reader.readexactly(2)
                yield piece
            await self.reader.readexactly(2)
        elif length is not None:
            left = int(length)
            while left:
                piece = await self.reader.read(min(left, 65_536))
                if not piece:
                    raise ConnectionResetError
                left -= len(piece)
                yield piece


Script = Callable[[Call], Awaitable[None]]


@dataclass
class Upstream:
    """Answers every request by its script. `reads` False: the script reads the body itself."""

    script: Script
    reads: bool = True
    port: int = 0
    calls: list[Call] = field(default_factory=list)
    connections: int = 0
    """How many connections were made."""
    open: int = 0
    """How many of them are open."""

    @property
    def last(self) -> Call:
        """The last request."""
        return self.calls[-1]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self.connections += 1
        self.open += 1
        try:
            while not writer.is_closing() and await self._answer(reader, writer):
                pass
        finally:
            self.open -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        call: Call | None = None
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            line, *lines = head[:-4].split(b"\r\n")
            method, target, _ = line.split(b" ")
            pairs = [tuple(each.split(b": ", 1)) for each in lines]
            call = Call(method, target, [(name, value) for name, value in pairs], reader, writer)
            self.calls.append(call)
            if self.reads:
                call.body = b"".join([piece async for piece in call.pieces()])
            await self.script(call)
        except (asyncio.IncompleteReadError, ConnectionError):
            if call is not None:
                call.left = True
            return False
        return True


@asynccontextmanager
async def upstream(script: Script, *, reads: bool = True) -> AsyncIterator[Upstream]:
    """Run an upstream."""
    made = Upstream(script, reads)
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await made.serve(reader, writer)
        except asyncio.CancelledError:
            pass  # the end of the test
        finally:
            tasks.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def head_of(status: int, *headers: tuple[bytes, bytes]) -> bytes:
    """The head of an answer."""
    return b"HTTP/1.1 %d Some Reason\r\n" % status + b"".join(b"%b: %b\r\n" % pair for pair in headers) + b"\r\n"


def plain(body: bytes, *headers: tuple[bytes, bytes], status: int = 200) -> bytes:
    """A whole answer with its length."""
    return head_of(status, (b"Content-Type", b"application/json"), *headers, (b"Content-Length", b"%d" % len(body))) + body


STREAM_HEAD = head_of(200, (b"Content-Type", b"text/event-stream; charset=utf-8"), (b"Transfer-Encoding", b"chunked"))


def chunk(data: bytes) -> bytes:
    """One chunk."""
    return b"%x\r\n%b\r\n" % (len(data), data)


END = b"0\r\n\r\n"


def answers(data: bytes) -> Script:
    """A script that answers with those bytes at once."""

    async def script(call: Call) -> None:
        await call.send(data)

    return script


def streams(*events: bytes, then: str = "end") -> Script:
    """A script that streams events, and then ends, cuts, closes, or holds."""

    async def script(call: Call) -> None:
        await call.send(STREAM_HEAD, *map(chunk, events))
        match then:
            case "end":
                await call.send(END)
            case "cut":
                call.cut()
            case "close":
                call.close()
            case _:
                await call.hold()

    return script


def zipped(events: list[bytes]) -> list[bytes]:
    """Each event, compressed so that it can be read when it is there."""
    compressor = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    return [compressor.compress(each) + compressor.flush(zlib.Z_SYNC_FLUSH) for each in events] + [compressor.flush()]


async def hang(call: Call) -> None:
    """Never answer."""
    await call.hold()
