"""What no request brings to light: keys that are about to expire, and dependencies that fail and come back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from tests.alerts.doubles import NOW, KeepingCourier, MemoryAlertStore, StandingClock
from yumen.alerts import Audience, Dependency, DependencyTask, ExpiryTask, KeyFact, Teller
from yumen.alerts import tasks as tasks_module
from yumen.alerts.tasks import KEPT_DAYS
from yumen.alerts.values import DAY_US
from yumen.storage import DatabaseUnavailable


class Redis:
    """A dependency that is well, or not."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self.error: Exception | None = None
        self.hangs = False

    async def probe(self) -> str | None:
        """As the struct says."""
        if self.hangs:
            await asyncio.Event().wait()
        if self.error is not None:
            raise self.error
        return self.reason


class Looker:
    """One process that looks at Redis."""

    def __init__(self, store: MemoryAlertStore, redis: Redis) -> None:
        self.courier = KeepingCourier()
        self.clock = StandingClock()
        teller = Teller(store, Audience(self.courier))  # type: ignore[arg-type]
        self.task = DependencyTask(Dependency("Redis", redis.probe), teller, store, self.clock)

    async def look(self, times: int) -> list[str]:
        """Look so often, and return all that was told so far."""
        for _ in range(times):
            self.clock.us += 5_000_000
            await self.task.look()
        return [message.subject.removeprefix("Yumen: ") for message in self.courier.told]


async def test_a_dependency_fails_and_comes_back() -> None:
    """One bad look is no news, two are; as long as it stays away nothing more is told; then that it is back. And again."""
    store, redis = MemoryAlertStore(), Redis()
    looker = Looker(store, redis)
    assert await looker.look(5) == []
    redis.reason = "refused"
    assert await looker.look(1) == []
    redis.reason = None
    await looker.look(1)
    redis.reason = "refused"
    assert await looker.look(10) == ["Redis fails"]
    assert "(refused)" in looker.courier.told[0].text
    redis.reason = None
    assert await looker.look(1) == ["Redis fails"]
    assert await looker.look(10) == ["Redis fails", "Redis is back"]
    redis.reason = "refused"
    await looker.look(3)
    redis.reason = None
    assert await looker.look(3) == ["Redis fails", "Redis is back"] * 2


async def test_of_several_processes_one_tells() -> None:
    """Three processes see it fail and come back: each is told once; one that is started meanwhile tells nothing twice."""
    store, redis = MemoryAlertStore(), Redis()
    lookers = [Looker(store, redis) for _ in range(3)]
    redis.reason = "refused"
    for looker in lookers:
        await looker.look(3)
    lookers.append(Looker(store, redis))
    await lookers[-1].look(3)
    redis.reason = None
    for looker in lookers:
        await looker.look(3)
    told = [message.subject for looker in lookers for message in looker.courier.told]
    assert sorted(told) == ["Yumen: Redis fails", "Yumen: Redis is back"]


async def test_a_process_that_died_meanwhile() -> None:
    """What one process told of, its successor ends."""
    store, redis = MemoryAlertStore(), Redis()
    redis.reason = "refused"
    await Looker(store, redis).look(3)
    redis.reason = None
    assert await Looker(store, redis).look(3) == ["Redis is back"]


async def test_the_database_itself_fails() -> None:
    """Where nobody can be asked the process tells by itself, once, and that it is back."""
    store, database = MemoryAlertStore(), Redis()
    looker = Looker(store, database)
    store.broken = True
    database.error = DatabaseUnavailable()
    assert await looker.look(10) == ["Redis fails"]
    assert "(DatabaseUnavailable)" in looker.courier.told[0].text
    database.error = None
    assert await looker.look(3) == ["Redis fails"]
    store.broken = False
    assert await looker.look(3) == ["Redis fails", "Redis is back"]


async def test_an_errors_words_are_not_repeated() -> None:
    """The words of an error may hold an address with its password: its kind alone is told."""
    redis = Redis()
    looker = Looker(MemoryAlertStore(), redis)
    redis.error = ConnectionError("redis://:secret@host")
    await looker.look(2)
    assert "secret" not in looker.courier.told[0].text
    assert "(ConnectionError)" in looker.courier.told[0].text


async def test_a_dependency_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer in time is a failure."""
    monkeypatch.setattr(tasks_module, "PROBE_TIMEOUT_S", 0.001)
    redis = Redis()
    redis.hangs = True
    looker = Looker(MemoryAlertStore(), redis)
    assert await looker.look(2) == ["Redis fails"]
    assert "no answer in time" in looker.courier.told[0].text


async def test_keys_about_to_expire() -> None:
    """Each key's end is told once, however often it is looked at, and anew where it was moved; old news is dropped."""
    keys = [KeyFact("apikey_1", "ci", "org_1", NOW + 3 * DAY_US), KeyFact("apikey_2", "far", "org_1", NOW + 30 * DAY_US)]

    async def every() -> Sequence[KeyFact]:
        return keys

    store, clock, courier = MemoryAlertStore(), StandingClock(), KeepingCourier()
    teller = Teller(store, Audience(courier))  # type: ignore[arg-type]
    task = ExpiryTask(every, teller, store, clock, 7)

    async def look() -> list[str]:
        await task.look()
        while teller._waiting:
            await teller.look_at(teller._waiting.popleft())
        return [message.subject for message in courier.told]

    assert await look() == ["Yumen: the key ci (apikey_1) is about to expire"]
    assert "expires at 2027-01-18 08:00:00 UTC" in courier.told[0].text
    clock.us += DAY_US
    assert len(await look()) == 1
    keys[0] = KeyFact("apikey_1", "ci", "org_1", NOW + 5 * DAY_US)
    assert len(await look()) == 2
    clock.us += (KEPT_DAYS + 1) * DAY_US
    keys.clear()
    await look()
    assert await store.latest(10) == []
