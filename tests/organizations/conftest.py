"""A town of its own for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.organizations.doubles import Town
from yumen.storage import Database


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database of either kind."""
    made = Database(database_url)
    await made.upgrade()
    yield made
    await made.dispose()


@pytest.fixture
def town(database: Database) -> Town:
    """Offices where everybody may sign up."""
    return Town(database)
