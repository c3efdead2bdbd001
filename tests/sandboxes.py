"""A sandbox that listens in this process, in a thread of its own, for what asks from threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yumen.clock import Clock
from yumen.http import Server, ServerOptions, serve
from yumen.sandbox import Sandbox, SandboxOptions


@contextmanager
def listening_sandbox(rules: Path | None = None) -> Iterator[str]:
    """Give its address."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    sandbox = Sandbox(Clock(), SandboxOptions(rules=rules))

    async def start() -> Server:
        return await serve(sandbox.handle, "127.0.0.1", 0, ServerOptions(refuse=sandbox.refuse))

    async def stop(server: Server) -> None:
        await server.drain(0)
        await sandbox.close()

    try:
        server = asyncio.run_coroutine_threadsafe(start(), loop).result()
        yield f"http://127.0.0.1:{server.port}"
        asyncio.run_coroutine_threadsafe(stop(server), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
