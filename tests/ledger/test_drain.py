"""The drain moves each entry once, through outages, restarts and damage, and keeps nothing in memory."""

import asyncio
import sqlite3
from collections.abc import Collection
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.ledger.conftest import SEGMENT_BYTES, fill_disk
from tests.ledger.making import JumpingClock, make_entry, make_opened
from yumen.claude import Usage
from yumen.exchange import Cost, Outcome
from yumen.ledger import ALL, Drain, Entry, Journal, Opened, recover
from yumen.ledger.query import Batch
from yumen.ledger.store_sql import SqlLedger
from yumen.storage import Database, DatabaseUnavailable


class FailingStore:
    """A store whose n-th call fails, before it does its work or after it."""

    def __init__(self, store: SqlLedger, failing: int, *, after: bool) -> None:
        self._store = store
        self._failing = failing
        self._after = after
        self.calls = 0

    def _fails(self, *, after: bool) -> None:
        if self.calls == self._failing and after is self._after:
            raise DatabaseUnavailable

    async def positions(self) -> dict[str, int]:
        """Return how far each segment is in the store."""
        self.calls += 1
        self._fails(after=False)
        found = await self._store.positions()
        self._fails(after=True)
        return found

    async def add(self, batch: Batch) -> None:
        """Write a batch."""
        self.calls += 1
        self._fails(after=False)
        await self._store.add(batch)
        self._fails(after=True)

    async def forget_segments(self, names: Collection[str]) -> None:
        """Drop positions."""
        self.calls += 1
        self._fails(after=False)
        await self._store.forget_segments(names)
        self._fails(after=True)

    async def forget_entries(self, before_us: int, limit: int) -> int:
        """Delete old entries."""
        return await self._store.forget_entries(before_us, limit)

    async def forget_hours(self, before_us: int) -> int:
        """Delete old sums."""
        return await self._store.forget_hours(before_us)


async def stored(store: SqlLedger) -> list[Entry]:
    """Every entry in the store."""
    return (await store.find(ALL, 1_000_000))[0]


def fill(journal: Journal, numbers: range) -> None:
    """Write entries with their openings."""
    for number in numbers:
        journal.open_exchange(make_opened(number))
        journal.close(make_entry(number))


async def test_everything_is_moved_once(journal: Journal, store: SqlLedger) -> None:
    """Over many segments, every entry arrives, in order, once; drained segments are gone, their depth is nothing."""
    drain = Drain(journal, store)
    for start in range(0, 2000, 100):
        fill(journal, range(start, start + 100))
        assert journal.depth_bytes
        assert await drain.round()
    assert await stored(store) == [make_entry(number) for number in range(2000)]
    assert drain.entries == 2000
    assert len(journal.segments) == 1
    assert journal.depth_bytes == 0


@pytest.mark.parametrize("count", [0, 1, 5, 255, 256, 341, 600])
async def test_batches_of_any_size_are_written_whole_and_once(store: SqlLedger, count: int) -> None:
    """However many entries come at once, all of them are there, in order, and none twice when the batch comes again."""
    entries = [make_entry(number) for number in range(count)]
    for position in (1, 2):
        await store.add(Batch(entries, "segment", position))
    assert await stored(store) == entries
    assert await store.positions() == {"segment": 2}


async def test_positions_of_deleted_segments_do_not_pile_up(journal: Journal, store: SqlLedger) -> None:
    """The store forgets deleted segments, but for the last few."""
    drain = Drain(journal, store)
    for start in range(0, 4000, 100):
        fill(journal, range(start, start + 100))
        await drain.round()
    assert len(await store.positions()) <= 16 + 2


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("failing", range(1, 7))
async def test_fault_sweep(journal: Journal, store: SqlLedger, failing: int, after: bool) -> None:  # noqa: FBT001
    """Let the n-th call to the store fail, before or after it took effect: in the end every entry is there once."""
    fill(journal, range(300))
    drain = Drain(journal, FailingStore(store, failing, after=after), interval_s=0)
    assert await drain.finish(60)
    assert await stored(store) == [make_entry(number) for number in range(300)]


