"""settle and renewal: what was used replaces what was reserved, once, whatever stands in the way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import msgspec
import pytest

from tests.limits.desk import DOLLAR, QUOTE, Broken, Desk, headers, limit
from yumen.claude import Usage
from yumen.errors import SpendLimitReached
from yumen.exchange.states import State
from yumen.exchange.values import Attempt, Cost, Outcome
from yumen.limits import Kind, Limit
from yumen.limits.answers import MOST_KEYS, RecentAnswers
from yumen.limits.settle import MOST_OWED, Owed
from yumen.limits.values import Actual, Settlement

MONEY = limit(Kind.SPEND_PER_DAY, DOLLAR)


async def left(desk: Desk) -> str:
    """What is left of the day's dollar, before this question's own tenth."""
    exchange = await desk.ask()
    shown = headers(exchange)["x-yumen-spend-per-day-remaining"]
    desk.end(exchange, State.REFUSED)
    return shown


async def test_the_true_cost_replaces_the_reservation() -> None:
    """What was reserved and not spent is free again."""
    desk = Desk(MONEY)
    desk.end(await desk.ask(), usage=Usage(10, 10), nanousd=1)
    assert await left(desk) == "0.899999999"


async def test_cache_reads_are_no_input() -> None:
    """The bucket of input tokens loses fresh input and cache writes, not what was read from the cache."""
    desk = Desk(limit(Kind.INPUT_TOKENS_PER_MINUTE, 10_000))
    desk.end(await desk.ask(), usage=Usage(100, 5, cache_read_tokens=5000, cache_write_5m_tokens=20, cache_write_1h_tokens=3))
    assert headers(await desk.ask())["anthropic-ratelimit-input-tokens-remaining"] == str(10_000 - 123 - 1000)


async def test_a_cost_that_nobody_knows_is_not_nothing() -> None:
    """Where an answer's price turns out to be unknown, what was reserved stays charged."""
    desk = Desk(MONEY)
    desk.end(await desk.ask(), usage=Usage(10, 10), nanousd=None)
    assert await left(desk) == "0.80"


BATCH_PATH = "/v1/messages/batches"
FIVE = msgspec.structs.replace(QUOTE, requests=5)


async def asked_for_batch(desk: Desk) -> Any:  # noqa: ANN401  (a double)
    """A batch of five requests, admitted."""
    exchange = desk.exchange(path=BATCH_PATH)
    exchange.quote = FIVE
    await desk.admit(exchange)
    return exchange


async def test_a_batch_that_was_not_made_counts_as_one_request() -> None:
    """What the upstream refused to make does not use up the month; what it may have made does."""
    desk = Desk(limit(Kind.REQUESTS_PER_MONTH, 100))
    for outcome, status, remaining in ((Outcome.ERROR, 529, "98"), (Outcome.CANCELLED, 529, "97"), (Outcome.FAILED, None, "92")):
        exchange = await asked_for_batch(desk)
        exchange.attempts.append(Attempt("default", status, 1))
        exchange.sent_ns, exchange.outcome, exchange.cost = 1, outcome, Cost(0, "free")
        exchange.state = State.BROKEN
        desk.settle(exchange)
        shown = await desk.ask()
        assert headers(shown)["x-yumen-requests-per-month-remaining"] == remaining
        desk.end(shown, State.REFUSED)


@pytest.mark.parametrize("outcome", [Outcome.ANSWERED, Outcome.CANCELLED])
async def test_a_made_batch_keeps_its_reservation_whoever_hears_of_it(outcome: Outcome) -> None:
    """Its money stays reserved until it has ended, also where its caller left before the answer."""
    desk = Desk(MONEY)
    exchange = await asked_for_batch(desk)
    exchange.sent_ns, exchange.outcome, exchange.attempts = 1, outcome, [Attempt("default", 200, 1)]
    desk.settle(exchange)
    assert await left(desk) == "0.80"


