"""What a restore refuses: archives that are damaged, foreign, newer, hostile or huge leave nothing behind."""

from __future__ import annotations

import gzip
import io
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, cast

import msgspec
import pytest

from tests.ledger.making import make_entry
from tests.storage.archives import NEWEST, SEGMENT, fill_every_table, names
from tests.storage.test_migrations import contents
from yumen.errors import OperatorError
from yumen.ledger.query import Batch
from yumen.ledger.store_sql import SqlLedger
from yumen.storage import Database
from yumen.storage.archive import FORMAT, MANIFEST, SUMS, Sums
from yumen.storage.backup import back_up
from yumen.storage.restore import restore

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
        (gzip.compress(b"rubbish" * 1000, mtime=0), "no whole back-up"),
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
