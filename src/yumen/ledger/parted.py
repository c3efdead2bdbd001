"""The ledger over several databases: the entries of organizations that have one of their own are in it, all others' in the main one.

Each database has rows of its own for how far the journal is in it. A batch goes to the others first and to the main one last, whose
position says what need not be read again: so a segment is deleted only when every database has what is its own of it. What a death between
two of them leaves is handed in once more, and each database writes an entry once.
"""

from __future__ import annotations

import logging
from contextlib import aclosing
from typing import TYPE_CHECKING

import msgspec

from yumen.ledger.paging import united
from yumen.ledger.query import ALL, Batch, Integrity, LedgerPage
from yumen.ledger.reports import FOLLOW_INTERVAL_S, LIMIT, Reports
from yumen.ledger.rules import add_up
from yumen.ledger.series import put_together
from yumen.storage import DatabaseUnavailable, reason_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Collection
    from pathlib import Path

    from yumen.ledger.breakdown import Piece, Wanted
    from yumen.ledger.callers import CallersWanted, CallerUse
    from yumen.ledger.entry import Entry
    from yumen.ledger.query import By, Filter, Place, UsageRow
    from yumen.ledger.reports import JournalCheck, News
    from yumen.ledger.series import SeriesWanted, Slot
    from yumen.ledger.store import DrainStore, ReportStore
    from yumen.storage.compartments import Stores

log = logging.getLogger("yumen.ledger")


class PartedLedger:
    """The `DrainStore` over all of them."""

    def __init__(self, stores: Stores[DrainStore]) -> None:
        """Write to those."""
        self._stores = stores

    async def positions(self) -> dict[str, int]:
        """Return how far each segment is in all of them."""
        return await self._stores.every()[0].positions()

    async def add(self, batch: Batch) -> None:
        """Write each entry where it belongs, and the segment's position last in the main one."""
        own: dict[str, list[Entry]] = {organization_id: [] for organization_id in self._stores.apart()}
        rest: list[Entry] = []
        for entry in batch.entries:
            own.get(entry.organization_id, rest).append(entry)
        for organization_id, entries in own.items():
            if entries:
                await self._stores.of(organization_id).add(Batch(entries, batch.segment, batch.position))
        await self._stores.every()[0].add(msgspec.structs.replace(batch, entries=rest))

    async def forget_segments(self, names: Collection[str]) -> None:
        """Drop the positions of segments that exist no more; in the main one last, so that what fails is done again."""
        for store in reversed(self._stores.every()):
            await store.forget_segments(names)

    async def forget_entries(self, before_us: int, limit: int) -> int:
        """Delete at most so many entries of each that are older than a time; return how many in all. One that is away is passed over."""
        return await self._forget(lambda store: store.forget_entries(before_us, limit))

    async def forget_hours(self, before_us: int) -> int:
        """Delete the sums of the oldest hour in each that was over before a time; return how many in all."""
        return await self._forget(lambda store: store.forget_hours(before_us))

    async def _forget(self, forget: Callable[[DrainStore], Awaitable[int]]) -> int:
        count = 0
        for store in self._stores.every():
            try:
                count += await forget(store)
            except DatabaseUnavailable as fault:
                log.warning("old entries could not be deleted from %s: %s", fault.place, reason_of(fault))
        return count


