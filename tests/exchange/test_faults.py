"""The sweep over the spine's awaits: whatever fails at whichever of them, one close, nothing left open, and Claude's shape of an error."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.claude.streams import STOP as MESSAGE_STOP
from tests.claude.streams import answer_body, message_delta, sse, start
from tests.exchange.callers import ASK, ASK_STREAMED, Answer, ask, caller
from tests.exchange.house import House, Setting, house
from tests.exchange.scripted import Call, Script, answers, plain, streams, until, upstream
from yumen.errors import CallerLeft, Internal, Overloaded, ShuttingDown
from yumen.exchange import MOVES, Exchange, Outcome, State, StreamEdit
from yumen.http import SHUTDOWN
from yumen.upstream import RetryOptions

MADE = answer_body(content=[{"type": "code_execution_tool_result", "content": {"content": [{"file_id": "file_1"}]}}])
MADE_EVENTS = (
    start(),
    sse("content_block_start", index=0, content_block={"type": "x", "content": [{"file_id": "file_1"}]}),
    sse("content_block_stop", index=0),
    message_delta(),
    MESSAGE_STOP,
)

AWAITS = ("authenticate", "read", "own", "resolve", "choose", "send", "relay", "keep")
BEFORE_SENT = AWAITS[:5]


class Trap:
    """Fails where it is sprung, in one of four ways."""

    def __init__(self, how: str) -> None:
        self.how = how
        self.task: asyncio.Task[Any] | None = None
        self.cancelled = False

    async def spring(self) -> None:
        """Fail, or wait for a cancellation (and, where two are to come, for the second)."""
        if self.how == "fault":
            raise Overloaded
        if self.how == "foreign":
            raise ZeroDivisionError("nobody foresaw this")
        self.task = asyncio.current_task()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled = True
            if self.how == "twice":
                await asyncio.Event().wait()
            raise

    def around(self, when: str) -> Callable[[Any], Any]:
        """A stage that fails before or after its work."""

        def change(stage: Any) -> Any:  # noqa: ANN401  (a stage)
            async def fail(exchange: Exchange) -> None:
                if when == "after":
                    await stage(exchange)
                await self.spring()

            return fail

        return change

    async def close_on(self, one: Any, how: str) -> None:  # noqa: ANN401  (a caller)
        """Leave, and where two cancellations are to come let the server stop while the first one is being worked off."""
        await until(lambda: self.task is not None, "the trap")
        one.leave()
        if how == "twice":
            await until(lambda: self.cancelled, "the first cancellation")
            assert self.task is not None
            self.task.cancel(SHUTDOWN)


class TrapEdit:
    """A change of an answer that fails."""

    def __init__(self, trap: Trap) -> None:
        self._trap = trap

    def stream(self) -> StreamEdit | None:
        """Streams pass."""
        return None

    async def whole(self, status: int, body: bytes) -> bytes:
        """Fail."""
        del status
        await self._trap.spring()
        return body


def with_edit(trap: Trap) -> Callable[[Any], Any]:
    """A stage after which the answer is changed by the trap."""

    def change(stage: Any) -> Any:  # noqa: ANN401  (a stage)
        async def choose(exchange: Exchange) -> None:
            await stage(exchange)
            exchange.edit = TrapEdit(trap)

        return choose

    return change


RETRIED = Setting(retry=RetryOptions(attempts=3, first_wait_us=1000))


def busy_once() -> Script:
    """A script that is overloaded, and then streams an answer that made a file."""
    answer = streams(*MADE_EVENTS)

    async def script(call: Call) -> None:
        nonlocal busy
        busy, now = False, busy
        await (call.send(plain(b"{}", status=529)) if now else answer(call))

    busy = True
    return script


class Earlier:
    """An earlier request's answer."""

    request_id = "req_earlier"

    async def relay(self, exchange: Exchange) -> bytes:
        """Write its head, withhold its body."""
        exchange.status = 200
        exchange.reply.start(200, [(b"request-id", b"req_earlier")], len(MADE))
        return MADE

    def leave(self) -> None:
        """Hold nothing."""


def replaying(_: object) -> Callable[[Exchange], Any]:
    """Attach everything to an earlier request."""

    async def attach(_: Exchange) -> Earlier:
        return Earlier()

    return attach


def script_of(*, stream: bool) -> Script:
    """An answer that made a file."""
    return streams(*MADE_EVENTS) if stream else answers(plain(MADE))