async def test_a_second_settlement_changes_nothing() -> None:
    """Settling twice counts once."""
    desk = Desk(MONEY)
    exchange = await desk.ask()
    desk.end(exchange, usage=Usage(10, 10), nanousd=1000)
    desk.end(exchange, usage=Usage(10, 10), nanousd=1000)
    await desk.settle.finish(1)
    assert await left(desk) == "0.899999"


class Elsewhere(Broken):
    """A store of another process: it answers later, and not at all while it is away."""

    def close(self, settlement: Settlement) -> Awaitable[None]:
        """As the protocol says."""

        async def later() -> None:
            await asyncio.sleep(0)
            await self.__getattr__("close")(settlement)

        return later()


def elsewhere(*limits: Limit) -> tuple[Desk, Elsewhere]:
    """A desk with such a store."""
    desk = Desk(*limits)
    store = desk.counting.store = Elsewhere(desk.store)
    store.away = False
    return desk, store


async def test_the_last_bytes_can_wait_for_a_store_elsewhere() -> None:
    """Where settling takes time the exchange has something to wait for, and afterwards the store has it."""
    desk, _ = elsewhere(MONEY)
    exchange = await desk.ask()
    desk.end(exchange, usage=Usage(1, 1), nanousd=1000)
    assert desk.settle.owed == 1
    await exchange.settling
    await asyncio.sleep(0)
    assert desk.settle.owed == 0
    assert await left(desk) == "0.899999"


async def test_a_settlement_that_fails_is_tried_until_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the store is away settlements are kept, in their order, and brought when it is back; each counts once."""
    monkeypatch.setattr("yumen.limits.settle.FIRST_PAUSE_S", 0.001)
    desk, store = elsewhere(MONEY)
    exchanges = [await desk.ask() for _ in range(3)]
    store.away = True
    task = asyncio.create_task(desk.settle.run())
    for exchange in exchanges:
        desk.end(exchange, usage=Usage(1, 1), nanousd=1000)
        await exchange.settling
    await until(lambda: store.calls.count("close") > 5)
    assert desk.settle.owed == 3
    store.away = False
    await until(lambda: desk.settle.owed == 0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await left(desk) == "0.899997"


async def until(condition: Callable[[], bool]) -> None:
    """Let others work until a condition holds."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110  (the stage has no event for it, and needs none)
            await asyncio.sleep(0.001)


async def test_the_end_waits_and_tries_once_more(caplog: pytest.LogCaptureFixture) -> None:
    """At shutdown what is under way is awaited, what is owed is brought, and what cannot be is told."""
    desk, store = elsewhere(MONEY)
    exchange = await desk.ask()
    store.away = True
    desk.end(exchange, usage=Usage(1, 1), nanousd=1000)
    await desk.settle.finish(0.05)
    assert "1 settlements did not reach the store" in caplog.text
    store.away = False
    await desk.settle.finish(1)
    assert desk.settle.owed == 0


async def test_settlements_that_are_owed_have_a_bound(caplog: pytest.LogCaptureFixture) -> None:
    """The oldest is given up when there are too many, and its hold is named."""
    desk = Desk()
    desk.settle._owed.extend([Owed(Settlement("org_1", "req_old", Actual()))] * MOST_OWED)
    desk.settle.owe(Settlement("org_1", "req_new", Actual()))
    assert len(desk.settle._owed) == MOST_OWED
    assert "the hold req_old is left to expire" in caplog.text


async def test_a_settlement_after_the_lease_still_charges() -> None:
    """A hold that expired because nobody renewed it is charged when its request ends after all."""
    desk = Desk(MONEY)
    exchange = await desk.ask()
    desk.clock.move(31_000_000)
    assert await left(desk) == "0.90"
    desk.end(exchange, usage=Usage(1, 1), nanousd=5000)
    assert await left(desk) == "0.899995"


