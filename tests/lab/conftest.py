"""A sandbox that listens in this process, and an SDK client that asks it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import anthropic
import pytest

from yumen.clock import Clock
from yumen.http import ServerOptions, serve
from yumen.sandbox import Sandbox, SandboxOptions


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    """Where it listens; it serves in a thread of its own, since the experiments ask from threads."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    sandbox = Sandbox(Clock(), SandboxOptions())

    async def start() -> object:
        return await serve(sandbox.handle, "127.0.0.1", 0, ServerOptions(refuse=sandbox.refuse))

    server = asyncio.run_coroutine_threadsafe(start(), loop).result()
    yield f"http://127.0.0.1:{server.port}"

    async def stop() -> None:
        await server.drain(0)
        await sandbox.close()

    asyncio.run_coroutine_threadsafe(stop(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def claude(sandbox_url: str) -> Iterator[anthropic.Anthropic]:
    """A client of the SDK alone: what is asked here needs no more."""
    with anthropic.Anthropic(base_url=sandbox_url, api_key="sandbox", max_retries=0) as made:
        yield made
