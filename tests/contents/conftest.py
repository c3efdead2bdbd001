"""The tests of kept content run on the loop that serves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import pytest
import uvloop


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Use uvloop alone."""
    del config, item
    return {"uvloop": uvloop.new_event_loop}
