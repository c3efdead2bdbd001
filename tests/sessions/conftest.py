"""Databases of conversations."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.isolation.keys import add_organizations
from yumen.storage import Database


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database of each kind."""
    database = Database(database_url)
    await add_organizations(database)
    yield database
    await database.dispose()
