"""Migrated databases that know two organizations, for the tests of what is sealed with their keys."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.isolation.keys import add_organizations
from yumen.storage import Database


@pytest.fixture
async def both(database_url: str) -> AsyncIterator[Database]:
    """A migrated database of each kind in turn."""
    async for database in opened(database_url):
        yield database


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    """A migrated database in a file."""
    async for database in opened(sqlite_url):
        yield database


async def opened(url: str) -> AsyncIterator[Database]:
    """Open, let it know both, close."""
    database = Database(url)
    await add_organizations(database)
    yield database
    await database.dispose()
