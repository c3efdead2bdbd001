"""Counts what the clients of this process do together, in the shared loop: who finds no room waits in line, or is told."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from yumen.claude.model_class import model_class
from yumen.client.demands import calls_demand, expected_nanousd, other_demands
from yumen.client.limits import LimitReached
from yumen.client.ticket import NOTHING_USED, Holds, Ticket
from yumen.errors import LimitsUnavailable, OperatorError
from yumen.limits.answers import RecentAnswers
from yumen.limits.values import Actual, Ask, Form, Granted, Loaded, Missing, Progress, Settlement

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from yumen.client.demands import Asked
    from yumen.client.limits import Limit
    from yumen.clock import Clock
    from yumen.limits import LimitStore
    from yumen.limits.line import Asks
    from yumen.limits.values import Demand, Refused
    from yumen.meter import Prices

US_PER_S = 1_000_000
LEASE_S = 30.0
"""So long what a process holds outlives it."""
MARGIN_S = 0.001
"""A timer of the loop may go off by the resolution of its clock too early."""
LOOK_S = 0.05
"""How soon it is seen that another process gave something back."""
log = logging.getLogger("yumen")


class Limiter:
    """One name's limits, over one store. All that is `async` runs in the loop that it was made in; `post_…` may be called anywhere."""

    def __init__(self, name: str, store: LimitStore, prices: Prices, clock: Clock, line: Asks | None = None) -> None:
        """Count under that name; `line` leads to the store where other processes count too: it is closed with this."""
        self._name = name
        self._store = store
        self._prices = prices
        self._clock = clock
        self._remote = line
        self._alone = line is None
        self._loop = asyncio.get_running_loop()
        self._pid = os.getpid()
        self._line = asyncio.Lock()
        """Who waits, in order."""
        self._freed = asyncio.Event()
        self._answers = RecentAnswers()
        self._open: dict[str, float] = {}
        """Open holds, with their leases in seconds."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._renewing: asyncio.Task[None] | None = None

    async def enter(self, limit: Limit, asked: Asked) -> Ticket:
        """Return what the call holds, as soon as all of it has room. Raises LimitReached, and OperatorError where nobody can count."""
        likely = self._answers.likely_tokens(model_class(asked.model))
        spend = expected_nanousd(limit, asked, self._prices, likely, self._clock.now_us())
        try:
            if limit.wait is False:
                return await self._take(limit, asked, spend, None)
            async with asyncio.timeout(None if limit.wait is True else limit.wait) as patience:
                async with self._line:
                    return await self._take(limit, asked, spend, patience)
        except TimeoutError:
            raise LimitReached("the limits of {limit} had no room within {seconds} s", limit=self._name, seconds=limit.wait) from None
        except LimitsUnavailable as fault:
            # The fault's own sentence is a gateway's, for its callers.
            reason = str(fault.__cause__ or "") or type(fault.__cause__ or fault).__name__
            raise OperatorError("the limits cannot be counted, so the call was not sent: {reason}", reason=reason) from None

    async def _take(self, limit: Limit, asked: Asked, spend: int, patience: asyncio.Timeout | None) -> Ticket:
        """Take a place among the calls, then all the rest together."""
        lease_s = LEASE_S + limit.period
        calls = await self._granted(calls_demand(limit, asked), lease_s, waits=patience is not None)
        taken = Holds(calls, limit.period)
        try:
            demands = other_demands(limit, asked, spend, self._clock.now_us())
            others = await self._granted(demands, lease_s, waits=patience is not None)
        except BaseException:
            self._unsent(taken)
            raise
        now_us = self._clock.now_us()
        reserved = Actual(1, asked.input_tokens, 0, spend)
        return Ticket(self, Holds(calls, limit.period, others, demands, now_us, reserved))

    async def _granted(self, demands: tuple[Demand, ...], lease_s: float, *, waits: bool) -> str:
        """Return the id of a hold of all that; empty where nothing is asked."""
        if not demands:
            return ""
        hold_id = self._clock.new_id("hold_")
        ask = Ask(self._name, hold_id, round(lease_s * US_PER_S), demands)
        while True:
            self._freed.clear()
            try:
                verdict = await self._store.open(ask)
            except asyncio.CancelledError:  # whoever asked has gone; it may have been granted
                self._close(Settlement(self._name, hold_id, NOTHING_USED, self._clock.now_us(), demands))
                raise
            if isinstance(verdict, Granted):
                self._open[hold_id] = lease_s
                self._renew_later()
                return hold_id
            if isinstance(verdict, Missing):
                await self._store.load(self._name, [Loaded(demands[index]) for index in verdict.demands])
                continue
            await self._wait(pause_of(demands, verdict, waits=waits))

    async def _wait(self, pause_s: float | None) -> None:
        """Wait until something is given back, at most for as long as it takes until there is room by itself."""
        longest = pause_s if self._alone else min(LOOK_S, pause_s or LOOK_S)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._freed.wait(), longest)

    # ── what is given back ──────────────────────────────────────────────────

    def post_arrived(self, holds: Holds) -> None:
        """Free the call's place among the calls when a period from now has passed."""
        if holds.calls:
            self._post(self._free_later, holds)

    def post_unsent(self, holds: Holds) -> None:
        """Give everything back at once."""
        self._post(self._unsent, holds)

    def post_end(self, holds: Holds, actual: Actual, *, arrived: bool) -> None:
        """Settle what was used; one of which no answer came has its place freed a period from now."""
        if not arrived:
            self.post_arrived(holds)
        if holds.others:
            self._post(self._close, Settlement(self._name, holds.others, actual, holds.opened_us, holds.demands))

    def note_answer(self, model: str | None, output_tokens: int) -> None:
        """Learn how long answers are."""
        self._post(lambda given: self._answers.note(*given), (model_class(model), output_tokens))

    def _post(self, do: Callable[[Any], None], given: object) -> None:
        if self._pid == os.getpid():  # in the child of a fork, what is held is the parent's
            with suppress(RuntimeError):  # the process ends, and the loop with it
                self._loop.call_soon_threadsafe(do, given)

    def _unsent(self, holds: Holds) -> None:
        for hold_id, demands in ((holds.calls, ()), (holds.others, holds.demands)):
            if hold_id:
                self._close(Settlement(self._name, hold_id, NOTHING_USED, holds.opened_us, demands))

    def _free_later(self, holds: Holds) -> None:
        if self._open.pop(holds.calls, None) is not None and not self._alone:
            self._start(self._leave_for(holds))
        self._loop.call_later(holds.period_s + MARGIN_S, self._close, Settlement(self._name, holds.calls, Actual(requests=1)))

    async def _leave_for(self, holds: Holds) -> None:
        """Let the store free a place by itself, should this process not live so long."""
        with suppress(LimitsUnavailable):
            await self._store.renew([Progress(self._name, holds.calls)], round((holds.period_s + 1) * US_PER_S))

    def _close(self, settlement: Settlement) -> None:
        self._open.pop(settlement.hold_id, None)
        closing = self._store.close(settlement)
        if closing is None:
            self._freed.set()
        else:
            self._start(self._closed(closing))

    async def _closed(self, closing: object) -> None:
        try:
            await closing  # type: ignore[misc]
        except LimitsUnavailable as fault:
            log.warning("a limit of %s could not be settled: %s", self._name, fault)
        self._freed.set()

    # ── leases ──────────────────────────────────────────────────────────────

    def _renew_later(self) -> None:
        if self._renewing is None:
            self._renewing = self._start(self._renew())

    async def _renew(self) -> None:
        """Renew the leases of what is open, as long as something is."""
        try:
            while self._open:
                await asyncio.sleep(LEASE_S / 3)
                await self.renew()
        finally:
            self._renewing = None

    async def renew(self) -> None:
        """Renew all open leases once."""
        for lease_s in set(self._open.values()):
            held = [Progress(self._name, hold_id) for hold_id, other_s in self._open.items() if other_s == lease_s]
            try:
                await self._store.renew(held, round(lease_s * US_PER_S))
            except LimitsUnavailable as fault:
                log.warning("%d holds of %s could not be renewed: %s", len(held), self._name, fault)

    def _start(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        """Stop renewing, and let what is being settled come to its end."""
        if self._renewing is not None:
            self._renewing.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._remote is not None:
            await self._remote.stop()


def pause_of(demands: tuple[Demand, ...], refused: Refused, *, waits: bool) -> float | None:
    """Return how many seconds to wait; None: until something is given back. Raises LimitReached where that is no use, or not wanted."""
    refusing = [demands[index] for index in refused.refusing]
    retry_s = None if refused.retry_us is None else refused.retry_us / US_PER_S
    never = [demand for demand in refusing if demand.form is not Form.LEASES and demand.amount > demand.limit]
    if never:
        raise LimitReached("this call asks for more than the limit {limit} ever holds", limit=shown(never[0]))
    periods = [demand for demand in refusing if demand.form is Form.PERIOD]
    if periods or not waits:
        limit = shown((periods or refusing)[0])
        if retry_s is None:
            raise LimitReached("the limit {limit} has no room, and the call does not wait for it", limit=limit)
        raise LimitReached(
            "the limit {limit} has no room for another {seconds} s, and the call does not wait for it",
            limit=limit,
            retry_after=retry_s,
            seconds=f"{retry_s:.0f}",
        )
    return retry_s


def shown(demand: Demand) -> str:
    """Return what a counter is called where people read it."""
    return f"{demand.counter.split(':', 1)[0]} = {demand.limit if demand.measure != 'nanousd' else f'{demand.limit / 10**9:g} USD'}"
