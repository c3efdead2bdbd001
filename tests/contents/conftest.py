"""What the tests of kept content share: a migrated database of each kind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

import pytest
import uvloop

from yumen.storage import Database


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Use uvloop alone."""
    del config, item
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database, of each kind in turn."""
    database = Database(database_url)
    await database.upgrade()
    yield database
    await database.dispose()
