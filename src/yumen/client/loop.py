"""The one event loop of a process, in a thread: it holds what all clients share, and every thread and task may ask there."""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import threading
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Hashable

T = TypeVar("T")

CLOSING_S = 5.0
"""How long the end of the process waits for what is kept here to be closed."""
log = logging.getLogger("yumen")


class Loop:
    """An event loop in a thread of its own, with what was opened in it. Made by `shared`."""

    def __init__(self) -> None:
        """Start the thread."""
        self._kept: dict[Hashable, asyncio.Task[Any]] = {}
        self._ending: set[asyncio.Task[Any]] = set()
        self._closers: list[Callable[[], Awaitable[object]]] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="yumen-loop", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run work there and wait for it, from a thread. Raises RuntimeError from the loop's own thread, where it would wait for itself."""
        if threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("work for the shared loop was waited for inside the loop: use `await`")
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()  # whoever waited has gone: Ctrl-C, for one
            raise

    def end(self, work: Coroutine[Any, Any, object]) -> None:
        """Run work there and wait for it; in the loop's own thread, where the garbage collector may call for it, let it run by itself."""
        if threading.current_thread() is not self._thread:
            self.run(work)
            return
        task = self._loop.create_task(work)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def join(self, work: Coroutine[Any, Any, T]) -> T:
        """Run work there and await it, from a task of any loop; its cancellation goes with it."""
        if asyncio.get_running_loop() is self._loop:
            return await work
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def keep(self, key: Hashable, open_: Callable[[], Coroutine[Any, Any, T]], close: Callable[[T], Awaitable[object]]) -> T:
        """Return what is kept under a key, opened once for all who ask; to be awaited in this loop. A failed opening is tried anew."""

        async def opening() -> T:
            try:
                opened = await open_()
            except BaseException:
                self._kept.pop(key, None)
                raise
            self._closers.append(lambda: close(opened))
            return opened

        task = self._kept.get(key)
        if task is None:
            task = self._kept[key] = self._loop.create_task(opening())  # not by whoever asks first, who may be cancelled
        return cast("T", await asyncio.shield(task))

    def stop(self) -> None:
        """Close what is kept, the last first, and end the thread."""
        if self._loop.is_running():
            try:
                asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(CLOSING_S)
            except TimeoutError:
                return
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(CLOSING_S)
            self._loop.close()

    async def _close(self) -> None:
        while self._closers:
            try:
                await self._closers.pop()()
            except Exception as error:  # noqa: BLE001  (the process ends: one that cannot be closed keeps no other open)
                log.warning("at the end of the process something could not be closed: %s", error)


class _Process:
    """The loop of this process, if one is needed. A child of a fork has none of its parent's threads and begins anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: Loop | None = None
        os.register_at_fork(after_in_child=self._forget)
        atexit.register(self._end)

    def loop(self) -> Loop:
        with self._lock:
            if self._loop is None:
                self._loop = Loop()
            return self._loop

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._left = self._loop  # never closed here: its sockets and files are the parent's
        self._loop = None

    def _end(self) -> None:
        if self._loop is not None:
            self._loop.stop()


_process = _Process()


def shared() -> Loop:
    """Return the process's loop; its thread starts with the first question."""
    return _process.loop()


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run work in the shared loop and wait for it, from a thread."""
    return shared().run(work)


async def join(work: Coroutine[Any, Any, T]) -> T:
    """Run work in the shared loop and await it, from a task of any loop."""
    return await shared().join(work)


def end(work: Coroutine[Any, Any, object]) -> None:
    """Run work in the shared loop at the end of something, from whichever thread ends it."""
    shared().end(work)
