"""A back-up and its way back: from either database to either, all of it or nothing."""

from __future__ import annotations

import asyncio
import os
import resource
import stat
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.ledger.making import make_entry
from tests.storage.archives import LINES, NEWEST, SEGMENT, fill_every_table, names
from tests.storage.test_migrations import OLD, WRITERS, contents, make_old
from yumen.audit import COMMAND_LINE, Act, write_act
from yumen.errors import OperatorError
from yumen.ledger import ALL
from yumen.ledger.query import Batch
from yumen.ledger.store_sql import SqlLedger
from yumen.storage import Database
from yumen.storage.backup import HELD_BYTES, back_up, write_lines, written
from yumen.storage.restore import restore


@pytest.fixture
async def source(database_url: str) -> AsyncIterator[Database]:
    """A database of each kind with something in every table."""
    database = Database(database_url)
    await database.upgrade()
    await SqlLedger(database).add(Batch([make_entry(number, label="模型\n🐪") for number in range(1200)], "segment", 7))
    async with database.begin() as connection:
        await write_act(connection, Act(COMMAND_LINE, 1, "plan.update", "trial", before=None, after={"limits": [1, {"é": None}]}))
        await connection.run_sync(fill_every_table)
        await database.raise_revision(connection)
    yield database
    await database.dispose()


async def test_everything_comes_back(source: Database, target: Database, segment: Path, journal: Path, tmp_path: Path) -> None:
    """Every row of every table, with every type, and the journal's whole lines: whatever the databases are. The file is private."""
    archive = tmp_path / "archive"
    sums = await back_up(source, [segment, tmp_path / "gone.journal"], archive, NEWEST)
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert [name for name in names(tmp_path) if "part" in name] == []
    assert await restore(target, archive, journal) == sums
    assert await contents(target) == await contents(source)
    assert all(sums.tables.values())
    assert (journal / SEGMENT).read_bytes() == LINES
    assert stat.S_IMODE((journal / SEGMENT).stat().st_mode) == 0o600


async def test_numbers_go_on(source: Database, target: Database, journal: Path, tmp_path: Path) -> None:
    """What is written after a restoration gets new numbers, behind those that were restored."""
    await back_up(source, [], tmp_path / "archive", NEWEST)
    await restore(target, tmp_path / "archive", journal)
    await SqlLedger(target).add(Batch([make_entry(5000)], "segment", 8))
    async with target.begin() as connection:
        await write_act(connection, Act(COMMAND_LINE, 2, "plan.update", "trial"))
        assert (await connection.execute(text("SELECT max(sequence) FROM audit"))).scalar_one() == 2
        assert (await connection.execute(text("SELECT count(*) FROM entries"))).scalar_one() == 1201


async def test_it_is_one_picture(
    source: Database, target: Database, journal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written while the back-up reads is not in it, not even in the tables that it reads last."""
    writer = Database(source._url)
    before = await contents(source)

    async def disturbed(connection: AsyncConnection, table: sa.Table, lines: IO[bytes]) -> int:
        await SqlLedger(writer).add(Batch([make_entry(9000 + len(table.name))], table.name, 9))
        await writer.write(writer.raise_revision)
        return await write_lines(connection, table, lines)

    with monkeypatch.context() as patched:
        patched.setattr("yumen.storage.backup.write_lines", disturbed)
        await back_up(source, [], tmp_path / "archive", NEWEST)
    await restore(target, tmp_path / "archive", journal)
    assert await contents(target) == before
    assert len((await contents(source))["entries"]) > len(before["entries"])
    await writer.dispose()


async def test_what_is_moved_meanwhile_is_in_it(
    source: Database, target: Database, journal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry that leaves the journal for the database while the back-up looks at the journal is in the database that it reads."""
    mover = Database(source._url)
    moved = Batch([make_entry(7000)], "gone", 1)

    def read(_: Path) -> bytes:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, move(mover, moved)).result()
        return b""

    with monkeypatch.context() as patched:
        patched.setattr("yumen.storage.backup.written", read)
        await back_up(source, [tmp_path / "gone.journal"], tmp_path / "archive", NEWEST)
    await restore(target, tmp_path / "archive", journal)
    assert make_entry(7000) in (await SqlLedger(target).find(ALL, 10))[0]


