"""Places to restore into, and a journal, for the tests of back-ups."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.postgres import Databases, for_asyncpg
from tests.storage.archives import LINES, SEGMENT
from yumen.storage import Database


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