class PartedReports(Reports):
    """The reports over all of them: an organization's from its own database, everybody's from each."""

    def __init__(self, stores: Stores[ReportStore], journal_folder: Path) -> None:
        """Read those stores and the journal's files in that folder."""
        super().__init__(stores.every()[0], journal_folder)
        self._stores = stores

    async def find(self, wanted: Filter = ALL, limit: int = LIMIT) -> list[Entry]:
        """Return the newest entries that match, oldest first."""
        found = [entry for part, asked in self._parts(wanted) for entry in await part.find(asked, limit)]
        return sorted(found, key=lambda entry: entry.time_us)[-limit:]

    async def usage(self, groups: Collection[By], wanted: Filter = ALL) -> list[UsageRow]:
        """Return the sums of the entries that match, by group."""
        return add_up([row for part, asked in self._parts(wanted) for row in await part.usage(groups, asked)])

    async def break_down(self, wanted: Wanted) -> list[Piece]:
        """Return the sums of what is wanted, by piece of time and part."""
        return await self._part(wanted.organization_id).break_down(wanted)

    async def callers(self, wanted: CallersWanted) -> list[CallerUse]:
        """Return who used a key, whoever came last first."""
        return await self._part(wanted.organization_id).callers(wanted)

    async def series(self, wanted: SeriesWanted) -> list[Slot]:
        """Return usage over time; of every organization, from each database what is its own."""
        if wanted.organization_id is not None:
            return await self._part(wanted.organization_id).series(wanted)
        apart = self._stores.apart()
        main = Reports(self._stores.every()[0], self._folder)
        parted = [await self._part(each).series(msgspec.structs.replace(wanted, organization_id=each)) for each in apart]
        rest = await main.series(msgspec.structs.replace(wanted, without=tuple(apart)))
        return put_together([*rest, *(slot for slots in parted for slot in slots)])

    async def watch(self, wanted: Filter = ALL, after: int | None = None, *, interval_s: float = FOLLOW_INTERVAL_S) -> AsyncIterator[News]:
        """Yield what is written down, wherever an organization is; of everybody, what the journal and the main database have."""
        part = Reports(self._store, self._folder) if wanted.organization_id is None else self._part(wanted.organization_id)
        async with aclosing(part.watch(wanted, after, interval_s=interval_s)) as watching:  # type: ignore[type-var]  # it is a generator
            async for news in watching:
                yield news

    async def page(self, wanted: Filter = ALL, after: Place | None = None, limit: int = LIMIT) -> LedgerPage:
        """Return the newest entries that match and are older than a place, the newest first."""
        return united([await part.page(asked, after, limit) for part, asked in self._parts(wanted)], limit)

    async def beginning(self, organization_id: str | None, text: str, limit: int = LIMIT) -> list[Entry]:
        """Return the newest entries whose request's id begins so, the newest first."""
        if organization_id is not None:
            return await self._part(organization_id).beginning(organization_id, text, limit)
        every = [LedgerPage(await Reports(store, self._folder).beginning(None, text, limit), None) for store in self._stores.every()]
        return united(every, limit).entries

    async def last_used(self, key_ids: Collection[str]) -> dict[str, int]:
        """Return when each key was used last, wherever its entries are."""
        found: dict[str, int] = {}
        for store in self._stores.every():
            for key_id, time_us in (await Reports(store, self._folder).last_used(key_ids)).items():
                found[key_id] = max(time_us, found.get(key_id, 0))
        return found

    async def check(self) -> tuple[Integrity, JournalCheck]:
        """Look whether all stores are sound and what the journal's files hold."""
        _, journal = await super().check()
        checks = [await store.check() for store in self._stores.every()]
        unsound = [each.detail for each in checks if not each.sound]
        return Integrity(not unsound, unsound[0] if unsound else "ok", sum(each.entries for each in checks)), journal

    def _part(self, organization_id: str) -> Reports:
        return Reports(self._stores.of(organization_id), self._folder)

    def _parts(self, wanted: Filter) -> list[tuple[Reports, Filter]]:
        """Return which databases have what a filter wants, and what to ask each. No entry is looked for in two of them."""
        apart = self._stores.apart()
        if wanted.organization_id is not None:
            return [(self._part(wanted.organization_id), wanted)]
        main = (Reports(self._stores.every()[0], self._folder), msgspec.structs.replace(wanted, without=tuple(apart)))
        return [main, *((self._part(each), msgspec.structs.replace(wanted, organization_id=each)) for each in apart)]
