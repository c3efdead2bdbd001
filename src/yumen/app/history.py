"""What was used before the limits' store knew it, read from the ledger: from the database and this process's journal together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.batches import BATCH_LEASE_US
from yumen.claude import OTHER, find_endpoint
from yumen.errors import LimitsUnavailable
from yumen.exchange.values import Outcome, Principal
from yumen.ledger import Filter, Kind
from yumen.limits.rules import Call, claims_of
from yumen.limits.terms.rules import terms_for
from yumen.limits.values import MINUTE_US, Ask, Demand, Form, Loaded, Measure, Scope, ScopeKind
from yumen.limits.values import Kind as LimitKind
from yumen.storage import DatabaseUnavailable

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable, Sequence

    from yumen.batches import BatchStore, OpenBatch
    from yumen.ledger import Entry, Reports
    from yumen.limits.terms import OrganizationTerms

MOST_EVENTS = 200_000
"""More of the last span are not read: so many in a minute are not to be waited for."""
LIMITS = frozenset[str](LimitKind)


class LedgerHistory:
    """The limits' `History` over the ledger. What a process that died left open is written down before anything is told."""

    def __init__(self, reports: Reports, batches: BatchStore, recovered: asyncio.Event) -> None:
        """Read those reports, once `recovered` is set."""
        self._reports = reports
        self._batches = batches
        self._recovered = recovered

    async def used(self, organization_id: str, demands: Sequence[Demand]) -> list[Loaded]:
        """Return a counter for each demand. Raises LimitsUnavailable where the ledger cannot be read."""
        await self._recovered.wait()
        try:
            return [await self._one(organization_id, demand) for demand in demands]
        except DatabaseUnavailable as fault:
            raise LimitsUnavailable from fault

    async def held(self, organization_id: str, demands: Sequence[Demand]) -> list[Ask]:
        """Return what batches under way have reserved of these counters, each as a hold of its own."""
        wanted = {demand.counter for demand in demands if demand.measure is Measure.NANOUSD}
        if not wanted:
            return []
        try:
            batches = await self._batches.unsettled()
        except DatabaseUnavailable as fault:
            raise LimitsUnavailable from fault
        return [hold for batch in batches if batch.organization_id == organization_id for hold in holds_of(batch, wanted)]

    async def recent(self, organization_id: str, organization: OrganizationTerms, now_us: int) -> list[Loaded]:
        """Return what was drawn within the last minute, whoever drew it. Raises LimitsUnavailable where the ledger cannot be read."""
        await self._recovered.wait()
        last = Filter(organization_id=organization_id, since_us=now_us - MINUTE_US)
        try:
            return drawn(organization, await self._reports.find(last, MOST_EVENTS))
        except DatabaseUnavailable as fault:
            raise LimitsUnavailable from fault

    async def _one(self, organization_id: str, demand: Demand) -> Loaded:
        wanted = of_scope(organization_id, scope_in(demand.counter))
        period = msgspec.structs.replace(wanted, since_us=demand.until_us - demand.span_us, until_us=demand.until_us)
        rows = await self._reports.usage((), period)
        return Loaded(demand, sum(row.cost_nanousd if demand.measure is Measure.NANOUSD else row.counted for row in rows))


def scope_in(counter: str) -> Scope:
    """Read whose a counter is from its name, `scope:id:limit[:rest]`. An id may hold colons itself; the limit's name is the last one."""
    kind, _, remainder = counter.partition(":")
    parts = remainder.split(":")
    place = next(place for place in reversed(range(len(parts))) if parts[place] in LIMITS)
    return Scope(ScopeKind(kind), ":".join(parts[:place]))


def of_scope(organization_id: str, scope: Scope) -> Filter:
    """Return which entries a scope counts."""
    match scope.kind:
        case ScopeKind.WORKSPACE:
            return Filter(organization_id=organization_id, workspace_id=scope.id)
        case ScopeKind.KEY:
            return Filter(organization_id=organization_id, key_id=scope.id)
        case ScopeKind.MEMBER:
            return Filter(organization_id=organization_id, user_id=scope.id)
        case ScopeKind.LABEL:
            return Filter(organization_id=organization_id, label=scope.id)
        case ScopeKind.ORGANIZATION:
            return Filter(organization_id=organization_id)


UNDRAWN = frozenset({Outcome.REFUSED, Outcome.REPLAYED})
"""Ended before any limit was asked, or by one: nothing was drawn."""


def drawn(organization: OrganizationTerms, entries: Iterable[Entry]) -> list[Loaded]:
    """Return the windows and buckets that entries drew from by an organization's limits, and when, in the entries' order."""
    demands: dict[str, Demand] = {}
    events: dict[str, list[tuple[int, int]]] = {}
    for entry in entries:
        if entry.kind is not Kind.EXCHANGE or entry.outcome in UNDRAWN:
            continue
        for claim in claims_of(terms_for(organization, principal_of(entry)), call_of(entry)):
            demand = claim.demand
            if demand.form in (Form.WINDOW, Form.BUCKET):
                demands[demand.counter] = demand
                events.setdefault(demand.counter, []).append((entry.time_us, units_of(entry, demand.measure)))
    return [Loaded(demand, events=tuple(events[counter])) for counter, demand in demands.items()]


def principal_of(entry: Entry) -> Principal:
    """Return who asked, as far as limits look at it."""
    return Principal(entry.key_id, "", entry.environment, entry.workspace_id, (), entry.organization_id, entry.user_id, entry.label)


def call_of(entry: Entry) -> Call:
    """Return what was asked."""
    found = find_endpoint(entry.method, entry.path)
    return Call(OTHER if found is None else found.endpoint, entry.time_us, model=entry.model)


def units_of(entry: Entry, measure: Measure) -> int:
    """Return what an entry used of a rate."""
    if measure is Measure.INPUT_TOKENS:
        return entry.input_tokens + entry.cache_write_tokens
    return entry.output_tokens if measure is Measure.OUTPUT_TOKENS else 1


def holds_of(batch: OpenBatch, wanted: set[str]) -> list[Ask]:
    """Return a batch's reservations of counters, each as a hold that is never refused."""
    return [
        Ask(batch.organization_id, part_of(batch, demand), BATCH_LEASE_US, (msgspec.structs.replace(demand, shadow=True),))
        for demand in demands_of(batch)
        if demand.counter in wanted
    ]


def demands_of(batch: OpenBatch) -> tuple[Demand, ...]:
    """Return what the request that made a batch asked of its limits."""
    return msgspec.convert(batch.demands, tuple[Demand, ...])


def part_of(batch: OpenBatch, demand: Demand) -> str:
    """Return the id of the hold that stands for one reservation of a batch after its own hold was lost."""
    return f"{batch.request_id}/{demand.counter}"
