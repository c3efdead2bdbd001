"""How the four kinds of counters count: windows, buckets, leases and periods, in whole numbers, without a clock of their own.

`lua/counters.lua` is their twin for Redis: a change here is a change there. A script there counts in doubles, so no number may pass 2^53.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from typing import TYPE_CHECKING

from yumen.limits.values import Form, Standing

if TYPE_CHECKING:
    from yumen.limits.values import Demand

LOWEST_LEVEL = -3 * 10**15
"""How deep a bucket's debt may be, in units × span: 50 million tokens a minute. What is beyond is forgiven."""
MOST_USED = 2**53 - 1
"""Where a period's counter stays."""
DAY_US = 86_400_000_000


class Window:
    """At most `limit` in any span: the times of what was admitted within the last one, oldest first."""

    __slots__ = ("span_us", "times")

    def __init__(self, span_us: int) -> None:
        """Begin with nothing admitted."""
        self.span_us = span_us
        self.times: deque[int] = deque()

    def room(self, demand: Demand, now: int) -> bool:
        """Forget what left the window, and say whether one more fits."""
        times = self.times
        horizon = now - demand.span_us
        while times and times[0] <= horizon:
            times.popleft()
        return len(times) < demand.limit

    def wait(self, demand: Demand, now: int) -> int | None:
        """Return how long until one more fits; None: never."""
        if demand.limit < 1:
            return None
        return self.times[len(self.times) - demand.limit] + demand.span_us - now

    def charge(self, _demand: Demand, now: int, _expires_us: int) -> None:
        """Admit one."""
        if self.times and now < self.times[-1]:
            insort(self.times, now)  # the clock was set back
        else:
            self.times.append(now)

    def withdraw(self, at: int) -> None:
        """Take out what was admitted at a time, if it is still there: all that were at one time are alike."""
        place = bisect_left(self.times, at)
        if place < len(self.times) and self.times[place] == at:
            del self.times[place]

    def standing(self, demand: Demand, now: int) -> Standing:
        """Return how many fit, and when the newest has left."""
        times = self.times
        return Standing(max(0, demand.limit - len(times)), times[-1] + demand.span_us if times else now)


class Bucket:
    """A bucket that refills all the time: its level is in units × span, so that a microsecond brings exactly `limit` of it.

    Only a draw changes it. To be looked at, by a refusal or with another limit, leaves no trace.
    """

    __slots__ = ("at_us", "level", "limit", "seen", "span_us")

    def __init__(self, limit: int, span_us: int, now: int) -> None:
        """Begin full."""
        self.limit = limit
        self.span_us = span_us
        self.level = self.seen = limit * span_us
        self.at_us = now

    def look(self, demand: Demand, now: int) -> int:
        """Return the level with what came since the last draw, at today's rate; `standing` then tells of this."""
        level = self.level
        if now > self.at_us:
            level += (now - self.at_us) * demand.limit
        brim = demand.limit * demand.span_us
        self.seen = seen = brim if level > brim else level  # noqa: FURB136  (a call for each request, where a comparison does)
        return seen

    def is_full(self, now: int) -> bool:
        """Whether it could as well be a new one."""
        return self.level + max(0, now - self.at_us) * self.limit >= self.limit * self.span_us

    def room(self, demand: Demand, now: int) -> bool:
        """Say whether the amount is there; an amount of 0 needs one unit."""
        return self.look(demand, now) >= (demand.amount or 1) * demand.span_us

    def wait(self, demand: Demand, _now: int) -> int | None:
        """Return how long until the amount is there; None: it never is."""
        amount = demand.amount or 1
        if amount > demand.limit:
            return None
        return -((self.seen - amount * demand.span_us) // demand.limit)

    def charge(self, demand: Demand, now: int, _expires_us: int) -> None:
        """Take the amount out."""
        self.draw(demand, demand.amount, now)

    def draw(self, demand: Demand, units: int, now: int) -> None:
        """Take units out, or with a negative number put them back, never above the brim."""
        level = self.look(demand, now) - units * demand.span_us
        self.level = self.seen = max(LOWEST_LEVEL, min(level, demand.limit * demand.span_us))
        self.limit = demand.limit
        self.span_us = demand.span_us
        self.at_us = max(self.at_us, now)

    def standing(self, demand: Demand, now: int) -> Standing:
        """Return the whole units, and when it is full."""
        level = self.seen
        lacking = demand.limit * demand.span_us - level
        waits = lacking > 0 and demand.limit > 0
        return Standing(max(0, level // demand.span_us), now - (-lacking // demand.limit) if waits else now)


class Leases:
    """At most `limit` holds at one time."""

    __slots__ = ("count", "latest_us")

    def __init__(self) -> None:
        """Begin with none."""
        self.count = 0
        self.latest_us = 0

    def room(self, demand: Demand, _now: int) -> bool:
        """Say whether one more may be open."""
        return self.count < demand.limit

    def wait(self, _demand: Demand, _now: int) -> int | None:
        """Nobody knows when one is closed."""
        return None

    def charge(self, _demand: Demand, _now: int, expires_us: int) -> None:
        """Count one more."""
        self.count += 1
        self.prolong(expires_us)

    def prolong(self, expires_us: int) -> None:
        """Remember the latest end that was promised."""
        self.latest_us = max(self.latest_us, expires_us)

    def release(self) -> None:
        """Count one less."""
        self.count -= 1
        if self.count == 0:
            self.latest_us = 0

    def standing(self, demand: Demand, now: int) -> Standing:
        """Return how many more may be open, and when all of these have ended at the latest."""
        return Standing(max(0, demand.limit - self.count), self.latest_us if self.count else now)


class Period:
    """What was used and is reserved in a calendar's period: one sum."""

    __slots__ = ("ends_us", "loaded_us", "used")

    def __init__(self, used: int, until_us: int, now: int) -> None:
        """Begin with what the ledger knows. It is kept for a day beyond its period, for settlements that come late."""
        self.used = used
        self.loaded_us = now
        self.ends_us = max(until_us, now) + DAY_US

    def room(self, demand: Demand, _now: int) -> bool:
        """Say whether the amount fits."""
        return self.used + demand.amount <= demand.limit

    def wait(self, demand: Demand, now: int) -> int | None:
        """Return how long until the period ends; None: the amount would not fit into the next one either."""
        return None if demand.amount > demand.limit else max(0, demand.until_us - now)

    def charge(self, demand: Demand, _now: int, _expires_us: int) -> None:
        """Add the amount."""
        self.add(demand.amount)

    def add(self, units: int) -> None:
        """Add units, or with a negative number take them away."""
        self.used = max(0, min(self.used + units, MOST_USED))

    def standing(self, demand: Demand, _now: int) -> Standing:
        """Return what is left, and the period's end."""
        return Standing(max(0, demand.limit - self.used), demand.until_us)


Counter = Window | Bucket | Leases | Period


def fresh(demand: Demand, now: int) -> Counter | None:
    """Return a counter as it is when nothing was counted; None for a period: only the ledger knows what was used in it."""
    match demand.form:
        case Form.WINDOW:
            return Window(demand.span_us)
        case Form.BUCKET:
            return Bucket(demand.limit, demand.span_us, now)
        case Form.LEASES:
            return Leases()
        case _:
            return None


def is_idle(counter: Counter, now: int) -> bool:
    """Whether a counter can be let go, since a new one would say the same."""
    match counter:
        case Window():
            return not counter.times or counter.times[-1] + counter.span_us <= now
        case Bucket():
            return counter.is_full(now)
        case Leases():
            return counter.count == 0
        case Period():
            return counter.ends_us <= now
