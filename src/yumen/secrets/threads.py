"""Runs what blocks in a thread that nobody has to wait for, not even the end of the process."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def begin(work: Callable[[], T], name: str) -> asyncio.Future[T]:
    """Begin work that raises nothing in a thread of its own, and return its outcome to be.

    The thread is a daemon: the pools of asyncio and concurrent.futures wait for theirs at the end of the process.
    """
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T] = loop.create_future()

    def hear(value: T) -> None:
        if not outcome.done():
            outcome.set_result(value)

    def run() -> None:
        value = work()
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(hear, value)

    threading.Thread(target=run, name=name, daemon=True).start()
    return outcome
