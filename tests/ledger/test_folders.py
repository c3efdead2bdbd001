"""Several processes' journals on one machine: each writes in a folder of its own, everything is read, nothing is left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger.conftest import SEGMENT_BYTES
from tests.ledger.making import JumpingClock, make_entry, make_opened
from yumen.clock import Clock
from yumen.ledger import Drain, Entry, Journal, Reports
from yumen.ledger.folders import every_segment, journal_folder, take_up
from yumen.ledger.store_sql import SqlLedger


def write(root: Path, worker: int, numbers: range) -> Journal:
    """Start a worker's journal and write entries to it."""
    journal = Journal(journal_folder(root, worker), Clock(), segment_bytes=SEGMENT_BYTES)
    journal.start()
    for number in numbers:
        journal.open_exchange(make_opened(number))
        journal.close(make_entry(number))
    return journal


async def read(folder: Path, store: SqlLedger) -> list[Entry]:
    """Return the whole ledger."""
    return await Reports(store, folder).find(limit=1000)


async def test_reports_read_every_workers_journal(folder: Path, store: SqlLedger) -> None:
    """What no worker has drained yet is in the reports all the same, each entry once, drained in part or not."""
    journals = [write(folder, worker, range(worker * 10, worker * 10 + 5)) for worker in (0, 1, 2)]
    wanted = [make_entry(number) for start in (0, 10, 20) for number in range(start, start + 5)]
    assert await read(folder, store) == wanted
    await Drain(journals[1], store).round()
    assert await read(folder, store) == wanted
    assert sum(row.requests for row in await Reports(store, folder).usage([])) == 15
    for journal in journals:
        journal.stop()


@pytest.mark.parametrize(("before", "after"), [((0,), 2), ((1, 2, 3), 1), ((1, 2, 3), 2), ((1, 2), 0), ((0, 1, 2, 3), 0), ((1, 2), 2)])
async def test_leftover_journals_are_taken_up(folder: Path, store: SqlLedger, before: tuple[int, ...], after: int) -> None:
    """However many workers ran and will run, each file is in the folder of one that runs, and no entry is lost or there twice."""
    for worker in before:
        journal = write(folder, worker, range(worker * 10, worker * 10 + 5))
        if worker % 2:
            await Drain(journal, store).round()
        journal.stop()
    take_up(folder, after)
    running = {journal_folder(folder, worker) for worker in range(1, after + 1)} or {folder}
    assert {path.parent for path in every_segment(folder)} <= running
    assert take_up(folder, after) == 0
    assert set(folder.glob("worker-*")) == running - {folder}  # noqa: ASYNC240  (nobody waits)
    for worker in range(1, after + 1) if after else (0,):
        journal = write(folder, worker, range(0))
        for segment in list(journal.segments.values()):
            segment.holds = 0
        assert await Drain(journal, store).finish(10.0)
        journal.stop()
    assert len(await read(folder, store)) == len({entry.request_id for entry in await read(folder, store)}) == 5 * len(before)
    assert sum(row.requests for row in await Reports(store, folder).usage([])) == 5 * len(before)


async def test_a_workers_drain_leaves_the_others_positions_alone(folder: Path, clock: JumpingClock, store: SqlLedger) -> None:
    """A worker that starts and deletes many segments of its own forgets no position of another's: nothing is counted twice."""
    first = write(folder, 1, range(5))
    await Drain(first, store).round()
    kept = await store.positions()
    second = Journal(journal_folder(folder, 2), clock, segment_bytes=SEGMENT_BYTES)
    second.start()
    drain = Drain(second, store)
    for number in range(100, 8100):
        second.close(make_entry(number))
        if not number % 1000:
            await drain.round()
    assert await drain.finish(10.0)
    assert (await store.positions()).items() >= kept.items()
    assert sum(row.requests for row in await Reports(store, folder).usage([])) == 8005
    first.stop()
    second.stop()
