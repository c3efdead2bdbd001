"""Who tells: every store gives the same answers, and of many processes one tells."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from tests.alerts.doubles import NOW, MemoryAlertStore
from tests.postgres import for_asyncpg
from yumen.alerts import AlertStore, News, Topic
from yumen.alerts.store_sql import SqlAlertStore
from yumen.alerts.values import HOUR_US
from yumen.storage import Database

ONCE = News("limit:a:100", Topic.LIMIT, NOW, {"percent": 100, "scope": "密钥"}, "org_1")
HOURLY = News("errors:default", Topic.ERRORS, NOW, {"upstream": "default"}, rearm_us=HOUR_US)
MET = News("network:apikey_1:x", Topic.NETWORK, NOW, {"key": "apikey_1"}, "org_1")


@pytest.fixture
async def databases(database_url: str) -> AsyncIterator[list[Database]]:
    """One database of each kind in turn, opened as several processes would."""
    opened = [Database(database_url) for _ in range(4)]
    await opened[0].upgrade()
    yield opened
    for database in opened:
        await database.dispose()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str | None:
    """Where each store keeps its rows, None: in memory."""
    if request.param == "memory":
        return None
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/yumen.db"
    return for_asyncpg(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def store(store_url: str | None) -> AsyncIterator[AlertStore]:
    """Each store in turn."""
    if store_url is None:
        yield MemoryAlertStore()
        return
    database = Database(store_url)
    await database.upgrade()
    yield SqlAlertStore(database)
    await database.dispose()


def later(news: News, us: int) -> News:
    """The same news, so much later."""
    return msgspec.structs.replace(news, time_us=news.time_us + us)


async def test_once_and_never_again(store: AlertStore) -> None:
    """What has no second time is claimed once, however much later."""
    assert await store.claim([ONCE]) == [True]
    assert await store.claim([ONCE, later(ONCE, 400 * 24 * HOUR_US)]) == [False, False]
    assert await store.claim([]) == []


async def test_an_hour_later_again(store: AlertStore) -> None:
    """What may be told again is claimed again after its time, not a microsecond before; the list keeps both."""
    assert await store.claim([HOURLY]) == [True]
    assert await store.claim([later(HOURLY, HOUR_US - 1)]) == [False]
    assert await store.claim([later(HOURLY, HOUR_US)]) == [True]
    assert await store.claim([later(HOURLY, HOUR_US + 1)]) == [False]
    assert [told.time_us for told in await store.latest(10)] == [NOW + HOUR_US, NOW]


async def test_a_jump_claims_all_parts(store: AlertStore) -> None:
    """Parts are claimed together, and each answer is its own."""
    lower = msgspec.structs.replace(ONCE, name="limit:a:50")
    assert await store.claim([lower]) == [True]
    assert await store.claim([lower, ONCE]) == [False, True]


async def test_networks(store: AlertStore) -> None:
    """A key's first network is no news; each further one is, once; another key's are its own."""
    assert await store.meet("apikey_1", "203.0.113.0/24", named("apikey_1", "203.0.113.0/24")) is False
    assert await store.meet("apikey_1", "198.51.100.0/24", named("apikey_1", "198.51.100.0/24")) is True
    assert await store.meet("apikey_1", "198.51.100.0/24", named("apikey_1", "198.51.100.0/24")) is False
    assert await store.meet("apikey_1", "203.0.113.0/24", named("apikey_1", "203.0.113.0/24")) is False
    assert await store.meet("apikey_2", "198.51.100.0/24", named("apikey_2", "198.51.100.0/24")) is False
    assert [told.name for told in await store.latest(10)] == ["network:apikey_1:198.51.100.0/24"]


def named(key_id: str, network: str) -> News:
    """The news of a network."""
    return msgspec.structs.replace(MET, name=f"network:{key_id}:{network}")


async def test_what_ended_may_come_again(store: AlertStore) -> None:
    """A dependency's failure is claimed, ended once, and may be claimed anew; what was told stays in the list."""
    failed = News("dependency:Redis", Topic.DEPENDENCY, NOW, {"state": "failed"})
    assert await store.end(failed.name, NOW) is False
    assert await store.claim([failed]) == [True]
    assert await store.end(failed.name, NOW + 1) is True
    assert await store.end(failed.name, NOW + 1) is False
    assert await store.claim([later(failed, 2)]) == [True]
    assert len(await store.latest(10)) == 2


async def test_the_list_is_what_was_told(store: AlertStore) -> None:
    """The newest first, whole, and no more than asked for; what is old can be dropped."""
    pieces = [msgspec.structs.replace(later(ONCE, number), name=f"limit:{number}") for number in range(5)]
    await store.claim(pieces)
    told = await store.latest(2)
    assert [each.name for each in told] == ["limit:4", "limit:3"]
    assert (told[0].topic, told[0].facts, told[0].organization_id) == (ONCE.topic, ONCE.facts, ONCE.organization_id)
    await store.forget(NOW + 3)
    assert [each.name for each in await store.latest(10)] == ["limit:4", "limit:3"]


async def test_of_many_processes_one_tells(databases: list[Database]) -> None:
    """Four processes that see the same at once: one tells, in every round, of crossings, repeated news, networks and ends."""
    stores = [SqlAlertStore(database) for database in databases]
    for round_ in range(10):
        once = msgspec.structs.replace(ONCE, name=f"limit:{round_}")
        claims = await asyncio.gather(*(store.claim([once]) for store in stores))
        assert sum(claim[0] for claim in claims) == 1
        claims = await asyncio.gather(*(store.claim([later(HOURLY, round_ * HOUR_US)]) for store in stores))
        assert sum(claim[0] for claim in claims) == 1
        networks = [f"198.51.{round_}.0/24", f"203.0.{round_}.0/24"] * 2
        key_id = f"apikey_{round_}"
        met = await asyncio.gather(
            *(store.meet(key_id, network, named(key_id, network)) for store, network in zip(stores, networks, strict=True))
        )
        assert sum(met) == 1
        ends = await asyncio.gather(*(store.end(once.name, NOW + 1) for store in stores))
        assert sum(ends) == 1


async def test_an_organization_is_shown_its_own_page_by_page(store: AlertStore) -> None:
    """What was told of another organization, or of the gateway, is in no page of its; pages follow each other without a gap."""
    mine = [msgspec.structs.replace(ONCE, name=f"mine:{number}", time_us=NOW + number) for number in range(3)]
    await store.claim([*mine, msgspec.structs.replace(ONCE, name="theirs", organization_id="org_2"), HOURLY])
    pages = [await store.latest(2, "org_1", skip) for skip in (0, 2, 4)]
    assert [[told.name for told in page] for page in pages] == [["mine:2", "mine:1"], ["mine:0"], []]
