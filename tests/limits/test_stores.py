"""Every store of limits is held to the suite that ships with Yumen."""

from __future__ import annotations

import pytest

from yumen.testing.limit_store import Bench, LimitStoreSuite


class TestMemory(LimitStoreSuite):
    """The store in memory."""

    @pytest.fixture
    def bench(self, memory_bench: Bench) -> Bench:
        """Give the suite its store."""
        return memory_bench


class TestRedis(LimitStoreSuite):
    """The store in Redis."""

    @pytest.fixture
    def bench(self, redis_bench: Bench) -> Bench:
        """Give the suite its store."""
        return redis_bench
