"""What is sent to Redis: one command for each act, and all keys of it in one slot of a cluster."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis.cluster import key_slot

from tests.limits.conftest import PATIENT_MS
from tests.valkey import Valkey, one_node_cluster
from yumen.errors import LimitsUnavailable
from yumen.limits.line import Asks, Word
from yumen.limits.store_redis import RedisLimitStore, RedisServer, connect
from yumen.limits.values import Actual, Progress
from yumen.testing import JumpingClock
from yumen.testing.limit_bench import LEASE_US, ONE, UNUSED, bucket, leases, period, window
from yumen.testing.limit_store import Bench, LimitStoreSuite

ALL = (window(9), window(9, 1_000_000, "second"), bucket(9, 1), leases(9), period(9, 1))


class Tap:
    """Hands commands on, and keeps them."""

    def __init__(self, line: Asks) -> None:
        """Take the line that it stands before."""
        self.line = line
        self.commands: list[tuple[Word, ...]] = []

    async def ask(self, *command: Word) -> Any:  # noqa: ANN401  (each command's own answer)
        """Keep a command and hand it on."""
        self.commands.append(command)
        return await self.line.ask(*command)

    async def stop(self) -> None:
        """Close the line."""
        await self.line.stop()

    def taken(self) -> list[tuple[Word, ...]]:
        """Return what was sent since the last time."""
        commands, self.commands = self.commands, []
        return commands


@pytest.fixture
async def tapped(redis_address: str) -> AsyncIterator[tuple[Bench, Tap]]:
    """A store whose commands can be seen; its scripts are known to the server."""
    tap = Tap(connect(RedisServer(redis_address, PATIENT_MS)))
    store = RedisLimitStore(tap)
    bench = Bench(store, JumpingClock())
    await bench.know(*ALL)
    hold = await bench.grant(*ALL)
    await bench.renew(hold)
    await bench.close(hold, UNUSED, *ALL)
    await bench.read(*ALL)
    tap.taken()
    yield bench, tap
    await store.stop()


async def test_one_round_trip_for_each_act(tapped: tuple[Bench, Tap]) -> None:
    """To open, close, load, read, and to renew all of an organization, costs one command each."""
    bench, tap = tapped
    hold = await bench.grant(*ALL)
    assert len(tap.taken()) == 1
    await bench.store.renew([Progress(bench.organization_id, hold, 1, 1), Progress(bench.organization_id, "other")], LEASE_US)
    assert len(tap.taken()) == 1
    await bench.close(hold, ONE, *ALL)
    assert len(tap.taken()) == 1
    await bench.close(await bench.grant(*ALL), ONE)
    assert len(tap.taken()) == 2
    await bench.know(*ALL)
    assert len(tap.taken()) == 1
    await bench.read(*ALL)
    assert len(tap.taken()) == 1


async def test_all_keys_lie_in_one_slot(tapped: tuple[Bench, Tap]) -> None:
    """Every command declares its keys, and a cluster would find all of them in one place."""
    bench, tap = tapped
    hold = await bench.grant(*ALL)
    await bench.renew(hold)
    await bench.close(hold, UNUSED)
    await bench.know(*ALL)
    await bench.read(*ALL)
    slots = set()
    for command in tap.taken():
        keys = command[1:2] if command[0] == "HMGET" else command[3 : 3 + int(command[2])]
        slots |= {key_slot(str(key).encode()) for key in keys}
    assert len(slots) == 1


def test_says_nothing_secret() -> None:
    """Neither the password nor an address that may hold one is seen."""
    assert "secret" not in repr(RedisServer("redis://:secret@localhost", password="secret"))


async def test_a_server_with_a_password(tmp_path: Path) -> None:
    """With its password a server is used, without it the limits are not available."""
    with Valkey(tmp_path / "valkey") as valkey:
        assert valkey.say("CONFIG SET requirepass secret") == b"+OK\r\n"
        for password in ("secret", None, "wrong"):
            store = RedisLimitStore(connect(RedisServer(valkey.url, PATIENT_MS, password=password)))
            bench = Bench(store, JumpingClock())
            if password == "secret":
                await bench.know(*ALL)
                await bench.close(await bench.grant(*ALL), Actual(), *ALL)
            else:
                with pytest.raises(LimitsUnavailable):
                    await bench.know(*ALL)
            await store.stop()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    """One cluster for all of the suite."""
    with one_node_cluster(tmp_path_factory.mktemp("cluster")) as valkey:
        yield valkey


@pytest.mark.slow
class TestCluster(LimitStoreSuite):
    """The whole suite once more, in a Redis Cluster (of one server, which refuses what a larger one would)."""

    @pytest.fixture
    async def bench(self, cluster: Valkey) -> AsyncIterator[Bench]:
        """Give the suite its store."""
        clock = JumpingClock()
        store = RedisLimitStore(connect(RedisServer(cluster.url, PATIENT_MS, cluster=True)), tests_time=clock.now_us)
        yield Bench(store, clock)
        await store.stop()

    async def test_gone(self, tmp_path: Path) -> None:
        """A cluster that cannot be reached is LimitsUnavailable."""
        store = RedisLimitStore(connect(RedisServer(Valkey(tmp_path).url, 200, cluster=True)))
        with pytest.raises(LimitsUnavailable):
            await store.ping()
        await store.stop()
