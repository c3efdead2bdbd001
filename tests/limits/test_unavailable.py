"""admit where the store knows nothing, or is away, or answers nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from tests.limits.desk import BOB, DOLLAR, Broken, Desk, headers, limit
from yumen.claude import Usage
from yumen.errors import LimitsUnavailable
from yumen.exchange.states import State
from yumen.limits import Kind, LimitOptions
from yumen.limits.store_memory import MemoryLimitStore
from yumen.limits.values import Ask, Demand, Loaded, Verdict


class Ledger:
    """A history that says what was used, and how often it was asked."""

    def __init__(self, used: int) -> None:
        self.used_units = used
        self.asked = 0

    async def used(self, organization_id: str, demands: Sequence[Demand], now_us: int) -> list[Loaded]:  # noqa: ARG002  (the protocol's signature)
        """As the protocol says."""
        self.asked += 1
        await asyncio.sleep(0)
        return [Loaded(demand, self.used_units) for demand in demands]


async def test_counters_that_are_missing_come_from_the_ledger_once() -> None:
    """A store that knows nothing is loaded once, however many ask at that moment, and counts on from there."""
    history = Ledger(7)
    desk = Desk(limit(Kind.REQUESTS_PER_MONTH, 10), history=history)
    outcomes = await asyncio.gather(*(desk.ask() for _ in range(20)), return_exceptions=True)
    assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 3
    assert history.asked == 1
    assert desk.admit._loading == {}


async def test_fail_closed_refuses_who_has_a_limit() -> None:
    """Where limits cannot be counted, whoever has one gets a retryable 529, and nobody else."""
    store = Broken(None)
    desk = Desk(limit(Kind.REQUESTS_PER_MINUTE, 5), store=store)
    refused, _ = await desk.refusal()
    assert isinstance(refused, LimitsUnavailable)
    assert (refused.status, refused.should_retry) == (529, True)
    await desk.ask(BOB)


async def test_fail_open_lets_pass_and_books_later(caplog: pytest.LogCaptureFixture) -> None:
    """With the other mode it passes, is counted and logged, and its money and its request stand in the counters once the store is back."""
    desk = Desk(limit(Kind.REQUESTS_PER_MONTH, 5), limit(Kind.SPEND_PER_DAY, DOLLAR), options=LimitOptions(fail_open=True))
    desk.end(await desk.ask(), usage=Usage(1, 1), nanousd=1000)
    store = Broken(desk.store)
    desk.counting.store = store
    first, second = await desk.ask(), await desk.ask()
    assert desk.tally.uncounted == 2
    assert caplog.text.count("limits cannot be counted") == 1
    desk.end(first, usage=Usage(10, 10), nanousd=5000)
    desk.end(second, State.REFUSED)
    await desk.settle.finish(0.1)
    store.away = False
    await desk.settle.finish(1)
    shown = headers(await desk.ask())
    assert shown["x-yumen-requests-per-month-remaining"] == "2"
    assert shown["x-yumen-spend-per-day-remaining"] == "0.899994"


async def test_terms_that_cannot_be_read_follow_the_same_mode() -> None:
    """Whose limits nobody can read is refused, or passes, as the setting says."""
    desk = Desk(limit(Kind.REQUESTS_PER_MINUTE, 5))
    desk.terms.broken = True
    with pytest.raises(LimitsUnavailable):
        await desk.ask()
    desk.counting.options = LimitOptions(fail_open=True)
    assert (await desk.ask()).hold is None


async def test_a_caller_who_leaves_while_the_store_answers_gives_it_back() -> None:
    """Cut off between the question and the answer, a request is settled with nothing, whatever the store has granted."""
    store = MemoryLimitStore(clock := Desk().clock)
    reached = asyncio.Event()

    class Slow:
        async def open(self, ask: Ask) -> Verdict:
            verdict = await store.open(ask)
            reached.set()
            await asyncio.Event().wait()
            return verdict

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (the store's own)
            return getattr(store, name)

    desk = Desk(limit(Kind.REQUESTS_PER_MINUTE, 1), store=Slow())
    desk.clock = clock
    await store.load("org_1", [])
    exchange = desk.exchange()
    task = asyncio.create_task(desk.admit(exchange))
    await reached.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    desk.end(exchange, State.REFUSED)
    desk.counting.store = store
    await desk.ask()
