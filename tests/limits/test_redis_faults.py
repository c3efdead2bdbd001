"""Redis that is slow, gone, back, or has lost a part: what the store says, and that it goes on by itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from redis import Redis

from tests.limits.conftest import PATIENT_MS
from tests.valkey import Valkey
from yumen.errors import LimitsUnavailable
from yumen.limits.store_redis import RedisLimitStore, RedisServer, connect
from yumen.limits.values import MAX_NANOUSD, Actual, Ask, Granted, Loaded, Missing, Progress, Settlement
from yumen.testing import JumpingClock
from yumen.testing.limit_bench import LEASE_US, ONE, Bench, bucket, leases, period, window

TIMEOUT_MS = 60
T = TypeVar("T")
ALL = (window(1000), bucket(1000, 1), leases(1000), period(1000, 1))


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    """A server that may be harmed."""
    with Valkey(tmp_path / "valkey") as server:
        yield server


@pytest.fixture
async def bench(valkey: Valkey) -> AsyncIterator[Bench]:
    """A store of it, by the server's own clock, with a short time-out."""
    store = RedisLimitStore(connect(RedisServer(valkey.url, TIMEOUT_MS)))
    yield Bench(store, JumpingClock())
    await store.stop()


@pytest.fixture
async def patient(valkey: Valkey) -> AsyncIterator[Bench]:
    """The same with a time-out that only a defect passes."""
    store = RedisLimitStore(connect(RedisServer(valkey.url, PATIENT_MS)))
    yield Bench(store, JumpingClock())
    await store.stop()


def every_act(bench: Bench) -> list[Coroutine[Any, Any, Any]]:
    """Return each act that a store has, not begun yet."""
    store = bench.store
    assert isinstance(store, RedisLimitStore)
    progress = [Progress(bench.organization_id, "hold"), Progress("org_other", "hold")]
    return [
        bench.open(*ALL),
        bench.close("hold", ONE, *ALL),
        store.renew(progress, LEASE_US),
        bench.know(*ALL),
        bench.read(*ALL),
        store.ping(),
    ]


