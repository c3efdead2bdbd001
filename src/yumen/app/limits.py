"""The limits' parts: where they are counted, by which terms, and what admits, settles and renews."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from yumen.errors import LimitsUnavailable
from yumen.limits import Admission, Counting, LimitOptions, NoHistory, Renewal, Settle, Tally
from yumen.limits.store_absent import AbsentLimitStore
from yumen.limits.store_memory import MemoryLimitStore
from yumen.limits.terms import RememberedTerms
from yumen.limits.terms.store_sql import SqlTermsStore
from yumen.limits.values import Actual, Settlement
from yumen.meter import Need, Quoting
from yumen.observe import metric_table
from yumen.settings.redis import named_redis

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.app.ground import Ground
    from yumen.app.ledger import Books
    from yumen.exchange import Exchange
    from yumen.limits import History, LimitStore, OnStanding
    from yumen.meter import Prices
    from yumen.storage import Database, RevisionWatch

FINISH_S = 5.0
"""How long the end waits for settlements that are under way."""
US_PER_S = 1_000_000


class LimitRoom:
    """The limits of one process."""

    def __init__(  # noqa: PLR0913, PLR0917  (what the composition root hands over, once)
        self,
        ground: Ground,
        database: Database,
        watch: RevisionWatch,
        prices: Prices,
        history: History | None = None,
        on_standing: OnStanding | None = None,
    ) -> None:
        """Count limits where the settings say, and begin to renew and to settle."""
        chosen = ground.settings.limits
        options = LimitOptions(round(chosen.lease_s * US_PER_S), chosen.on_unavailable == "fail_open", chosen.open_paths)
        self.store = open_store(ground)
        self._terms = RememberedTerms(SqlTermsStore(database), watch)
        self._tally = Tally(ground.clock, on_standing)
        self._counting = Counting(self.store, self._terms, history or NoHistory(), self._tally, options)
        retry = ground.settings.retry
        self.quote = Quoting(prices, self._need_of, retry.attempts - 1 if retry.resend_lost else 0)
        self.admit = Admission(self._counting)
        self.settle = Settle(self._counting)
        ground.closing.push_async_callback(self.settle.finish, FINISH_S)
        ground.own(self.settle.run())
        ground.own(Renewal(self._counting).run())

    async def _need_of(self, exchange: Exchange) -> Need | None:
        """Return what the limits want to know of a request; None: nothing."""
        principal = exchange.principal
        if principal is None:
            return None
        try:
            terms = await self._terms.of(principal)
        except LimitsUnavailable:
            return None  # admit meets the same, and knows what is to be done then
        return Need(money=terms.money, bound=terms.bound) if terms.money or terms.tokens else None

    async def settle_interrupted(self, books: Books) -> None:
        """Charge what an earlier process left open: its holds have expired, and the store remembers them for a day."""
        await books.recovered.wait()
        for opened in books.interrupted:
            usage, cost = books.estimate(opened)
            actual = Actual(opened.counted, usage.input_tokens, usage.output_tokens, cost.nanousd if cost is not None else 0)
            self.settle.owe(Settlement(opened.organization_id, opened.request_id, actual))

    def readers(self) -> dict[metric_table.Metric, Callable[[], float]]:
        """Return what the metrics read of the limits."""
        tally, counting = self._tally, self._counting
        return {
            metric_table.LIMITS_REFUSED: lambda: tally.refused,
            metric_table.LIMITS_SHADOWED: lambda: tally.shadowed,
            metric_table.LIMITS_WAITED: lambda: tally.waited,
            metric_table.LIMITS_WAITING: lambda: counting.lines.waiting,
            metric_table.LIMITS_UNCOUNTED: lambda: tally.uncounted,
            metric_table.LIMITS_HOLDS: lambda: len(counting.holds),
            metric_table.LIMITS_OWED: lambda: self.settle.owed,
        }


def open_store(ground: Ground) -> LimitStore:
    """Return where limits are counted: in Redis where the settings name one, else in this process if it serves alone."""
    chosen, named = ground.settings.redis, named_redis(ground.settings, os.environ, ground.redactor.register)
    if named is None:
        return MemoryLimitStore(ground.clock) if ground.place.alone else AbsentLimitStore()
    from yumen.limits.store_redis import RedisLimitStore, RedisServer, connect  # noqa: PLC0415  (8 MB that a gateway without Redis need not hold)

    server = RedisServer(named.url, chosen.timeout_ms, chosen.cluster, None if named.password is None else named.password.reveal())
    store = RedisLimitStore(connect(server))
    ground.closing.push_async_callback(store.stop)
    return store
