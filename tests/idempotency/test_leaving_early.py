"""When the caller leaves before there is an answer: during a pause, or during the pings of a stream that was begun early."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.claude.streams import answer_body, message
from tests.exchange.callers import ASK, ask, caller
from tests.exchange.house import Setting
from tests.exchange.scripted import END, STREAM_HEAD, Call, chunk, plain, until, upstream
from tests.idempotency.doubles import PLAIN, STREAM, Choice, home
from yumen.exchange import Exchange, Outcome
from yumen.exchange.early import PING
from yumen.upstream import RetryOptions

ANSWER = answer_body()
EVENTS = message()
WHOLE = b"".join(EVENTS)
DRAIN = Choice(drain_s=0)
ERROR = b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'
OK = 200


@pytest.mark.parametrize("with_key", [False, True])
async def test_a_pause_is_given_up_unless_somebody_can_ask_for_the_answer(tmp_path: Path, with_key: bool) -> None:  # noqa: FBT001  (a table)
    """Whose caller leaves between two attempts is not sent again for nobody; with a key, the retry collects what the next one brings."""
    arrived, go_on = asyncio.Event(), asyncio.Event()

    def wait(_: Any) -> Any:  # noqa: ANN401  (a stage)
        async def pause(_: Exchange) -> None:
            arrived.set()
            await go_on.wait()

        return pause

    async def script(call: Call) -> None:
        await call.send(plain(ANSWER) if arrived.is_set() else plain(b"{}", status=529))

    retried = Setting(retry=RetryOptions(attempts=3))
    async with upstream(script) as up, home(up, tmp_path, DRAIN, setting=retried, wait=wait) as one:
        async with caller(one.port) as first:
            await first.send(PLAIN if with_key else ASK)
            await arrived.wait()
            first.leave()
        if with_key:
            await until(lambda: one.house.server._deserted, "the leaving")
            go_on.set()
        exchange = await one.house.last()
        assert exchange.outcome is (Outcome.DRAINED if with_key else Outcome.CANCELLED)
        assert len(up.calls) == 1 + with_key
        await one.house.nothing_is_open()


@pytest.mark.parametrize("status", [200, 529])
async def test_a_stream_that_was_begun_early_is_collected_too(tmp_path: Path, status: int) -> None:
    """Who leaves during the pings and repeats gets them, and what follows: the answer, charged once, or the error, which is not kept."""
    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        if len(up.calls) == 1:
            await go_on.wait()
            if status != OK:
                await call.send(plain(ERROR, status=status))
                return
        await call.send(STREAM_HEAD, *map(chunk, EVENTS), END)

    early = Setting(retry=RetryOptions(attempts=1, early_ping_s=0.001))
    async with upstream(script) as up, home(up, tmp_path, DRAIN, setting=early) as one, caller(one.port) as second:
        async with caller(one.port) as first:
            await first.send(STREAM)
            await first.head()
            first.leave()
        await until(lambda: one.house.server._deserted, "the leaving")
        await second.send(STREAM)
        await until(lambda: any(each.followed for each in one.keeping.open.values()), "the follower")
        go_on.set()
        answer = await second.answer()
        assert (answer.status, answer.body.startswith(PING)) == (200, True)
        await until(lambda: not one.keeping.open, "the end")
        if status == OK:
            assert answer.body.replace(PING, b"") == WHOLE.replace(PING, b"")
        else:
            assert [name for name, _ in answer.events if name != b"ping"] == [b"error"]
        third = await ask(one.port, STREAM)
        assert third.body == answer.body if status == OK else third.body.replace(PING, b"") == WHOLE.replace(PING, b"")
        assert len(up.calls) == 1 + (status != OK)
        outcomes = [each.outcome for each in one.house.closed]
        assert outcomes[2] is (Outcome.REPLAYED if status == OK else Outcome.ANSWERED)
        assert set(outcomes[:2]) == {Outcome.DRAINED if status == OK else Outcome.ERROR, Outcome.REPLAYED}
        await one.house.nothing_is_open()
        assert one.room.budget.held_bytes == 0
