"""What placeholders stand for, in the SQL database: one row a batch or file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from yumen.policy.kept import KeptRow

if TYPE_CHECKING:
    from collections.abc import Collection

    from yumen.storage import Database

AT_ONCE = 500
"""Ids in one statement: SQLite takes at least 999 variables."""

table = sa.table(
    "placeholders",
    *(sa.column(name) for name in ("resource_id", "organization_id")),
    sa.column("sealed", sa.LargeBinary),
    sa.column("expires_us", sa.BigInteger),
)
PUT = sa.text(
    "INSERT INTO placeholders (resource_id, organization_id, sealed, expires_us) "
    "VALUES (:resource_id, :organization_id, :sealed, :expires_us) "
    "ON CONFLICT (resource_id) DO UPDATE SET sealed = excluded.sealed, expires_us = excluded.expires_us "
    "WHERE placeholders.organization_id = excluded.organization_id"
).bindparams(sa.bindparam("sealed", type_=sa.LargeBinary), sa.bindparam("expires_us", type_=sa.BigInteger))
"""As text, since SQLAlchemy has no words for it that both databases share."""


class SqlKeptStore:
    """The `KeptStore` over one database, which has been migrated."""

    def __init__(self, database: Database) -> None:
        """Read and write in that database."""
        self._database = database

    async def put(self, row: KeptRow) -> None:
        """Write a row."""
        await self._database.write(lambda connection: connection.execute(PUT, msgspec.structs.asdict(row)))

    async def find(self, organization_id: str, ids: Collection[str]) -> list[KeptRow]:
        """Return an organization's rows of those ids."""
        wanted = sorted(ids)
        found: list[KeptRow] = []
        async with self._database.connect() as connection:
            for start in range(0, len(wanted), AT_ONCE):
                mine = sa.and_(table.c.organization_id == organization_id, table.c.resource_id.in_(wanted[start : start + AT_ONCE]))
                rows = await connection.execute(sa.select(table).where(mine))
                found += [KeptRow(row.resource_id, row.organization_id, bytes(row.sealed), row.expires_us) for row in rows]
        return found

    async def delete(self, organization_id: str, identifier: str) -> None:
        """Delete a row."""
        mine = sa.and_(table.c.organization_id == organization_id, table.c.resource_id == identifier)
        async with self._database.begin() as connection:
            await connection.execute(sa.delete(table).where(mine))

    async def purge(self, before_us: int, limit: int) -> int:
        """Delete rows that have expired."""
        over = sa.select(table.c.resource_id).where(table.c.expires_us <= before_us).limit(limit)
        delete = sa.delete(table).where(table.c.resource_id.in_(over))
        async with self._database.begin() as connection:
            return (await connection.execute(delete)).rowcount
