"""When the caller leaves: cancelled, read on to the end or for a time, or read on for those who repeat the request meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.claude.streams import answer_body, message
from tests.exchange.callers import ASK, ASK_STREAMED, ask, caller
from tests.exchange.scripted import END, STREAM_HEAD, Call, answers, chunk, hang, plain, streams, until, upstream
from tests.idempotency.doubles import PLAIN, STREAM, Choice, Home, MemoryRepeatStore, home
from yumen.errors import Overloaded
from yumen.exchange import Exchange, Outcome, State
from yumen.idempotency import State as Stored

ANSWER = answer_body()
EVENTS = message()
WHOLE = b"".join(EVENTS)
DRAIN = Choice(drain_s=0)


class Paced:
    """An upstream's script that sends a stream's beginning, and the rest when it is told to."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()

    async def __call__(self, call: Call) -> None:
        """Answer."""
        await call.send(STREAM_HEAD, *map(chunk, EVENTS[:3]))
        await self.go_on.wait()
        await call.send(*map(chunk, EVENTS[3:]), END)


async def begun_and_left(one: Home, asked: bytes) -> None:
    """Ask, see the head of the answer, and leave."""
    async with caller(one.port) as first:
        await first.send(asked)
        await first.head()
        first.leave()


async def left(one: Home) -> None:
    """Wait until the gateway knows that its caller has gone."""
    await until(lambda: one.house.server.connections == 0, "the leaving")


async def test_an_answer_is_read_to_its_end(tmp_path: Path) -> None:
    """With `drain` the exchange goes on without its caller, ends as drained with the upstream's own count, and leaves nothing open."""
    script = Paced()
    async with upstream(script) as up, home(up, tmp_path, DRAIN) as one:
        await begun_and_left(one, ASK_STREAMED)
        await left(one)
        assert one.house.closed == []
        script.go_on.set()
        exchange = await one.house.last()
        assert (exchange.outcome, exchange.caller_left, exchange.estimated) == (Outcome.DRAINED, True, False)
        assert exchange.usage is not None
        assert exchange.usage.output_tokens == 15
        assert not up.last.left
        await one.house.nothing_is_open()


async def test_a_plain_answer_is_read_on_from_its_sending(tmp_path: Path) -> None:
    """A caller may leave before there is a head, too."""
    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        await go_on.wait()
        await call.send(plain(ANSWER))

    async with upstream(script) as up, home(up, tmp_path, DRAIN) as one:
        async with caller(one.port) as first:
            await first.send(ASK)
            await until(lambda: up.calls, "the upstream")
            first.leave()
        await left(one)
        go_on.set()
        assert (await one.house.last()).outcome is Outcome.DRAINED


async def test_without_drain_it_is_given_up(tmp_path: Path) -> None:
    """Without it the upstream's connection is closed at once."""
    async with upstream(streams(EVENTS[0], then="hold")) as up, home(up, tmp_path) as one:
        await begun_and_left(one, ASK_STREAMED)
        exchange = await one.house.last()
        assert (exchange.outcome, exchange.caller_left) == (Outcome.CANCELLED, False)
        await until(lambda: up.last.left, "the upstream to see it")


async def test_what_was_not_sent_is_given_up(tmp_path: Path) -> None:
    """Before anything is sent, `drain` changes nothing: it costs nothing to stop."""
    arrived = asyncio.Event()

    def admit(_: Any) -> Any:  # noqa: ANN401  (a stage)
        async def wait(_: Exchange) -> None:
            arrived.set()
            await asyncio.Event().wait()

        return wait

    async with upstream(answers(plain(ANSWER))) as up, home(up, tmp_path, DRAIN, admit=admit) as one:
        async with caller(one.port) as first:
            await first.send(ASK)
            await arrived.wait()
            first.leave()
        exchange = await one.house.last()
        assert (exchange.outcome, up.calls) == (Outcome.CANCELLED, [])


async def test_a_time_ends_it(tmp_path: Path) -> None:
    """After the key's seconds it is given up: cancelled, and the upstream's connection closed."""
    async with upstream(streams(EVENTS[0], then="hold")) as up, home(up, tmp_path, Choice(drain_s=0.001)) as one:
        await begun_and_left(one, ASK_STREAMED)
        exchange = await one.house.last()
        assert (exchange.outcome, exchange.caller_left) == (Outcome.CANCELLED, True)
        await until(lambda: up.last.left, "the upstream to see it")
        await one.house.nothing_is_open()


