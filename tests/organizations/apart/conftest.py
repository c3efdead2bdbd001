"""Two organizations in a database of either kind."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.organizations.apart.planting import opened, plant
from yumen.storage import Database
from yumen.storage.compartments import Compartments


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database of either kind, with both."""
    made = Database(database_url)
    await plant(made)
    yield made
    await made.dispose()


@pytest.fixture
async def compartments(database: Database) -> AsyncIterator[Compartments]:
    """What stands beside it."""
    made = await opened(database)
    yield made
    await made.close()
