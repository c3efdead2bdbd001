"""Of the suite for limit stores: many callers at one time, and one who hammers for minutes; never one too many."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest

from yumen.limits.values import MINUTE_US, SECOND_US, Actual, Ask, Granted
from yumen.testing.limit_bench import LEASE_US, UNUSED, bucket, leases, period, window

if TYPE_CHECKING:
    from yumen.limits.values import Demand
    from yumen.testing.limit_bench import Bench

CALLERS = 200
DOLLAR = 10**9
OF_TEN = [window(10), bucket(10, 1), leases(10), period(10, 1)]


def named(demand: Demand) -> str:
    """Name a case by its form."""
    return str(demand.form)


class StormsSuite:
    """Never over."""

    @pytest.mark.parametrize("demand", OF_TEN, ids=named)
    async def test_two_hundred_callers_and_a_limit_of_ten(self, bench: Bench, demand: Demand) -> None:
        """Of two hundred who ask at one time exactly ten pass."""
        await bench.know(demand)
        asks = [Ask(bench.organization_id, f"hold_{number}", LEASE_US, (demand,)) for number in range(CALLERS)]
        verdicts = await asyncio.gather(*map(bench.store.open, asks))
        assert sum(isinstance(verdict, Granted) for verdict in verdicts) == demand.limit

    async def test_two_hundred_callers_and_a_dollar(self, bench: Bench) -> None:
        """A budget of a dollar is never passed by a nano-dollar, and what was not used of a hold is there for the next."""
        chance = random.Random(1)  # noqa: S311  (the same each time)
        await bench.know(period(DOLLAR, 0))
        spent, reserved, passed = 0, 0, 0

        async def call(number: int) -> None:
            nonlocal spent, reserved, passed
            amount = chance.randint(1, DOLLAR // 20)
            demand, used = period(DOLLAR, amount), chance.randint(0, amount)
            for attempt in range(3):
                hold = f"hold_{number}_{attempt}"
                if isinstance(await bench.ask(hold, demand), Granted):
                    reserved += amount
                    assert reserved + spent <= DOLLAR, "never over"
                    await asyncio.sleep(0)
                    reserved -= amount  # before the store hears of it: what is counted here is at most what is counted there
                    await bench.close(hold, Actual(requests=1, nanousd=used), demand)
                    spent += used
                    passed += 1

        await asyncio.gather(*map(call, range(CALLERS)))
        assert passed > 0
        assert await bench.left(period(DOLLAR, 0)) == DOLLAR - spent
        await bench.grant(period(DOLLAR, DOLLAR - spent))
        await bench.refuse(period(DOLLAR, 1))

    @pytest.mark.parametrize(("limit", "span_us", "step_us"), [(10, MINUTE_US, 700_001), (3, SECOND_US, 97_003), (1, SECOND_US, 499_999)])
    async def test_hammering_a_window(self, bench: Bench, limit: int, span_us: int, step_us: int) -> None:
        """Whoever asks without pause gets as much as is allowed, and in no span more, wherever it begins."""
        demand = window(limit, span_us)
        await bench.know()
        passed = []
        for _ in range(400):
            if isinstance(await bench.open(demand), Granted):
                passed.append(bench.now_us)
            bench.clock.move(step_us)
        assert never_over(passed, limit, span_us)
        slowest = span_us + limit * step_us
        assert len(passed) >= 400 * step_us * limit // slowest - limit, "and not much less"

    async def test_hammering_at_random_times(self, bench: Bench) -> None:
        """The same with random pauses, and with requests that turn out to have been none."""
        chance = random.Random(2)  # noqa: S311  (the same each time)
        demand = window(5, SECOND_US)
        await bench.know()
        passed = []
        for _ in range(500):
            if isinstance(await bench.open(demand), Granted):
                if chance.random() < 0.2:
                    await bench.close(f"hold_{bench.opened}", UNUSED, demand)
                else:
                    passed.append(bench.now_us)
            bench.clock.move(chance.choice([0, 1, 999, SECOND_US // 7, SECOND_US // 5, SECOND_US - 1]))
        assert never_over(passed, demand.limit, demand.span_us)

    async def test_a_bucket_gives_its_rate(self, bench: Bench) -> None:
        """From a bucket that is always asked, its brim and its rate are drawn, to the token."""
        demand = bucket(600, 7)
        await bench.know()
        drawn = 0
        for _ in range(300):
            while isinstance(await bench.open(demand), Granted):
                drawn += demand.amount
            bench.clock.move(SECOND_US)
        assert 600 + 299 * 10 - demand.amount < drawn <= 600 + 299 * 10


def never_over(passed: list[int], limit: int, span_us: int) -> bool:
    """Whether in no span, half open, more than the limit passed."""
    return all(later - earlier >= span_us for earlier, later in zip(passed, passed[limit:], strict=False))
