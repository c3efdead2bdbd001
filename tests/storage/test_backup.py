"""A back-up and its way back: from either database to either, all of it or nothing, and nothing that should not be read."""

from __future__ import annotations

import asyncio
import gzip
import io
import os
import resource
import stat
import tarfile
import tracemalloc
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, cast

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.ledger.making import make_entry
from tests.postgres import Databases, for_asyncpg
from tests.storage.test_migrations import contents, make_old, write_as_0001
from yumen.audit import COMMAND_LINE, Act, write_act
from yumen.errors import OperatorError
from yumen.ledger import ALL
from yumen.ledger.query import Batch
from yumen.ledger.store_sql import SqlLedger
from yumen.storage import HEAD, Database
from yumen.storage.archive import FORMAT, MANIFEST, SUMS, Manifest, Sums
from yumen.storage.backup import HELD_BYTES, back_up, tables_of, write_lines, written
from yumen.storage.restore import restore

NEWEST = Manifest(FORMAT, HEAD, "9.9.9", "test", 1)
SEGMENT = "000000000001-abc.journal"
LINES = b"Odeadbeef [1]\nEdeadbeef [2]\n"


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


def fill_every_table(connection: sa.Connection) -> None:
    """Write a row with a value in every column to each table that has none yet."""
    for table in tables_of(connection):
        if not connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one():
            connection.execute(sa.insert(table), {column.name: value_of(column) for column in table.columns})


def value_of(column: sa.Column[Any]) -> object:
    """A value that is not the simplest of its type."""
    kinds: list[tuple[Any, object]] = [
        (sa.LargeBinary, bytes(range(256))),
        (sa.JSON, {"a": [1, "2\u2028", None, True]}),
        (sa.Boolean, True),
        (sa.BigInteger, 2**60),
        (sa.Integer, 2**31 - 1),
    ]
    return next((value for kind, value in kinds if isinstance(column.type, kind)), f"'{column.name}\" \\ 密")


@pytest.fixture(params=["sqlite", "postgresql"])
def target_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty place of each kind."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/target.db"
    databases: Databases = request.getfixturevalue("postgres_databases")
    return for_asyncpg(databases.make(empty=True))


@pytest.fixture
async def target(target_url: str) -> AsyncIterator[Database]:
    """A database that is to be filled."""
    database = Database(target_url)
    yield database
    await database.dispose()


@pytest.fixture
async def sqlite_target(tmp_path: Path) -> AsyncIterator[Database]:
    """An SQLite database that is to be filled."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/target.db")
    yield database
    await database.dispose()


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """The folder of the journal that is to be filled."""
    folder = tmp_path / "journal"
    folder.mkdir()
    return folder


@pytest.fixture
def segment(tmp_path: Path) -> Path:
    """A file of a journal, with room that is not used and a line that is not whole."""
    path = tmp_path / SEGMENT
    path.write_bytes(LINES + b"E12345" + b"\0" * 5000)
    return path


def names(folder: Path) -> list[str]:
    """What lies in a folder."""
    return [path.name for path in folder.iterdir()]


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


async def test_a_back_up_of_an_older_release_is_restored(empty_database_url: str, target: Database, journal: Path, tmp_path: Path) -> None:
    """What an older program backed up is restored as that program knew it, and then migrated."""
    old = Database(empty_database_url)
    async with old.write_long() as connection:
        await connection.run_sync(make_old, "0001")
        await connection.run_sync(write_as_0001, 1)
    await back_up(old, [], tmp_path / "archive", msgspec.structs.replace(NEWEST, schema="0001"))
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


MANIFEST_BYTES = msgspec.json.encode(NEWEST)
SUMS_BYTES = msgspec.json.encode(Sums({}, {}))


def packed(*members: tuple[str, bytes], kind: bytes = tarfile.REGTYPE) -> bytes:
    """An archive with those members."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for name, data in members:
            member = tarfile.TarInfo(name)
            member.size, member.type = len(data), kind if name != MANIFEST else tarfile.REGTYPE
            archive.addfile(member, io.BytesIO(data))
    return made.getvalue()


def with_manifest(**fields: object) -> bytes:
    """An archive whose manifest differs."""
    return packed((MANIFEST, msgspec.json.encode(msgspec.structs.replace(NEWEST, **fields))), (SUMS, SUMS_BYTES))


def bad(offset: int) -> Callable[[bytes], bytes]:
    """A way to spoil one byte."""
    return lambda data: data[:offset] + bytes([data[offset] ^ 1]) + data[offset + 1 :]


@pytest.mark.parametrize(
    ("archive", "said"),
    [
        (with_manifest(format=FORMAT + 1), "newer than this one"),
        (with_manifest(schema="9999"), "Yumen 9.9.9, which is newer"),
        (packed((SUMS, SUMS_BYTES)), "no whole back-up"),
        (packed((MANIFEST, MANIFEST_BYTES)), "no whole back-up"),
        (packed((MANIFEST, MANIFEST_BYTES), (SUMS, msgspec.json.encode(Sums({"entries": 1}, {})))), "no whole back-up"),
        (packed((MANIFEST, MANIFEST_BYTES), ("tables/nothing.jsonl", b""), (SUMS, SUMS_BYTES)), "no whole back-up"),
        (packed((MANIFEST, MANIFEST_BYTES), ("journal/../../evil.journal", b"x"), (SUMS, SUMS_BYTES)), "no whole back-up"),
        (packed((MANIFEST, MANIFEST_BYTES), ("journal/yumen.toml", b"x"), (SUMS, SUMS_BYTES)), "no whole back-up"),
        (packed((MANIFEST, MANIFEST_BYTES), ("/etc/x", b"x"), (SUMS, SUMS_BYTES)), "no whole back-up"),
        (packed((MANIFEST, MANIFEST_BYTES), (f"journal/{SEGMENT}", b""), kind=tarfile.SYMTYPE), "no whole back-up"),
        (packed((MANIFEST, b"{}")), "no whole back-up"),
        (b"", "no whole back-up"),
        (b"rubbish", "no whole back-up"),
        (gzip.compress(b"rubbish" * 1000), "no whole back-up"),
    ],
)
async def test_what_is_no_archive_is_refused(archive: bytes, said: str, sqlite_target: Database, journal: Path, tmp_path: Path) -> None:
    """Whatever is wrong with it is one sentence, and nothing is left of it."""
    path = tmp_path / "archive"
    path.write_bytes(archive)
    with pytest.raises(OperatorError, match=said):
        await restore(sqlite_target, path, journal)
    assert (await contents(sqlite_target), names(journal)) == ({}, [])


