"""What the tests of sessions through the gateway share: a migrated database of each kind, or SQLite alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest
import uvloop

from tests.isolation.keys import add_organizations
from yumen.storage import Database


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Use uvloop alone."""
    del config, item
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture
async def both(database_url: str) -> AsyncIterator[Database]:
    """A migrated database, of each kind in turn."""
    async for database in opened(database_url):
        yield database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated database in a file."""
    async for database in opened(f"sqlite+aiosqlite:///{tmp_path}/sessions.db"):
        yield database


async def opened(url: str) -> AsyncIterator[Database]:
    """Open, migrate, close."""
    database = Database(url)
    await database.upgrade()
    await add_organizations(database)
    yield database
    await database.dispose()
