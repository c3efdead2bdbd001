"""What admission, settlement and renewal share: the store, the clock, the open holds, and what is remembered of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.limits.answers import RecentAnswers
from yumen.limits.holds import OpenHolds
from yumen.limits.waiting import WaitingLines

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.limits.history import History
    from yumen.limits.store import LimitStore
    from yumen.limits.tally import Tally
    from yumen.limits.terms import RememberedTerms


class LimitOptions(msgspec.Struct, frozen=True):
    """What the operator says of limits."""

    lease_us: int = 30_000_000
    fail_open: bool = False
    """Where limits cannot be counted: let requests pass uncounted (True), or refuse them (False)."""
    open_paths: tuple[str, ...] = ()
    """Paths that cannot be metered, and are open all the same to keys whose tokens or money are limited."""


class Counting:
    """One process's share in counting limits."""

    def __init__(self, store: LimitStore, terms: RememberedTerms, history: History, tally: Tally, options: LimitOptions) -> None:
        """Count in that store, by those terms."""
        self.store = store
        self.terms = terms
        self.history = history
        self.tally = tally
        self.options = options
        self.holds = OpenHolds()
        self.answers = RecentAnswers()
        self.lines = WaitingLines()
        self.ahead_us = 0
        """How far the store's clock is ahead of this process's: which day it is, is for the store to say."""

    def now_us(self, clock: Clock) -> int:
        """Return the store's time, as far as it is known here."""
        return clock.now_us() + self.ahead_us
