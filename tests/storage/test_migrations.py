"""Migrations on both databases: from every released version, with everything that stood there, and beside the program that wrote it."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from tests.gateway import clean_environment
from tests.ledger.making import START_US, make_entry
from tests.postgres import for_asyncpg, run_sql
from yumen.keys.store_sql import SqlKeyStore
from yumen.ledger import ALL
from yumen.ledger.series import SeriesWanted, whole
from yumen.ledger.store_sql import SqlLedger
from yumen.storage import HEAD, VERSIONS, Database
from yumen.storage.migrate import snapshot, upgrade, versions
from yumen.storage.schema import END, SQLITE_SCHEMA

RELEASED = Path(__file__).parent / "released"
"""The schema of each released version, as the tag of its release has it in `src/yumen/storage/schema.sql`."""
OLD = sorted(path.stem for path in RELEASED.glob("*.sql"))

KEY_NAMES = (
    *("id", "public_id", "name", "kind", "environment", "workspace_id", "hash", "allowed_paths"),
    *("created_us", "expires_us", "revoked_us", "replaced_by"),
)
ENTRY_NAMES = (
    *("request_id", "time_us", "kind", "key_id", "environment", "workspace_id", "method", "path", "model", "model_answered", "stream"),
    *("status", "outcome", "fault", "attempts", "prompt_characters", "prompt_bytes", "input_tokens", "output_tokens"),
    *("cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens", "thinking_tokens", "web_search_requests", "service_tier"),
    *("speed", "inference_geo", "stop_reason", "estimated", "cost_nanousd", "price_version", "ttft_us", "duration_us", "overhead_us"),
    *("caller", "user_agent", "upstream", "upstream_request_id", "count"),
)
"""The columns that 0.1.0 writes, in its order."""
KEY_NAMES_0002 = (
    *KEY_NAMES,
    *("organization_id", "user_id", "created_by", "label", "takes_label", "restrictions", "role", "inactive_us"),
)
ENTRY_NAMES_0002 = (*ENTRY_NAMES, "organization_id", "user_id", "label", "counted")
"""The columns that 0.2.0 writes."""
KEY_NAMES_0003 = (*KEY_NAMES_0002, "drain_s")
ENTRY_NAMES_0003 = (*ENTRY_NAMES_0002, "tries", "times", "limit_wait_us", "limit_note", "replay_of")
"""The columns that 0.3.0 writes."""
KEY_NAMES_0005 = (*KEY_NAMES_0003, "content")
ENTRY_NAMES_0005 = (*ENTRY_NAMES_0003, "policy_note")
"""The columns that 0.5.0 writes."""


Names = tuple[tuple[str, ...], tuple[str, ...]]
"""The columns of keys and of entries."""


def old_insert(connection: Connection, table: str, names: tuple[str, ...], row: dict[str, Any], tail: str = "") -> None:
    """Run the statement by which an old program writes a row."""
    types = {"hash": sa.LargeBinary(), "allowed_paths": sa.JSON(), "restrictions": sa.JSON(), "takes_label": sa.Boolean()}
    types |= {"tries": sa.JSON(), "times": sa.JSON()} | dict.fromkeys(("body_hash", "question", "answer"), sa.LargeBinary())
    quoted = ", ".join(f'"{name}"' for name in names)
    statement = text(f"INSERT INTO {table} ({quoted}) VALUES ({', '.join(f':{name}' for name in names)}) {tail}")  # noqa: S608  (names of our own)
    bound = [sa.bindparam(name, type_=types[name]) if name in types else sa.bindparam(name) for name in names]
    connection.execute(statement.bindparams(*bound), row)


def write_as_0001(connection: Connection, first: int) -> None:
    """Write a key, a resource, an entry, a position and a revision, as 0.1.0 does."""
    write_rows(connection, first, KEY_NAMES, ENTRY_NAMES)


def write_as_0002(connection: Connection, first: int) -> None:
    """Write the same with the columns of 0.2.0, and an act for the audit log."""
    write_rows(connection, first, KEY_NAMES_0002, ENTRY_NAMES_0002)
    act = {"time_us": first, "actor": "command line", "action": "key.create", "target": f"apikey_{first}", "address": "local"}
    old_insert(connection, "audit", tuple(act), act)


def write_as_0003(connection: Connection, first: int, names: Names = (KEY_NAMES_0003, ENTRY_NAMES_0003)) -> None:
    """Write the same with the columns of 0.3.0, and a repeated request and a name for a model."""
    write_rows(connection, first, *names)
    answer: dict[str, Any] = {
        "id": f"{first}",
        "workspace_id": "default",
        "request_id": f"req_{first}",
        "state": "running",
        "body_hash": b"\0\1",
    }
    answer |= {"lease_until_us": 1, "created_us": 1, "expires_us": 1}
    old_insert(connection, "idempotent_answers", tuple(answer), answer)
    alias = {"organization_id": "org_00000000000000000default", "alias": f"fast-{first}", "model": "claude-haiku-4-5", "created_us": first}
    old_insert(connection, "model_aliases", tuple(alias), alias)


def write_as_0004(connection: Connection, first: int, names: Names = (KEY_NAMES_0003, ENTRY_NAMES_0003)) -> None:
    """Write the same with a conversation of one turn."""
    write_as_0003(connection, first, names)
    session = {"id": f"sess_{first}", "owner": "default", "name": f"old-{first}", "created_us": first, "used_us": first}
    old_insert(connection, "sessions", tuple(session), session)
    turn: dict[str, Any] = {"session_id": f"sess_{first}", "number": 1, "request_id": f"req_{first}", "state": "answered"}
    turn |= {"opened_us": 1, "lease_until_us": 1, "question": b"{}", "answer": b"{}", "dropped": False, "text": "old"}
    turn |= dict.fromkeys(("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"), 0)
    old_insert(connection, "session_turns", tuple(turn), turn)


def write_as_0005(connection: Connection, first: int) -> None:
    """Write the same with what policies noted, and whether a key keeps content."""
    write_as_0004(connection, first, (KEY_NAMES_0005, ENTRY_NAMES_0005))


def write_rows(connection: Connection, first: int, key_names: tuple[str, ...], entry_names: tuple[str, ...]) -> None:
    """Write a row of each kind, with these columns of keys and entries."""
    key: dict[str, Any] = dict.fromkeys(key_names) | {
        "id": f"apikey_{first}",
        "public_id": f"public{first}",
        "name": "old",
        "kind": "standard",
    }
    key |= {"environment": "staging", "workspace_id": "default", "hash": b"\0\1" * 16, "allowed_paths": ["/v1/x"], "created_us": first}
    if "organization_id" in key:
        key |= {"organization_id": "org_00000000000000000default", "takes_label": False, "restrictions": []}
    if "content" in key:
        key |= {"content": "off"}
    old_insert(connection, "api_keys", key_names, key)
    entry = make_entry(first, key_id=f"apikey_{first}", stream=True, estimated=True)
    row = {name: msgspec.to_builtins(getattr(entry, name)) for name in entry_names}
    for _ in range(2):
        old_insert(connection, "entries", entry_names, row, "ON CONFLICT (request_id) DO NOTHING")
    connection.execute(
        text("INSERT INTO resources (id, kind, workspace_id, upstream, created_us) VALUES (:id, 'batch', 'default', 'default', 1)"),
        {"id": f"msgbatch_{first}"},
    )
    moved = connection.execute(text("UPDATE drained SET position = position + 1 WHERE segment = 's'"))
    if not moved.rowcount:
        connection.execute(text("INSERT INTO drained (segment, position) VALUES ('s', 7)"))
    connection.execute(text("UPDATE revision SET number = number + 1 WHERE id = 1 RETURNING number"))


WRITERS: dict[str, Callable[[Connection, int], None]] = {
    "0001": write_as_0001,
    "0002": write_as_0002,
    "0003": write_as_0003,
    "0004": write_as_0004,
    "0005": write_as_0005,
}
"""How the program of each released version writes."""


def make_old(connection: Connection, version: str) -> None:
    """Make the schema of a released version: by its own text on SQLite, by its migrations on PostgreSQL."""
    if connection.dialect.name == "postgresql":
        upgrade(connection, version)
        return
    for statement in (RELEASED / f"{version}.sql").read_text().split(END):
        if statement.strip():
            connection.exec_driver_sql(statement)


@pytest.fixture
async def empty(empty_database_url: str) -> AsyncIterator[Database]:
    """An empty database of each kind."""
    made = Database(empty_database_url)
    yield made
    await made.dispose()


def test_every_released_version_is_tried() -> None:
    """A release adds its schema here: all versions but the newest are there, or one of them was never released."""
    assert set(OLD) <= set(VERSIONS)
    assert sorted(WRITERS) == OLD


def test_the_constant_is_alembics_own_list() -> None:
    """A start may compare one word instead of loading Alembic, because the constant is what Alembic would say."""
    assert versions() == VERSIONS
    assert versions()[-1] == HEAD


def test_a_first_start_makes_what_the_migrations_make() -> None:
    """An empty database gets what all migrations together make; after a new one, `migrate.snapshot()` is the text of schema.sql."""
    assert SQLITE_SCHEMA.read_text() == snapshot()


@pytest.mark.parametrize("version", OLD)
def test_a_released_migration_is_never_edited(version: str, tmp_path: Path) -> None:
    """The migrations up to a released version still make, to the letter, what that release made."""
    made = []
    for name in ("text", "migrations"):
        engine = sa.create_engine(f"sqlite:///{tmp_path}/{name}.db")
        with engine.begin() as connection:
            make_old(connection, version) if name == "text" else upgrade(connection, version)
        engine.dispose()
        with closing(sqlite3.connect(tmp_path / f"{name}.db")) as database:
            made.append(sorted(database.iterdump()))
    assert made[0] == made[1]


@pytest.mark.parametrize("version", OLD)
async def test_a_populated_database_of_each_release_is_upgraded(empty: Database, version: str, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing that stood there is lost or changed, the new columns have their defaults, the new program reads it all, and the log tells."""
    caplog.set_level("INFO", "yumen.storage")
    async with empty.write_long() as connection:
        await connection.run_sync(make_old, version)
        for first in range(1, 4):
            await connection.run_sync(WRITERS[version], first)
    before = await contents(empty)
    await empty.upgrade()
    assert f"the database was brought from version {version} to {HEAD}" in caplog.text
    after = await contents(empty)
    for table, rows in before.items():
        if table != "alembic_version":
            assert [{name: new[name] for name in old} for old, new in zip(rows, after[table], strict=True)] == rows
    assert after["alembic_version"] == [{"version_num": HEAD}]
    assert {row["id"] for row in after["organizations"]} == {"org_00000000000000000default"}
    assert {(row["name"], row["organization_id"]) for row in after["workspaces"]} == {
        ("production", "org_00000000000000000default"),
        ("staging", "org_00000000000000000default"),
    }
    assert {row["name"] for row in after["plans"]} == {"unlimited", "trial", "enterprise"}
    entries, positions = await SqlLedger(empty).find(ALL, 10)
    assert entries == [make_entry(first, key_id=f"apikey_{first}", stream=True, estimated=True) for first in range(1, 4)]
    assert await summed(empty) == (3, 3 * 440_000)
    assert positions == {"s": 9}
    keys = await SqlKeyStore(empty).every()
    assert [(key.key_id, key.digest, key.allowed_paths, key.organization_id) for key in keys] == [
        (f"apikey_{first}", b"\0\1" * 16, ("/v1/x",), "org_00000000000000000default") for first in range(1, 4)
    ]
    assert await empty.read_revision() == 3


