"""What a program leaves behind: answers that it drops, calls that it breaks off, loops that have ended, a child of a fork."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import anthropic
import pytest

from tests.client.scripted import Said, Scripted
from tests.client.stand_in import StandIn
from tests.client.test_pool import ask_async, in_child
from tests.gateway import PATIENCE_S
from yumen import AsyncClaude, Claude, Limit, Retry
from yumen.claude import OTHER
from yumen.client.demands import Asked
from yumen.client.forking import ForkLock
from yumen.client.limiter import Limiter
from yumen.client.loop import Loop
from yumen.client.steps import carry_out
from yumen.clock import Clock
from yumen.limits.store_memory import MemoryLimitStore
from yumen.limits.values import Ask, Granted, Verdict
from yumen.meter import Prices

ASK: dict[str, Any] = {"model": "claude-sonnet-5-5", "max_tokens": 9, "messages": [{"role": "user", "content": "hello"}]}
HOUR = 3600.0


@pytest.fixture
def serve() -> Iterator[Callable[..., Scripted]]:
    """Return what makes a server of answers."""
    made: list[Scripted] = []

    def make(*script: Said) -> Scripted:
        made.append(Scripted(script or (Said(),)))
        return made[-1]

    yield make
    for server in made:
        server.close()


@pytest.mark.parametrize("raw", [False, True])
def test_an_answer_that_is_dropped_unread_goes_at_once(*, raw: bool, serve: Callable[..., Scripted]) -> None:
    """With what it holds of a limit, and without waiting for the collector of cycles: whoever waits makes no garbage to wake it."""
    with Claude(api_key="k", base_url=serve().url, limit=Limit(concurrent=1, wait=PATIENCE_S, name=f"dropped-{raw}")) as claude:
        create: Any = claude.messages.with_raw_response.create if raw else claude.messages.create
        gc.disable()
        try:
            answer = create(**ASK, stream=True)
            dropped = weakref.ref(answer.http_response if raw else answer.response)
            del answer
            assert dropped() is None
            assert claude.messages.create(**ASK)
        finally:
            gc.enable()


def test_how_long_an_answer_took_is_told_of_streams_too(serve: Callable[..., Scripted]) -> None:
    """As of the SDK's own client."""
    with Claude(api_key="k", base_url=serve().url) as claude:
        stream = claude.messages.create(**ASK, stream=True)
        assert list(stream)
        assert stream.response.elapsed.total_seconds() > 0


def test_an_error_whose_body_breaks_off_is_still_that_error(serve: Callable[..., Scripted]) -> None:
    """Its status says whether it is tried again; at the end it is the SDK's own error, not the transport's."""
    retry = Retry(attempts=2, wait_min=0, wait_max=0)
    for status, requests in ((529, 2), (400, 1)):
        server = serve(Said(status, breaks=True))
        with Claude(api_key="k", base_url=server.url, retry=retry) as claude, pytest.raises(anthropic.APIConnectionError):
            claude.messages.create(**ASK, stream=True)
        assert len(server.times) == requests


def test_ctrl_c_ends_a_plan() -> None:
    """At once, not only when nobody has the exception any more."""
    ended = []

    def plan() -> Iterator[int]:
        try:
            yield 1
        finally:
            ended.append(1)

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        carry_out(plan(), interrupted)  # type: ignore[arg-type]
    assert ended == [1]
    assert caught.tb  # which holds the plan's frame


def test_who_is_interrupted_before_the_call_is_sent_has_used_nothing(
    serve: Callable[..., Scripted], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while a call is held back by what the server said gives its place back, not a whole period later."""

    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    with Claude(api_key="k", base_url=serve().url, limit=Limit(calls=1, period=HOUR, wait=False, name="held-back")) as claude:
        with monkeypatch.context() as patch:
            patch.setattr(claude.quota, "pause_us", lambda *_: 1)
            patch.setattr("time.sleep", interrupted)
            with pytest.raises(KeyboardInterrupt):
                claude.messages.create(**ASK)
        assert claude.messages.create(**ASK)


class Slow(MemoryLimitStore):
    """Grants, and answers when it is too late, as a store beyond a network may."""

    async def open(self, ask: Ask) -> Verdict:
        """Return what is granted to nobody in time."""
        verdict = await super().open(ask)
        if isinstance(verdict, Granted):
            await asyncio.Event().wait()
        return verdict


async def test_what_is_granted_to_nobody_is_given_back() -> None:
    """A task that is cancelled while the store is asked may have been granted its place."""
    store = Slow(Clock())
    limiter = Limiter("l", store, Prices(), Clock())
    entering = asyncio.create_task(limiter.enter(Limit(concurrent=1), Asked(OTHER, None, 0)))
    await asyncio.sleep(0)
    entering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await entering
    again = await limiter_of(store).enter(Limit(concurrent=1, wait=False), Asked(OTHER, None, 0))
    again.end()


def limiter_of(store: MemoryLimitStore) -> Limiter:
    """Return a limiter of the same name over the store as it is when it is quick."""
    store.__class__ = MemoryLimitStore
    return Limiter("l", store, Prices(), Clock())


def test_loops_that_ended_are_not_kept(stand_in: StandIn) -> None:
    """A program that calls `asyncio.run` for each job holds the connections of the last one alone."""
    claude = AsyncClaude(api_key="k", base_url=stand_in.url)
    for _ in range(4):
        assert asyncio.run(ask_async(claude)) == "Hello."
    assert len(claude._client._transport._inner) == 1  # type: ignore[attr-defined]


def test_a_lock_that_a_thread_held_is_open_in_the_child_of_a_fork() -> None:
    """The thread is not there any more, so it would be waited for for ever."""
    lock = ForkLock()
    with lock:
        assert in_child(lambda: lock.__enter__() is lock)


def test_at_the_end_one_that_cannot_be_closed_keeps_no_other_open(caplog: pytest.LogCaptureFixture) -> None:
    """A store that has gone is said in the log; the rest is closed."""
    loop, closed = Loop(), []

    async def opened() -> int:
        return 1

    async def close(_: int) -> None:
        closed.append(threading.current_thread().name)

    async def fail(_: int) -> None:
        raise OSError("gone")

    for name, closing in (("a", close), ("b", fail)):
        loop.run(loop.keep(name, opened, closing))
    loop.stop()
    assert closed == ["yumen-loop"]
    assert "gone" in caplog.text
