"""What was used before the limits' store knew it, read from the ledger: from the database and this process's journal together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.batches import BATCH_LEASE_US
from yumen.claude import OTHER, find_endpoint
from yumen.claude.model_class import model_class
from yumen.errors import LimitsUnavailable
from yumen.exchange.values import Outcome
from yumen.ledger import Filter, Kind
from yumen.limits.rules import Group, group_of
from yumen.limits.values import Ask, Demand, Form, Loaded, Measure, ScopeKind
from yumen.limits.values import Kind as LimitKind
from yumen.storage import DatabaseUnavailable

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable, Sequence

    from yumen.batches import BatchStore, OpenBatch
    from yumen.ledger import Entry, Reports

MOST_EVENTS = 200_000
"""More of the last span are not read: so many in a minute are not to be waited for."""
LIMITS = frozenset[str](LimitKind)
GROUPS = {
    LimitKind.COUNT_TOKENS_PER_MINUTE: Group.COUNT_TOKENS,
    LimitKind.BATCHES_PER_MINUTE: Group.BATCHES,
    LimitKind.FILES_PER_MINUTE: Group.FILES,
}


class Counter(msgspec.Struct, frozen=True):
    """A counter's name, read: whose it is, of which limit, and what it ends in (a period, a class of models, a group)."""

    scope_kind: ScopeKind
    scope_id: str
    kind: LimitKind
    rest: str


class LedgerHistory:
    """The limits' `History` over the ledger. What a process that died left open is written down before anything is told."""

    def __init__(self, reports: Reports, batches: BatchStore, recovered: asyncio.Event) -> None:
        """Read those reports, once `recovered` is set."""
        self._reports = reports
        self._batches = batches
        self._recovered = recovered

    async def used(self, organization_id: str, demands: Sequence[Demand], now_us: int) -> list[Loaded]:
        """Return a counter for each demand. Raises LimitsUnavailable where the ledger cannot be read."""
        await self._recovered.wait()
        try:
            return [await self._one(organization_id, demand, now_us) for demand in demands]
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

    async def _one(self, organization_id: str, demand: Demand, now_us: int) -> Loaded:
        counter = read_counter(demand.counter)
        wanted = of_scope(organization_id, counter)
        if demand.form is Form.PERIOD:
            period = msgspec.structs.replace(wanted, since_us=demand.until_us - demand.span_us, until_us=demand.until_us)
            rows = await self._reports.usage((), period)
            return Loaded(demand, sum(row.cost_nanousd if demand.measure is Measure.NANOUSD else row.counted for row in rows))
        last = msgspec.structs.replace(wanted, since_us=now_us - demand.span_us)
        entries = await self._reports.find(last, MOST_EVENTS)
        return Loaded(demand, events=tuple(events_of(entries, counter)))


def read_counter(name: str) -> Counter:
    """Read a counter's name, `scope:id:limit[:rest]`. An id may hold colons itself; the limit's name is the last that is one."""
    scope, _, remainder = name.partition(":")
    parts = remainder.split(":")
    place = next(place for place in reversed(range(len(parts))) if parts[place] in LIMITS)
    return Counter(ScopeKind(scope), ":".join(parts[:place]), LimitKind(parts[place]), ":".join(parts[place + 1 :]))


def of_scope(organization_id: str, counter: Counter) -> Filter:
    """Return which entries a scope counts."""
    match counter.scope_kind:
        case ScopeKind.WORKSPACE:
            return Filter(organization_id=organization_id, workspace_id=counter.scope_id)
        case ScopeKind.KEY:
            return Filter(organization_id=organization_id, key_id=counter.scope_id)
        case ScopeKind.MEMBER:
            return Filter(organization_id=organization_id, user_id=counter.scope_id)
        case ScopeKind.LABEL:
            return Filter(organization_id=organization_id, label=counter.scope_id)
        case ScopeKind.ORGANIZATION:
            return Filter(organization_id=organization_id)


def events_of(entries: Iterable[Entry], counter: Counter) -> list[tuple[int, int]]:
    """Return when a window or a bucket was drawn from, and how much, oldest first."""
    sent = [entry for entry in entries if entry.kind is Kind.EXCHANGE and entry.outcome is not Outcome.REFUSED]
    if counter.kind is LimitKind.INPUT_TOKENS_PER_MINUTE:
        return [(each.time_us, each.input_tokens + each.cache_write_tokens) for each in sent if class_of(each) == counter.rest]
    if counter.kind is LimitKind.OUTPUT_TOKENS_PER_MINUTE:
        return [(each.time_us, each.output_tokens) for each in sent if class_of(each) == counter.rest]
    group = GROUPS.get(counter.kind) or Group(counter.rest or Group.REQUESTS)
    return [(each.time_us, 1) for each in sent if group_of_entry(each) is group]


def class_of(entry: Entry) -> str | None:
    """Return the class of models that an entry's tokens count in; None where it has none."""
    return model_class(entry.model) if entry.counted else None


def group_of_entry(entry: Entry) -> Group:
    """Return the group of calls that an entry belongs to."""
    found = find_endpoint(entry.method, entry.path)
    return group_of(OTHER if found is None else found.endpoint)


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
