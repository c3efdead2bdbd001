"""An archive has everything of an organization once and opened; after the erasure nothing is left of it but the audit log."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import msgspec
import pytest
import sqlalchemy as sa

from tests.ledger.making import make_entry, make_opened
from tests.organizations.apart.planting import OURS, ROWS, THEIRS, mark, opened, owner_of, plant, rows_of_all
from tests.organizations.apart.test_isolate import ACTOR, isolating, no_pause
from yumen.clock import Clock
from yumen.contents.rules import encode
from yumen.contents.values import Kept
from yumen.errors import NotFound, OperatorError
from yumen.ledger import Journal
from yumen.organizations.apart.erase import Erasing
from yumen.organizations.apart.export import SECRET, Exporting
from yumen.organizations.apart.isolate import Wish
from yumen.organizations.apart.opening import CONTEXTS
from yumen.organizations.apart.owned import APART, KEPT, SUMS, read_tables
from yumen.organizations.faults import DefaultOrganization
from yumen.organizations.values import DEFAULT_ORGANIZATION
from yumen.storage import Database
from yumen.storage.compartments import Compartments, files_of
from yumen.storage.envelope import Envelope, Sealer

MADE = ("2026-01-01T00:00:00Z", "1")
DATA_KEY = "dk_000000000000000000000000"
SEALER = Envelope({DATA_KEY: bytes(32)}, DATA_KEY, DATA_KEY)
SECRETS = ("password_hash", "code_hash", "shown_code", "hash", "wrapped")
GATEWAYS_OWN = ("attempts", "audit", "drained", "plans", "revision")
"""Tables that no organization owns. The audit log stays, whatever becomes of an organization."""


async def sealer_of(_: str) -> Sealer:
    """Return everybody's sealer."""
    return SEALER


async def seal_all(database: Database) -> None:
    """Seal every column of ours that is sealed in a gateway: the text in it is `opened`, and the column's name."""
    kept = Kept("POST", "/v1/messages", 200, "answered", None, b'"opened request"', 1, b"opened answer", 1)
    async with database.begin() as connection:
        tables = await read_tables(connection, *{table for table, _ in CONTEXTS})
        for (name, column), context in CONTEXTS.items():
            table = tables[name]
            for row in (await connection.execute(sa.select(table))).mappings().all():
                data = encode(kept) if name == "contents" else msgspec.json.encode(f"opened {column}")
                where = sa.and_(*(key == row[key.name] for key in table.primary_key))
                await connection.execute(sa.update(table).where(where).values({column: SEALER.seal(data, context(row))}))


async def exported(compartments: Compartments, journal: Path) -> dict[str, list[Any]]:
    """Return what an archive holds, by file."""
    target = BytesIO()
    manifest = await Exporting(compartments, sealer_of, journal).export(OURS, target, MADE)
    with ZipFile(target) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert json.loads(files.pop("manifest.json"))["rows"] == manifest.rows
    lines = {name.removesuffix(".jsonl"): [json.loads(line) for line in text.splitlines()] for name, text in files.items()}
    assert {name: len(rows) for name, rows in lines.items()} == manifest.rows
    return lines


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """A journal's folder with an entry of each organization that no database has yet."""
    folder = tmp_path / "journal"
    folder.mkdir()
    return folder


def write_down(folder: Path) -> None:
    """Leave entries of both organizations in a journal."""
    made = Journal(folder, Clock())
    made.start()
    for number, organization_id in enumerate((OURS, THEIRS)):
        made.close(make_entry(number, organization_id=organization_id, request_id=f"req_waiting_{number}"))
    made.stop()


@pytest.mark.parametrize("isolated", [False, True])
async def test_an_archive_has_everything_once_and_opened(
    database: Database, compartments: Compartments, journal: Path, *, isolated: bool
) -> None:
    """Every row of ours is in it once, what waits in the journal too; what is sealed is opened; no hashes, and nothing of others."""
    await seal_all(database)
    if isolated:
        await isolating(compartments).isolate(ACTOR, OURS, Wish(keeps_content=True))
    write_down(journal)
    lines = await exported(compartments, journal)
    owner = await owner_of(database)
    expected = await rows_of_all(database, owner) | await rows_of_all(compartments.of(OURS), owner, APART)
    counts = {name: len(rows) for name, rows in lines.items() if rows}
    assert counts.pop("entries") == ROWS + 1
    assert counts.pop("audit", 0) == isolated
    assert counts == {name: count for name, count in expected.items() if name not in {"entries", *SECRET}}
    text = json.dumps(lines)
    assert mark(THEIRS) not in text
    assert THEIRS not in text
    assert not [secret for secret in SECRETS if f'"{secret}"' in text]
    assert "req_waiting_0" in text
    assert [row["sealed"]["answer"] for row in lines["contents"]] == ["opened answer"] * ROWS
    assert {row["question"] for row in lines["session_turns"]} == {"opened question"}
    assert {row["summary"] for row in lines["sessions"]} == {"opened summary"}
    assert {row["sealed"] for name in ("policy_flags", "prompts") for row in lines[name]} == {"opened sealed"}


