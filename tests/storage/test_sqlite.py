"""What is SQLite's own: its settings, its lock, and the threads of its driver."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from yumen.storage import Database, DatabaseUnavailable


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated database in a folder of its own."""
    made = Database(f"sqlite+aiosqlite:///{tmp_path}/yumen.db", timeout_ms=50)
    await made.upgrade()
    yield made
    await made.dispose()


async def test_every_connection_is_prepared(database: Database) -> None:
    """WAL, waiting for locks, NORMAL and foreign keys hold on every connection."""
    async with database.connect() as one, database.connect() as two:
        for connection in (one, two):
            found = [
                (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "busy_timeout", "synchronous", "foreign_keys")
            ]
            assert found == ["wal", 50, 1, 1]


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


async def test_no_thread_outlives_its_database(database: Database, tmp_path: Path) -> None:
    """Work that is cancelled while its thread waits for a lock leaves no thread that would speak to a closed event loop later."""
    await database.dispose()
    others = set(threads())  # of databases that are the whole process's, such as the library's
    with closing(sqlite3.connect(tmp_path / "yumen.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        patient = Database(f"sqlite+aiosqlite:///{tmp_path}/yumen.db", timeout_ms=300)
        await patient.read_revision()
        task = asyncio.create_task(patient.write(patient.raise_revision))
        for _ in range(3):  # the first ends the work, the next the waiting for its end
            for _ in range(500):
                await asyncio.sleep(0)
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await patient.dispose()
    assert set(threads()) <= others


def threads() -> list[threading.Thread]:
    """Return the threads in which connections work."""
    return [thread for thread in threading.enumerate() if "_connection_worker_thread" in thread.name]
