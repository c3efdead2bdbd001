"""The store in memory is the model: Redis, driven by the same random acts, says and counts the same."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import example, given, settings
from redis import Redis

from tests.limits.acts import EACH, Act, Close, Load, Lose, Move, Open, Player, Renew, acts
from tests.limits.conftest import PATIENT_MS
from yumen.limits.store_memory import MemoryLimitStore
from yumen.limits.store_redis import RedisLimitStore, RedisServer, connect
from yumen.limits.values import MINUTE_US, SECOND_US, Actual
from yumen.testing import JumpingClock
from yumen.testing.limit_bench import LEASE_US, bucket, period
from yumen.testing.limit_store import Bench

FOREVER_US = 10**18
LOADED = [Load(demand, 0, ()) for demand in EACH]
"""Most random acts say more upon an organization that is known."""


class Pair:
    """A model and a Redis store, each with a clock of its own that is moved alike."""

    def __init__(self, address: str) -> None:
        """Begin with nothing known."""
        self.server = Redis.from_url(address)
        clock = JumpingClock()
        self.redis = Bench(RedisLimitStore(connect(RedisServer(address, PATIENT_MS)), tests_time=clock.now_us), clock)
        self.model = Bench(MemoryLimitStore(JumpingClock()), JumpingClock())
        self.model.organization_id = self.redis.organization_id
        self.forget_model()

    def forget_model(self) -> None:
        """Let the model lose its memory."""
        self.model.store = MemoryLimitStore(self.model.clock, FOREVER_US)

    def forget_redis(self) -> None:
        """Let the server lose the organization."""
        for key in self.server.scan_iter(f"yumen:{{{self.redis.organization_id}}}:*"):
            self.server.delete(key)

    async def play(self, played: list[Act]) -> None:
        """Do the same to both and see the same."""
        try:
            await self._compare(played)
        finally:
            await self.redis.store.stop()
            self.forget_redis()
            self.server.close()

    async def _compare(self, played: list[Act]) -> None:
        model, redis = Player(self.model, self.forget_model), Player(self.redis, self.forget_redis)
        for act in [*LOADED, *played]:
            assert await redis.play(act) == await model.play(act), act
            assert await self.redis.read(*EACH) == await self.model.read(*EACH), act


@pytest.fixture(scope="module")
def address(redis_address: str) -> str:
    """Where a server is, once for all examples."""
    return redis_address


@given(played=acts)
@settings(max_examples=150)
@example(played=[Open("a", (period(1000, 400, counter="spend"),)), Move(LEASE_US), Close("a", Actual(nanousd=40), remembers=False)])
@example(
    played=[
        Open("a", (bucket(60, 7, counter="input"),)),
        Close("a", Actual(1, 10**9), remembers=True),
        Move(60 * MINUTE_US),
        Move(60 * MINUTE_US),
    ]
)
@example(
    played=[Open("a", (period(1000, 400, counter="spend"),)), Lose(), Move(1), *LOADED, Close("a", Actual(nanousd=40), remembers=True)]
)
@example(
    played=[Open("a", tuple(EACH)), Renew((("a", 300, 1000),)), Move(30 * SECOND_US - 1), Renew((("a", 301, 1),)), Move(30 * SECOND_US)]
)
def test_redis_does_as_the_model_does(address: str, played: list[Act]) -> None:
    """Equal verdicts, standings and counters, whatever is opened, closed, renewed, loaded, lost or let be."""
    asyncio.run(Pair(address).play(played))
