"""Of the suite for limit stores: how much room there is, for how long there is none, and that nothing is taken in part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from yumen.limits.values import MINUTE_US, SECOND_US, Demand, Form, Granted, Loaded, Measure
from yumen.testing.limit_bench import DAY_US, LEASE_US, UNTIL_US, UNUSED, bucket, leases, period, window

if TYPE_CHECKING:
    from yumen.testing.limit_bench import Bench

OF_THREE = [window(3), bucket(3, 1), leases(3), period(3, 1), period(3, 1, Measure.REQUESTS)]
"""One demand of each form: three fit."""
NONE_LEFT = [window(0, counter="none"), bucket(5, 6, counter="none"), leases(0, counter="none"), period(5, 6, counter="none")]
"""One demand of each form that never fits."""
WAITS = [
    (window(3), MINUTE_US),
    (window(1, SECOND_US), SECOND_US),
    (window(20, 7 * SECOND_US), 7 * SECOND_US),
    (bucket(3, 1), 20 * SECOND_US),
    (bucket(7, 3), 25_714_286 - 8_571_428),
    (bucket(100_000_000, 99_999_999), 59_999_999),
]
"""A demand, and how long it waits when as many as fit were taken at one time."""


def named(value: object) -> str:
    """Name a case by its form."""
    return str(getattr(value, "form", value))


class RoomSuite:
    """Room, refusals, and how counters stand."""

    @pytest.mark.parametrize("demand", OF_THREE, ids=named)
    async def test_admits_up_to_the_limit(self, bench: Bench, demand: Demand) -> None:
        """As many as the limit says pass, each seen in what is left; one more does not."""
        await bench.know(demand)
        for left in (2, 1, 0):
            verdict = await bench.open(demand)
            assert isinstance(verdict, Granted)
            assert verdict.standings[0].remaining == left
            assert await bench.left(demand) == left
        assert (await bench.refuse(demand)).refusing == (0,)

    @pytest.mark.parametrize("demand", OF_THREE, ids=named)
    async def test_says_when_all_is_free(self, bench: Bench, demand: Demand) -> None:
        """After that, as much as the limit is free again; a period says its end."""
        await bench.know(demand)
        ends = {"window": bench.now_us + MINUTE_US, "bucket": bench.now_us + 20 * SECOND_US, "leases": bench.now_us + LEASE_US}
        verdict = await bench.open(demand)
        assert isinstance(verdict, Granted)
        assert verdict.standings[0].reset_us == ends.get(demand.form, UNTIL_US)
        if demand.form in ends:
            bench.clock.move(ends[demand.form] - bench.now_us)
            assert await bench.left(demand) == demand.limit

    @pytest.mark.parametrize("demand", OF_THREE, ids=named)
    async def test_tells_its_own_time(self, bench: Bench, demand: Demand) -> None:
        """A verdict says when it was reached, by the store's clock."""
        await bench.know(demand)
        bench.clock.move(1234)
        verdict = await bench.open(demand)
        assert isinstance(verdict, Granted)
        assert verdict.now_us == bench.now_us

    @pytest.mark.parametrize(("demand", "wait_us"), WAITS, ids=named)
    async def test_retry_is_exact(self, bench: Bench, demand: Demand, wait_us: int) -> None:
        """Waiting as long as a refusal says succeeds, waiting a microsecond less does not."""
        await bench.know(demand)
        for _ in range(demand.limit // max(1, demand.amount)):
            await bench.grant(demand)
        assert (await bench.refuse(demand)).retry_us == wait_us
        bench.clock.move(wait_us - 1)
        assert (await bench.refuse(demand)).retry_us == 1
        bench.clock.move(1)
        await bench.grant(demand)

    async def test_retry_counts_from_the_one_that_must_leave(self, bench: Bench) -> None:
        """A window is waited for until its oldest has left, and each one after that for its own turn."""
        demand = window(3)
        await bench.know(demand)
        for _ in range(3):
            await bench.grant(demand)
            bench.clock.move(SECOND_US)
        for pause_us in (MINUTE_US - 3 * SECOND_US, SECOND_US, SECOND_US):
            assert (await bench.refuse(demand)).retry_us == pause_us
            bench.clock.move(pause_us)
            await bench.grant(demand)

    async def test_retry_after_a_lower_limit(self, bench: Bench) -> None:
        """A limit that was lowered holds at once: all but less than the new limit must have left."""
        await bench.know(window(3))
        for _ in range(3):
            await bench.grant(window(3))
            bench.clock.move(SECOND_US)
        assert (await bench.refuse(window(1))).retry_us == MINUTE_US - SECOND_US
        bench.clock.move(MINUTE_US - SECOND_US)
        await bench.grant(window(1))

    async def test_retry_is_the_longest(self, bench: Bench) -> None:
        """Where several refuse, the longest wait is the one that helps."""
        both = (window(1, SECOND_US), bucket(3, 3))
        await bench.know(*both)
        await bench.grant(*both)
        refusal = await bench.refuse(*both)
        assert refusal.refusing == (0, 1)
        assert refusal.retry_us == MINUTE_US
        bench.clock.move(MINUTE_US - 1)
        assert (await bench.refuse(*both)).refusing == (1,)
        bench.clock.move(1)
        await bench.grant(*both)

    async def test_retry_of_a_period_is_its_end(self, bench: Bench) -> None:
        """A period that is used up has room when it ends."""
        await bench.know(period(10, 1), used=10)
        assert (await bench.refuse(period(10, 1))).retry_us == UNTIL_US - bench.now_us

    @pytest.mark.parametrize("demand", NONE_LEFT, ids=named)
    async def test_no_wait_helps(self, bench: Bench, demand: Demand) -> None:
        """No retry where more is asked than the limit ever holds, or holds must be closed; also beside one that only has to wait."""
        waits = window(1)
        await bench.know(demand, waits)
        assert (await bench.refuse(demand)).retry_us is None
        await bench.grant(waits)
        assert (await bench.refuse(waits, demand)).retry_us is None

    @pytest.mark.parametrize("demand", NONE_LEFT, ids=named)
    async def test_all_or_nothing(self, bench: Bench, demand: Demand) -> None:
        """One that refuses, wherever it stands, leaves all others untouched."""
        others = [window(3), bucket(9, 2), bucket(9, 2, Measure.OUTPUT_TOKENS, "output"), leases(3), period(9, 2)]
        await bench.know(demand, *others)
        await bench.grant(*others)
        for place in range(len(others) + 1):
            assert (await bench.refuse(*others[:place], demand, *others[place:])).refusing == (place,)

    @pytest.mark.parametrize("demand", NONE_LEFT, ids=named)
    async def test_a_shadow_counts_and_lets_pass(self, bench: Bench, demand: Demand) -> None:
        """A limit in shadow mode is charged and told, and never refuses, nor makes anyone wait."""
        shadow = msgspec.structs.replace(demand, shadow=True)
        plain = window(1)
        await bench.know(shadow, plain)
        verdict = await bench.open(shadow, plain)
        assert isinstance(verdict, Granted)
        assert verdict.over == (0,)
        refusal = await bench.refuse(shadow, plain)
        assert (refusal.refusing, refusal.retry_us) == ((1,), MINUTE_US)

    async def test_a_shadow_shares_the_counter(self, bench: Bench) -> None:
        """What was charged in shadow mode counts when the limit is enforced."""
        await bench.know()
        for over in ((), (0,)):
            verdict = await bench.open(window(1, shadow=True))
            assert isinstance(verdict, Granted)
            assert verdict.over == over
        await bench.refuse(window(2))

    async def test_a_bucket_asked_for_nothing_needs_a_unit(self, bench: Bench) -> None:
        """An amount of 0 takes nothing, and passes only while a whole unit is left."""
        await bench.know()
        await bench.grant(bucket(60, 59))
        for _ in range(2):
            await bench.grant(bucket(60, 0))
        await bench.grant(bucket(60, 1))
        assert (await bench.refuse(bucket(60, 0))).retry_us == SECOND_US
        bench.clock.move(SECOND_US)
        await bench.grant(bucket(60, 0))

    async def test_a_bucket_is_never_above_its_brim(self, bench: Bench) -> None:
        """However long nobody asks, no more than the limit is there."""
        await bench.know()
        await bench.grant(bucket(10, 10))
        bench.clock.move(3 * MINUTE_US)
        assert await bench.left(bucket(10, 1)) == 10
        await bench.refuse(bucket(10, 11))

    async def test_unknown_until_loaded(self, bench: Bench) -> None:
        """Of an organization that was not loaded nothing is known; then only new periods are to be loaded, whatever else is new."""
        demands = (window(3), bucket(3, 1), leases(3), period(3, 1))
        assert await bench.miss(*demands) == (0, 1, 2, 3)
        assert await bench.read(*demands) == [None] * 4
        await bench.know()
        assert await bench.miss(*demands) == (3,)
        assert (await bench.read(*demands))[3] is None
        await bench.know(period(3, 1))
        await bench.grant(*demands)

    async def test_a_miss_leaves_no_trace(self, bench: Bench) -> None:
        """Asking for what must be loaded first charges nothing."""
        await bench.know()
        await bench.miss(window(3), period(3, 1))
        assert await bench.left(window(3)) == window(3).limit

    async def test_loads_what_is_not_there(self, bench: Bench) -> None:
        """Periods, windows and buckets begin with what the ledger says; what is counted already stays as it is."""
        now = bench.now_us
        events = ((now - MINUTE_US, 5), (now - 30 * SECOND_US, 2), (now - SECOND_US, 1))
        counters = [Loaded(window(9), events=events), Loaded(bucket(30, 1), events=events), Loaded(period(9, 1), 4)]
        demands = [loaded.demand for loaded in counters]
        await bench.store.load(bench.organization_id, counters)
        expected = [6, 29, 5]
        assert [await bench.left(demand) for demand in demands] == expected
        await bench.grant(*demands)
        more = ((now - 2 * SECOND_US, 2), (now - SECOND_US, 2))
        await bench.store.load(bench.organization_id, [Loaded(demand, 7, more) for demand in demands])
        assert [await bench.left(demand) for demand in demands] == [left - 1 for left in expected]
        bench.clock.move(30 * SECOND_US)
        assert await bench.left(window(9)) == 9 - 1 - 1

    async def test_a_period_is_forgotten_after_its_end(self, bench: Bench) -> None:
        """A period's counter is kept for a day after it ended, for settlements that come late."""
        soon = Demand("soon", Form.PERIOD, Measure.NANOUSD, 9, 1, until_us=bench.now_us + DAY_US // 2)
        await bench.know(soon, used=4)
        for pause_us in (DAY_US // 2, DAY_US // 2, DAY_US // 2 - 1):
            bench.clock.move(pause_us)
            assert await bench.left(soon) == soon.limit - 4
        bench.clock.move(1)
        assert await bench.read(soon) == [None]

    async def test_organizations_are_apart(self, bench: Bench) -> None:
        """Counters and holds of the same names in two organizations have nothing in common."""
        mine = bench.organization_id
        await bench.know(period(1, 1))
        await bench.ask("hold", window(1), period(1, 1))
        bench.organization_id = bench.clock.new_id("org_")
        assert await bench.miss(window(1)) == (0,)
        await bench.know(period(1, 1))
        await bench.close("hold", UNUSED)
        await bench.grant(window(1), period(1, 1))
        bench.organization_id = mine
        await bench.refuse(window(1))
