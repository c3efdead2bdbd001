"""A limit store on the bench: the store, the clock that moves it, and an organization of its own, with short words for each act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.limits.values import MINUTE_US, Actual, Ask, Demand, Form, Granted, Loaded, Measure, Missing, Progress, Refused, Settlement

if TYPE_CHECKING:
    from yumen.limits import LimitStore
    from yumen.limits.values import Standing, Verdict
    from yumen.testing.clock import JumpingClock

LEASE_US = 30_000_000
DAY_US = 86_400_000_000
UNTIL_US = 1_798_761_600_000_000
"""1 January 2027, 00:00 UTC: the end of the periods on the bench."""
UNUSED = Actual()
ONE = Actual(requests=1)


def window(limit: int, span_us: int = MINUTE_US, counter: str = "window", *, shadow: bool = False) -> Demand:
    """Return a demand of one request of a window."""
    return Demand(counter, Form.WINDOW, Measure.REQUESTS, limit, 1, span_us=span_us, shadow=shadow)


def bucket(limit: int, amount: int, measure: Measure = Measure.INPUT_TOKENS, counter: str = "bucket", *, shadow: bool = False) -> Demand:
    """Return a demand of tokens of a bucket that is refilled in a minute."""
    return Demand(counter, Form.BUCKET, measure, limit, amount, span_us=MINUTE_US, shadow=shadow)


def leases(limit: int, counter: str = "leases", *, shadow: bool = False) -> Demand:
    """Return a demand of one lease."""
    return Demand(counter, Form.LEASES, Measure.REQUESTS, limit, 1, shadow=shadow)


def period(limit: int, amount: int, measure: Measure = Measure.NANOUSD, counter: str = "period", *, shadow: bool = False) -> Demand:
    """Return a demand of money (or requests) of a period."""
    return Demand(counter, Form.PERIOD, measure, limit, amount, until_us=UNTIL_US, shadow=shadow)


class Bench:
    """One store, its clock, and an organization that no other test has."""

    def __init__(self, store: LimitStore, clock: JumpingClock) -> None:
        """Take a store that reads its time from the clock."""
        self.store = store
        self.clock = clock
        self.organization_id = clock.new_id("org_")
        self.opened = 0

    async def know(self, *demands: Demand, used: int = 0) -> None:
        """Load counters: the periods with what was used of them."""
        await self.store.load(self.organization_id, [Loaded(demand, used) for demand in demands])

    async def ask(self, hold_id: str, *demands: Demand, lease_us: int = LEASE_US) -> Verdict:
        """Ask for demands together."""
        return await self.store.open(Ask(self.organization_id, hold_id, lease_us, demands))

    async def open(self, *demands: Demand) -> Verdict:
        """Ask with a hold's id that was not used before."""
        self.opened += 1
        return await self.ask(f"hold_{self.opened}", *demands)

    async def grant(self, *demands: Demand) -> str:
        """Ask for what must be granted, and return the hold's id."""
        verdict = await self.open(*demands)
        assert isinstance(verdict, Granted), verdict
        return f"hold_{self.opened}"

    async def refuse(self, *demands: Demand) -> Refused:
        """Ask for what must be refused; that it leaves no trace is checked each time."""
        before = await self.read(*demands)
        verdict = await self.open(*demands)
        assert isinstance(verdict, Refused), verdict
        assert list(verdict.standings) == before, "a refusal tells how counters stand without it"
        assert await self.read(*demands) == before, "a refusal leaves no trace"
        return verdict

    async def miss(self, *demands: Demand) -> tuple[int, ...]:
        """Ask for what the store cannot know, and return the indices."""
        verdict = await self.open(*demands)
        assert isinstance(verdict, Missing), verdict
        return verdict.demands

    async def close(self, hold_id: str, actual: Actual, *demands: Demand, opened_us: int = 0, closed_us: int = 0) -> None:
        """Settle a hold."""
        pending = self.store.close(Settlement(self.organization_id, hold_id, actual, opened_us, demands, closed_us))
        if pending is not None:
            await pending

    async def renew(self, hold_id: str, output_tokens: int = 0, nanousd: int = 0) -> None:
        """Renew one hold for a whole lease."""
        await self.store.renew([Progress(self.organization_id, hold_id, output_tokens, nanousd)], LEASE_US)

    async def read(self, *demands: Demand) -> list[Standing | None]:
        """Return how counters stand."""
        return await self.store.read(self.organization_id, demands)

    async def left(self, demand: Demand) -> int:
        """Return what is left of one counter."""
        (standing,) = await self.read(demand)
        assert standing is not None, "the counter is known"
        return standing.remaining

    @property
    def now_us(self) -> int:
        """The time on the bench."""
        return self.clock.now_us()
