"""The ledger's parts: the journal, what earlier processes left in it, its drain into the database, and the retention."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from yumen.claude import Usage
from yumen.exchange import Candidate, Why
from yumen.exchange.values import Cost
from yumen.ledger import Drain, Journal, OnFull, Record, Retention, recover
from yumen.ledger.folders import journal_folder, take_up
from yumen.meter import FREE, Price, Prices, UpstreamPrices
from yumen.observe import metric_table
from yumen.settings import SANDBOX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yumen.app.ground import Ground
    from yumen.ledger import Opened
    from yumen.ledger.segment import Segment
    from yumen.ledger.store import DrainStore
    from yumen.settings import Price as Stated
    from yumen.settings import Settings

JOURNAL = "journal"
FLUSH_S = 10.0
UPSTREAM = "default"
"""The one upstream, where the settings name only one."""


class Books:
    """The ledger of one process. Its journal is taken up and drained from the making on."""

    def __init__(self, ground: Ground, ledger: DrainStore, prices: Prices) -> None:
        """Open the journal, take up what earlier processes left in it, and begin to drain it."""
        settings = ground.settings.ledger
        self._prices = prices
        root, place = ground.data.folder(JOURNAL), ground.place
        if place.alone:
            take_up(root)
        self.journal = Journal(journal_folder(root, place.worker), ground.clock, on_full=OnFull(settings.on_full))
        adopted = self.journal.start()
        self.record = Record(self.journal, ground.clock, ground.redactor)
        self.drain = Drain(self.journal, ledger)
        self.recovered = asyncio.Event()
        """Set when what an earlier process left open is in the journal as ended."""
        self.interrupted: list[Opened] = []
        """What that was."""
        ground.closing.push_async_callback(self._finish)
        ground.own(self.drain.run(self.record.flush))
        if place.first:
            ground.own(Retention(ledger, ground.clock, settings.retention_days).run())
        ground.own(self._catch_up(adopted))

    async def _finish(self) -> None:
        self.record.flush(everything=True)
        await self.drain.finish(FLUSH_S)
        self.journal.stop()

    async def _catch_up(self, adopted: list[Segment]) -> None:
        """After the start: load the prices, then close what an earlier process left open."""
        await asyncio.to_thread(self._prices.load)
        found = await recover(self.journal, adopted, self.estimate)
        self.interrupted = found.unended
        self.recovered.set()

    def estimate(self, opened: Opened) -> tuple[Usage, Cost | None]:
        """Return what an exchange of which only the opening is known used and cost, with what was lost before and sent again."""
        if not opened.billable:
            return Usage(), FREE
        usage, cost = self._estimate_of(opened, Candidate(opened.upstream or "", opened.model_sent or opened.model))
        for attempt in opened.tries:
            if attempt.why is Why.RESENT:
                more, its_cost = self._estimate_of(opened, Candidate(attempt.upstream, attempt.model or opened.model))
                usage = msgspec.structs.replace(usage, input_tokens=usage.input_tokens + more.input_tokens)
                cost = None if cost is None or its_cost is None else Cost(cost.nanousd + its_cost.nanousd, cost.price_version)
        return usage, cost

    def _estimate_of(self, opened: Opened, asked: Candidate) -> tuple[Usage, Cost | None]:
        return self._prices.estimate(asked, opened.prompt_characters, opened.prompt_bytes, opened.time_us)

    def readers(self) -> dict[metric_table.Metric, Callable[[], float]]:
        """Return what the metrics read of the journal and its drain."""
        journal, drain = self.journal, self.drain
        return {
            metric_table.JOURNAL_BYTES: lambda: journal.depth_bytes,
            metric_table.JOURNAL_SEGMENTS: lambda: len(journal.segments),
            metric_table.JOURNAL_OWED: lambda: journal.owed,
            metric_table.JOURNAL_UNWRITTEN: lambda: journal.unwritten,
            metric_table.JOURNAL_TORN: lambda: drain.torn,
            metric_table.DRAINED: lambda: drain.entries,
            metric_table.DRAIN_OUTAGES: lambda: drain.outages,
        }


def prices_of(settings: Settings, *, sandboxed: bool = False) -> Prices:
    """Return the prices: upstreams' own, the operator's before the published ones. `sandboxed`: the one upstream is the sandbox."""
    own = {
        name: UpstreamPrices(priced(upstream.prices), upstream.currency, upstream.usd_per_unit)
        for name, upstream in settings.upstreams.items()
    }
    sandboxes = {SANDBOX, *(name for name, upstream in settings.upstreams.items() if upstream.url == SANDBOX)}
    return Prices(priced(settings.prices), own, sandboxes | {UPSTREAM} if sandboxed else sandboxes)


def priced(stated: Mapping[str, Stated]) -> dict[str, Price]:
    """Return the settings' prices as the meter's."""
    return {model: msgspec.convert(msgspec.to_builtins(price), Price) for model, price in stated.items()}
