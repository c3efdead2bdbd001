"""Data keys in the SQL database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from yumen.audit import write_act
from yumen.isolation.values import DataKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from yumen.audit import Act
    from yumen.storage import Database

LOCK = 0x79756D656F
"""The lock of PostgreSQL that writers of data keys take; SQLite has one writer anyway."""

table = sa.table(
    "data_keys",
    *(sa.column(name, sa.String) for name in ("id", "organization_id", "wrapped_by")),
    sa.column("wrapped", sa.LargeBinary),
    *(sa.column(name, sa.BigInteger) for name in ("created_us", "retired_us")),
)
organizations = sa.table("organizations", sa.column("id", sa.String), sa.column("content_key", sa.String))


class SqlDataKeyStore:
    """The `DataKeyStore` over one database, which has been migrated."""

    def __init__(self, database: Database) -> None:
        """Read and write in that database."""
        self._database = database

    async def keys_of(self, organization_id: str) -> list[DataKey]:
        """Return an organization's data keys, the oldest first."""
        async with self._database.connect() as connection:
            return await read(connection, table.c.organization_id == organization_id)

    async def every(self) -> list[DataKey]:
        """Return the data keys of all organizations, the oldest first."""
        async with self._database.connect() as connection:
            return await read(connection)

    async def first(self, key: DataKey) -> list[DataKey]:
        """Write an organization's first data key, unless it has one; return those that it has. Of two at once one is written.

        Where there is no such organization (any more) nothing is written, and none returned.
        """
        named = sa.select(organizations.c.id).where(organizations.c.id == key.organization_id).with_for_update()

        async def write(connection: AsyncConnection) -> list[DataKey]:
            await lock(connection)
            if await connection.scalar(named) is None:
                return []
            there = await read(connection, table.c.organization_id == key.organization_id)
            if not there:
                await connection.execute(sa.insert(table).values(msgspec.structs.asdict(key)))
            return there or [key]

        return await self._database.write(write)

    async def add(self, key: DataKey, act: Act) -> None:
        """Write one more data key, which seals from now on; those before it are retired."""

        async def write(connection: AsyncConnection) -> None:
            await lock(connection)
            older = sa.update(table).where(table.c.organization_id == key.organization_id, table.c.retired_us.is_(None))
            await connection.execute(older.values(retired_us=key.created_us))
            await connection.execute(sa.insert(table).values(msgspec.structs.asdict(key)))
            await write_act(connection, act)

        await self._database.write(write)

    async def rewrap(self, keys: Sequence[DataKey], act: Act) -> None:
        """Write how data keys are sealed now: all of them, or none."""

        async def write(connection: AsyncConnection) -> None:
            await lock(connection)
            for key in keys:
                named = sa.update(table).where(table.c.id == key.id)
                await connection.execute(named.values(wrapped=key.wrapped, wrapped_by=key.wrapped_by))
            await write_act(connection, act)

        await self._database.write(write)

    async def own_reference(self, organization_id: str) -> str | None:
        """Return the reference of an organization's own key of keys; None: it has the gateway's."""
        async with self._database.connect() as connection:
            query = sa.select(organizations.c.content_key).where(organizations.c.id == organization_id)
            found: str | None = await connection.scalar(query)
            return found


async def lock(connection: AsyncConnection) -> None:
    """Let nobody else write data keys until the transaction's end."""
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))


async def read(connection: AsyncConnection, *where: sa.ColumnElement[bool]) -> list[DataKey]:
    """Return the data keys for which that holds, the oldest first."""
    rows = await connection.execute(sa.select(table).where(*where).order_by(table.c.created_us, table.c.id))
    return [DataKey(**row._mapping) for row in rows]  # noqa: SLF001  (a row's public name for it)
