"""A stream that is begun before there is an answer: pings first, then the answer, or one error."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.claude.streams import STOP, answer_body, message_delta, start
from tests.exchange.callers import ASK, ASK_STREAMED, PROMPT, Answer, Caller, ask, caller, ends_in_one_error, request
from tests.exchange.house import Setting, house
from tests.exchange.scripted import STREAM_HEAD, Call, Script, chunk, head_of, plain, until, upstream
from yumen.exchange import Exchange, Outcome
from yumen.exchange.early import PING
from yumen.upstream import RetryOptions

EVENTS = start() + message_delta() + STOP
EARLY = Setting(retry=RetryOptions(attempts=2, first_wait_us=1000, early_ping_s=0.001))
CHAT = request(b"POST", b"/v1/chat/completions", body=PROMPT[:-1] + b',"stream":true}')
ERROR = b'{"type":"error","error":{"type":"overloaded_error","message":"Overl\\u006faded today"},"request_id":"req_theirs"}'
LIMIT = (b"anthropic-ratelimit-requests-limit", b"50")


def after(go_on: asyncio.Event, then: Script) -> Script:
    """A script that answers when it is told to."""

    async def script(call: Call) -> None:
        await go_on.wait()
        await then(call)

    return script


async def stream_of_events(call: Call) -> None:
    """Stream a message."""
    await call.send(STREAM_HEAD, chunk(EVENTS), b"0\r\n\r\n")


def answering(data: bytes) -> Script:
    """Answer with those bytes."""

    async def script(call: Call) -> None:
        await call.send(data)

    return script


async def begun(one: Caller) -> Answer:
    """Read the early head and two pings."""
    answer = await one.head()
    answer.body = await one.chunk() + await one.chunk()
    assert (answer.status, answer.body) == (200, PING * 2)
    assert answer.header(b"content-type") == b"text/event-stream; charset=utf-8"
    return answer


def said_by(answer: Answer) -> tuple[bytes, Any]:
    """Return the name of the first event that is no ping, and its data."""
    name, data = next((name, data) for name, data in answer.events if name != b"ping")
    return name, json.loads(data)


async def test_an_answer_continues_in_the_stream(tmp_path: Path) -> None:
    """The pings stand before the answer, whose events follow byte for byte; the head has our request id and the limits."""
    go_on = asyncio.Event()

    def with_limits(stage: Callable[[Exchange], Awaitable[None]]) -> Callable[[Exchange], Awaitable[None]]:
        async def admit(exchange: Exchange) -> None:
            await stage(exchange)
            exchange.shown = [LIMIT]

        return admit

    async with (
        upstream(after(go_on, stream_of_events)) as up,
        house(up, tmp_path, EARLY, admit=with_limits) as home,
        caller(home.port) as one,
    ):
        await one.send(ASK_STREAMED)
        answer = await begun(one)
        assert answer.header(LIMIT[0]) == LIMIT[1]
        go_on.set()
        await one.rest(answer)
        assert answer.body.replace(PING, b"") == EVENTS
        assert not answer.cut
        exchange = await home.last()
        assert (exchange.outcome, exchange.status) == (Outcome.ANSWERED, 200)
        assert answer.header(b"request-id") == exchange.request_id.encode()
        assert exchange.first_byte_ns >= exchange.head_ns
        await one.send(ASK_STREAMED)  # the connection serves on
        assert (await one.answer()).body.replace(PING, b"") == EVENTS
        await home.nothing_is_open()


@pytest.mark.parametrize("status", [400, 401, 429, 529])
async def test_an_error_answer_becomes_an_event(status: int, tmp_path: Path) -> None:
    """The upstream's own type and message end the stream, under our request id; it is recorded as the error that it is, and is free."""
    go_on = asyncio.Event()
    then = answering(plain(ERROR, status=status))
    async with upstream(after(go_on, then)) as up, house(up, tmp_path, EARLY) as home, caller(home.port) as one:
        await one.send(ASK_STREAMED)
        answer = await begun(one)
        go_on.set()
        await one.rest(answer)
        ends_in_one_error(answer, "overloaded_error")
        assert said_by(answer)[1]["error"]["message"] == "Overloaded today"
        exchange = await home.last()
        assert (exchange.outcome, exchange.status) == (Outcome.ERROR, status)
        await home.nothing_is_open()


