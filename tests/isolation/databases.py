"""Migrated databases that know two organizations, for the tests of what is sealed with their keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.isolation.keys import add_organizations
from yumen.storage import Database


@pytest.fixture
async def both(database_url: str) -> AsyncIterator[Database]:
    """A migrated database of each kind in turn."""
    async for database in opened(database_url):
        yield database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated database in a file."""
    async for database in opened(f"sqlite+aiosqlite:///{tmp_path}/yumen.db"):
        yield database


async def opened(url: str) -> AsyncIterator[Database]:
    """Open, migrate, close."""
    database = Database(url)
    await database.upgrade()
    await add_organizations(database)
    yield database
    await database.dispose()