async def test_the_holds_of_an_earlier_process_are_charged() -> None:
    """What a crash left open is settled by its id alone, though nobody remembers what it demanded."""
    desk = Desk(MONEY)
    exchange = await desk.ask()
    desk.clock.move(31_000_000)
    desk.settle.owe(Settlement("org_1", exchange.request_id, Actual(1, 10, 0, 7000)))
    await desk.settle.finish(1)
    assert await left(desk) == "0.899993"


# ── streams ─────────────────────────────────────────────────────────────────


class Tap:
    """A stream of which so many tokens came."""

    def __init__(self, tokens: int) -> None:
        self.tokens = tokens

    def output_estimate(self) -> int:
        """As the protocol says."""
        return self.tokens


async def test_a_hold_by_expectation_grows_with_its_stream() -> None:
    """Tokens and money of a stream beyond its reservation are charged while it runs; a running stream is never cut."""
    desk = Desk(Limit(Kind.SPEND_PER_DAY, DOLLAR // 10), limit(Kind.OUTPUT_TOKENS_PER_MINUTE, 3000))
    exchange = await desk.ask()
    exchange.tap = Tap(2000)
    await desk.renewal.renew()
    other = headers(await desk.ask())
    assert other["anthropic-ratelimit-output-tokens-remaining"] == "1000"
    assert other["x-yumen-spend-per-day-remaining"] == "0.015"
    exchange.tap = Tap(9000)
    await desk.renewal.renew()
    with pytest.raises(SpendLimitReached):
        await desk.ask()
    desk.end(exchange, usage=Usage(1000, 9000), nanousd=230_000_000)
    with pytest.raises(SpendLimitReached):
        await desk.ask()


async def test_the_overshoot_by_expectation_is_what_the_calls_in_flight_ran_over() -> None:
    """What is spent beyond the limit is no more than the sum by which the calls that were admitted ran over their reservations."""
    desk = Desk(Limit(Kind.SPEND_PER_DAY, DOLLAR))
    running: list[Any] = []
    with suppress(SpendLimitReached):
        while len(running) < 1000:
            running.append(await desk.ask())
    assert len(running) < 1000
    reserved = sum(exchange.hold.demands[0].amount for exchange in running)
    assert reserved <= DOLLAR
    cost = QUOTE.bound_nanousd or 0
    for exchange in running:
        desk.end(exchange, usage=Usage(1000, 4000), nanousd=cost)
    over = sum(cost - exchange.hold.demands[0].amount for exchange in running)
    assert cost * len(running) - DOLLAR <= over
    with pytest.raises(SpendLimitReached):
        await desk.ask()


async def test_a_renewal_that_fails_is_tried_the_next_time(caplog: pytest.LogCaptureFixture) -> None:
    """Where the store is away nothing breaks; one call renews all holds."""
    desk, store = elsewhere(MONEY)
    for _ in range(3):
        await desk.ask()
    store.away = True
    await desk.renewal.renew()
    assert "3 holds could not be renewed" in caplog.text
    store.away = False
    await desk.renewal.renew()
    assert store.calls.count("renew") == 2


async def test_renewal_is_one_task() -> None:
    """It renews every third of a lease until its owner ends it, and asks nobody while nothing is open."""
    desk, store = elsewhere(MONEY)
    desk.counting.options = msgspec.structs.replace(desk.counting.options, lease_us=3000)
    task = asyncio.create_task(desk.renewal.run())
    await asyncio.sleep(0.01)
    assert store.calls == []
    desk.counting.holds.add(await desk.ask())
    await until(lambda: store.calls.count("renew") > 1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_what_is_remembered_of_answers_is_bounded() -> None:
    """The keys that asked longest ago are forgotten."""
    answers = RecentAnswers()
    for number in range(MOST_KEYS + 5):
        answers.note(f"key {number}", 10)
    assert answers.likely_tokens("key 0") == 1000
    assert answers.likely_tokens(f"key {MOST_KEYS}") == 10
    answers.note("key 7", 90)
    assert answers.likely_tokens("key 7") == 20