@pytest.mark.parametrize("version", OLD)
async def test_the_old_program_goes_on_meanwhile(empty: Database, version: str) -> None:
    """What the program of a release writes still works once a newer one has migrated: gateways are replaced one after the other."""
    async with empty.write_long() as connection:
        await connection.run_sync(make_old, version)
    await empty.upgrade()
    async with empty.begin() as connection:
        for first in range(1, 4):
            await connection.run_sync(WRITERS[version], first)
    assert len((await SqlLedger(empty).find(ALL, 10))[0]) == 3
    assert await summed(empty) == (3, 3 * 440_000)
    assert len(await SqlKeyStore(empty).every()) == 3
    assert await empty.read_revision() == 3


async def summed(database: Database) -> tuple[int, int]:
    """Return how many requests the hourly sums know, and what these cost."""
    slots, _ = await SqlLedger(database).series(SeriesWanted(None, START_US, START_US + 10))
    return whole(slots).requests, whole(slots).cost_nanousd


async def contents(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Everything that stands in a database, by table."""

    def read(connection: Connection) -> dict[str, list[dict[str, Any]]]:
        tables = sa.MetaData()
        tables.reflect(connection)
        ordered = {table.name: sa.select(table).order_by(*table.primary_key.columns) for table in tables.sorted_tables}
        return {name: [dict(row) for row in connection.execute(query).mappings()] for name, query in ordered.items()}

    async with database.connect() as connection:
        return await connection.run_sync(read)


async def test_a_failed_migration_leaves_no_trace(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Migrations run in one transaction: all of them or none."""
    with monkeypatch.context() as patched:
        patched.setattr("yumen.storage.database.make_schema", upgrade)
        patched.setattr("alembic.operations.Operations.bulk_insert", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await empty.upgrade()
    assert await contents(empty) == {}
    await empty.upgrade()
    assert await empty.read_revision() == 0


async def test_two_first_starts_at_once_both_find_the_schema(empty_database_url: str) -> None:
    """Whoever comes second waits for the first and then sees that nothing is left to do."""
    made = [Database(empty_database_url) for _ in range(3)]
    await asyncio.gather(*(one.upgrade() for one in made))
    assert [await one.read_revision() for one in made] == [0, 0, 0]
    for one in made:
        await one.dispose()


PROGRAM = "import asyncio, sys; from yumen.storage import Database; asyncio.run(Database(sys.argv[1]).upgrade())"


def test_three_gateways_that_start_at_once_migrate_once(empty_postgres_url: str) -> None:
    """Three processes at an empty PostgreSQL: one migrates, the others wait, all of them start."""
    command = [sys.executable, "-c", PROGRAM, for_asyncpg(empty_postgres_url)]
    processes = [subprocess.Popen(command, env=clean_environment(), stderr=subprocess.PIPE) for _ in range(3)]
    assert [(process.communicate()[1], process.returncode) for process in processes] == [(b"", 0)] * 3
    rows = run_sql(empty_postgres_url, "SELECT version_num FROM alembic_version", "SELECT count(*) FROM plans")
    assert rows == [[(HEAD,)], [(3,)]]


async def test_what_was_audited_stays(empty: Database) -> None:
    """Both databases refuse to change or delete an act, whoever asks."""
    await empty.upgrade()
    async with empty.begin() as connection:
        await connection.execute(
            text("INSERT INTO audit (time_us, actor, action, target, address) VALUES (1, 'command line', 'plan.update', 'trial', 'local')")
        )
    other = "INTO audit (sequence, time_us, actor, action, target, address) VALUES (1, 1, 'nobody', 'plan.update', 'trial', 'local')"
    changes = ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit", "DELETE FROM audit WHERE sequence = 1"]
    changes.append(f"INSERT {other} ON CONFLICT (sequence) DO UPDATE SET actor = 'nobody'")
    changes.append(f"REPLACE {other}" if empty.kind == "sqlite" else "TRUNCATE audit")
    for statement in changes:
        with pytest.raises(IntegrityError, match="the audit log only grows"):
            async with empty.begin() as connection:
                await connection.execute(text(statement))
    assert len((await contents(empty))["audit"]) == 1
