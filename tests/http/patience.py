"""Waiting for what must come: generous, so that a slow machine fails no test, and bounded, so that a hanging one does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE_S = 60.0
"""No test comes near it."""


async def soon(awaitable: Awaitable[T]) -> T:
    """Return what the awaitable returns, in time."""
    async with asyncio.timeout(PATIENCE_S):
        return await awaitable


async def until(condition: Callable[[], object]) -> None:
    """Return when the condition holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110  (what is waited for happens in sockets, which set no event)
            await asyncio.sleep(0.002)


async def turns(count: int = 3) -> None:
    """Let the loop turn that many times."""
    for _ in range(count):
        await asyncio.sleep(0)
