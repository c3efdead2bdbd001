"""settle: replaces what a request reserved by what it used, once, whatever stood in the way."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING

import msgspec

from yumen.errors import LimitsUnavailable
from yumen.exchange.use import requests_used
from yumen.limits.rules import Call, claims_of
from yumen.limits.values import Actual, Ask, Form, Granted, Measure, Settlement

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from yumen.exchange import Exchange
    from yumen.exchange.values import Hold, Principal
    from yumen.limits.counting import Counting
    from yumen.limits.values import Demand

log = logging.getLogger("yumen.limits")

MADE = 200
MOST_OWED = 100_000
"""Settlements that are kept for a store that is away; the oldest are then given up, and their holds expire."""
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0


class Owed(msgspec.Struct, frozen=True):
    """A settlement that the store does not have yet."""

    settlement: Settlement
    late: bool = False
    """Whether the request passed although its limits could not be counted: it must be booked first."""


class Settle:
    """The limits' place in the closing phase, after record. Whoever makes this also awaits `run`, and `finish` at the end."""

    def __init__(self, counting: Counting) -> None:
        """Settle there."""
        self._counting = counting
        self._tasks: set[asyncio.Task[None]] = set()
        self._owed: deque[Owed] = deque()
        self._news = asyncio.Event()

    @property
    def owed(self) -> int:
        """How many settlements the store does not have yet."""
        return len(self._owed) + len(self._tasks)

    def __call__(self, exchange: Exchange) -> None:
        """Settle one request."""
        hold = exchange.hold
        if hold is not None:
            self._settle(exchange, hold)
        if exchange.started_us <= self._counting.terms.changed_us and exchange.principal is not None:
            self._tell_newer(exchange, exchange.principal)

    def _settle(self, exchange: Exchange, hold: Hold) -> None:
        counting = self._counting
        late = exchange.request_id in counting.holds.uncounted
        counting.holds.drop(exchange.request_id)
        if ends_later(exchange, hold):
            return
        actual = actual_of(exchange, hold.demands)
        if exchange.quote is not None and exchange.principal is not None and actual.output_tokens:
            counting.answers.note(exchange.principal.key_id, actual.output_tokens)
        closed_us = counting.now_us(exchange.clock)  # it is in the ledger by now: a counter that is loaded later has it already
        settlement = Settlement(hold.organization_id, hold.hold_id, actual, hold.opened_us, hold.demands, closed_us)
        exchange.settling = self._begin(Owed(settlement, late and actual.requests > 0))

    def _tell_newer(self, exchange: Exchange, principal: Principal) -> None:
        """Tell the days and months that were limited while the request was under way, so that its hold does not know them."""
        counting, demands = self._counting, () if exchange.hold is None else exchange.hold.demands
        terms, actual = counting.terms.now(principal), actual_of(exchange, demands)
        if terms is None or not actual.requests:
            return
        known = {demand.counter for demand in demands}
        claims = claims_of(terms, Call(exchange.endpoint, exchange.started_us, exchange.quote))
        newer = tuple(each.demand for each in claims if each.demand.form is Form.PERIOD and each.demand.counter not in known)
        if newer:
            # The store charges what it loaded after this time, and before the ledger knew: as of a hold that it has lost.
            opened_us = exchange.started_us + counting.ahead_us
            self._begin(Owed(Settlement(principal.organization_id, f"{exchange.request_id}/newer", actual, opened_us, newer)))

    def _begin(self, owed: Owed) -> asyncio.Future[None] | None:
        """Settle, and return what to wait for; None: nothing."""
        try:
            closing = self._late(owed) if owed.late else self._counting.store.close(owed.settlement)
        except LimitsUnavailable:
            self._keep(owed)
            return None
        if closing is None:
            return None
        task = asyncio.ensure_future(self._first(owed, closing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _first(self, owed: Owed, closing: Awaitable[None]) -> None:
        try:
            await closing
        except LimitsUnavailable:
            self._keep(owed)
        except Exception:
            log.exception("the hold %s could not be settled", owed.settlement.hold_id)

    def _keep(self, owed: Owed) -> None:
        """Keep a settlement until the store is back."""
        if len(self._owed) >= MOST_OWED:
            lost = self._owed.popleft()
            log.error("too many settlements wait for the store of the limits: the hold %s is left to expire", lost.settlement.hold_id)
        self._owed.append(owed)
        self._news.set()

    def owe(self, settlement: Settlement) -> None:
        """Settle a hold of an earlier process."""
        self._keep(Owed(settlement))

    async def run(self) -> None:
        """Bring what is owed to the store, until cancelled."""
        while True:
            await self._news.wait()
            await self._bring()
            self._news.clear()

    async def _bring(self) -> None:
        pause_s = FIRST_PAUSE_S
        while self._owed:
            if await self._try(self._owed[0]):
                self._owed.popleft()
                pause_s = FIRST_PAUSE_S
            else:
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _try(self, owed: Owed) -> bool:
        """Return whether the store has it now. A settlement that is made twice counts once."""
        try:
            closing = self._late(owed) if owed.late else self._counting.store.close(owed.settlement)
            if closing is not None:
                await closing
        except LimitsUnavailable:
            return False
        except Exception:
            log.exception("the hold %s could not be settled", owed.settlement.hold_id)
        return True

    async def _late(self, owed: Owed) -> None:
        """Book what passed uncounted: of its periods only, and never refused, since it has happened."""
        settlement, counting = owed.settlement, self._counting
        demands = booked(settlement.demands, settlement.actual)
        if not demands:
            return
        ask = Ask(settlement.organization_id, settlement.hold_id, counting.options.lease_us, demands)
        verdict = await counting.store.open(ask)
        if isinstance(verdict, Granted):  # else the counters are loaded from the ledger, where it stands already
            closing = counting.store.close(settlement)
            if closing is not None:
                await closing

    async def finish(self, patience_s: float) -> None:
        """Wait for what is under way, and try what is owed once more."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience_s)
        try:
            async with asyncio.timeout(patience_s):
                while self._owed and await self._try(self._owed[0]):
                    self._owed.popleft()
        except TimeoutError:
            pass
        if self.owed:
            log.error("%d settlements did not reach the store of the limits: their holds expire", self.owed)


def actual_of(exchange: Exchange, demands: Sequence[Demand]) -> Actual:
    """Return what a request really used: nothing where it was never sent."""
    requests, usage = requests_used(exchange), exchange.usage
    if not requests:
        return Actual()
    return Actual(
        requests,
        0 if usage is None else usage.input_tokens + usage.cache_write_tokens,
        0 if usage is None else usage.output_tokens,
        reserved_nanousd(demands) if exchange.cost is None else exchange.cost.nanousd,
    )


def ends_later(exchange: Exchange, hold: Hold) -> bool:
    """Whether it made a batch whose money stays reserved until the batch has ended; whoever looks after batches settles it.

    That holds too where its caller left before it heard of the batch. Should nobody have remembered the batch, its hold expires.
    """
    made = exchange.endpoint.makes_batch and bool(exchange.attempts) and exchange.attempts[-1].status == MADE
    return made and any(demand.measure is Measure.NANOUSD for demand in hold.demands)


def reserved_nanousd(demands: Sequence[Demand]) -> int:
    """Return what was set aside: it stands for a cost that nobody knows, which is never 0."""
    return max((demand.amount for demand in demands if demand.measure is Measure.NANOUSD), default=0)


def booked(demands: Sequence[Demand], actual: Actual) -> tuple[Demand, ...]:
    """Return the demands of periods as what was used, so that they are never refused."""
    periods = [demand for demand in demands if demand.form is Form.PERIOD]
    return tuple(msgspec.structs.replace(demand, amount=actual.of(demand.measure), shadow=True) for demand in periods)
