"""The shared loop of a process: threads and tasks ask there, what it keeps is opened once, and a forked child has its own."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.client.test_pool import in_child
from yumen.client import loop


async def thread() -> str:
    """Return where this runs."""
    return threading.current_thread().name


def test_threads_and_tasks_run_work_in_one_thread() -> None:
    """Whoever asks, from whichever loop."""
    assert loop.run(thread()) == "yumen-loop"
    assert asyncio.run(loop.join(thread())) == "yumen-loop"
    assert loop.run(loop.join(thread())) == "yumen-loop"


def test_to_wait_for_oneself_is_refused() -> None:
    """From inside, `run` would hang."""

    async def waits() -> str:
        return loop.run(thread())

    with pytest.raises(RuntimeError, match="await"):
        loop.run(waits())


def test_what_is_kept_is_opened_once_for_all_and_closed_last_first() -> None:
    """Sixteen threads at once get the same; the end closes what was opened, in the other order."""
    own, opened, closed = loop.Loop(), [], []

    async def open_(name: str) -> object:
        await asyncio.sleep(0)
        opened.append(name)
        return name

    async def close(name: object) -> None:
        closed.append(name)

    with ThreadPoolExecutor(16) as threads:
        got = list(threads.map(lambda _: own.run(own.keep("a", lambda: open_("a"), close)), range(16)))
    assert got == ["a"] * 16
    own.run(own.keep("b", lambda: open_("b"), close))
    own.stop()
    assert (opened, closed) == (["a", "b"], ["b", "a"])
    assert not own._thread.is_alive()


def test_a_failed_opening_is_tried_anew() -> None:
    """The error goes to who asked, and is not kept."""
    own, tries = loop.Loop(), []

    async def open_() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("not yet")
        return "open"

    async def close(_: str) -> None:
        """Leave it."""

    with pytest.raises(OSError, match="not yet"):
        own.run(own.keep("a", open_, close))
    assert own.run(own.keep("a", open_, close)) == "open"
    own.stop()


def test_whoever_opens_and_leaves_leaves_it_to_be_closed() -> None:
    """What is opened for one who was cancelled meanwhile is kept for the next, and closed at the end; if it fails, it is tried anew."""
    own = loop.Loop()
    seen: list[str] = []

    async def scene(*, fails: bool) -> str:
        go_on = asyncio.Event()

        async def open_() -> str:
            await go_on.wait()
            if fails:
                raise OSError
            return "open"

        async def close(_: str) -> None:
            seen.append("closed")

        first = asyncio.create_task(own.keep(fails, open_, close))
        second = asyncio.create_task(own.keep(fails, open_, close))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait([first])
        go_on.set()
        await asyncio.wait([second])
        return "failed" if second.exception() else await own.keep(fails, open_, close)

    assert own.run(scene(fails=False)) == "open"
    assert own.run(scene(fails=True)) == "failed"

    async def opens() -> str:
        return "anew"

    async def closes(_: str) -> None:
        seen.append("closed anew")

    assert own.run(own.keep(True, opens, closes)) == "anew"  # noqa: FBT003  (a key)
    own.stop()
    assert seen == ["closed anew", "closed"]


def test_a_task_that_is_cancelled_takes_its_work_along() -> None:
    """Nothing runs on for nobody."""
    begun, ended = threading.Event(), threading.Event()

    async def long() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def main() -> None:
        task = asyncio.create_task(loop.join(long()))
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert ended.wait(10)


def test_a_forked_child_has_a_loop_of_its_own() -> None:
    """The parent's thread is not there, and its loop goes on."""
    before = loop.shared()
    assert in_child(lambda: loop.shared() is not before and loop.run(thread()) == "yumen-loop")
    assert loop.shared() is before
    assert loop.run(thread()) == "yumen-loop"