async def finished(home: House, at: str, outcome: Outcome) -> Exchange:
    """Check what holds after any fault."""
    exchange = await home.last()
    await home.nothing_is_open()
    assert exchange.outcome is outcome
    assert exchange.fault is not None
    assert len(home.opened) == (at not in BEFORE_SENT)
    assert exchange.ended_ns > 0
    return exchange


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("how", ["fault", "foreign", "leaving", "twice"])
@pytest.mark.parametrize("at", AWAITS)
async def test_after_any_fault_there_is_one_close(at: str, how: str, when: str, stream: bool, tmp_path: Path) -> None:  # noqa: FBT001  (a table)
    """After each of four kinds of fault at each await: one close with the right outcome, nothing open, and an answer in Claude's shape."""
    trap = Trap(how)
    change = {"choose": with_edit(trap)} if at == "relay" else {at: trap.around(when)}
    streamed = stream and at != "relay"
    async with upstream(script_of(stream=streamed)) as up, house(up, tmp_path, **change) as home, caller(home.port) as one:
        await one.send(ASK_STREAMED if streamed else ASK)
        if how in ("leaving", "twice"):
            await trap.close_on(one, how)
            exchange = await home.last()
            assert isinstance(exchange.fault, CallerLeft if how == "leaving" else ShuttingDown)
            assert exchange.outcome is not None
            await finished(home, at, Outcome.CANCELLED if how == "leaving" else exchange.outcome)
            return
        answer = await one.answer()
        outcome = Outcome.REFUSED if at in BEFORE_SENT else Outcome.TRUNCATED if at == "keep" and streamed else Outcome.FAILED
        exchange = await finished(home, at, outcome)
        fault = Overloaded() if how == "fault" else Internal()
        assert type(exchange.fault) is type(fault)
        if outcome is Outcome.TRUNCATED:
            assert exchange.status == 200
            ends_in_an_error(answer, fault.error_type, exchange.request_id)
        else:
            answer.claims(fault.status, fault.error_type)
            assert exchange.status == fault.status
            assert (answer.header(b"connection") == b"close") == (how == "foreign")
            assert answer.header(b"request-id") == exchange.request_id.encode()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("how", ["fault", "foreign", "leaving", "twice"])
@pytest.mark.parametrize("at", ["wait", "choose", "send"])
async def test_after_any_fault_between_attempts_there_is_one_close(at: str, how: str, when: str, tmp_path: Path) -> None:
    """The same where an attempt has failed already: nothing is under way in a pause, so nothing is charged for what ends there."""
    trap = Trap(how)
    calls = 0

    def change(stage: Any) -> Any:  # noqa: ANN401  (a stage)
        async def second(exchange: Exchange) -> bool:
            nonlocal calls
            calls += 1
            sprung = at == "wait" or calls > 1
            if sprung and when == "before":
                await trap.spring()
            done = bool(await stage(exchange))
            if sprung and when == "after":
                await trap.spring()
            return done

        return second

    async with upstream(busy_once()) as up, house(up, tmp_path, RETRIED, **{at: change}) as home, caller(home.port) as one:
        await one.send(ASK_STREAMED)
        if how in ("leaving", "twice"):
            await trap.close_on(one, how)
            exchange = await home.last()
            assert isinstance(exchange.fault, CallerLeft if how == "leaving" else ShuttingDown)
        else:
            fault = Overloaded() if how == "fault" else Internal()
            (await one.answer()).claims(fault.status, fault.error_type)
            exchange = await home.last()
            assert (type(exchange.fault), exchange.outcome) == (type(fault), Outcome.FAILED)
        await home.nothing_is_open()
        asked_again = (at, when) == ("send", "after")
        assert len(up.calls) == len(exchange.attempts) == 1 + asked_again
        assert bool(exchange.sent_ns) is asked_again


def ends_in_an_error(answer: Answer, error_type: str, request_id: str) -> None:
    """Check that a stream ends in one error event in Claude's shape, and in its framing's end."""
    assert not answer.cut
    names = [name for name, _ in answer.events]
    assert names.count(b"error") == 1
    assert names[-1] == b"error"
    assert b"message_stop" not in names
    said = json.loads(answer.events[-1][1])
    assert (said["type"], said["error"]["type"], said["request_id"]) == ("error", error_type, request_id)


