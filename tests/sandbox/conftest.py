"""A sandbox that is closed after its test: batches' results and files lie on disk."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.doubles import Bench


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """A sandbox with the default options."""
    made = Bench()
    yield made
    await made.sandbox.close()