@pytest.mark.parametrize(
    ("data", "error_type"),
    [
        pytest.param(plain(b"<html>", status=502), "api_error", id="an error that is no JSON"),
        pytest.param(plain(b"x" * 300_000, status=502), "api_error", id="a long error"),
        pytest.param(plain(answer_body()), "api_error", id="a plain answer"),
        pytest.param(head_of(302, (b"Location", b"/"), (b"Content-Length", b"0")), "api_error", id="a redirect"),
        pytest.param(STREAM_HEAD.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n"), "api_error", id="a compressed stream"),
        pytest.param(b"SSH-2.0-OpenSSH\r\n", "api_error", id="rubbish"),
        pytest.param(STREAM_HEAD + chunk(start()), "api_error", id="a stream that breaks"),
    ],
)
async def test_what_is_no_stream_ends_in_one_error(data: bytes, error_type: str, tmp_path: Path) -> None:
    """Whatever else comes after the early beginning, the stream ends in one clear error."""
    go_on = asyncio.Event()

    async def then(call: Call) -> None:
        await call.send(data)
        call.close()

    async with upstream(after(go_on, then)) as up, house(up, tmp_path, EARLY) as home, caller(home.port) as one:
        await one.send(ASK_STREAMED)
        answer = await begun(one)
        go_on.set()
        ends_in_one_error(await one.rest(answer), error_type)
        outcome = (await home.last()).outcome
        assert (outcome is Outcome.TRUNCATED) is (start() in data)  # the caller has seen the beginning of an answer
        assert outcome in (Outcome.FAILED, Outcome.ERROR, Outcome.TRUNCATED)
        await home.nothing_is_open()


async def test_pings_go_on_through_a_retry(tmp_path: Path) -> None:
    """Pings are no answer: another attempt may follow them, and its answer continues in the stream."""
    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        await go_on.wait()
        await (call.send(plain(ERROR, status=529)) if len(up.calls) == 1 else stream_of_events(call))

    async with upstream(script) as up, house(up, tmp_path, EARLY) as home, caller(home.port) as one:
        await one.send(ASK_STREAMED)
        answer = await begun(one)
        go_on.set()
        await one.rest(answer)
        assert answer.body.replace(PING, b"") == EVENTS
        assert [each.status for each in (await home.last()).attempts] == [529, 200]


@pytest.mark.parametrize("of_an_error", [False, True])
async def test_the_close_comes_before_the_last_bytes(of_an_error: bool, tmp_path: Path) -> None:  # noqa: FBT001  (a table)
    """The stream's end, be it an error, is withheld until the exchange is written down."""
    go_on, seen = asyncio.Event(), bytearray()
    then = answering(plain(ERROR, status=529)) if of_an_error else stream_of_events

    def recording(closing: tuple[Any, ...]) -> tuple[Any, ...]:
        def note(exchange: Exchange) -> None:
            write = exchange.reply.write

            def after_close(data: bytes) -> None:
                seen.extend(data)
                write(data)

            monkey.setattr(type(exchange.reply), "write", lambda _, data: after_close(data))

        return (note, *closing)

    with pytest.MonkeyPatch.context() as monkey:
        async with upstream(after(go_on, then)) as up, house(up, tmp_path, EARLY, closing=recording) as home, caller(home.port) as one:
            await one.send(ASK_STREAMED)
            answer = await begun(one)
            go_on.set()
            await one.rest(answer)
    last = answer.body.replace(PING, b"") if of_an_error else STOP
    assert bytes(seen).endswith(last)
    assert answer.body.endswith(seen)


async def test_a_caller_that_leaves_ends_it(tmp_path: Path) -> None:
    """Leaving during the pings gives the upstream up, and nobody pings any more."""
    async with upstream(Call.hold) as up, house(up, tmp_path, EARLY) as home, caller(home.port) as one:
        await one.send(ASK_STREAMED)
        await begun(one)
        one.leave()
        exchange = await home.last()
        assert exchange.outcome is Outcome.CANCELLED
        assert exchange.early is not None
        assert exchange.early.stopped
        await until(lambda: up.last.left, "the upstream to be left")
        await home.nothing_is_open()


@pytest.mark.parametrize("data", [ASK, CHAT])
async def test_only_a_stream_of_messages_is_begun_early(data: bytes, tmp_path: Path) -> None:
    """A plain answer, or one in another shape, keeps its own status."""
    go_on, loop = asyncio.Event(), asyncio.get_running_loop()
    async with (
        upstream(after(go_on, answering(plain(ERROR, status=400)))) as up,
        house(up, tmp_path, EARLY) as home,
        caller(home.port) as one,
    ):
        await one.send(data)
        await until(lambda: up.calls, "the call")
        asked_s = loop.time()
        await until(lambda: loop.time() > asked_s + 0.01, "the time of a ping")
        go_on.set()
        assert (await one.answer()).status == 400


async def test_a_quick_answer_is_as_without(tmp_path: Path) -> None:
    """Before the time is over there is no false start: an error keeps its status."""
    setting = Setting(retry=RetryOptions(attempts=1, early_ping_s=3600))
    async with upstream(answering(plain(ERROR, status=529))) as up, house(up, tmp_path, setting) as home:
        assert (await ask(home.port, ASK_STREAMED)).status == 529