@pytest.mark.parametrize("part", [0.0, 0.2, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("spoil", ["cut", "change"])
async def test_a_damaged_archive_leaves_nothing(part: float, spoil: str, sqlite_target: Database, segment: Path, tmp_path: Path) -> None:
    """Cut or changed anywhere, also in the check sum at its end, an archive is refused whole."""
    journal = tmp_path / "journal"
    journal.mkdir()
    source = Database(f"sqlite+aiosqlite:///{tmp_path}/source.db")
    await source.upgrade()
    await SqlLedger(source).add(Batch([make_entry(number) for number in range(300)], "segment", 7))
    path = tmp_path / "archive"
    await back_up(source, [segment], path, NEWEST)
    await source.dispose()
    data = path.read_bytes()
    place = min(int(len(data) * part), len(data) - 6)
    path.write_bytes(data[:place] if spoil == "cut" else bad(place)(data))
    with pytest.raises(OperatorError, match="no whole back-up"):
        await restore(sqlite_target, path, journal)
    assert (await contents(sqlite_target), names(journal)) == ({}, [])


KEYS = "tables/api_keys.jsonl"


@pytest.mark.parametrize(
    "change",
    [
        {"name": None},
        {"name": {"a": 1}},
        {"created_us": 10**40},
        {"hash": 5},
        {"hash": "%%%"},
        {"unknown": 1},
    ],
)
async def test_rows_that_do_not_fit_are_refused(change: dict[str, Any], target: Database, journal: Path, tmp_path: Path) -> None:
    """A row that its table does not take, or would take only in part, is a damaged archive on either database, and no defect."""
    members = await whole(tmp_path)
    row = msgspec.json.decode(members[KEYS])
    members[KEYS] = msgspec.json.encode(row | change)
    await refused(members, target, journal, tmp_path)


@pytest.mark.parametrize("spoil", [lambda row: row + row, lambda _: b"[1, 2]\n", lambda _: b"{}\n"], ids=["twice", "no row", "no columns"])
async def test_lines_that_are_no_rows_are_refused(spoil: Callable[[bytes], bytes], target: Database, journal: Path, tmp_path: Path) -> None:
    """Neither is a row that is there twice, or one without what it must have."""
    members = await whole(tmp_path)
    members[KEYS] = spoil(members[KEYS])
    await refused(members, target, journal, tmp_path)


async def test_a_table_that_is_left_out_is_missed(sqlite_target: Database, journal: Path, tmp_path: Path) -> None:
    """Also where the sums do not name it."""
    members = await whole(tmp_path)
    del members[KEYS]
    sums = msgspec.json.decode(members[SUMS], type=Sums)
    members[SUMS] = msgspec.json.encode(Sums({name: count for name, count in sums.tables.items() if name != "api_keys"}, {}))
    await refused(members, sqlite_target, journal, tmp_path)


@pytest.mark.parametrize("name", [MANIFEST, KEYS])
async def test_what_claims_to_be_huge_is_not_read_whole(name: str, sqlite_target: Database, journal: Path, tmp_path: Path) -> None:
    """However large a member or a line of it is, only a bounded piece of it is in memory."""
    members = await whole(tmp_path)
    members[name] = b" " * (80 << 20)
    tracemalloc.start()
    data = packed(*members.items())
    del members
    (tmp_path / "bomb").write_bytes(data)
    tracemalloc.reset_peak()
    begin = tracemalloc.get_traced_memory()[0]
    try:
        with pytest.raises(OperatorError, match="no whole back-up"):
            await restore(sqlite_target, tmp_path / "bomb", journal)
        assert tracemalloc.get_traced_memory()[1] - begin < 40 << 20
    finally:
        tracemalloc.stop()


async def whole(folder: Path) -> dict[str, bytes]:
    """The members of a back-up of a database with one key."""
    source = Database(f"sqlite+aiosqlite:///{folder}/source.db")
    await source.upgrade()
    async with source.begin() as connection:
        await connection.run_sync(fill_every_table)
    await back_up(source, [], folder / "good", NEWEST)
    await source.dispose()
    with tarfile.open(folder / "good") as archive:
        return {member.name: cast("IO[bytes]", archive.extractfile(member)).read() for member in archive}


async def refused(members: dict[str, bytes], target: Database, journal: Path, folder: Path) -> None:
    """See that an archive of these members is refused in one sentence, and leaves nothing."""
    (folder / "bad").write_bytes(packed(*members.items()))
    with pytest.raises(OperatorError, match="no whole back-up"):
        await restore(target, folder / "bad", journal)
    assert (await contents(target), names(journal)) == ({}, [])


def test_only_whole_lines_of_the_journal_are_taken(segment: Path, tmp_path: Path) -> None:
    """Unused room and a line that is being written stay behind; a file that is gone meanwhile is in the database."""
    assert written(segment) == LINES
    assert written(tmp_path / "gone") == b""
