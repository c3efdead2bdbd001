"""What holds whatever is asked, whenever: never over, never lost, a refusal free, a settlement once; and nothing piles up."""

from __future__ import annotations

import asyncio
import copy
from collections import Counter
from collections.abc import Coroutine

from hypothesis import given
from hypothesis import strategies as st

from tests.limits.acts import EACH, HOLDS, Act, Close, Load, Move, Player, acts
from yumen.limits.counters import DAY_US
from yumen.limits.store_memory import MemoryLimitStore
from yumen.limits.values import MINUTE_US, SECOND_US, Actual, Demand, Granted, Measure, Refused
from yumen.testing import JumpingClock
from yumen.testing.limit_bench import LEASE_US, ONE, UNUSED, bucket, leases, period, window
from yumen.testing.limit_store import Bench

HOUR_US = 60 * MINUTE_US
gaps = st.lists(st.one_of(st.integers(0, 3 * SECOND_US), st.sampled_from([0, 1, SECOND_US - 1, SECOND_US, SECOND_US + 1])), max_size=60)


def new_bench() -> Bench:
    """Return a bench with a store in memory."""
    clock = JumpingClock()
    return Bench(MemoryLimitStore(clock), clock)


def run(test: Coroutine[None, None, None]) -> None:
    """Run a test's coroutine."""
    asyncio.run(test)


@given(gaps, st.integers(1, 5), st.sampled_from([SECOND_US, 7 * SECOND_US]))
def test_never_over_in_any_span(times: list[int], limit: int, span_us: int) -> None:
    """Of requests at any times, no more than the limit pass in any span; and one is refused only where the limit had passed."""

    async def test() -> None:
        bench = new_bench()
        await bench.know()
        passed: list[int] = []
        for gap in times:
            bench.clock.move(gap)
            recent = [at for at in passed if at > bench.now_us - span_us]
            verdict = await bench.open(window(limit, span_us))
            assert isinstance(verdict, Granted) == (len(recent) < limit)
            if isinstance(verdict, Granted):
                passed.append(bench.now_us)
        assert all(later - earlier >= span_us for earlier, later in zip(passed, passed[limit:], strict=False))

    run(test())


@given(gaps, st.integers(1, 200), st.lists(st.integers(0, 250), min_size=60, max_size=60))
def test_never_over_what_a_bucket_gives(times: list[int], limit: int, amounts: list[int]) -> None:
    """From any time to any later one, no more is drawn than the brim and what came in meanwhile."""

    async def test() -> None:
        bench = new_bench()
        await bench.know()
        drawn: list[tuple[int, int]] = []
        for gap, amount in zip(times, amounts, strict=False):
            bench.clock.move(gap)
            if isinstance(await bench.open(bucket(limit, amount)), Granted):
                drawn.append((bench.now_us, amount))
        for first in range(len(drawn)):
            total = 0
            for at, amount in drawn[first:]:
                total += amount
                assert total * MINUTE_US <= limit * MINUTE_US + limit * (at - drawn[first][0])

    run(test())


@given(acts)
def test_a_refusal_is_free_and_its_retry_exact(played: list[Act]) -> None:
    """Wherever random acts lead, a refused ask leaves no trace, and passes after exactly as long as it was told."""

    async def test() -> None:
        bench = new_bench()
        player = Player(bench, lambda: None)
        for act in [*(Load(demand, 0, ()) for demand in EACH), *played]:
            verdict = await player.play(act)
            if isinstance(verdict, Refused) and verdict.retry_us is not None:
                assert not await passes(bench, act.demands, verdict.retry_us - 1)  # type: ignore[union-attr]
                assert has_period(act.demands, verdict) or await passes(bench, act.demands, verdict.retry_us)  # type: ignore[union-attr]

    run(test())


def has_period(demands: tuple[Demand, ...], verdict: Refused) -> bool:
    """Whether a period refuses, or ends while one waits: it has room in the next one, under another name."""
    assert verdict.retry_us is not None
    ended = any(0 < demand.until_us <= verdict.now_us + verdict.retry_us for demand in demands)
    return ended or verdict.retry_us > DAY_US


async def passes(bench: Bench, demands: tuple[Demand, ...], after_us: int) -> bool:
    """Whether demands would pass after a time, on a copy of the store that goes there."""
    assert isinstance(bench.store, MemoryLimitStore)
    clock = JumpingClock(bench.clock.now_ns())
    store = MemoryLimitStore(clock)
    store._accounts = copy.deepcopy(bench.store._accounts)
    other = Bench(store, clock)
    other.organization_id = bench.organization_id
    clock.move(after_us)
    return isinstance(await other.ask("again", *demands), Granted)


@given(acts)
def test_never_lost_and_settled_once(played: list[Act]) -> None:
    """Whatever happens to a hold, in the end its period holds what was used, of each hold once, and nothing else."""
    spend = period(10**15, 400, counter="spend")

    async def test() -> None:
        bench = new_bench()
        await bench.know(spend)
        used: Counter[str] = Counter()
        opened: list[str] = []
        for act in played:
            if isinstance(act, Move):
                bench.clock.move(min(act.us, HOUR_US // 4))
            elif isinstance(act, Close) and opened:
                hold = opened[HOLDS.index(act.hold) % len(opened)]
                nanousd = act.actual.nanousd % 10**12
                await bench.close(hold, Actual(1, nanousd=nanousd), *([spend] if act.remembers else []))
                used.setdefault(hold, nanousd)
            else:
                opened.append(await bench.grant(spend))
        for hold in opened:
            if hold not in used:
                await bench.close(hold, Actual(1, nanousd=7))
                used[hold] = 7
        assert await bench.left(spend) == spend.limit - used.total()

    run(test())


def test_nothing_piles_up() -> None:
    """Organizations, holds, windows and buckets that say nothing any more are let go."""

    async def test() -> None:
        bench = new_bench()
        store = bench.store
        assert isinstance(store, MemoryLimitStore)
        for _ in range(200):
            bench.organization_id = bench.clock.new_id("org_")
            await bench.know(period(9, 1))
            bench.clock.move(HOUR_US)
        assert len(store._accounts) <= 24
        for number in range(2000):
            names = [f"{kind}:{number}" for kind in ("window", "bucket", "leases")]
            hold = await bench.grant(window(9, counter=names[0]), bucket(9, 1, counter=names[1]), leases(9, counter=names[2]))
            if number % 2:
                await bench.close(hold, ONE)
            bench.clock.move(2 * MINUTE_US)
        account = store._accounts[bench.organization_id]
        assert len(account.holds) <= 1
        assert len(account.tombs) <= 24 * 30 // 2 + 1
        assert len(account.counters) <= 3 * 61

    run(test())


def test_a_clock_that_is_set_back() -> None:
    """Where the clock is set back a window stays sorted and is never over, a bucket gives nothing twice, and what was taken out is out."""

    async def test() -> None:
        bench = new_bench()
        await bench.know()
        both = (window(3), bucket(3, 1, Measure.REQUESTS))
        await bench.grant(*both)
        bench.clock.move(-10 * SECOND_US)
        hold = await bench.grant(*both)
        await bench.grant(*both)
        await bench.refuse(*both)
        await bench.close(hold, UNUSED)
        await bench.grant(*both)
        refusal = await bench.refuse(*both)
        bench.clock.move(LEASE_US + 40 * SECOND_US)
        assert refusal.refusing == (0, 1)
        assert await bench.left(both[0]) == 3

    run(test())
