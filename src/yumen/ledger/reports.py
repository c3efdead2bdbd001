"""What the ledger says: from the store and the journal's undrained tail together, with a running gateway or without one."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from yumen.ledger.breakdown import concerns, piece_of, put_together
from yumen.ledger.callers import is_wanted, put_callers_together, use_of
from yumen.ledger.folders import every_segment
from yumen.ledger.lines import TORN, read_entry
from yumen.ledger.paging import spot, united
from yumen.ledger.query import ALL, Filter, LedgerPage
from yumen.ledger.rules import add_up, begins, matches, usage_of
from yumen.ledger.segment import SUFFIX
from yumen.ledger.series import put_together as put_slots_together
from yumen.ledger.series import slot_of, wants
from yumen.ledger.tail import read_lines
from yumen.storage import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping
    from pathlib import Path

    from yumen.ledger.breakdown import Piece, Wanted
    from yumen.ledger.callers import CallersWanted, CallerUse
    from yumen.ledger.entry import Entry
    from yumen.ledger.query import By, Integrity, Place, UsageRow
    from yumen.ledger.series import SeriesWanted, Slot
    from yumen.ledger.store import ReportStore

FOLLOW_INTERVAL_S = 0.25
LIMIT = 50
KNOWN = 10_000
"""Requests that a watch knows it has told of: some come from the journal, and then from the store."""


class Undrained(NamedTuple):
    """An entry that was read from the journal, and where its line ends."""

    entry: Entry
    segment: str
    end: int


class Tail(NamedTuple):
    """What the journal holds beyond some positions."""

    found: list[Undrained]
    positions: dict[str, int]
    """Where each segment's lines end."""
    torn: int


class News(NamedTuple):
    """What was written down lately."""

    entries: list[Entry]
    place: int
    """Where a later watch goes on, so that it misses nothing."""


class JournalCheck(NamedTuple):
    """What the journal's files look like."""

    segments: int
    undrained: int
    torn: int


