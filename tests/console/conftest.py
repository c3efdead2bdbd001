"""A world of its own for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.console.api.world import World
from yumen.storage import Database


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """A migrated database."""
    return sqlite_database


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    """Two organizations and the admin API over them."""
    folder = tmp_path / "journal"
    folder.mkdir()
    made = World(database, folder)
    await made.found()
    yield made
    await made.offices.resets.settle()
    await made.client.aclose()
    await made.compartments.close()