async def test_a_lock_is_survived(journal: Journal, tmp_path: Path) -> None:
    """While somebody else holds the database, entries wait in the journal, and the drain says so; then they arrive."""
    fill(journal, range(50))
    impatient = Database(f"sqlite+aiosqlite:///{tmp_path}/yumen.db", timeout_ms=10)
    await impatient.upgrade()
    store = SqlLedger(impatient)
    other = sqlite3.connect(tmp_path / "yumen.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    drain = Drain(journal, store)
    assert not await drain.round()
    assert not await drain.round()
    assert drain.outages == 2
    assert drain.pause_s > 0.25
    assert journal.depth_bytes > 0
    other.execute("ROLLBACK")
    other.close()
    assert await drain.round()
    assert drain.outages == 0
    assert len(await stored(store)) == 50
    await impatient.dispose()


async def test_finishing_has_a_limit(journal: Journal, store: SqlLedger) -> None:
    """A store that stays out does not hold up the end; what is left keeps in the journal."""

    class Out(FailingStore):
        def _fails(self, *, after: bool) -> None:  # noqa: ARG002
            raise DatabaseUnavailable

    fill(journal, range(5))
    assert not await Drain(journal, Out(store, 0, after=False), interval_s=0.001).finish(0.01)
    assert journal.depth_bytes > 0


async def test_it_runs_until_it_is_cancelled(journal: Journal, store: SqlLedger) -> None:
    """The task moves what comes, calls its owner between rounds, and ends when it is told to."""
    drain = Drain(journal, store, interval_s=0)
    ticks: list[int] = []
    task = asyncio.create_task(drain.run(lambda: ticks.append(1)))
    fill(journal, range(20))
    while drain.entries < 20:  # noqa: ASYNC110  (a condition, looked at every turn)
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ticks
    assert len(await stored(store)) == 20


def price(opened: Opened) -> tuple[Usage, Cost | None]:
    """A fixed estimate."""
    return Usage(input_tokens=opened.prompt_characters), Cost(77, "test")


@pytest.mark.parametrize("drained_before", [False, True])
async def test_a_death_leaves_one_entry_an_exchange(
    folder: Path,
    store: SqlLedger,
    clock: JumpingClock,
    drained_before: bool,  # noqa: FBT001
) -> None:
    """After a death, what ended is there once, what was open is `interrupted`, and a second start changes nothing."""
    dead = Journal(folder, clock, segment_bytes=SEGMENT_BYTES)
    dead.start()
    for number in range(300):
        dead.open_exchange(make_opened(number))
        if number % 10:
            dead.close(make_entry(number))
    if drained_before:
        await Drain(dead, store).round()
    for _ in range(2):
        journal = Journal(folder, clock, segment_bytes=SEGMENT_BYTES)
        found = await recover(journal, journal.start(), price)
        drain = Drain(journal, store)
        assert await drain.round()
        entries = {entry.request_id: entry for entry in await stored(store)}
        assert len(await stored(store)) == 300
        for number in range(300):
            entry = entries[make_entry(number).request_id]
            assert entry.outcome is (Outcome.ANSWERED if number % 10 else Outcome.INTERRUPTED)
            if not number % 10:
                assert (entry.input_tokens, entry.cost_nanousd, entry.estimated, entry.upstream) == (12, 77, True, "claude")
        assert len(journal.segments) == 1
    assert found.unended == []


async def test_a_death_during_the_recovery_loses_nothing(
    folder: Path, store: SqlLedger, clock: JumpingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recovery that finds no room keeps the old segments, so that the next start does it again."""
    dead = Journal(folder, clock, segment_bytes=SEGMENT_BYTES)
    dead.start()
    dead.open_exchange(make_opened(1))
    with monkeypatch.context() as full:
        full.setattr("os.posix_fallocate", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        second = Journal(folder, clock, segment_bytes=SEGMENT_BYTES)
        await recover(second, second.start(), price)
        await Drain(second, store).round()
        assert second.owed == 1
        assert len(second.segments) == 1
    third = Journal(folder, clock, segment_bytes=SEGMENT_BYTES)
    await recover(third, third.start(), price)
    await Drain(third, store).round()
    assert [entry.outcome for entry in await stored(store)] == [Outcome.INTERRUPTED]


async def test_damage_is_passed_over_and_counted(folder: Path, store: SqlLedger, clock: JumpingClock) -> None:
    """A line that the disk spoiled, and a torn last one, cost themselves alone, and somebody counts them."""
    dead = Journal(folder, clock, segment_bytes=SEGMENT_BYTES)
    dead.start()
    for number in range(10):
        dead.close(make_entry(number))
    dead.stop()
    (path,) = folder.iterdir()  # noqa: ASYNC240  (nobody waits)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data[:-20])
    journal = Journal(folder, clock, segment_bytes=SEGMENT_BYTES)
    found = await recover(journal, journal.start(), price)
    drain = Drain(journal, store)
    assert await drain.round()
    assert len(await stored(store)) == 8
    assert drain.torn == 2
    assert (found.entries, found.torn) == (8, 1)
    journal.stop()


@pytest.mark.parametrize("lost", ["all", "part"])
async def test_a_lost_store_is_filled_again(journal: Journal, store: SqlLedger, database: Database, lost: str) -> None:
    """A database that was restored to an earlier state gets what the journal still has, each entry once, from the same process."""
    drain = Drain(journal, store)
    fill(journal, range(10))
    assert await drain.round()
    earlier = (await store.positions()).popitem()[1]
    fill(journal, range(10, 20))
    assert await drain.round()
    async with database.begin() as connection:
        await connection.execute(text("DELETE FROM entries" if lost == "all" else "DELETE FROM entries WHERE sequence > 10"))
        await connection.execute(text("DELETE FROM drained" if lost == "all" else f"UPDATE drained SET position = {earlier}"))  # noqa: S608
    fill(journal, range(20, 30))
    assert [await drain.round(), await drain.round()] == [False, True]
    assert await stored(store) == [make_entry(number) for number in range(30)]
    assert journal.depth_bytes == 0


async def test_a_full_disk_holds_up_the_drain_and_loses_nothing(small_disk: Path, clock: JumpingClock) -> None:
    """Journal and database on one disk that somebody fills: entries stay in the journal, and arrive when there is room."""
    database = Database(f"sqlite+aiosqlite:///{small_disk}/yumen.db")
    await database.upgrade()
    store = SqlLedger(database)
    journal = Journal(small_disk, clock, segment_bytes=SEGMENT_BYTES)
    journal.start()
    fill(journal, range(50))
    for number in range(50, 60):
        journal.open_exchange(make_opened(number))
    with pytest.raises(OSError, match="No space"):
        fill_disk(small_disk / "others")
    for number in range(50, 60):
        assert journal.close(make_entry(number))
    drain = Drain(journal, store)
    assert not await drain.round()
    assert drain.outages == 1
    (small_disk / "others").unlink()
    assert await drain.round()
    assert await stored(store) == [make_entry(number) for number in range(60)]
    journal.stop()
    await database.dispose()