class Reports:
    """Reads the ledger of a data folder; nothing here writes."""

    def __init__(self, store: ReportStore, journal_folder: Path) -> None:
        """Read that store and the journal's files in that folder."""
        self._store = store
        self._folder = journal_folder

    async def find(self, wanted: Filter = ALL, limit: int = LIMIT) -> list[Entry]:
        """Return the newest entries that match, oldest first."""
        tail = await self._tail(await self._store.positions())
        stored, positions = await self._store.find(wanted, limit)
        fresh = [entry for entry in beyond(tail, positions) if matches(wanted, entry)]
        known = {entry.request_id for entry in stored}
        together = stored + [entry for entry in fresh if entry.request_id not in known]
        return sorted(together, key=lambda entry: entry.time_us)[-limit:]

    async def usage(self, groups: Collection[By], wanted: Filter = ALL) -> list[UsageRow]:
        """Return the sums of the entries that match, by group."""
        tail = await self._tail(await self._store.positions())
        rows, positions = await self._store.usage(wanted, groups)
        return add_up([*rows, *(usage_of(entry, groups) for entry in beyond(tail, positions) if matches(wanted, entry))])

    async def break_down(self, wanted: Wanted) -> list[Piece]:
        """Return the sums of what is wanted, by piece of time and part."""
        tail = await self._tail(await self._store.positions())
        pieces, positions = await self._store.break_down(wanted)
        return put_together([*pieces, *(piece_of(wanted, entry) for entry in beyond(tail, positions) if concerns(wanted, entry))])

    async def callers(self, wanted: CallersWanted) -> list[CallerUse]:
        """Return who used a key, whoever came last first."""
        tail = await self._tail(await self._store.positions())
        uses, positions = await self._store.callers(wanted)
        return put_callers_together([*uses, *(use_of(entry) for entry in beyond(tail, positions) if is_wanted(wanted, entry))])

    async def series(self, wanted: SeriesWanted) -> list[Slot]:
        """Return usage over time: one slot for each time and value of the parts that there was a request of, in order."""
        tail = await self._tail(await self._store.positions())
        slots, positions = await self._store.series(wanted)
        return put_slots_together([*slots, *(slot_of(wanted, entry) for entry in beyond(tail, positions) if wants(wanted, entry))])

    async def page(self, wanted: Filter = ALL, after: Place | None = None, limit: int = LIMIT) -> LedgerPage:
        """Return the newest entries that match and are older than a place (None: all), the newest first, and where the next page begins.

        For what no index leads to, a page looks at a bounded number of entries, and may be short, or empty, with a next one behind it.
        """
        tail = await self._tail(await self._store.positions())
        page, positions = await self._store.page(wanted, after, limit)
        fresh = [entry for entry in beyond(tail, positions) if matches(wanted, entry) and (after is None or spot(entry) < after)]
        return united([page, LedgerPage(fresh, None)], limit)

    async def beginning(self, organization_id: str | None, text: str, limit: int = LIMIT) -> list[Entry]:
        """Return the newest entries of an organization (None: of all) whose request's id, here or upstream, begins so; the newest first."""
        tail = await self._tail(await self._store.positions())
        stored = await self._store.beginning(organization_id, text, limit)
        fresh = [
            found.entry for found in tail.found if begins(found.entry, text) and organization_id in (None, found.entry.organization_id)
        ]
        return united([LedgerPage(stored, None), LedgerPage(fresh, None)], limit).entries

    async def last_used(self, key_ids: Collection[str]) -> dict[str, int]:
        """Return when each of these keys was used last, in microseconds; those that never were are not there."""
        tail = await self._tail(await self._store.positions())
        found, positions = await self._store.last_used(key_ids)
        for entry in beyond(tail, positions):
            if entry.key_id in key_ids:
                found[entry.key_id] = max(entry.time_us, found.get(entry.key_id, 0))
        return found

    async def follow(self, wanted: Filter = ALL, limit: int = LIMIT, *, interval_s: float = FOLLOW_INTERVAL_S) -> AsyncIterator[Entry]:
        """Yield the newest entries that match, and then each new one as it is written down, until the caller stops.

        Every entry passes through the journal, and a segment outlives many rounds of this loop; so the files are all it reads.
        """
        seen = (await self._tail(await self._store.positions())).positions
        shown = set()
        for entry in await self.find(wanted, limit):
            shown.add(entry.request_id)
            yield entry
        while True:
            tail = await self._tail(seen)
            seen = tail.positions
            for entry in [found.entry for found in tail.found]:
                if matches(wanted, entry) and entry.request_id not in shown:
                    yield entry
            shown.clear()
            await asyncio.sleep(interval_s)

    async def watch(self, wanted: Filter = ALL, after: int | None = None, *, interval_s: float = FOLLOW_INTERVAL_S) -> AsyncIterator[News]:
        """Yield, round by round, the entries that match and were written down since the round before, until the caller stops.

        This machine's are read from its journal, others' from the store, where they are a moment later. `after` is the place of news that
        were had before: what was written since comes first, and perhaps a few that were had already.
        """
        seen, known = await self._store.positions(), dict[str, None]()
        if after is None:
            tail = await self._tail(seen)
            seen, known = tail.positions, dict.fromkeys(found.entry.request_id for found in tail.found)
            after = (await self._store.newer(wanted, None))[1]
        place = later = after
        while True:
            await asyncio.sleep(interval_s)
            tail = await self._tail(seen)
            seen, entries = tail.positions, [found.entry for found in tail.found if matches(wanted, found.entry)]
            with suppress(DatabaseUnavailable):
                stored, last = await self._store.newer(wanted, place)
                entries += stored
                # A round behind: PostgreSQL shows rows when their transaction ends, not in the order of their numbers.
                place, later = later, last
            fresh = {entry.request_id: entry for entry in entries if entry.request_id not in known}
            known |= dict.fromkeys(fresh)
            for request_id in list(islice(known, max(len(known) - KNOWN, 0))):
                del known[request_id]
            yield News(list(fresh.values()), place)

    async def check(self) -> tuple[Integrity, JournalCheck]:
        """Look whether the store is sound and what the journal's files hold."""
        positions = await self._store.positions()
        undrained = await self._tail(positions)
        whole = await self._tail({})
        return await self._store.check(), JournalCheck(len(whole.positions), len(undrained.found), whole.torn)

    async def _tail(self, positions: Mapping[str, int]) -> Tail:
        """Read the journal in a thread: after a long outage of the database it is long."""
        return await asyncio.to_thread(read_tail, self._folder, positions)


def read_tail(folder: Path, positions: Mapping[str, int]) -> Tail:
    """Read the entries of every segment of every process beyond its position."""
    found: list[Undrained] = []
    ends: dict[str, int] = {}
    torn = 0
    for path in every_segment(folder):
        name = path.name.removesuffix(SUFFIX)
        ends[name] = positions.get(name, 0)
        for line in read_lines(path, ends[name]):
            ends[name] = line.end
            entry = read_entry(line)
            if entry is not None:
                found.append(Undrained(entry, name, line.end))
            torn += line.tag == TORN
    return Tail(found, ends, torn)


def beyond(tail: Tail, positions: Mapping[str, int]) -> list[Entry]:
    """Return the entries that the store did not have when it gave these positions; it was asked after the journal was read."""
    return [entry for entry, segment, end in tail.found if end > positions.get(segment, 0)]
