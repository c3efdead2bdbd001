"""The database keeps its word, on SQLite and on PostgreSQL: transactions, the revision, and faults translated."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.postgres import for_asyncpg, run_sql
from yumen.errors import OperatorError
from yumen.storage import Database, DatabaseUnavailable, reason_of
from yumen.storage.faults import WritesCollided


async def test_upgrading_twice_changes_nothing(database: Database) -> None:
    """A second upgrade finds nothing to do."""
    await database.upgrade()
    assert await database.read_revision() == 0


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
    """Many writers at once lose no write."""
    await asyncio.gather(*(database.write(database.raise_revision) for _ in range(20)))
    assert await database.read_revision() == 20


async def test_a_reader_sees_one_picture(database: Database) -> None:
    """What others write between two statements of a reading transaction does not show in it."""
    query = text("SELECT number FROM revision")
    async with database.connect() as connection:
        before = (await connection.execute(query)).scalar_one()
        await database.write(database.raise_revision)
        assert (await connection.execute(query)).scalar_one() == before
    assert await database.read_revision() == before + 1


async def test_a_broken_constraint_is_the_stores_own_matter(database: Database) -> None:
    """An IntegrityError passes through: only the store knows what it means."""
    with pytest.raises(IntegrityError):
        async with database.begin() as connection:
            await connection.execute(text("INSERT INTO revision (id, number) VALUES (1, 1)"))


async def test_no_value_stands_in_an_error(database: Database) -> None:
    """What a statement carried is in no error's text: it goes to logs."""
    with pytest.raises(IntegrityError) as caught:
        async with database.begin() as connection:
            await connection.execute(text("INSERT INTO plans (name, limits) VALUES (:name, '[]')"), {"name": "yk-secret"})
    assert "yk-secret" not in str(caught.value).split("DETAIL")[0]


async def test_a_start_without_its_database_is_one_sentence(tmp_path: Path) -> None:
    """What a start cannot use is named, with the reason and without the password."""
    (tmp_path / "rubbish.db").write_bytes(os.urandom(8192))
    for url, reason in (
        ("postgresql+asyncpg://u:pa55word@127.0.0.1:1/x", "postgresql://127.0.0.1:1/x cannot be used: "),
        (f"sqlite+aiosqlite:///{tmp_path}/rubbish.db", "rubbish.db cannot be used: file is not a database"),
    ):
        database = Database(url)
        with pytest.raises(OperatorError, match=reason) as caught:
            await database.upgrade()
        assert "pa55word" not in f"{caught.value!r} {caught.value} {database!r} {database.place} {caught.value.__cause__!r}"
        await database.dispose()


async def add_two(connection: AsyncConnection, first: int, second: int, barrier: asyncio.Barrier) -> None:
    """Lock two rows one after the other; only once both sides have the first."""
    statement = text("UPDATE plans SET isolation = isolation WHERE name = :name")
    names = ("trial", "unlimited")
    await connection.execute(statement, {"name": names[first]})
    if not barrier.broken:
        await barrier.wait()
    await connection.execute(statement, {"name": names[second]})


async def test_a_deadlock_is_done_again(postgres_url: str) -> None:
    """Two writes that lock the same rows in opposite order both happen: the one that PostgreSQL gives up is done again."""
    database = Database(for_asyncpg(postgres_url))
    barrier = asyncio.Barrier(2)
    runs = 0

    async def work(connection: AsyncConnection, first: int) -> None:
        nonlocal runs
        runs += 1
        await add_two(connection, first, 1 - first, barrier)
        await barrier.abort()
        await database.raise_revision(connection)

    await asyncio.gather(database.write(lambda one: work(one, 0)), database.write(lambda one: work(one, 1)))
    assert (runs, await database.read_revision()) == (3, 2)
    await database.dispose()


async def test_a_deadlock_outside_of_write_is_a_fault_to_try_again(postgres_url: str) -> None:
    """Where a store does not let a collision be done again, the caller may: 529, retryable."""
    database = Database(for_asyncpg(postgres_url))
    barrier = asyncio.Barrier(2)

    async def work(first: int) -> None:
        async with database.begin() as connection:
            await add_two(connection, first, 1 - first, barrier)

    done = await asyncio.gather(work(0), work(1), return_exceptions=True)
    (fault,) = [one for one in done if one is not None]
    assert isinstance(fault, WritesCollided)
    assert (fault.status, fault.should_retry) == (529, True)
    assert "deadlock" in reason_of(fault)
    await database.dispose()


async def test_a_mistake_in_our_sql_stays_one(postgres_url: str) -> None:
    """A statement that cannot work is no outage on PostgreSQL (SQLite does not tell them apart); it is a defect, and shows as one."""
    database = Database(for_asyncpg(postgres_url))
    with pytest.raises(ProgrammingError):
        async with database.connect() as connection:
            await connection.execute(text("SELECT nothing FROM revision"))
    await database.dispose()


async def test_an_emptied_database_is_an_outage(empty_database_url: str) -> None:
    """Where a lost database was made anew and nothing is restored yet, running gateways wait for it, as they do for one that is gone."""
    database = Database(empty_database_url)
    with pytest.raises(DatabaseUnavailable):
        await database.read_revision()
    await database.dispose()


async def test_the_server_knows_who_asks(postgres_url: str) -> None:
    """In the server's own lists the gateway has its name."""
    database = Database(for_asyncpg(postgres_url))
    async with database.connect() as connection:
        await connection.execute(text("SELECT 1"))
        shown = run_sql(postgres_url, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'yumen'")
    assert shown[0][0][0] >= 1
    await database.dispose()
