"""Of the suite for limit stores: what becomes of a hold, be it closed, renewed, expired or lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from yumen.limits.values import MINUTE_US, SECOND_US, Actual, Measure, Progress
from yumen.testing.limit_bench import DAY_US, LEASE_US, ONE, UNUSED, bucket, leases, period, window

if TYPE_CHECKING:
    from yumen.limits.values import Demand
    from yumen.testing.limit_bench import Bench

ALL = [window(9), bucket(90, 20), bucket(90, 20, Measure.OUTPUT_TOKENS, "output"), leases(9), period(900, 200)]
"""A demand of each form; the second and third are of buckets."""
FULL = [9, 90, 90, 9, 900]
"""What is left of them when nothing is used."""
USED = Actual(requests=1, input_tokens=15, output_tokens=30, nanousd=50)
SETTLED = [8, 75, 60, 9, 850]
"""What is left of them when that was used."""
MEASURES = [(Measure.REQUESTS, 3), (Measure.INPUT_TOKENS, 5), (Measure.OUTPUT_TOKENS, 7), (Measure.NANOUSD, 11)]
OF_EACH = Actual(requests=3, input_tokens=5, output_tokens=7, nanousd=11)


class HoldsSuite:
    """Reserve, then settle; once, whatever happens in between."""

    async def test_the_true_use_replaces_the_reservation(self, bench: Bench) -> None:
        """At the close, less is given back and more is charged; the window keeps the request, the lease is free."""
        await bench.know(*ALL)
        hold = await bench.grant(*ALL)
        assert await lefts(bench) == [8, 70, 70, 8, 700]
        await bench.close(hold, USED, *ALL)
        assert await lefts(bench) == SETTLED

    @pytest.mark.parametrize(("measure", "used"), MEASURES)
    async def test_each_measure_settles_by_its_part(self, bench: Bench, measure: Measure, used: int) -> None:
        """Requests, input, output and money: each counter is settled by what it measures."""
        both = (bucket(90, 20, measure), period(90, 20, measure))
        await bench.know(*both)
        await bench.close(await bench.grant(*both), OF_EACH, *both)
        assert [await bench.left(demand) for demand in both] == [90 - used, 90 - used]

    async def test_nothing_remains_of_what_was_refused_later(self, bench: Bench) -> None:
        """A request that was refused after its admission leaves no trace, whether its demands are remembered or not, renewed or not."""
        await bench.know(*ALL)
        for demands in (ALL, []):
            for renewed in (False, True):
                hold = await bench.grant(*ALL)
                if renewed:
                    await bench.renew(hold, 40, 400)
                await bench.close(hold, UNUSED, *demands)
                assert await lefts(bench) == FULL

    async def test_the_store_remembers_the_demands(self, bench: Bench) -> None:
        """A settlement without demands settles what was granted."""
        await bench.know(*ALL)
        await bench.close(await bench.grant(*ALL), USED)
        assert await lefts(bench) == SETTLED

    async def test_a_debt_is_paid_off_by_waiting(self, bench: Bench) -> None:
        """A bucket from which more was used than was there is below nothing, shows 0, and recovers at its rate."""
        demand = bucket(60, 1)
        await bench.know()
        await bench.close(await bench.grant(demand), Actual(requests=1, input_tokens=90), demand)
        assert await bench.left(demand) == 0
        assert (await bench.refuse(demand)).retry_us == 31 * SECOND_US
        bench.clock.move(31 * SECOND_US)
        await bench.grant(demand)

    async def test_a_period_may_be_passed_by_what_was_used(self, bench: Bench) -> None:
        """What ran over is counted: nothing fits any more, and 0 is left."""
        demand = period(100, 10)
        await bench.know(demand)
        await bench.close(await bench.grant(demand), Actual(nanousd=130), demand)
        assert await bench.left(demand) == 0
        await bench.refuse(period(100, 0))
        await bench.grant(period(131, 1))
        await bench.refuse(period(131, 1))

    @pytest.mark.parametrize("actual", [UNUSED, ONE, USED])
    async def test_settling_twice_changes_nothing(self, bench: Bench, actual: Actual) -> None:
        """A second settlement of a hold changes nothing, at once or much later, whatever it says."""
        await bench.know(*ALL)
        await bench.grant(*ALL)
        hold = await bench.grant(*ALL)
        opened_us = bench.now_us
        await bench.close(hold, actual, *ALL, opened_us=opened_us)
        once = await lefts(bench)
        for again in (actual, UNUSED, USED):
            await bench.close(hold, again, *ALL, opened_us=opened_us)
            assert await lefts(bench) == once
        bench.clock.move(LEASE_US)
        later = await lefts(bench)
        await bench.close(hold, USED, *ALL, opened_us=opened_us)
        assert await lefts(bench) == later

    async def test_opening_a_hold_twice_charges_once(self, bench: Bench) -> None:
        """Who did not hear the answer may ask again with the same hold."""
        await bench.know(*ALL)
        first = await bench.ask("hold", *ALL)
        assert await bench.ask("hold", *ALL) == first
        await bench.close("hold", USED, *ALL)
        assert await lefts(bench) == SETTLED

    async def test_opening_an_expired_hold_anew(self, bench: Bench) -> None:
        """A hold that expired and is asked for again is a new one: it settles once, and the old one is no more."""
        await bench.know(*ALL)
        for _ in range(2):
            await bench.ask("hold", *ALL)
            bench.clock.move(LEASE_US)
        await bench.ask("hold", *ALL)
        for _ in range(3):
            await bench.close("hold", USED, *ALL)
            assert (await lefts(bench))[3:] == [9, 850]

    # ── expiry ──────────────────────────────────────────────────────────────

    async def test_a_hold_expires_with_its_lease(self, bench: Bench) -> None:
        """Not a microsecond earlier: its lease and its money are free, while the request and its tokens stay counted and age away."""
        await bench.know(*ALL)
        await bench.grant(*ALL)
        bench.clock.move(LEASE_US - 1)
        assert (await lefts(bench))[3:] == [8, 700]
        bench.clock.move(1)
        assert await lefts(bench) == [8, 90, 90, 9, 900]
        bench.clock.move(MINUTE_US - LEASE_US)
        assert await lefts(bench) == FULL

    async def test_expired_leases_make_room(self, bench: Bench) -> None:
        """Requests whose gateway died hold nobody up for longer than their lease."""
        both = (leases(2), period(10, 5))
        await bench.know(*both)
        await bench.grant(*both)
        bench.clock.move(SECOND_US)
        await bench.grant(*both)
        await bench.refuse(*both)
        bench.clock.move(LEASE_US - SECOND_US)
        await bench.grant(*both)
        await bench.refuse(*both)

    @pytest.mark.parametrize("demands", [ALL, []], ids=["remembered", "forgotten"])
    async def test_late_settlement_charges_once(self, bench: Bench, demands: list[Demand]) -> None:
        """What was used by a hold that expired is charged when it is told, within a day, and once."""
        await bench.know(*ALL)
        hold = await bench.grant(*ALL)
        bench.clock.move(DAY_US // 2)
        await lefts(bench)
        bench.clock.move(DAY_US // 2 + LEASE_US - 1)
        for _ in range(3):
            await bench.close(hold, USED, *demands)
            assert await lefts(bench) == [9, 90, 80, 9, 850]

    async def test_a_tombstone_stands_for_a_day(self, bench: Bench) -> None:
        """A day after its lease ended, a hold is forgotten, and a settlement of it charges nothing."""
        await bench.know(*ALL)
        hold = await bench.grant(*ALL)
        bench.clock.move(DAY_US // 2)
        await lefts(bench)
        bench.clock.move(DAY_US // 2 + LEASE_US)
        await bench.close(hold, USED, *ALL)
        assert await lefts(bench) == FULL

    @pytest.mark.parametrize("remembers", [True, False])
    async def test_late_refusal_takes_the_request_out(self, bench: Bench, *, remembers: bool) -> None:
        """A hold that expired within its window, and turns out to have used nothing, leaves the window too."""
        long = window(9, 10 * MINUTE_US)
        await bench.know()
        hold = await bench.grant(long)
        await bench.grant(long)
        bench.clock.move(LEASE_US)
        assert await bench.left(long) == 9 - 2
        for _ in range(2):
            await bench.close(hold, UNUSED, *([long] if remembers else []))
            assert await bench.left(long) == 9 - 1

    # ── what the store lost ─────────────────────────────────────────────────

    async def test_a_lost_hold_charges_what_was_loaded_since(self, bench: Bench) -> None:
        """A hold opened before its period's counter was loaded was lost with the store's memory: the period is charged, once."""
        opened_us = bench.now_us
        bench.clock.move(1)
        await bench.know(*ALL)
        for _ in range(2):
            await bench.close("lost", USED, *ALL, opened_us=opened_us)
            assert await lefts(bench) == [9, 90, 90, 9, 850]

    async def test_a_lost_hold_that_the_ledger_knew(self, bench: Bench) -> None:
        """A hold whose use was in the ledger before its period's counter was loaded is counted already: trying again charges nothing."""
        opened_us = bench.now_us
        bench.clock.move(2)
        await bench.know(*ALL)
        bench.clock.move(2)
        await bench.close("lost", USED, *ALL, opened_us=opened_us, closed_us=opened_us + 1)
        assert await lefts(bench) == FULL
        await bench.close("lost", USED, *ALL, opened_us=opened_us, closed_us=opened_us + 2)
        assert await lefts(bench) == [9, 90, 90, 9, 850]

    @pytest.mark.parametrize("after_us", [None, 0, 1])
    async def test_an_unknown_hold_charges_nothing(self, bench: Bench, after_us: int | None) -> None:
        """A hold opened since the counter was loaded, or nobody knows when, was settled already."""
        await bench.know(*ALL)
        opened_us = 0 if after_us is None else bench.now_us + after_us
        bench.clock.move(2)
        await bench.close("unknown", USED, *ALL, opened_us=opened_us)
        assert await lefts(bench) == FULL

    async def test_settling_where_nothing_is_known(self, bench: Bench) -> None:
        """An organization that is not loaded has nothing to settle: the ledger has it, and what is loaded later says so."""
        await bench.close("lost", USED, *ALL, opened_us=bench.now_us)
        assert await bench.read(*ALL) == [None] * len(ALL)

    # ── renewal ─────────────────────────────────────────────────────────────

    async def test_a_renewed_lease_lives_on(self, bench: Bench) -> None:
        """A renewal gives a whole lease from now on."""
        both = (leases(1), period(10, 5))
        await bench.know(*both)
        hold = await bench.grant(*both)
        for _ in range(5):
            bench.clock.move(LEASE_US - 1)
            await bench.renew(hold)
        bench.clock.move(LEASE_US - 1)
        await bench.refuse(*both)
        bench.clock.move(1)
        await bench.grant(*both)

    async def test_progress_is_charged_as_it_goes(self, bench: Bench) -> None:
        """What a stream has used beyond its reservation is charged meanwhile: output tokens and money; the close sets it right."""
        await bench.know(*ALL)
        hold = await bench.grant(*ALL)
        for tokens, nanousd, left in (
            (10, 100, [70, 70, 700]),
            (25, 250, [70, 65, 700 - 50]),
            (40, 300, [70, 50, 600]),
            (35, 0, [70, 50, 600]),
        ):
            await bench.renew(hold, tokens, nanousd)
            assert (await lefts(bench))[1:3] + (await lefts(bench))[4:] == left
        await bench.close(hold, USED, *ALL)
        assert await lefts(bench) == SETTLED

    async def test_progress_of_an_expired_hold(self, bench: Bench) -> None:
        """What was charged for progress is released with the hold, and a late settlement still charges the true use."""
        await bench.know(*ALL)
        hold = await bench.grant(*ALL)
        await bench.renew(hold, 60, 600)
        bench.clock.move(LEASE_US)
        assert (await lefts(bench))[2:] == [75, 9, 900]
        await bench.renew(hold, 80, 800)
        assert (await lefts(bench))[2:] == [75, 9, 900]
        await bench.close(hold, USED, *ALL)
        assert (await lefts(bench))[2:] == [90, 9, 850]

    async def test_renews_many_at_once(self, bench: Bench) -> None:
        """Holds of several organizations are renewed together; those that are gone are passed over."""
        organizations = [bench.organization_id, bench.clock.new_id("org_")]
        progress = [Progress(organization_id, "hold", 25, 250) for organization_id in organizations]
        for organization_id in organizations:
            bench.organization_id = organization_id
            await bench.know(*ALL)
            await bench.ask("hold", *ALL)
        bench.clock.move(LEASE_US - 1)
        await bench.store.renew([Progress("org_gone", "hold"), Progress(organizations[0], "gone", 9, 9), *progress], LEASE_US)
        bench.clock.move(LEASE_US - 1)
        for organization_id in organizations:
            bench.organization_id = organization_id
            assert (await lefts(bench))[3:] == [8, 650]


async def lefts(bench: Bench) -> list[int]:
    """Return what is left of each of all."""
    return [await bench.left(demand) for demand in ALL]
