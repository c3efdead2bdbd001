"""All that is counted of one organization, and what happens to it: open, close, renew, load, read and the expiry of holds.

Pure: the time is a parameter. `store_memory` keeps these in a dict; for Redis the same is written in `lua/`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.limits.counters import DAY_US, Bucket, Leases, Period, Window, fresh, is_idle
from yumen.limits.values import Form, Granted, Loaded, Measure, Missing, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.limits.counters import Counter
    from yumen.limits.values import Actual, Ask, Demand, Progress, Settlement, Standing, Verdict

SWEEP_US = 3_600_000_000
"""How often counters that say nothing are let go."""
NEVER_US = 2**62


class Held:
    """A hold: what it took, and until when. As a tombstone: what it demanded, its periods released."""

    __slots__ = ("charged", "demands", "expires_us", "opened_us")

    def __init__(self, opened_us: int, expires_us: int, demands: tuple[Demand, ...]) -> None:
        """Take what was granted."""
        self.opened_us = opened_us
        self.expires_us = expires_us
        self.demands = demands
        self.charged: list[int] | None = None
        """What is charged for each demand, where that is no longer its amount."""

    def charged_for(self, index: int) -> int:
        """Return what is charged for a demand by now."""
        return self.demands[index].amount if self.charged is None else self.charged[index]

    def note(self, index: int, charged: int) -> None:
        """Remember that something else than the amount is charged."""
        if self.charged is None:
            self.charged = [demand.amount for demand in self.demands]
        self.charged[index] = charged


class Account:
    """One organization's counters and holds. That it exists is the mark that its counters were loaded."""

    __slots__ = ("counters", "due_us", "holds", "sweep_us", "tombs", "touched_us")

    def __init__(self, now: int) -> None:
        """Begin with nothing counted."""
        self.counters: dict[str, Counter] = {}
        self.holds: dict[str, Held] = {}
        self.tombs: dict[str, Held] = {}
        self.due_us = NEVER_US
        """Nothing expires before; something may then."""
        self.sweep_us = now + SWEEP_US
        self.touched_us = now

    # ── open ────────────────────────────────────────────────────────────────

    def open(self, ask: Ask, now: int) -> Verdict:
        """Take all demands together, or none. A hold that is open already is granted again and charged once."""
        self.let_go(now)
        counters: list[Counter] = []
        missing: list[int] = []
        refusing: list[int] = []
        over: list[int] = []
        for index, demand in enumerate(ask.demands):
            counter = self._counter(demand, now)
            if counter is None:
                missing.append(index)
                continue
            counters.append(counter)
            if not counter.room(demand, now):
                (over if demand.shadow else refusing).append(index)
        if missing:
            return Missing(tuple(missing))
        if ask.hold_id in self.holds:
            return Granted(now, standings(counters, ask.demands, now))
        if refusing:
            return refusal(ask, counters, refusing, now)
        self._charge(ask, counters, now)
        return Granted(now, standings(counters, ask.demands, now), tuple(over))

    def _counter(self, demand: Demand, now: int) -> Counter | None:
        """Return a demand's counter, a new one where that is the same (kept when it is charged); None: only the ledger knows."""
        counter = self.counters.get(demand.counter)
        return fresh(demand, now) if counter is None else counter

    def _charge(self, ask: Ask, counters: Sequence[Counter], now: int) -> None:
        expires = now + ask.lease_us
        for counter, demand in zip(counters, ask.demands, strict=True):
            counter.charge(demand, now, expires)
            self.counters[demand.counter] = counter
        self.holds[ask.hold_id] = Held(now, expires, ask.demands)
        self.due_us = min(self.due_us, expires)
        if self.tombs:
            self.tombs.pop(ask.hold_id, None)

    # ── close ───────────────────────────────────────────────────────────────

    def close(self, settlement: Settlement, now: int) -> None:
        """Replace what a hold reserved by what was used; once, and also where the hold expired or was lost."""
        self.let_go(now)
        hold = self.holds.pop(settlement.hold_id, None)
        if hold is not None:
            self._settle(hold, settlement.actual, now)
            for demand in hold.demands:
                if demand.form is Form.LEASES:
                    self._release(demand)
        elif (tomb := self.tombs.get(settlement.hold_id)) is not None:
            self._settle(tomb, settlement.actual, now)
            tomb.demands = ()  # it stays, so that nothing charges a second time
        else:
            self._charge_lost(settlement, now)

    def _settle(self, hold: Held, actual: Actual, now: int) -> None:
        for index, demand in enumerate(hold.demands):
            form = demand.form
            if form is Form.WINDOW:
                if actual.requests == 0:
                    self._withdraw(demand, hold.opened_us)
            elif form is not Form.LEASES:
                self._draw(demand, actual.of(demand.measure) - hold.charged_for(index), hold, now)

    def _draw(self, demand: Demand, units: int, hold: Held, now: int) -> None:
        """Charge a bucket or a period with what was used beyond the charge; with less than nothing: give it back."""
        counter = self._counter(demand, now)
        if isinstance(counter, Bucket):
            counter.draw(demand, units, now)
            self.counters[demand.counter] = counter
        elif isinstance(counter, Period) and counter.loaded_us <= hold.opened_us:
            counter.add(units)

    def _withdraw(self, demand: Demand, at: int) -> None:
        counter = self.counters.get(demand.counter)
        if isinstance(counter, Window):
            counter.withdraw(at)

    def _release(self, demand: Demand) -> None:
        counter = self.counters.get(demand.counter)
        if isinstance(counter, Leases):
            counter.release()

    def _charge_lost(self, settlement: Settlement, now: int) -> None:
        """Charge periods that were loaded between a lost hold's opening and its entry into the ledger, and remember that."""
        charged = False
        closed_us = settlement.closed_us or now
        for demand in settlement.demands:
            counter = self.counters.get(demand.counter)
            if isinstance(counter, Period) and 0 < settlement.opened_us < counter.loaded_us <= closed_us:
                counter.add(settlement.actual.of(demand.measure))
                charged = True
        if charged:
            self._bury(settlement.hold_id, Held(settlement.opened_us, now + DAY_US, ()))

    # ── renew ───────────────────────────────────────────────────────────────

    def renew(self, progress: Progress, lease_us: int, now: int) -> None:
        """Prolong an open hold, and charge what it has used beyond what is charged."""
        self.let_go(now)
        hold = self.holds.get(progress.hold_id)
        if hold is None:
            return
        hold.expires_us = now + lease_us
        self.due_us = min(self.due_us, hold.expires_us)
        for index, demand in enumerate(hold.demands):
            if demand.form is Form.LEASES:
                self._prolong(demand, hold.expires_us)
            elif demand.form is Form.BUCKET and demand.measure is Measure.OUTPUT_TOKENS:
                self._advance(hold, index, progress.output_tokens, now)
            elif demand.form is Form.PERIOD and demand.measure is Measure.NANOUSD:
                self._advance(hold, index, progress.nanousd, now)

    def _advance(self, hold: Held, index: int, used: int, now: int) -> None:
        beyond = used - hold.charged_for(index)
        if beyond > 0:
            self._draw(hold.demands[index], beyond, hold, now)
            hold.note(index, used)

    def _prolong(self, demand: Demand, expires_us: int) -> None:
        counter = self.counters.get(demand.counter)
        if isinstance(counter, Leases):
            counter.prolong(expires_us)

    # ── load and read ───────────────────────────────────────────────────────

    def load(self, loaded: Loaded, now: int) -> None:
        """Set a counter that is not there, from the ledger. A window or bucket of which nothing is used counts as not there."""
        demand = loaded.demand
        counter = self._counter(demand, now)
        if counter is None:
            counter = Period(loaded.used, demand.until_us, now)
            self.sweep_us = min(self.sweep_us, counter.ends_us)
        elif isinstance(counter, Window):
            counter.room(demand, now)
            if not counter.times:
                counter.times.extend(min(at, now) for at, units in loaded.events for _ in range(units) if at > now - demand.span_us)
        elif isinstance(counter, Bucket) and counter.look(demand, now) == demand.limit * demand.span_us:
            self._replay(counter, loaded, now)
        self.counters[demand.counter] = counter

    def _replay(self, bucket: Bucket, loaded: Loaded, now: int) -> None:
        """Draw from a full bucket what was used within the last span, when it was."""
        bucket.at_us = now - loaded.demand.span_us
        bucket.draw(loaded.demand, 0, bucket.at_us)
        for at, units in loaded.events:
            bucket.draw(loaded.demand, units, max(min(at, now), bucket.at_us))
        bucket.draw(loaded.demand, 0, now)

    def read(self, demands: Sequence[Demand], now: int) -> list[Standing | None]:
        """Return how counters stand."""
        self.let_go(now)
        found = [self._counter(demand, now) for demand in demands]
        return [None if c is None else looked_at(c, d, now) for c, d in zip(found, demands, strict=True)]

    # ── what ends by itself ─────────────────────────────────────────────────

    def let_go(self, now: int) -> None:
        """End what has expired by now: holds, tombstones, and counters that say nothing."""
        if now >= self.due_us:
            self._expire(now)
        if now >= self.sweep_us:
            self._sweep(now)

    def _expire(self, now: int) -> None:
        for hold_id in [hold_id for hold_id, hold in self.holds.items() if hold.expires_us <= now]:
            hold = self.holds.pop(hold_id)
            self._free(hold)
            hold.expires_us += DAY_US
            self.tombs[hold_id] = hold
        for hold_id in [hold_id for hold_id, tomb in self.tombs.items() if tomb.expires_us <= now]:
            del self.tombs[hold_id]
        ends = [hold.expires_us for held in (self.holds, self.tombs) for hold in held.values()]
        self.due_us = min(ends, default=NEVER_US)

    def _free(self, hold: Held) -> None:
        """Give back a hold's leases and what it reserved of periods; what it took of rates ages away."""
        for index, demand in enumerate(hold.demands):
            if demand.form is Form.LEASES:
                self._release(demand)
            elif demand.form is Form.PERIOD:
                counter = self.counters.get(demand.counter)
                if isinstance(counter, Period) and counter.loaded_us <= hold.opened_us:
                    counter.add(-hold.charged_for(index))
                hold.note(index, 0)

    def _bury(self, hold_id: str, tomb: Held) -> None:
        self.tombs[hold_id] = tomb
        self.due_us = min(self.due_us, tomb.expires_us)

    def _sweep(self, now: int) -> None:
        for name in [name for name, counter in self.counters.items() if is_idle(counter, now)]:
            del self.counters[name]
        ends = [counter.ends_us for counter in self.counters.values() if isinstance(counter, Period)]
        self.sweep_us = min([now + SWEEP_US, *ends])


def standings(counters: Sequence[Counter], demands: Sequence[Demand], now: int) -> tuple[Standing, ...]:
    """Return how counters stand that were just looked at."""
    return tuple([counter.standing(demand, now) for counter, demand in zip(counters, demands, strict=True)])


def looked_at(counter: Counter, demand: Demand, now: int) -> Standing:
    """Return how a counter stands, be it that nobody looked at it for long."""
    counter.room(demand, now)
    return counter.standing(demand, now)


def refusal(ask: Ask, counters: Sequence[Counter], refusing: Sequence[int], now: int) -> Refused:
    """Return why an ask is refused, and for how long: the longest of the waits, or none where one has none."""
    waits = [counters[index].wait(ask.demands[index], now) for index in refusing]
    longest = None if None in waits else max(wait for wait in waits if wait is not None)
    return Refused(now, standings(counters, ask.demands, now), tuple(refusing), longest)
