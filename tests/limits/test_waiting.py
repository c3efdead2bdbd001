"""Waiting for room: as long as it takes, first come first served, and fair between keys."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from tests.limits.desk import ALICE, BOB, QUOTE, SCOPES, Desk, limit
from yumen.errors import RateLimited
from yumen.exchange.states import State
from yumen.exchange.values import Principal
from yumen.limits import Admission, Kind, Line, ScopeKind


async def test_who_may_wait_waits_as_long_as_it_takes() -> None:
    """A limit that lets wait delays a request to the microsecond at which there is room, and refuses what would wait too long."""
    desk = Desk(limit(Kind.REQUESTS_PER_SECOND, 1, wait_ms=900), limit(Kind.REQUESTS_PER_MINUTE, 60, wait_ms=900))
    await desk.ask()
    start_us = desk.clock.now_us()
    desk.clock.move(100_000)
    await desk.ask()
    assert desk.clock.now_us() - start_us == 1_000_000
    assert desk.tally.waited == 1
    with pytest.raises(RateLimited):
        await desk.ask()
    assert not desk.counting.lines


async def test_the_wait_and_its_limit_are_noted() -> None:
    """How long a request waited, to the microsecond, and for which limit; one that was refused at once waited for nothing."""
    desk = Desk(limit(Kind.REQUESTS_PER_SECOND, 1, wait_ms=900))
    first = await desk.ask()
    assert (first.limit_wait_us, first.limit_note) == (0, None)
    desk.clock.move(100_000)
    second = await desk.ask()
    assert (second.limit_wait_us, second.limit_note) == (900_000, "requests_per_second of the key")
    third = desk.exchange()
    with pytest.raises(RateLimited):
        await desk.admit(third)
    assert (third.limit_wait_us, third.limit_note) == (0, "requests_per_second of the key")


async def test_one_limit_that_does_not_wait_refuses_at_once() -> None:
    """Every limit in the way must allow the wait."""
    desk = Desk(limit(Kind.REQUESTS_PER_SECOND, 1, wait_ms=2000), limit(Kind.REQUESTS_PER_MINUTE, 1))
    await desk.ask()
    with pytest.raises(RateLimited):
        await desk.ask()


async def test_the_first_come_is_served_first_and_keys_by_turns() -> None:
    """One key's requests pass in their order, and a key with many in line does not keep another one waiting behind them all."""
    gate = asyncio.Event()

    async def pause(seconds: float) -> None:
        await gate.wait()
        await desk.pass_s(seconds)

    desk = Desk(Line(SCOPES[ScopeKind.WORKSPACE], limit(Kind.REQUESTS_PER_SECOND, 1, wait_ms=60_000)), pause=pause)
    order: list[str] = []

    async def ask(name: str, principal: Principal) -> None:
        desk.end(await desk.ask(principal))
        order.append(name)

    await desk.ask()
    tasks = [asyncio.create_task(ask(f"alice {number}", ALICE)) for number in range(4)]
    await asyncio.sleep(0)
    tasks += [asyncio.create_task(ask(f"bob {number}", BOB)) for number in range(2)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*tasks)
    assert order == ["alice 0", "alice 1", "bob 0", "alice 2", "bob 1", "alice 3"]
    assert not desk.counting.lines


async def test_who_leaves_the_line_lets_the_next_one_ask() -> None:
    """A caller who hangs up while waiting, at the head or behind it, holds nobody up and holds nothing."""
    gate = asyncio.Event()

    async def pause(seconds: float) -> None:
        await gate.wait()
        await desk.pass_s(seconds)

    desk = Desk(limit(Kind.REQUESTS_PER_SECOND, 1, wait_ms=60_000), pause=pause)
    await desk.ask()
    tasks = [asyncio.create_task(desk.ask()) for _ in range(3)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    tasks[0].cancel()
    tasks[1].cancel()
    await asyncio.sleep(0)
    gate.set()
    await tasks[2]
    await asyncio.gather(*tasks[:2], return_exceptions=True)
    assert not desk.counting.lines
    assert len(desk.counting.holds) == 2


async def test_who_waits_in_vain_is_told_when_the_head_asks() -> None:
    """Whose patience ends behind others is refused like anyone, with a time and the state of the limits."""

    async def pause(_: float) -> None:
        await asyncio.Event().wait()

    desk = Desk(limit(Kind.REQUESTS_PER_SECOND, 1, wait_ms=1), limit(Kind.REQUESTS_PER_MINUTE, 60, wait_ms=1), pause=pause)
    await desk.ask()
    desk.clock.move(999_500)
    head = asyncio.create_task(desk.ask())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    refused, shown = await desk.refusal()
    assert isinstance(refused, RateLimited)
    assert shown["retry-after-ms"] == "1"
    assert shown["x-ratelimit-limit"] == "60"
    head.cancel()
    await asyncio.gather(head, return_exceptions=True)
    assert not desk.counting.lines


async def test_a_place_among_concurrent_requests_can_be_waited_for() -> None:
    """Who may wait for a place passes soon after one has ended; in vain it is refused when its patience ends."""
    desk = Desk(limit(Kind.CONCURRENT_REQUESTS, 1, wait_ms=1000))
    first = await desk.ask()
    start_us = desk.clock.now_us()

    async def pause(seconds: float) -> None:
        await desk.pass_s(seconds)
        if desk.clock.now_us() - start_us >= 500_000 and first.state is State.READ:
            desk.end(first)

    desk.admit = Admission(desk.counting, pause)
    await desk.ask()
    assert 500_000 <= desk.clock.now_us() - start_us < 550_000
    start_us = desk.clock.now_us()
    refused, _ = await desk.refusal()
    assert refused.retry_after_s == 1
    assert 900_000 < desk.clock.now_us() - start_us <= 1_000_000
    assert not desk.counting.lines


async def test_what_never_fits_is_not_waited_for_beside_a_place() -> None:
    """A missing place does not make a request wait that could not pass with one either."""
    desk = Desk(limit(Kind.CONCURRENT_REQUESTS, 1, wait_ms=1000), limit(Kind.INPUT_TOKENS_PER_MINUTE, 1500, wait_ms=1000))
    await desk.ask(quote=msgspec.structs.replace(QUOTE, input_tokens=10))
    start_us = desk.clock.now_us()
    await desk.refusal(quote=msgspec.structs.replace(QUOTE, input_tokens=1501))
    assert desk.clock.now_us() == start_us
