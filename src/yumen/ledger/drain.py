"""The one task that moves the journal into the store: from the file, in batches, each entry once, through any outage."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from yumen.ledger.lines import OPENED, read_entry, scan
from yumen.ledger.query import Batch
from yumen.storage import DatabaseUnavailable, reason_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.ledger.entry import Entry
    from yumen.ledger.journal import Journal
    from yumen.ledger.segment import Segment
    from yumen.ledger.store import DrainStore

log = logging.getLogger("yumen.ledger")

READ_BYTES = 200 * 1024
"""What is read at once: some 300 entries, for which the event loop stands still under a millisecond."""
READS = 4
"""How often that is read for one transaction, which has its own cost: a dozen turns of the database's thread."""
INTERVAL_S = 0.25
MAX_PAUSE_S = 10.0
KEPT_POSITIONS = 16
"""Positions of deleted segments that stay a while, for reports that began before the deletion."""


class Drain:
    """Moves entries from the journal to the store. Memory stays flat: what waits, waits in the file."""

    def __init__(self, journal: Journal, store: DrainStore, *, interval_s: float = INTERVAL_S) -> None:
        """Take both ends, and how long to wait when there is nothing to move."""
        self.entries = 0
        """Entries moved since the start."""
        self.torn = 0
        """Damaged lines that were passed over."""
        self.outages = 0
        """Batches in a row that the store did not take: 0 while all is well."""
        self._journal = journal
        self._store = store
        self._interval_s = interval_s
        self._gone: list[str] = []
        self._known = False

    async def run(self, tick: Callable[[], None] = lambda: None) -> None:
        """Move entries until cancelled; `tick` is called between rounds (the owner's small duties)."""
        while True:
            tick()
            self._journal.pay()
            await self.round()
            await asyncio.sleep(self.pause_s)

    async def finish(self, timeout_s: float) -> bool:
        """Move what is left, for so long at most; return whether all of it is in the store. The rest keeps in the journal."""
        gone = len(self._gone)
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while not await self.round():  # noqa: ASYNC110  (no event says that a database is back)
                    await asyncio.sleep(self.pause_s)
                await self._forget(min(gone, len(self._gone)))
        return self._journal.depth_bytes == 0

    async def round(self) -> bool:
        """Move everything that is there now; return False where the store did not take it."""
        try:
            await self._look()
            for segment in list(self._journal.segments.values()):
                while segment.drained < segment.tail:
                    await self._step(segment)
                await self._let_go(segment)
        except DatabaseUnavailable as outage:
            if not self.outages:
                log.warning("the database %s does not take entries (%s); they wait in the journal", outage.place, reason_of(outage))
            self.outages += 1
            self._known = False
            return False
        if self.outages:
            log.warning("the database takes entries again")
        self.outages = 0
        return True

    @property
    def pause_s(self) -> float:
        """How long to wait now: longer and longer while the store is out."""
        return min(MAX_PAUSE_S, self._interval_s * 2.0 ** min(self.outages, 10))

    async def _look(self) -> None:
        """Ask the store where it stands: at the start, and after whatever it refused. What it has lost by then is moved once more."""
        if self._known:
            return
        positions = await self._store.positions()
        for name, segment in self._journal.segments.items():
            segment.drained = min(positions.get(name, 0), segment.tail)
        self._known = True

    async def _step(self, segment: Segment) -> None:
        """Move one batch."""
        batch, torn = await next_batch(segment)
        await self._store.add(batch)
        segment.drained = batch.position
        self.entries += len(batch.entries)
        self.torn += torn
        if torn:
            log.warning("%d damaged lines in journal segment %s were passed over", torn, segment.name)

    async def _let_go(self, segment: Segment) -> None:
        """Delete a segment that nobody needs, and later its position."""
        if self._journal.release(segment):
            self._gone.append(segment.name)
        await self._forget(len(self._gone) - KEPT_POSITIONS)

    async def _forget(self, count: int) -> None:
        """Drop the oldest positions of segments that this process deleted. Others in the store belong to other processes and machines."""
        if count > 0:
            with suppress(DatabaseUnavailable):
                await self._store.forget_segments(self._gone[:count])
                del self._gone[:count]


async def next_batch(segment: Segment) -> tuple[Batch, int]:
    """Read the next entries of a segment that has some left, and how many damaged lines stood between them."""
    entries: list[Entry] = []
    position, torn = segment.drained, 0
    for _ in range(READS):
        found, position, damaged = read_entries(segment, position)
        entries += found
        torn += damaged
        if position >= segment.tail:
            break
        await asyncio.sleep(0)
    return Batch(entries, segment.name, position, segment.drained), torn


def read_entries(segment: Segment, start: int) -> tuple[list[Entry], int, int]:
    """Return the next entries from an offset on, the offset behind them, and how many damaged lines stood between them."""
    data = segment.read(start, READ_BYTES)
    lines = list(scan(data))
    if not lines:
        return [], start + len(data), 1
    entries = [entry for line in lines if (entry := read_entry(line)) is not None]
    torn = len(lines) - len(entries) - sum([line.tag == OPENED for line in lines])
    return entries, start + lines[-1].end, torn
