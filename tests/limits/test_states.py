"""Every state that three holds can reach in a few steps of open, close, renew, expiry, crash and loss, beside a plain reckoning."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from yumen.limits.account import Account
from yumen.limits.counters import DAY_US
from yumen.limits.values import Actual, Ask, Granted, Loaded, Measure, Progress, Settlement
from yumen.testing.limit_bench import UNTIL_US, Demand, Form

START = 1_795_651_200_000_000
TICK = 1_000_000
LEASE = 2 * TICK
SPAN = 3 * TICK
LIMIT, AMOUNT = 4, 2
"""Of money: two holds fit."""
DEMANDS = (
    Demand("window", Form.WINDOW, Measure.REQUESTS, 2, 1, span_us=SPAN),
    Demand("leases", Form.LEASES, Measure.REQUESTS, 2, 1),
    Demand("money", Form.PERIOD, Measure.NANOUSD, LIMIT, AMOUNT, until_us=UNTIL_US),
    Demand("output", Form.BUCKET, Measure.OUTPUT_TOKENS, 3, 1, span_us=SPAN),
)
NOTHING, USED = Actual(), Actual(requests=1, output_tokens=2, nanousd=1)
PROGRESS = 3
HOLDS = ("a", "b", "c")

Step = tuple[str, str]


@dataclass
class Plain:
    """What should be true of one hold."""

    opened: int
    expires: int
    money: int = AMOUNT
    output: int = 1
    state: str = "open"
    """open, expired, lost or closed"""
    closed: int = 0


@dataclass
class World:
    """An account, and beside it, written as plainly as can be, what it should say."""

    now: int = START
    holds: dict[str, Plain] = field(default_factory=dict)
    ledger: int = 0
    """Money of all that was closed."""
    settled: int = 0
    """Money of what was closed, as far as the counter should know."""
    admitted: list[tuple[int, str]] = field(default_factory=list)
    draws: list[tuple[int, int]] = field(default_factory=list)
    loaded: int = START
    bounded: bool = True
    """Nothing has happened that may pass the limit: no progress beyond a hold, no settlement after its lease or of a lost hold."""

    def __post_init__(self) -> None:
        """Begin with an empty ledger."""
        self.account = self.load()

    def load(self) -> Account:
        """Begin anew from the ledger."""
        account = Account(self.now)
        account.load(Loaded(DEMANDS[2], self.ledger), self.now)
        return account

    def steps(self) -> list[Step]:
        """What can happen next. Holds are opened in their order, since their names mean nothing."""
        steps = [("tick", ""), ("day", ""), ("lose", "")]
        for name in HOLDS:
            if name not in self.holds:
                return [*steps, ("open", name)]
            steps += [("close", name), ("cancel", name), ("renew", name), ("open", name)]
        return steps

    # ── what happens ────────────────────────────────────────────────────────

    def take(self, step: Step) -> None:
        """Let one thing happen to both, and compare."""
        what, name = step
        if what in {"tick", "day"}:
            self.now += TICK if what == "tick" else DAY_US
            self.expire()
        elif what == "lose":
            self.lose()
        elif what == "open":
            self.open(name)
        elif what == "renew":
            self.renew(name)
        else:
            self.close(name, USED if what == "close" else NOTHING)
        self.compare()

    def expire(self) -> None:
        """Leases end."""
        for hold in self.holds.values():
            if hold.state == "open" and hold.expires <= self.now:
                hold.state, hold.money = "expired", 0

    def lose(self) -> None:
        """The store loses its memory, and reads the ledger a tick later."""
        self.now += TICK
        self.loaded = self.now
        self.settled = self.ledger
        self.admitted, self.draws = [], []
        for hold in self.holds.values():
            if hold.state != "closed":
                hold.state, hold.money = "lost", 0
        self.account = self.load()

    def open(self, name: str) -> None:
        """Somebody asks, or asks again with the same hold."""
        again = name in self.holds and self.holds[name].state == "open"
        if name in self.holds and not again:
            return
        fits = len(self.window()) < 2 and len(self.live()) < 2 and self.money() + AMOUNT <= LIMIT and self.level() >= SPAN
        before = self.account.read(DEMANDS, self.now)
        verdict = self.account.open(Ask("org", name, LEASE, DEMANDS), self.now)
        assert isinstance(verdict, Granted) == (fits or again)
        if not isinstance(verdict, Granted):
            assert self.account.read(DEMANDS, self.now) == before == list(verdict.standings)
        elif not again:
            self.holds[name] = Plain(self.now, self.now + LEASE)
            self.admitted.append((self.now, name))
            self.draws.append((self.now, 1))
            assert self.money() <= LIMIT

    def renew(self, name: str) -> None:
        """A stream goes on, and has used more than was thought."""
        hold = self.holds[name]
        self.account.renew(Progress("org", name, PROGRESS, PROGRESS), LEASE, self.now)
        if hold.state == "open":
            hold.expires = self.now + LEASE
            if hold.money < PROGRESS:
                self.draws.append((self.now, PROGRESS - hold.output))
                hold.money = hold.output = PROGRESS
                self.bounded = False

    def close(self, name: str, actual: Actual) -> None:
        """A hold is settled, for the first time or again."""
        hold = self.holds[name]
        hold.closed = hold.closed or self.now
        if self.now >= hold.closed + DAY_US:
            return  # that a lost hold was charged is remembered for a day
        self.account.close(Settlement("org", name, actual, hold.opened, DEMANDS, hold.closed), self.now)
        if hold.state == "closed":
            return
        self.ledger += actual.nanousd
        forgotten = hold.state == "expired" and hold.expires + DAY_US <= self.now
        self.bounded &= hold.state == "open"
        if not forgotten:
            self.settled += actual.nanousd
        if not forgotten and hold.state != "lost":
            self.draws.append((self.now, actual.output_tokens - hold.output))
            if actual.requests == 0:
                self.admitted = [entry for entry in self.admitted if entry[1] != name]
        hold.state, hold.money = "closed", 0

    # ── what should be so ───────────────────────────────────────────────────

    def window(self) -> list[int]:
        """When those were admitted that still count."""
        return [at for at, _ in self.admitted if at > self.now - SPAN]

    def live(self) -> list[Plain]:
        """The holds that are open."""
        return [hold for hold in self.holds.values() if hold.state == "open"]

    def money(self) -> int:
        """What was used, and what is reserved."""
        return self.settled + sum(hold.money for hold in self.live())

    def level(self) -> int:
        """What is in the bucket: from full, each draw in turn."""
        level, at = 3 * SPAN, self.loaded
        for time, units in [*self.draws, (self.now, 0)]:
            level = min(3 * SPAN, min(3 * SPAN, level + (time - at) * 3) - units * SPAN)
            at = time
        return level

    def compare(self) -> None:
        """The sum of the parts is what the account says, and nothing is above its limit."""
        readings = self.account.read(DEMANDS, self.now)
        window, leases, money, output = [-1 if reading is None else reading.remaining for reading in readings]
        assert window == 2 - len(self.window()) >= 0
        assert leases == 2 - len(self.live()) >= 0
        assert money == max(0, LIMIT - self.money())
        assert output == max(0, self.level() // SPAN)
        assert self.money() <= LIMIT or not self.bounded

    def finish(self) -> None:
        """Close what is not closed, and wait: only what was used remains."""
        for name, hold in self.holds.items():
            if hold.state != "closed":
                self.take(("close", name))
        self.take(("day", ""))
        assert not self.live()
        assert self.money() == self.settled
        assert not self.account.holds

    def key(self) -> object:
        """What tells one state from another."""
        holds = tuple((hold.opened, hold.expires, hold.money, hold.state, hold.closed) for hold in self.holds.values())
        return self.now, holds, self.settled, self.ledger, self.level(), tuple(self.window()), self.loaded, self.bounded


def world(path: tuple[Step, ...]) -> World:
    """Return the world to which steps lead."""
    reached = World()
    for step in path:
        reached.take(step)
    return reached


@pytest.mark.parametrize("depth", [5, pytest.param(6, marks=pytest.mark.slow)])
def test_every_state_within_reach(depth: int) -> None:
    """In each, what is counted is the sum of its parts, a refusal leaves no trace, and in the end what was used is what is counted."""
    seen = set()
    border: list[tuple[Step, ...]] = [()]
    for _ in range(depth):
        paths, border = border, []
        for path in paths:
            for step in world(path).steps():
                reached = world((*path, step))
                if (key := reached.key()) not in seen:
                    seen.add(key)
                    border.append((*path, step))
                    reached.finish()
    assert len(seen) > 1000, len(seen)
