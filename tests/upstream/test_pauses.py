"""Between two attempts: errors that are read and kept back, pauses, and what ends them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec

from tests.claude.streams import answer_body
from tests.exchange.callers import ASK, ask, caller
from tests.exchange.house import MINE, Setting, house
from tests.exchange.scripted import Call, answers, head_of, plain, until, upstream
from tests.upstream.troubles import ERROR, OK, RETRIED, THREE, cut, failing, in_turn, steps
from yumen.exchange import Exchange, Outcome, Step, Why
from yumen.upstream import Around

# ── errors that are kept ────────────────────────────────────────────────────


async def test_a_long_error_passes_whole(tmp_path: Path) -> None:
    """What is longer than is read before the decision passes byte for byte all the same."""
    body = b"e" * 300_000
    async with upstream(failing(529, body=body)) as up, house(up, tmp_path, RETRIED) as home:
        answer = await ask(home.port)
        assert (answer.status, answer.body) == (529, body)
        assert len(up.calls) == 3
        await home.nothing_is_open()


async def test_a_long_error_that_is_dropped_closes_its_connection(tmp_path: Path) -> None:
    """Its rest would stand before the next answer."""
    async with upstream(in_turn(failing(529, body=b"e" * 300_000), answers(OK))) as up, house(up, tmp_path, RETRIED) as home:
        assert (await ask(home.port)).status == 200
        assert up.connections == 2
        await home.nothing_is_open()


async def test_an_error_that_breaks_is_an_error_all_the_same(tmp_path: Path) -> None:
    """Its status was there: nothing was charged, so it is tried again, and at the end the caller may try again."""

    async def script(call: Call) -> None:
        await call.send(head_of(529, (b"Content-Length", b"100")) + b"{")
        call.cut()

    async with upstream(script) as up, house(up, tmp_path, RETRIED) as home:
        answer = await ask(home.port)
        answer.claims(502, "api_error")
        assert answer.header(b"x-should-retry") == b"true"
        assert len(up.calls) == 3


# ── pauses ──────────────────────────────────────────────────────────────────

LATER = (b"retry-after", b"20")


async def test_a_caller_that_leaves_ends_its_pause(tmp_path: Path) -> None:
    """Nobody waits for nobody: the upstream is not asked again, and nothing is charged."""
    async with upstream(failing(529, LATER)) as up, house(up, tmp_path, RETRIED) as home, caller(home.port) as one:
        await one.send(ASK)
        await until(lambda: home.wait.waiting, "the pause")
        one.leave()
        exchange = await home.last()
        assert (exchange.outcome, exchange.sent_ns, len(up.calls)) == (Outcome.CANCELLED, 0, 1)
        await home.nothing_is_open()
        assert home.wait.waiting == 0


async def test_nothing_begins_for_a_caller_that_has_gone(tmp_path: Path) -> None:
    """A key that drains has the attempt under way read on; where that fails, no other begins that nobody would see and somebody pay."""
    go_on = asyncio.Event()

    def draining(_: object) -> Callable[[Exchange], object]:
        async def authenticate(exchange: Exchange) -> None:
            exchange.principal = msgspec.structs.replace(MINE, drain_s=0.0)

        return authenticate

    async def script(call: Call) -> None:
        await go_on.wait()
        await call.send(plain(ERROR, status=529))

    async with upstream(script) as up, house(up, tmp_path, RETRIED, authenticate=draining) as home, caller(home.port) as one:
        await one.send(ASK)
        await until(lambda: up.calls, "the call")
        one.leave()
        await until(lambda: home.opened[0].caller_left, "the leaving")
        go_on.set()
        assert steps(await home.last()) == [(Step.GIVE_UP, Why.PATIENCE)]
        await home.nothing_is_open()


async def test_a_gateway_that_stops_ends_all_pauses(tmp_path: Path) -> None:
    """A drain does not wait for a pause: the caller is told to try again, and later pauses do not begin."""
    async with upstream(failing(529, LATER)) as up, house(up, tmp_path, RETRIED) as home, caller(home.port) as one:
        await one.send(ASK)
        await until(lambda: home.wait.waiting, "the pause")
        home.wait.stop()
        answer = await one.answer()
        answer.claims(529, "overloaded_error")
        assert answer.header(b"x-should-retry") == b"true"
        assert answer.json["error"]["message"].startswith("Overloaded: the gateway is shutting down")
        (await ask(home.port)).claims(529, "overloaded_error")
        assert len(up.calls) == 2


async def test_an_attempt_is_told_as_soon_as_its_end_is_known(tmp_path: Path) -> None:
    """The routes hear of each attempt once: its status and headers, or its fault, be it that the caller left."""
    heard: list[tuple[int | None, str | None, bytes]] = []
    around = Around(told=lambda _, attempt, headers: heard.append((attempt.status, attempt.fault, dict(headers).get(b"X", b""))))
    script = in_turn(failing(529, (b"X", b"1")), cut, answers(plain(answer_body(), (b"X", b"2"))), Call.hold)
    async with upstream(script) as up, house(up, tmp_path, Setting(retry=THREE, around=around)) as home, caller(home.port) as one:
        await ask(home.port)
        await ask(home.port)
        await one.send(ASK)
        await until(lambda: len(up.calls) == 4, "the last call")
        one.leave()
        await home.last(3)
    assert heard == [(529, None, b"1"), (None, "UpstreamLost", b""), (200, None, b"2"), (None, "CallerLeft", b"")]
