"""One timer for all time-outs of a loop: a sweep costs less than a timer a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio

SWEEP_S = 0.25
"""How often deadlines are looked at, and so how late a time-out may be."""

NEVER = float("inf")


class Expiring(Protocol):
    """Something with a deadline, in the loop's time."""

    deadline: float

    def expire(self) -> None:
        """Do what is to be done at the deadline; called again at each sweep until the deadline is moved."""


class Deadlines:
    """The set of everything that has a deadline; the timer stands still while it is empty."""

    __slots__ = ("_expiring", "_loop", "_timer")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Sweep on that loop."""
        self._loop = loop
        self._expiring: set[Expiring] = set()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, expiring: Expiring) -> None:
        """Watch it from now on."""
        self._expiring.add(expiring)
        if self._timer is None:
            self._timer = self._loop.call_later(SWEEP_S, self._sweep)

    def discard(self, expiring: Expiring) -> None:
        """Watch it no more."""
        self._expiring.discard(expiring)

    def _sweep(self) -> None:
        # First the next sweep: what fails in this one must not end them all.
        self._timer = self._loop.call_later(SWEEP_S, self._sweep) if self._expiring else None
        now = self._loop.time()
        for expiring in [each for each in self._expiring if each.deadline <= now]:
            expiring.expire()
