"""An upstream inside the test: it answers when the test says so, and knows what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

from bench.upstream import LAST, OPEN, PING, SHUT, START, STOP, STREAM_HEAD, chunk


class Asked(NamedTuple):
    """A request as it reached the upstream."""

    head: bytes
    body: bytes


Answerer = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]

BEGUN = STREAM_HEAD + chunk(START) + chunk(OPEN) + chunk(PING)
ENDED = chunk(SHUT) + chunk(LAST) + chunk(STOP) + b"0\r\n\r\n"


@asynccontextmanager
async def answering(answer: Answerer) -> AsyncIterator[str]:
    """Serve by a function on a loopback port; give the URL."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                body = await reader.readexactly(int(lengths[0].split(b":")[1])) if lengths else b""
                await answer(Asked(head, body), writer)
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