async def test_a_slow_reader_that_leaves_holds_nothing_up(tmp_path: Path) -> None:
    """A stream that is paused because its caller does not read goes on when the caller leaves."""
    large = b": " + b"x" * 60_000 + b"\n\n"

    async def script(call: Call) -> None:
        await call.send(STREAM_HEAD, chunk(EVENTS[0]))
        for _ in range(200):
            await call.send(chunk(large))
        await call.send(*map(chunk, EVENTS[1:]), END)

    async with upstream(script) as up, home(up, tmp_path, DRAIN) as one:
        async with caller(one.port) as first:
            await first.send(ASK_STREAMED)
            await first.head()
            await until(lambda: any(each._paused_writing for each in one.house.server._connections), "the gateway to be held up")
            first.leave()
        assert (await one.house.last()).outcome is Outcome.DRAINED


async def test_a_retry_collects_the_answer(tmp_path: Path) -> None:
    """Who leaves and repeats the request with the same key gets the answer of the first: asked once, charged once."""
    script = Paced()
    async with upstream(script) as up, home(up, tmp_path, DRAIN) as one:
        await begun_and_left(one, STREAM)
        await left(one)
        async with caller(one.port) as second:
            await second.send(STREAM)
            await second.head()
            script.go_on.set()
        await one.house.last(2)
        await until(lambda: not one.keeping.open, "the answer to be kept")
        third = await ask(one.port, STREAM)
        assert third.body == WHOLE
        assert len(up.calls) == 1
        assert Outcome.DRAINED in [exchange.outcome for exchange in one.house.closed]


async def test_followers_keep_it_alive(tmp_path: Path) -> None:
    """Without `drain`, the first caller's leaving does not take the answer from those who wait for it along with it."""
    script = Paced()
    async with upstream(script) as up, home(up, tmp_path) as one, caller(one.port) as first, caller(one.port) as second:
        await first.send(STREAM)
        await first.head()
        await second.send(STREAM)
        head = await second.head()
        first.leave()
        await until(lambda: one.house.server.connections == 1, "the leaving")
        script.go_on.set()
        assert (await second.rest(head)).body == WHOLE
        await one.house.last(2)
        assert {exchange.outcome for exchange in one.house.closed} == {Outcome.DRAINED, Outcome.REPLAYED}
        assert len(up.calls) == 1


async def test_the_last_one_turns_off_the_light(tmp_path: Path) -> None:
    """When the first caller and every follower have left, the exchange is given up."""
    async with upstream(Paced()) as up, home(up, tmp_path) as one, caller(one.port) as first, caller(one.port) as second:
        await first.send(STREAM)
        await first.head()
        await second.send(STREAM)
        await second.head()
        first.leave()
        await until(lambda: one.house.server.connections == 1, "the leaving")
        assert one.house.closed == []
        second.leave()
        await one.house.last(2)
        assert {exchange.outcome for exchange in one.house.closed} == {Outcome.CANCELLED}
        await until(lambda: one.store.only.state is Stored.UNANSWERED, "the row")


async def test_a_follower_takes_over_what_was_not_sent(tmp_path: Path) -> None:
    """Where the first fails before it is sent, those who waited get its refusal, and the key is free again."""
    store = MemoryRepeatStore()
    arrived, go_on = asyncio.Event(), asyncio.Event()

    def admit(_: Any) -> Any:  # noqa: ANN401  (a stage)
        async def refuse_first(_: Exchange) -> None:
            if not arrived.is_set():
                arrived.set()
                await go_on.wait()
                raise Overloaded

        return refuse_first

    async with upstream(answers(plain(ANSWER))) as up, home(up, tmp_path, store=store, admit=admit) as one:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(ask(one.port, PLAIN)) for _ in range(3)]
            await until(lambda: one.house.edge.open_exchanges == 3, "all to be there")
            await until(lambda: any(each._followers == 2 for each in one.keeping.open.values()), "the followers")
            go_on.set()
        assert [each.result().status for each in tasks] == [529] * 3
        assert (await ask(one.port, PLAIN)).status == 200
        assert len(up.calls) == 1


