"""Random acts upon a limit store, as data, and what comes of them on a bench."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from yumen.limits.values import (
    MAX_NANOUSD,
    MAX_RATE,
    MINUTE_US,
    SECOND_US,
    Actual,
    Demand,
    Granted,
    Loaded,
    Measure,
    Progress,
    Refused,
)
from yumen.testing.limit_bench import Bench, bucket, leases, period, window

HOLDS = ("a", "b", "c", "d", "e")
VARIANTS: dict[str, list[Demand]] = {
    "second": [window(2, SECOND_US, "second"), window(3, SECOND_US, "second", shadow=True)],
    "minute": [window(4, MINUTE_US, "minute"), window(1, MINUTE_US, "minute"), window(0, MINUTE_US, "minute", shadow=True)],
    "input": [bucket(60, amount, counter="input") for amount in (0, 7, 60, 61)],
    "output": [bucket(70, amount, Measure.OUTPUT_TOKENS, "output") for amount in (0, 11)]
    + [bucket(7, 9, Measure.OUTPUT_TOKENS, "output", shadow=True)],
    "huge": [bucket(MAX_RATE, amount, counter="huge") for amount in (1, MAX_RATE - 1, MAX_RATE)],
    "leases": [leases(2), leases(1, shadow=True)],
    "spend": [period(1000, amount, counter="spend") for amount in (0, 1, 400, 1000, 1001)]
    + [period(300, 250, counter="spend", shadow=True)],
    "month": [period(5, 1, Measure.REQUESTS, "month"), period(2, 1, Measure.REQUESTS, "month", shadow=True)],
    "fortune": [period(MAX_NANOUSD, amount, counter="fortune") for amount in (1, MAX_NANOUSD // 3, MAX_NANOUSD)],
}
EACH = [variants[0] for variants in VARIANTS.values()]
"""One demand of each counter, to read it by."""
UNITS = st.sampled_from([0, 1, 5, 40, 300, 1000, MAX_RATE, 10 * MAX_RATE, MAX_NANOUSD])

demands = st.lists(st.sampled_from(sorted(VARIANTS)), unique=True, min_size=1, max_size=5).flatmap(
    lambda names: st.tuples(*(st.sampled_from(VARIANTS[name]) for name in names))
)
actuals = st.one_of(
    st.just(Actual()), st.builds(Actual, requests=st.integers(0, 2), input_tokens=UNITS, output_tokens=UNITS, nanousd=UNITS)
)


@dataclass(frozen=True)
class Move:
    """Time passes."""

    us: int


@dataclass(frozen=True)
class Open:
    """Somebody asks."""

    hold: str
    demands: tuple[Demand, ...]


@dataclass(frozen=True)
class Close:
    """A hold is settled; `remembers`: with its demands and its time. `delay_us`: how long it was open for the ledger; 0: until now."""

    hold: str
    actual: Actual
    remembers: bool
    delay_us: int = 0


@dataclass(frozen=True)
class Renew:
    """Holds are renewed."""

    progress: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Load:
    """A counter is read from the ledger; each event is how long ago, and how much."""

    demand: Demand
    used: int
    events: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Lose:
    """The store loses its memory."""


Act = Move | Open | Close | Renew | Load | Lose

moves = st.builds(
    Move,
    st.sampled_from(
        [0, 1, 999, SECOND_US // 2, SECOND_US - 1, SECOND_US, 15 * SECOND_US, 30 * SECOND_US, MINUTE_US, 60 * MINUTE_US, 86_400 * SECOND_US]
    ),
)
opens = st.builds(Open, st.sampled_from(HOLDS), demands)
closes = st.builds(Close, st.sampled_from(HOLDS), actuals, st.booleans(), st.sampled_from([0, 0, 1, SECOND_US, MINUTE_US]))
renews = st.builds(Renew, st.lists(st.tuples(st.sampled_from(HOLDS), UNITS, UNITS), max_size=3).map(tuple))
events = st.lists(st.tuples(st.integers(0, 2 * MINUTE_US), st.integers(1, 3)), max_size=4).map(
    lambda found: tuple(sorted(found, reverse=True))
)
loads = st.builds(Load, st.sampled_from(EACH), UNITS, events)
acts: st.SearchStrategy[list[Act]] = st.lists(
    st.one_of(opens, opens, opens, closes, closes, moves, moves, renews, loads, st.builds(Lose)), max_size=40
)


class Player:
    """Plays acts upon one bench, and remembers of each hold what its asker would."""

    def __init__(self, bench: Bench, lose: Callable[[], None]) -> None:
        """Take a bench, and how its store loses its memory."""
        self.bench = bench
        self.lose = lose
        self.granted: dict[str, tuple[int, tuple[Demand, ...]]] = {}

    async def play(self, act: Act) -> object:
        """Do what an act says; return what can be seen of it."""
        match act:
            case Move(us):
                self.bench.clock.move(us)
            case Open(hold, wanted):
                return await self._open(hold, wanted)
            case Close(hold, actual, remembers, delay_us):
                opened_us, known = self.granted.get(hold, (0, ())) if remembers else (0, ())
                closed_us = opened_us + delay_us if opened_us and delay_us else 0
                await self.bench.close(hold, actual, *known, opened_us=opened_us, closed_us=closed_us)
            case Renew(progress):
                await self.bench.store.renew([Progress(self.bench.organization_id, *each) for each in progress], 30 * SECOND_US)
            case Load(demand, used, ages):
                now = self.bench.now_us
                loaded = Loaded(demand, used, tuple((now - age, units) for age, units in ages))
                await self.bench.store.load(self.bench.organization_id, [loaded])
            case Lose():
                self.lose()
        return None

    async def _open(self, hold: str, wanted: tuple[Demand, ...]) -> object:
        before = await self.bench.read(*wanted)
        verdict = await self.bench.ask(hold, *wanted)
        if isinstance(verdict, Granted):
            self.granted.setdefault(hold, (verdict.now_us, wanted))
        else:
            assert await self.bench.read(*wanted) == before, "a refusal leaves no trace"
        if isinstance(verdict, Refused):
            assert list(verdict.standings) == before
        return verdict