@pytest.mark.parametrize(("fault", "status", "error_type"), [(Overloaded(), 529, "overloaded_error"), (ValueError("no"), 500, "api_error")])
async def test_what_cannot_be_written_down_is_not_sent(fault: Exception, status: int, error_type: str, tmp_path: Path) -> None:
    """A fault of the line that precedes the sending refuses the request before the upstream hears of it."""

    def change(_: object) -> Callable[[Exchange], None]:
        def refuse(_: Exchange) -> None:
            raise fault

        return refuse

    async with upstream(answers(plain(MADE))) as up, house(up, tmp_path, open=change) as home:
        answer = await ask(home.port)
        answer.claims(status, error_type)
        exchange = await home.last()
        assert exchange.outcome is Outcome.REFUSED
        assert not up.calls
        await home.nothing_is_open()


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_a_closing_stage_that_fails_does_not_stop_the_next(place: int, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whichever closing stage raises, the others run, the answer goes out whole, and the log says so."""

    def change(real: tuple[Any, ...]) -> tuple[Any, ...]:
        def broken(_: Exchange) -> None:
            raise ZeroDivisionError("nobody foresaw this")

        return (*real[:place], broken, *real[place:])

    for script, data in ((answers(plain(MADE)), ASK), (streams(*MADE_EVENTS), ASK_STREAMED)):
        caplog.clear()
        async with upstream(script) as up, house(up, tmp_path, closing=change) as home:
            answer = await ask(home.port, data)
            assert (answer.status, answer.cut) == (200, False)
            assert (await home.last()).outcome is Outcome.ANSWERED
            assert [record.exc_info is not None for record in caplog.records if record.name == "yumen.exchange"] == [True]


async def test_a_fault_after_the_answer_gives_nobody_elses_connection_up(tmp_path: Path) -> None:
    """Once its answer is whole, an upstream's connection may serve the next exchange: the first one's fault must not close it."""
    trap = Trap("leaving")
    first = True

    def change(stage: Any) -> Any:  # noqa: ANN401  (a stage)
        async def keep(exchange: Exchange) -> None:
            nonlocal first
            if first:
                first = False
                await trap.spring()
            await stage(exchange)

        return keep

    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        if len(up.calls) > 1:
            await go_on.wait()
        await call.send(plain(MADE))

    async with upstream(script) as up, house(up, tmp_path, keep=change) as home, caller(home.port) as one, caller(home.port) as other:
        await one.send(ASK)
        await until(lambda: trap.task is not None, "the first to keep")
        await other.send(ASK)
        await until(lambda: len(up.calls) == 2, "the second call")
        assert up.connections == 1
        one.leave()
        assert (await home.last()).outcome is Outcome.CANCELLED
        go_on.set()
        answer = await other.answer()
        assert (answer.status, answer.body) == (200, MADE)
        assert (await home.last(2)).outcome is Outcome.ANSWERED


async def test_every_move_of_the_table_is_made_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table of states is what the code does: each of its moves happens in some exchange, and each state is reached."""
    made: set[tuple[State, State]] = set()
    move = Exchange.move

    def note(exchange: Exchange, state: State) -> None:
        made.add((exchange.state, state))
        move(exchange, state)

    monkeypatch.setattr(Exchange, "move", note)
    for at in ("authenticate", "read", "own", "resolve", "check", "choose", "send"):
        async with upstream(answers(plain(MADE))) as up, house(up, tmp_path, **{at: Trap("fault").around("before")}) as home:
            await ask(home.port)
    for script, data in (
        (answers(plain(MADE)), ASK),
        (streams(*MADE_EVENTS), ASK_STREAMED),
        (streams(start(), then="cut"), ASK_STREAMED),
    ):
        async with upstream(script) as up, house(up, tmp_path) as home:
            await ask(home.port, data)
    async with upstream(answers(plain(MADE))) as up, house(up, tmp_path, choose=Trap("fault").around("after")) as home:
        await ask(home.port)
    for changes in ({}, {"wait": Trap("fault").around("before")}):
        async with upstream(busy_once()) as up, house(up, tmp_path, RETRIED, **changes) as home:
            await ask(home.port)
    async with upstream(answers(plain(MADE))) as up, house(up, tmp_path, attach=replaying) as home:
        assert (await ask(home.port)).body == MADE

    def refusing(_: object) -> Any:  # noqa: ANN401  (a stage)
        def refuse(_: Exchange) -> None:
            raise Overloaded

        return refuse

    async with upstream(answers(plain(MADE))) as up, house(up, tmp_path, open=refusing) as home:
        await ask(home.port)
    assert made == {(one, two) for one, after in MOVES.items() for two in after}
    assert {two for _, two in made} | {State.RECEIVED} == set(State)


def test_a_move_that_is_not_in_the_table_is_a_defect() -> None:
    """Every other move raises."""
    for one in State:
        for two in set(State) - MOVES[one]:
            exchange = object.__new__(Exchange)
            exchange.state = one
            with pytest.raises(AssertionError, match=f"no move from {one} to {two}"):
                exchange.move(two)
            assert exchange.state is one