async def test_the_end_of_the_server_waits_and_then_gives_up(tmp_path: Path) -> None:
    """A drain of the server waits for exchanges without a caller as for all others, and ends them when its time is over: each is closed."""
    script = Paced()
    async with upstream(script) as up, home(up, tmp_path, DRAIN) as one:
        await begun_and_left(one, ASK_STREAMED)
        await left(one)
        ended = asyncio.create_task(one.house.server.drain(60))
        await asyncio.sleep(0)
        assert not ended.done()
        script.go_on.set()
        await ended
        assert (await one.house.last()).outcome is Outcome.DRAINED
    async with upstream(hang) as up, home(up, tmp_path, DRAIN) as one:
        async with caller(one.port) as first:
            await first.send(ASK)
            await until(lambda: up.calls, "the upstream")
            first.leave()
        await left(one)
        await one.house.server.drain(0)
        assert (await one.house.last()).state is State.CLOSED
        await one.house.nothing_is_open()


async def test_what_is_interrupted_at_its_very_end_is_settled(tmp_path: Path) -> None:
    """A server that stops while the last bytes wait for the close leaves no recording behind, and no row running."""

    def admit(_: Any) -> Any:  # noqa: ANN401  (a stage)
        async def unsettled(exchange: Exchange) -> None:
            exchange.settling = asyncio.get_running_loop().create_future()

        return unsettled

    async with upstream(answers(plain(ANSWER))) as up, home(up, tmp_path, admit=admit) as one, caller(one.port) as first:
        await first.send(PLAIN)
        await until(lambda: one.house.closed and one.house.closed[0].state is State.CLOSED, "the close")
        await one.house.server.drain(0)
        await until(lambda: one.store.only.state is Stored.UNANSWERED, "the row")
        assert one.keeping.open == {}


# ── the sweep ───────────────────────────────────────────────────────────────

STAGES = ("read", "own", "resolve", "admit", "choose", "send", "keep")


class Trap:
    """Fails once, where it stands."""

    def __init__(self, how: str) -> None:
        self.how = how
        self.reached = asyncio.Event()

    async def fail(self) -> None:
        """Fail, or wait for ever."""
        self.reached.set()
        if self.how == "fault":
            raise Overloaded
        if self.how == "foreign":
            raise ZeroDivisionError
        await asyncio.Event().wait()

    def around(self, stage: Any) -> Callable[[Exchange], Any]:  # noqa: ANN401  (a stage)
        """A stage that fails in its place, the first time."""

        async def change(exchange: Exchange) -> object:
            if not self.reached.is_set():
                await self.fail()
            return await stage(exchange)

        return change

    async def in_claim(self, name: str) -> None:
        """The same inside the store's claim."""
        if name == "claim" and not self.reached.is_set():
            await self.fail()


@pytest.mark.parametrize("how", ["fault", "foreign", "leave", "leave drained"])
@pytest.mark.parametrize("at", ["claim before", "claim after", *STAGES])
async def test_whatever_fails_no_row_is_left_running(tmp_path: Path, at: str, how: str) -> None:
    """At each await, by a fault, a foreign error or a leaving caller: one close, no recording left, and no row that nobody ends."""
    trap, store = Trap(how), MemoryRepeatStore()
    changes: dict[str, Callable[[Any], Any]] = {}
    if at.startswith("claim"):
        setattr(store, at.split()[1], trap.in_claim)
    else:
        changes[at] = trap.around
    choice = Choice(drain_s=0.001 if how.endswith("drained") else None)
    made = answer_body(content=[{"type": "code_execution_tool_result", "content": {"content": [{"file_id": "file_1"}]}}])
    async with upstream(answers(plain(made))) as up, home(up, tmp_path, choice, store, **changes) as one:
        async with caller(one.port) as first:
            await first.send(PLAIN)
            await trap.reached.wait()
            if how.startswith("leave"):
                first.leave()
            else:
                await first.answer()
        await one.house.last()
        await until(lambda: not one.keeping.owed and not one.keeping.open, "the ends")
        assert all(row.state is not Stored.RUNNING for row in store.rows.values())
        assert one.room.budget.held_bytes == 0
        again = await ask(one.port, PLAIN)
        charged = at == "keep"
        assert again.status == (409 if charged else 200), again.body
        assert len(up.calls) == 1
        await one.house.nothing_is_open()
