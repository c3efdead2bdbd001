"""A town of its own for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.organizations.doubles import Town
from yumen.storage import Database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated database."""
    made = Database(f"sqlite+aiosqlite:///{tmp_path}/yumen.db")
    await made.upgrade()
    yield made
    await made.dispose()


@pytest.fixture
def town(database: Database) -> Town:
    """Offices where everybody may sign up."""
    return Town(database)
