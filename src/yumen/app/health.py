"""What this gateway depends on, looked at every second: the database, and Redis where limits are counted there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.errors import LimitsUnavailable
from yumen.limits import Remote
from yumen.storage import DatabaseUnavailable, reason_of

if TYPE_CHECKING:
    from yumen.app.ground import Ground
    from yumen.limits import LimitStore
    from yumen.storage import Database


def look_after(ground: Ground, database: Database, limits: LimitStore | Remote | None) -> None:
    """Look at everything that this process depends on, until its end."""
    settings = ground.settings
    ground.health.add("database", f"{database.kind}, {settings.keys.on_unreadable}", lambda: database_fault(database))
    if isinstance(limits, Remote):
        store = limits
        ground.health.add("redis", settings.limits.on_unavailable, lambda: redis_fault(store))
    ground.own(ground.health.run())


async def database_fault(database: Database) -> str | None:
    """Return why the database does not answer."""
    try:
        await database.read_revision()
    except DatabaseUnavailable as fault:
        return reason_of(fault)
    return None


async def redis_fault(store: Remote) -> str | None:
    """Return why Redis does not answer."""
    try:
        await store.ping()
    except LimitsUnavailable as fault:
        return str(fault.__cause__ or fault) or "no answer in time"
    return None