async def test_what_does_not_open_makes_no_archive(database: Database, compartments: Compartments, journal: Path) -> None:
    """A row that was changed fails the whole export."""
    await seal_all(database)
    async with database.begin() as connection:
        await connection.execute(sa.text("UPDATE contents SET sealed = :other").bindparams(other=SEALER.seal(b"x", b"elsewhere")))
    with pytest.raises(OperatorError):
        await exported(compartments, journal)


def erasing(compartments: Compartments, journal: Path) -> Erasing:
    """Return what erases, at once."""
    return Erasing(compartments, Clock(), journal, no_pause)


@pytest.mark.parametrize("isolated", [False, True])
async def test_nothing_is_left_of_it(database: Database, compartments: Compartments, journal: Path, *, isolated: bool) -> None:
    """No table of the database has a row with ours in it but the audit log; the other organization's rows are as they were."""
    theirs = await owner_of(database, THEIRS)
    before = await rows_of_all(database, theirs)
    if isolated:
        await isolating(compartments).isolate(ACTOR, OURS, Wish())
    erased = await erasing(compartments, journal).erase(ACTOR, OURS)
    assert erased.rows == {name: 1 if name == "organizations" else ROWS for name in (*KEPT, *APART)}
    assert (erased.place is not None) is isolated
    async with database.connect() as connection:
        tables = await read_tables(connection)
        left = [
            name for name in tables if name != "audit" and has_mark(str((await connection.execute(sa.select(tables[name]))).fetchall()))
        ]
        schemas = [] if database.kind == "sqlite" else (await connection.execute(sa.text("SELECT nspname FROM pg_namespace"))).scalars()
        assert f"yumen_{OURS}" not in schemas
    assert left == []
    assert await rows_of_all(database, theirs) == before
    assert compartments.of(OURS) is database
    with pytest.raises(NotFound):
        await erasing(compartments, journal).erase(ACTOR, OURS)


def has_mark(text: str) -> bool:
    """Whether something of ours stands in a text."""
    return mark(OURS) in text or OURS in text


async def test_no_byte_is_left_of_it(tmp_path: Path, journal: Path) -> None:
    """In the files of the data folder nothing of ours can be found, but its id and what the audit log tells."""
    main = Database(f"sqlite+aiosqlite:///{tmp_path}/main.db")
    await main.upgrade()
    await plant(main)
    compartments = await opened(main)
    await isolating(compartments).isolate(ACTOR, OURS, Wish())
    await erasing(compartments, journal).erase(ACTOR, OURS)
    data = b"".join(path.read_bytes() for path in files_of(tmp_path / "main.db") if path.exists())
    assert mark(OURS).encode() not in data
    assert mark(THEIRS).encode() in data
    assert list((tmp_path / "organizations").iterdir()) == []
    await compartments.close()
    await main.dispose()


async def test_what_waits_in_the_journal_is_waited_for(database: Database, compartments: Compartments, journal: Path) -> None:
    """While entries of it are in no database yet nothing is deleted, but its keys are revoked and its data keys gone."""
    write_down(journal)
    with pytest.raises(OperatorError):
        await erasing(compartments, journal).erase(ACTOR, OURS)
    left = await rows_of_all(database, await owner_of(database))
    assert left["entries"] == ROWS
    assert "data_keys" not in left
    async with database.connect() as connection:
        open_keys = sa.text("SELECT count(*) FROM api_keys WHERE organization_id = :id AND revoked_us IS NULL")
        assert await connection.scalar(open_keys, {"id": OURS}) == 0


@pytest.mark.parametrize(("whose", "waits"), [(OURS, True), (THEIRS, False)])
async def test_what_is_under_way_is_waited_for(
    database: Database, compartments: Compartments, journal: Path, whose: str, *, waits: bool
) -> None:
    """While a request of it has no end yet nothing is deleted: its end would bring rows back; another's is no reason to wait."""
    made = Journal(journal, Clock())
    made.start()
    made.open_exchange(make_opened(organization_id=whose))
    made.stop()
    try:
        await erasing(compartments, journal).erase(ACTOR, OURS)
        waited = False
    except OperatorError:
        waited = True
    left = await rows_of_all(database, await owner_of(database))
    assert (waited, "entries" in left) == (waits, waits)


async def test_every_table_is_known(database: Database) -> None:
    """A table that is added either holds what an organization owns, which is exported and erased with it, or is the gateway's own."""
    async with database.connect() as connection:
        found = set(await read_tables(connection))
    assert found == {*KEPT, *APART, *SUMS, *GATEWAYS_OWN}


async def test_the_operators_own_stays(compartments: Compartments, journal: Path) -> None:
    """The default organization cannot be erased."""
    with pytest.raises(DefaultOrganization):
        await erasing(compartments, journal).erase(ACTOR, DEFAULT_ORGANIZATION)