async def until_it_answers(act: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Repeat an act as long as the store is unavailable; a busy machine may need more than one time-out."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return await act()
        except LimitsUnavailable:
            assert time.monotonic() < deadline


async def test_slow(valkey: Valkey, bench: Bench) -> None:
    """While Redis hangs every act ends with LimitsUnavailable, when its time-out is over and not long after; then all goes on."""
    await until_it_answers(lambda: bench.know(*ALL))
    valkey.pause()
    for act in every_act(bench):
        began = time.monotonic()
        with pytest.raises(LimitsUnavailable):
            await act
        assert TIMEOUT_MS / 1000 * 0.9 < time.monotonic() - began < 2
    valkey.resume()
    verdict = await until_it_answers(lambda: bench.open(*ALL))
    assert isinstance(verdict, Granted)


async def test_slow_for_many(valkey: Valkey, bench: Bench) -> None:
    """Two hundred who wait for a hanging Redis all hear of it within about one time-out: they do not queue behind each other's."""
    await until_it_answers(lambda: bench.know(*ALL))
    valkey.pause()
    began = time.monotonic()
    results = await asyncio.gather(*(bench.ask(f"many_{number}", *ALL) for number in range(200)), return_exceptions=True)
    assert all(isinstance(result, LimitsUnavailable) for result in results)
    assert time.monotonic() - began < 3
    valkey.resume()
    await until_it_answers(lambda: bench.open(*ALL))


async def test_no_answer_is_taken_for_another(valkey: Valkey, bench: Bench) -> None:
    """An answer that comes too late is thrown away with its connection; nobody else is given it."""
    await until_it_answers(lambda: bench.know(*ALL, used=0))
    for _ in range(3):
        valkey.pause()
        with pytest.raises(LimitsUnavailable):
            await bench.ask("late", *ALL)
        valkey.resume()
        assert len(await until_it_answers(lambda: bench.read(ALL[0]))) == 1
        assert len(await until_it_answers(lambda: bench.read(*ALL))) == len(ALL)


async def test_who_left_disturbs_nobody(valkey: Valkey, patient: Bench) -> None:
    """The answer to one who was cancelled while Redis was slow is passed over, and the next gets its own, in time."""
    await patient.know(*ALL)
    valkey.pause()
    leaver = asyncio.ensure_future(patient.read(ALL[0]))
    stayer = asyncio.ensure_future(patient.read(*ALL))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    leaver.cancel()
    valkey.resume()
    async with asyncio.timeout(30):
        assert len(await stayer) == len(ALL)
        assert len(await patient.read(*ALL[:2])) == 2


async def test_gone(valkey: Valkey, bench: Bench) -> None:
    """Without Redis every act says LimitsUnavailable, at once."""
    await until_it_answers(lambda: bench.know(*ALL))
    valkey.kill()
    for act in every_act(bench):
        began = time.monotonic()
        with pytest.raises(LimitsUnavailable):
            await act
        assert time.monotonic() - began < 2


async def test_never_there(bench: Bench, valkey: Valkey) -> None:
    """A store can be made before its server is there."""
    valkey.kill()
    with pytest.raises(LimitsUnavailable):
        await bench.open(*ALL)
    valkey.start()
    assert isinstance(await until_it_answers(lambda: bench.open(*ALL)), Missing)


async def test_back(valkey: Valkey, patient: Bench) -> None:
    """A Redis that was restarted is empty: what it counted is asked for, loaded, and goes on; a hold from before is charged."""
    await patient.know(*ALL, used=10)
    hold = await patient.grant(*ALL)
    granted = await patient.ask(hold, *ALL)
    assert isinstance(granted, Granted)
    valkey.restart()
    assert await patient.miss(*ALL) == (0, 1, 2, 3)
    await patient.know(*ALL, used=300)
    await patient.grant(*ALL)
    for _ in range(2):
        await patient.close(hold, Actual(requests=1, nanousd=50), *ALL, opened_us=granted.now_us)
    assert await patient.left(ALL[3]) == 1000 - 300 - 1 - 50


async def test_scripts_forgotten(valkey: Valkey, patient: Bench) -> None:
    """A server that forgot the scripts is told them again."""
    await patient.know(*ALL)
    assert valkey.say("SCRIPT FLUSH") == b"+OK\r\n"
    for act in every_act(patient):
        await act
    assert await patient.left(ALL[3]) == 999


@pytest.mark.parametrize("part", ["state", "due"])
async def test_a_part_is_lost(valkey: Valkey, patient: Bench, part: str) -> None:
    """Where a part of an organization was evicted, all of it is loaded anew: no hold without an end, no counter without its holds."""
    await patient.know(*ALL)
    await patient.grant(*ALL)
    assert valkey.say(f"DEL yumen:{{{patient.organization_id}}}:{part}") == b":1\r\n"
    assert await patient.miss(*ALL) == (0, 1, 2, 3)
    assert await patient.read(*ALL) == [None] * 4
    await patient.know(*ALL, used=7)
    assert [await patient.left(demand) for demand in ALL[2:]] == [1000, 993]


async def test_what_is_no_redis(valkey: Valkey, patient: Bench) -> None:
    """Any error that the server answers is LimitsUnavailable too."""
    await patient.know(*ALL)
    assert valkey.say(f"SET yumen:{{{patient.organization_id}}}:due rubbish") == b"+OK\r\n"
    with pytest.raises(LimitsUnavailable):
        await patient.open(*ALL)


async def test_a_settlement_goes_on_alone(valkey: Valkey, patient: Bench) -> None:
    """A settlement for which nobody waits is made all the same, and a stop waits for it; one that fails disturbs nobody."""
    await patient.know(*ALL)
    hold = await patient.grant(*ALL)
    waiting = asyncio.ensure_future(patient.close(hold, ONE, *ALL))
    await asyncio.sleep(0)
    waiting.cancel()
    other = RedisLimitStore(connect(RedisServer(valkey.url, PATIENT_MS)))
    assert isinstance(patient.store, RedisLimitStore)
    await patient.store.stop()
    patient.store = other
    assert await patient.left(ALL[3]) == 1000
    valkey.kill()
    unheard = other.close(Settlement(patient.organization_id, hold, ONE))
    await other.stop()
    assert isinstance(unheard, asyncio.Future)
    assert isinstance(unheard.exception(), LimitsUnavailable)


async def test_redis_does_not_grow(valkey: Valkey, patient: Bench) -> None:
    """Every key ends by itself, and a thousand requests that are closed leave no more behind than one."""
    hold = await first(patient)
    sizes = []
    for _ in range(2):
        for number in range(500):
            await patient.ask(f"{hold}_{number}", *ALL)
            await patient.close(f"{hold}_{number}", Actual(), *ALL)
        sizes.append(contents(valkey))
    assert sizes[0] == sizes[1]
    assert max(sizes[1].values()) <= 6
    await patient.grant(*ALL)
    with Redis.from_url(valkey.url) as server:
        assert all(0 < server.pttl(key) <= 2 * 86_400_000 for key in server.scan_iter())


async def test_time_is_the_servers(patient: Bench) -> None:
    """Without a test's clock the server's own decides."""
    await patient.know()
    verdict = await patient.open(window(1))
    assert isinstance(verdict, Granted)
    assert abs(verdict.now_us - time.time_ns() // 1000) < 60_000_000


async def test_several_gateways_share_one_limit(valkey: Valkey, patient: Bench) -> None:
    """Four stores with a connection each, as in four processes, let ten pass of two hundred; and one settles what another opened."""
    await patient.know(*ALL)
    lines = [RedisLimitStore(connect(RedisServer(valkey.url, PATIENT_MS))) for _ in range(4)]
    demands = (window(10, counter="shared"), period(1000, 100))
    asks = [Ask(patient.organization_id, f"hold_{number}", LEASE_US, demands) for number in range(200)]
    verdicts = await asyncio.gather(*(lines[number % 4].open(ask) for number, ask in enumerate(asks)))
    granted = [ask.hold_id for ask, verdict in zip(asks, verdicts, strict=True) if isinstance(verdict, Granted)]
    assert len(granted) == 10
    await asyncio.gather(*(lines[0].close(Settlement(patient.organization_id, hold, Actual(1, nanousd=7))) for hold in granted))
    assert await patient.left(ALL[3]) == 1000 - 70
    for line in lines:
        await line.stop()


async def test_a_dollar_at_the_largest_numbers(patient: Bench) -> None:
    """To the nano-dollar also where limits are as large as they may be."""
    await patient.store.load(patient.organization_id, [Loaded(period(MAX_NANOUSD, 1), MAX_NANOUSD - 2)])
    await patient.grant(period(MAX_NANOUSD, 1))
    await patient.refuse(period(MAX_NANOUSD, 2))
    await patient.grant(period(MAX_NANOUSD, 1))
    await patient.refuse(period(MAX_NANOUSD, 1))


async def first(bench: Bench) -> str:
    """Load all, and let one request pass."""
    await bench.know(*ALL)
    hold = await bench.grant(*ALL)
    await bench.close(hold, ONE, *ALL)
    return hold


def contents(valkey: Valkey) -> dict[bytes, int]:
    """Return how many members each key has."""
    with Redis.from_url(valkey.url) as server:
        return {key: server.hlen(key) if server.type(key) == b"hash" else server.zcard(key) for key in server.scan_iter()}


@pytest.mark.parametrize(
    ("ill", "well"), [("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0"), ("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE")]
)
async def test_a_server_that_takes_no_write_is_away(valkey: Valkey, patient: Bench, ill: str, well: str) -> None:
    """Without memory, or as a replica, it answers, but nothing can be counted: whoever looks at it is told so, as callers are."""
    store = patient.store
    assert isinstance(store, RedisLimitStore)
    await store.ping()
    assert valkey.say(ill) == b"+OK\r\n"
    try:
        with pytest.raises(LimitsUnavailable):
            await store.ping()
    finally:
        assert valkey.say(well) == b"+OK\r\n"
    await store.ping()
