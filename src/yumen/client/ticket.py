"""What one attempt holds of a client's limits; it is given back once, from any thread, and also where it was left behind."""

from __future__ import annotations

import weakref
from typing import Protocol

import msgspec

from yumen.limits.values import Actual, Demand

NOTHING_USED = Actual()


class Holds(msgspec.Struct, frozen=True):
    """The holds of an attempt in the store."""

    calls: str = ""
    """That of the calls in any period; empty: they are not limited."""
    period_s: float = 0.0
    others: str = ""
    demands: tuple[Demand, ...] = ()
    """Those of the others."""
    opened_us: int = 0
    reserved: Actual = NOTHING_USED


class Counter(Protocol):
    """Who counts; told from any thread, and never waited for."""

    def post_arrived(self, holds: Holds) -> None:
        """Free the call's place among the calls when a period from now has passed."""

    def post_unsent(self, holds: Holds) -> None:
        """Give everything back at once."""

    def post_end(self, holds: Holds, actual: Actual, *, arrived: bool) -> None:
        """Settle what was used."""


class Ticket:
    """Whoever has one gives it back by one of these; one that nobody has any more counts as used as it was reserved."""

    def __init__(self, counter: Counter, holds: Holds) -> None:
        """Take what was granted."""
        self._counter = counter
        self._holds = holds
        self._arrived = False
        self._left_behind = weakref.finalize(self, counter.post_end, holds, holds.reserved, arrived=False)
        self._left_behind.atexit = False

    def arrived(self) -> None:
        """The server has the call, since its answer begins: from now on a period passes until its place is free."""
        if not self._arrived:
            self._arrived = True
            counter, holds = self._counter, self._holds
            self._left_behind.detach()
            self._left_behind = weakref.finalize(self, counter.post_end, holds, holds.reserved, arrived=True)
            self._left_behind.atexit = False
            counter.post_arrived(holds)

    def unsent(self) -> None:
        """The call never left: nothing was used."""
        if self._left_behind.detach() is not None:
            self._counter.post_unsent(self._holds)

    def end(self, actual: Actual | None = None) -> None:
        """The call is over, and used that; None: as far as is known, what was reserved."""
        if self._left_behind.detach() is not None:
            used = self._holds.reserved if actual is None else actual
            self._counter.post_end(self._holds, used, arrived=self._arrived)
