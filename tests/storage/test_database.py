"""The database keeps its word: transactions, migrations, the revision, and faults translated."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from yumen.errors import OperatorError
from yumen.storage import HEAD, VERSIONS, Database, DatabaseUnavailable
from yumen.storage.migrate import snapshot, upgrade, versions
from yumen.storage.schema import SQLITE_SCHEMA


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated database in a folder of its own."""
    made = Database(f"sqlite+aiosqlite:///{tmp_path}/yumen.db", timeout_ms=50)
    await made.upgrade()
    yield made
    await made.dispose()


def test_the_constant_is_alembics_own_list() -> None:
    """A start may compare one word instead of loading Alembic, because the constant is what Alembic would say."""
    assert versions() == VERSIONS
    assert versions()[-1] == HEAD


def test_a_first_start_makes_what_the_migrations_make() -> None:
    """An empty database gets what all migrations together make; after a new one, `migrate.snapshot()` is the text of schema.sql."""
    assert SQLITE_SCHEMA.read_text() == snapshot()


async def test_the_migrations_make_it_too(database: Database, tmp_path: Path) -> None:
    """A database that Alembic made, step by step, is the same as one that was made at once."""
    engine = sa.create_engine(f"sqlite:///{tmp_path}/migrated.db")
    with engine.begin() as connection:
        upgrade(connection)
    engine.dispose()
    made = []
    for name in ("migrated.db", "yumen.db"):
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            made.append([line for line in connection.iterdump() if "alembic_version" not in line or "INSERT" in line])
    assert sorted(made[0]) == sorted(made[1])
    assert await database.read_revision() == 0


async def test_an_older_schema_is_migrated(tmp_path: Path) -> None:
    """A database that is not empty and behind goes through the migrations."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/yumen.db")
    async with database.begin() as connection:
        await connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    await database.upgrade()
    assert await database.read_revision() == 0
    await database.dispose()


async def test_every_connection_is_prepared(database: Database) -> None:
    """WAL, waiting for locks, NORMAL and foreign keys hold on every connection."""
    async with database.connect() as one, database.connect() as two:
        for connection in (one, two):
            found = [
                (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "busy_timeout", "synchronous", "foreign_keys")
            ]
            assert found == ["wal", 50, 1, 1]


async def test_upgrading_twice_changes_nothing(database: Database) -> None:
    """A second upgrade finds nothing to do."""
    await database.upgrade()
    assert await database.read_revision() == 0


async def test_two_first_starts_at_once_both_find_the_schema(tmp_path: Path) -> None:
    """Whoever comes second waits for the first and then sees that nothing is left to do."""
    made = [Database(f"sqlite+aiosqlite:///{tmp_path}/yumen.db") for _ in range(2)]
    await asyncio.gather(*(one.upgrade() for one in made))
    assert [await one.read_revision() for one in made] == [0, 0]
    for one in made:
        await one.dispose()


async def test_a_failed_migration_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Migrations run in one transaction: all of them or none."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/yumen.db")
    with monkeypatch.context() as patched:
        patched.setattr("yumen.storage.database.make_schema", upgrade)
        patched.setattr("alembic.operations.Operations.bulk_insert", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await database.upgrade()
    async with database.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM sqlite_master"))).scalar() == 0
    await database.upgrade()
    assert await database.read_revision() == 0
    await database.dispose()


async def test_a_newer_schema_is_refused(database: Database) -> None:
    """A database that a newer program wrote is left alone, with a sentence that says so."""
    async with database.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(OperatorError, match="newer"):
        await database.upgrade()


async def test_the_revision_rises_with_its_transaction(database: Database) -> None:
    """A write that did not happen did not raise the revision either."""
    async with database.begin() as connection:
        assert await database.raise_revision(connection) == 1

    async def fail() -> None:
        async with database.begin() as connection:
            await database.raise_revision(connection)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await database.read_revision() == 1


async def test_writers_take_turns(database: Database) -> None:
    """Many writers at once lose no write: each begins with the right to write."""
    patient = Database(str(database._engine.url))

    async def write() -> None:
        async with patient.begin() as connection:
            await patient.raise_revision(connection)

    await asyncio.gather(*(write() for _ in range(20)))
    assert await patient.read_revision() == 20
    await patient.dispose()


async def test_a_locked_database_is_a_fault_of_ours(database: Database, tmp_path: Path) -> None:
    """What another program holds for too long becomes our own fault, retryable, in Claude's words."""
    other = sqlite3.connect(tmp_path / "yumen.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable) as caught:
        async with database.begin():
            pass
    assert caught.value.status == 529
    assert caught.value.should_retry
    other.close()


async def test_rubbish_in_the_file_is_a_fault_of_ours(tmp_path: Path) -> None:
    """A file that is no database is told as such, not as a foreign exception."""
    path = tmp_path / "rubbish.db"
    path.write_bytes(os.urandom(8192))
    database = Database(f"sqlite+aiosqlite:///{path}")
    with pytest.raises(DatabaseUnavailable):
        await database.read_revision()
    await database.dispose()


async def test_a_broken_constraint_is_the_stores_own_matter(database: Database) -> None:
    """An IntegrityError passes through: only the store knows what it means."""
    with pytest.raises(IntegrityError):
        async with database.begin() as connection:
            await connection.execute(text("INSERT INTO revision (id, number) VALUES (1, 1)"))
