"""Migrated databases for tests: of each kind in turn, or SQLite alone. Each is a copy of one that was made once for the whole session."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from tests.postgres import for_asyncpg
from yumen.storage import Database
from yumen.storage.schema import SQLITE_SCHEMA


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that is copied: what the first start of a gateway makes."""
    made = tmp_path_factory.mktemp("template") / "yumen.db"
    with closing(sqlite3.connect(made)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(SQLITE_SCHEMA.read_text())
    return made


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a migrated SQLite database of the test's own, as `Database` takes it."""
    shutil.copyfile(sqlite_template, tmp_path / "yumen.db")
    return f"sqlite+aiosqlite:///{tmp_path}/yumen.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, as `Database` takes it: of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/yumen.db"
    return for_asyncpg(request.getfixturevalue("empty_postgres_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database of the test's own, as `Database` takes it: of each kind in turn."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    return for_asyncpg(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database of each kind in turn."""
    async with opened(database_url) as made:
        yield made


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """A migrated database in a file."""
    async with opened(sqlite_url) as made:
        yield made


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """Open a database that is migrated already, and close it in the end."""
    database = Database(url)
    try:
        yield database
    finally:
        await database.dispose()