async def move(database: Database, batch: Batch) -> None:
    """Move entries, on an event loop of its own."""
    await SqlLedger(database).add(batch)
    await database.dispose()


@pytest.mark.parametrize("version", OLD)
async def test_a_back_up_of_an_older_release_is_restored(
    version: str, empty_database_url: str, target: Database, journal: Path, tmp_path: Path
) -> None:
    """What an older program backed up is restored as that program knew it, and then migrated."""
    old = Database(empty_database_url)
    async with old.write_long() as connection:
        await connection.run_sync(make_old, version)
        await connection.run_sync(WRITERS[version], 1)
    await back_up(old, [], tmp_path / "archive", msgspec.structs.replace(NEWEST, schema=version))
    await restore(target, tmp_path / "archive", journal)
    await old.upgrade()
    assert await contents(target) == await contents(old)
    await old.dispose()


async def test_only_an_empty_place_is_filled(source: Database, segment: Path, journal: Path, tmp_path: Path) -> None:
    """Where there is something already, in the database or in the journal, nothing is touched."""
    archive = tmp_path / "archive"
    await back_up(source, [segment], archive, NEWEST)
    before = await contents(source)
    with pytest.raises(OperatorError, match="not empty"):
        await restore(source, archive, journal)
    assert await contents(source) == before
    assert names(journal) == []
    (journal / "000000000009-x.journal").write_bytes(b"")
    with pytest.raises(OperatorError, match="not empty"):
        await restore(source, archive, journal)


async def test_what_is_there_is_not_written_over(source: Database, tmp_path: Path) -> None:
    """A back-up never takes the place of another, and one that fails leaves nothing."""
    (tmp_path / "archive").write_text("mine")
    with pytest.raises(OperatorError, match="there already"):
        await back_up(source, [], tmp_path / "archive", NEWEST)
    with pytest.raises(OperatorError, match="cannot be written"):
        await back_up(source, [], tmp_path / "nowhere" / "archive", NEWEST)
    with pytest.raises(OperatorError, match="migrated"):
        await back_up(source, [], tmp_path / "other", msgspec.structs.replace(NEWEST, schema="0001"))
    assert (tmp_path / "archive").read_text() == "mine"
    assert set(names(tmp_path)) <= {"archive", "yumen.db", "yumen.db-wal", "yumen.db-shm"}


@pytest.mark.parametrize("held", [1000, HELD_BYTES], ids=["beside", "in memory"])
async def test_a_full_disk_is_told_as_such(source: Database, tmp_path: Path, held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be written for want of room is not the database's fault, and nothing of it is left, wherever tables wait meanwhile."""
    monkeypatch.setattr("yumen.storage.backup.HELD_BYTES", held)
    async with source.begin() as connection:
        await connection.execute(sa.text("UPDATE plans SET description = :long"), {"long": os.urandom(200_000).hex()})
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    folder = tmp_path / "backups"
    folder.mkdir()
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(OperatorError, match=r"archive cannot be written: File too large"):
            await back_up(source, [], folder / "archive", NEWEST)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert names(folder) == []


async def test_tables_of_others_stay_behind(source: Database, target: Database, journal: Path, tmp_path: Path) -> None:
    """What somebody else keeps in the database is not backed up, so that the archive can be restored."""
    async with source.begin() as connection:
        await connection.execute(sa.text("CREATE TABLE somebodys (id INTEGER)"))
    sums = await back_up(source, [], tmp_path / "archive", NEWEST)
    assert await restore(target, tmp_path / "archive", journal) == sums


def test_only_whole_lines_of_the_journal_are_taken(segment: Path, tmp_path: Path) -> None:
    """Unused room and a line that is being written stay behind; a file that is gone meanwhile is in the database."""
    assert written(segment) == LINES
    assert written(tmp_path / "gone") == b""
