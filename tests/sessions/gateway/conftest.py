"""What the tests of sessions through the gateway share: a migrated database of each kind, or SQLite alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import pytest
import uvloop

from tests.isolation.databases import both, database

__all__ = ["both", "database"]


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Use uvloop alone."""
    del config, item
    return {"uvloop": uvloop.new_event_loop}
