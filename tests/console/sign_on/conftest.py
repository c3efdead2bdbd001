"""A world of its own for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.console.api.world import World
from yumen.storage import Database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated database."""
    made = Database(f"sqlite+aiosqlite:///{tmp_path / 'yumen.db'}")
    await made.upgrade()
    yield made
    await made.dispose()


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    """Two organizations and the admin API over them."""
    folder = tmp_path / "journal"
    folder.mkdir()
    made = World(database, folder)
    await made.found()
    yield made
    await made.client.aclose()
    await made.compartments.close()
