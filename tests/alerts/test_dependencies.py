"""Real dependencies that are really killed: told once, and told when they are back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.alerts.doubles import KeepingCourier, MemoryAlertStore
from tests.postgres import Postgres, for_asyncpg
from tests.valkey import Valkey
from yumen.alerts import AlertStore, Audience, Dependency, DependencyTask, Teller
from yumen.alerts.store_sql import SqlAlertStore
from yumen.app.alerts import database_dependency, redis_dependency
from yumen.clock import Clock
from yumen.limits.store_redis import RedisLimitStore, RedisServer, connect
from yumen.storage import Database


def looker(dependency: Dependency, store: AlertStore) -> tuple[Callable[[int], Awaitable[list[str]]], KeepingCourier]:
    """Return what looks so often and says what was told so far."""
    courier = KeepingCourier()
    task = DependencyTask(dependency, Teller(store, Audience(courier)), store, Clock())  # type: ignore[arg-type]

    async def look(times: int) -> list[str]:
        for _ in range(times):
            await task.look()
        return [message.subject.removeprefix("Yumen: ") for message in courier.told]

    return look, courier


async def test_postgresql_is_killed_and_started_again(own_postgres: Postgres) -> None:
    """The failure of the database that keeps what was told is told without it, and its return, each once."""
    database = Database(for_asyncpg(own_postgres.url()), timeout_ms=1000)
    await database.upgrade()
    look, courier = looker(database_dependency(database, "PostgreSQL"), SqlAlertStore(database))
    assert await look(3) == []
    own_postgres.kill()
    assert await look(4) == ["PostgreSQL fails"]
    assert "(DatabaseUnavailable)" in courier.told[0].text
    own_postgres.start()
    assert await look(4) == ["PostgreSQL fails", "PostgreSQL is back"]
    await database.dispose()


async def test_postgresql_stands_still(own_postgres: Postgres) -> None:
    """A database that neither answers nor refuses has failed, too."""
    database = Database(for_asyncpg(own_postgres.url()), timeout_ms=200)
    await database.upgrade()
    look, _ = looker(database_dependency(database, "PostgreSQL"), SqlAlertStore(database))
    assert await look(2) == []
    own_postgres.pause()
    assert await look(2) == ["PostgreSQL fails"]
    own_postgres.resume()
    assert await look(3) == ["PostgreSQL fails", "PostgreSQL is back"]
    await database.dispose()


async def test_redis_is_killed_and_started_again(tmp_path: Path) -> None:
    """Redis too; where limits are counted elsewhere there is nothing to look after."""
    with Valkey(tmp_path / "valkey") as valkey:
        store = RedisLimitStore(connect(RedisServer(valkey.url, 500)))
        dependency = redis_dependency(store)
        assert dependency is not None
        look, _ = looker(dependency, MemoryAlertStore())
        assert await look(3) == []
        valkey.kill()
        assert await look(3) == ["Redis fails"]
        valkey.start()
        assert await look(3) == ["Redis fails", "Redis is back"]
        await store.stop()
    assert redis_dependency(object()) is None  # type: ignore[arg-type]
