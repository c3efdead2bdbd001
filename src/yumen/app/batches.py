"""Batches under way, put together: what is remembered when one is made, and what happens to the ledger and the limits at its end."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from yumen.app.history import demands_of, part_of
from yumen.batches import BATCH_LEASE_US, OpenBatch, Poller, Sum
from yumen.batches.store_sql import SqlBatchStore
from yumen.errors import LimitsUnavailable
from yumen.exchange.values import Outcome
from yumen.ledger import Entry, Kind
from yumen.limits.settle import reserved_nanousd
from yumen.limits.values import Actual, Progress, Settlement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

    from yumen.app.ground import Ground
    from yumen.batches import BatchStore
    from yumen.batches.poll import Got
    from yumen.batches.rules import PriceOf
    from yumen.exchange import Exchange, Stage
    from yumen.ledger import Journal
    from yumen.limits import LimitStore
    from yumen.meter import Prices
    from yumen.storage import Database
    from yumen.upstream import Get

DELETE = "batches.delete"
PATH = "/v1/messages/batches"
OK = 200


class BatchDesk:
    """Remembers batches when they are made, and charges them when they end."""

    def __init__(self, journal: Journal, prices: Prices, limits: LimitStore | None, get: Get) -> None:
        """Write to that journal at those prices; `limits` None: nothing is limited here."""
        self._journal = journal
        self._prices = prices
        self._limits = limits
        self._get = get

    def get(self, upstream: str, path: str, api_version: str | None) -> AbstractAsyncContextManager[Got]:
        """Ask an upstream by its name."""
        return self._get(upstream, path, api_version)

    def prices_of(self, batch: OpenBatch) -> PriceOf:
        """Return the prices of a batch's upstream, when it was made."""
        return lambda model, usage: self._prices.cost(model, usage, batch.created_us, batch.upstream)

    async def charge(self, batch: OpenBatch, total: Sum, *, estimated: bool) -> None:
        """Write the entry and settle the hold, both once: by the batch's id, and by the hold's."""
        self._journal.close(entry_of(batch, total, estimated=estimated))
        if self._limits is not None:
            for settlement in settlements_of(batch, total):
                pending = self._limits.close(settlement)
                if pending is not None:
                    await pending

    async def renew(self, batches: Sequence[OpenBatch]) -> None:
        """Keep the holds of batches under way."""
        if self._limits is not None:
            held = [Progress(batch.organization_id, hold) for batch in batches if batch.demands for hold in hold_ids(batch)]
            if held:
                await self._limits.renew(held, BATCH_LEASE_US)


class Batches:
    """What requests have to do with batches: one that is made is remembered, one that is to be deleted is charged before."""

    def __init__(self, store: BatchStore, poller: Poller, desk: BatchDesk) -> None:
        """Remember there, and charge by those."""
        self._store = store
        self._poller = poller
        self._desk = desk

    async def made(self, exchange: Exchange, identifier: str) -> None:
        """Remember a batch, and keep its hold from now on."""
        if exchange.endpoint.makes_batch:
            batch = batch_of(exchange, identifier)
            await self._store.add(batch)
            with suppress(LimitsUnavailable):  # the poller does it again soon
                await self._desk.renew([batch])

    def charged_before(self, stage: Stage) -> Stage:
        """Return the stage as it runs once the batch that a request deletes is charged."""

        async def run(exchange: Exchange) -> None:
            if exchange.endpoint.name == DELETE and exchange.resource_id is not None:
                await self._poller.charge_now(exchange.resource_id)
            await stage(exchange)

        return run


def open_batches(ground: Ground, database: Database, desk: BatchDesk) -> Batches:
    """Begin to look after batches; return what requests have to do with them."""
    store = SqlBatchStore(database)
    poller = Poller(store, ground.clock, desk, interval_s=ground.settings.timeouts.batch_poll_s)
    if ground.place.first:
        ground.own(poller.run())
    return Batches(store, poller, desk)


def batch_of(exchange: Exchange, identifier: str) -> OpenBatch:
    """Return what must be known of a batch at its end."""
    principal, target, quote, hold = exchange.principal, exchange.target, exchange.quote, exchange.hold
    assert principal is not None  # noqa: S101  (the table of states has `known` before this)
    assert target is not None  # noqa: S101  (and `routed`)
    version = exchange.request.header(b"anthropic-version")
    return OpenBatch(
        id=identifier,
        request_id=exchange.request_id,
        created_us=exchange.started_us,
        upstream=target.upstream,
        organization_id=principal.organization_id,
        workspace_id=principal.workspace_id,
        environment=principal.environment,
        key_id=principal.key_id,
        user_id=principal.user_id,
        label=principal.label,
        api_version=None if version is None else version.decode("latin-1"),
        requests=1 if quote is None else quote.requests,
        expected_nanousd=None if quote is None or quote.expected_nanousd is None else reserved_of(exchange),
        opened_us=0 if hold is None else hold.opened_us,
        demands=[] if hold is None else msgspec.to_builtins(hold.demands),
    )


def reserved_of(exchange: Exchange) -> int | None:
    """Return the most that a limit set aside for a batch: what it is charged where nobody can read its results any more."""
    assert exchange.quote is not None  # noqa: S101  (whoever asks has looked)
    reserved = 0 if exchange.hold is None else reserved_nanousd(exchange.hold.demands)
    return reserved or exchange.quote.expected_nanousd


def entry_of(batch: OpenBatch, total: Sum, *, estimated: bool) -> Entry:
    """Return the ledger's entry of a batch that has ended. It counts in the period in which the batch was made, as its hold did."""
    usage = total.usage
    return Entry(
        request_id=batch.id,
        time_us=batch.created_us,
        kind=Kind.BATCH,
        key_id=batch.key_id,
        environment=batch.environment,
        workspace_id=batch.workspace_id,
        method="POST",
        path=PATH,
        model=total.model,
        model_answered=total.model,
        stream=False,
        status=OK,
        outcome=Outcome.ANSWERED,
        fault=None,
        attempts=1,
        prompt_characters=0,
        prompt_bytes=0,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        cache_write_5m_tokens=usage.cache_write_5m_tokens,
        cache_write_1h_tokens=usage.cache_write_1h_tokens,
        thinking_tokens=usage.thinking_tokens,
        web_search_requests=usage.web_search_requests,
        service_tier=usage.service_tier,
        estimated=estimated,
        cost_nanousd=None if total.unpriced else total.nanousd,
        price_version=total.price_version,
        upstream=batch.upstream,
        organization_id=batch.organization_id,
        user_id=batch.user_id,
        label=batch.label,
    )


def hold_ids(batch: OpenBatch) -> list[str]:
    """Return the ids that a batch's hold may have: its own, and, where counters were loaded anew since, one for each of them."""
    return [batch.request_id, *(part_of(batch, demand) for demand in demands_of(batch))]


def settlements_of(batch: OpenBatch, total: Sum) -> list[Settlement]:
    """Return how a batch's holds end; those that there are not change nothing. Its requests were counted when it was made."""
    demands = demands_of(batch)
    nanousd = max(total.nanousd, reserved_nanousd(demands)) if total.unpriced else total.nanousd
    actual = Actual(requests=batch.requests, nanousd=nanousd)
    return [Settlement(batch.organization_id, hold, actual) for hold in hold_ids(batch)] if demands else []
