"""An upstream on real sockets that gets into the trouble that a request's `x-trouble` names, and a proxy that knows where it is now."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Self

from bench.upstream import DELTA, LAST, MESSAGE, OPEN, OVERLOADED, SHUT, START, STOP, STREAM_HEAD, chunk

JSON = b"content-type: application/json\r\nrequest-id: req_011TroubledUpstream\r\n"
WHOLE = b"HTTP/1.1 200 OK\r\n%bcontent-length: %d\r\n\r\n%b" % (JSON, len(MESSAGE), MESSAGE)
BUSY = b"HTTP/1.1 529 \r\n%bcontent-length: %d\r\n\r\n%b" % (JSON, len(OVERLOADED), OVERLOADED)
WRONG_KEY = b'{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}'
UNAUTHORIZED = b"HTTP/1.1 401 Unauthorized\r\n%bcontent-length: %d\r\n\r\n%b" % (JSON, len(WRONG_KEY), WRONG_KEY)
STREAM = STREAM_HEAD + b"".join(map(chunk, (START, OPEN, DELTA, SHUT, LAST, STOP))) + b"0\r\n\r\n"
STREAM_BEGUN = STREAM_HEAD + b"".join(map(chunk, (START, OPEN, DELTA)))
FAILURES = 2
"""How often what ends by itself fails before."""

Writer = asyncio.StreamWriter


class Troubled:
    """The upstream, on a thread and a loop of its own. It is moved, and its key changed, from the test's thread."""

    def __init__(self, key: str) -> None:
        """Accept that key."""
        self.key = key
        self.asked: Counter[tuple[str, str]] = Counter()
        """How often each client's scene's requests came."""
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None
        self._writers: set[Writer] = set()
        self._full: list[socket.socket] = []

    def __enter__(self) -> Self:
        """Start it."""
        self._thread.start()
        self._run(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._run(self._end())
        for each in self._full:
            each.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Awaitable[None]) -> None:
        async def run() -> None:
            await work

        asyncio.run_coroutine_threadsafe(run(), self._loop).result(60)

    def move(self) -> None:
        """Go to another address: the old one refuses from now on, and its connections end."""

        async def move() -> None:
            await self._leave()
            await self._listen()

        self._run(move())

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _leave(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _end(self) -> None:
        await self._leave()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def deaf_port(self) -> int:
        """Return a port at which connections are never accepted, since as many as may wait there wait already."""
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        self._full.append(listening)
        for _ in range(4):
            waiting = socket.socket()
            waiting.setblocking(False)  # noqa: FBT003  (the method's signature)
            with suppress(BlockingIOError):
                waiting.connect(listening.getsockname())
            self._full.append(waiting)
        return int(listening.getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        self._writers.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                await self._answer(reader, writer)
        self._writers.discard(writer)
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        scene = header(head, b"x-trouble")
        asked = header(head, b"x-scene-of"), scene
        self.asked[asked] += 1
        if scene == "hangs reading":
            await asyncio.Event().wait()
        body = await reader.readexactly(int(header(head, b"content-length")))
        if header(head, b"x-api-key") != self.key:
            writer.write(UNAUTHORIZED)
        elif scene in TROUBLES:
            await TROUBLES[scene](self.asked[asked], writer)
        else:
            writer.write(STREAM if b'"stream":true' in body else WHOLE)


def header(head: bytes, name: bytes) -> str:
    """Return a header's value."""
    found = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(name + b":")]
    return found[0].strip().decode() if found else ""


# ── the troubles ────────────────────────────────────────────────────────────


async def hang(_: int, writer: Writer) -> None:
    """Never answer."""
    del writer
    await asyncio.Event().wait()


async def reset(_: int, writer: Writer) -> None:
    """Break the connection instead of answering."""
    writer.transport.abort()
    raise ConnectionResetError


async def busy_for_a_while(times: int, writer: Writer) -> None:
    """Be overloaded, then answer."""
    writer.write(WHOLE if times > FAILURES else BUSY)


async def busy(_: int, writer: Writer) -> None:
    """Be overloaded for ever."""
    writer.write(BUSY)


def part_then(begun: bytes, then: Callable[[int, Writer], Awaitable[None]]) -> Callable[[int, Writer], Awaitable[None]]:
    """Return the trouble that comes when a part of the answer is out."""

    async def trouble(times: int, writer: Writer) -> None:
        writer.write(begun)
        await writer.drain()
        await then(times, writer)

    return trouble


TROUBLES: dict[str, Callable[[int, Writer], Awaitable[None]]] = {
    "hangs before the head": hang,
    "hangs inside the head": part_then(WHOLE[:20], hang),
    "hangs before the body": part_then(WHOLE[: -len(MESSAGE)], hang),
    "hangs inside the body": part_then(WHOLE[:-10], hang),
    "hangs inside the stream": part_then(STREAM_BEGUN, hang),
    "resets before the head": reset,
    "resets inside the body": part_then(WHOLE[:-10], reset),
    "resets inside the stream": part_then(STREAM_BEGUN, reset),
    "overloaded for a while": busy_for_a_while,
    "overloaded": busy,
}


class Proxy:
    """An HTTP proxy that tunnels to wherever the upstream is now: what a name's new address is to those who resolve it."""

    def __init__(self, upstream: Troubled) -> None:
        """Know the upstream."""
        self._upstream = upstream
        self.port = 0

    def __enter__(self) -> Self:
        """Start it, on the upstream's loop."""
        self._upstream._run(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._upstream._loop.call_soon_threadsafe(self._server.close)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            there, back = await asyncio.open_connection("127.0.0.1", self._upstream.port)
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.wait([asyncio.ensure_future(pump(reader, back)), asyncio.ensure_future(pump(there, writer))])
        writer.close()


async def pump(reader: asyncio.StreamReader, writer: Writer) -> None:
    """Pass bytes on until there are no more."""
    with suppress(OSError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    writer.close()
