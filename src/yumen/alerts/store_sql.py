"""What was told, in the SQL database: a row's name is unique, and whoever gets it in tells the news."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from yumen.alerts.values import News, Told, Topic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from yumen.storage import Database

table = sa.table(
    "alerts",
    sa.column("name"),
    sa.column("organization_id"),
    sa.column("document", sa.JSON),
    sa.column("time_us", sa.BigInteger),
)
KNOWN = "known:"
"""Rows whose name begins so tell nothing: they are a key's networks."""


class SqlAlertStore:
    """The `AlertStore` over one database, which has been migrated."""

    def __init__(self, database: Database) -> None:
        """Read and write in that database."""
        self._database = database

    async def claim(self, news: Sequence[News]) -> list[bool]:
        """Return for each piece whether the asker tells it."""
        async with self._database.begin() as connection:
            return [await claimed(connection, each) for each in news]

    async def meet(self, key_id: str, network: str, news: News) -> bool:
        """Note a key's network; return whether it is news."""
        async with self._database.begin() as connection:
            if not await added(connection, known(f"{KNOWN}{key_id}:{network}", news)):
                return False
            if await added(connection, known(f"{KNOWN}{key_id}", news)):
                return False
            return await claimed(connection, news)

    async def end(self, name: str, time_us: int) -> bool:
        """Let a name be claimed anew; return whether it was claimed."""
        async with self._database.begin() as connection:
            return await put_aside(connection, name, time_us)

    async def latest(self, limit: int, organization_id: str | None = None, skip: int = 0) -> list[Told]:
        """Return what was told, of one organization or at all, the newest first, without the first `skip`."""
        query = sa.select(table).where(table.c.name.not_like(f"{KNOWN}%")).order_by(table.c.time_us.desc(), table.c.name)
        if organization_id is not None:
            query = query.where(table.c.organization_id == organization_id)
        query = query.limit(limit).offset(skip)
        async with self._database.connect() as connection:
            return [told(row) for row in await connection.execute(query)]

    async def forget(self, before_us: int) -> None:
        """Drop what is older."""
        async with self._database.begin() as connection:
            await connection.execute(sa.delete(table).where(table.c.time_us < before_us))


async def claimed(connection: AsyncConnection, news: News) -> bool:
    """Put the news in unless it is there; what is old enough to be told again makes room first."""
    if news.rearm_us:
        await put_aside(connection, news.name, news.time_us - news.rearm_us)
    return await added(connection, news)


async def put_aside(connection: AsyncConnection, name: str, before_us: int) -> bool:
    """Rename the row of that name, if it is not younger: it stays in the list of what was told."""
    aside = table.c.name + "@" + sa.cast(table.c.time_us, sa.String)
    change = sa.update(table).where(table.c.name == name, table.c.time_us <= before_us).values(name=aside)
    return bool((await connection.execute(change)).rowcount)


async def added(connection: AsyncConnection, news: News) -> bool:
    """Insert a row; return False where its name is taken."""
    insert: Any = insert_postgresql if connection.dialect.name == "postgresql" else insert_sqlite
    row = {
        "name": news.name,
        "organization_id": news.organization_id,
        "document": {"topic": news.topic, "facts": news.facts},
        "time_us": news.time_us,
    }
    return bool((await connection.execute(insert(table).values(row).on_conflict_do_nothing())).rowcount)


def known(name: str, news: News) -> News:
    """Return what is kept of a network, and not told."""
    return News(name, Topic.NETWORK, news.time_us, {}, news.organization_id)


def told(row: Any) -> Told:  # noqa: ANN401  (a row's columns are known to the table, not to the type checker)
    """Read a row."""
    return Told(row.name, Topic(row.document["topic"]), row.time_us, row.document["facts"], row.organization_id)
