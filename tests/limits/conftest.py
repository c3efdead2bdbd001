"""The stores of limits on the bench, for every test of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.valkey import redis_url
from yumen.limits.store_memory import MemoryLimitStore
from yumen.limits.store_redis import RedisLimitStore, RedisServer, connect
from yumen.testing import JumpingClock
from yumen.testing.limit_store import Bench

PATIENT_MS = 60_000
"""A time-out that only a defect passes."""


@pytest.fixture(scope="session")
def redis_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server for all tests that do not harm it."""
    with redis_url(tmp_path_factory.mktemp("valkey")) as url:
        yield url


@pytest.fixture
def memory_bench() -> Bench:
    """The store in memory."""
    clock = JumpingClock()
    return Bench(MemoryLimitStore(clock), clock)


@pytest.fixture
async def redis_bench(redis_address: str) -> AsyncIterator[Bench]:
    """The store in Redis."""
    clock = JumpingClock()
    store = RedisLimitStore(connect(RedisServer(redis_address, PATIENT_MS)), tests_time=clock.now_us)
    yield Bench(store, clock)
    await store.stop()
