"""Kept content in the SQL database: one row a request, sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from yumen.contents.values import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from yumen.storage import Database

COLUMNS = Row.__struct_fields__
table = sa.table(
    "contents",
    *(sa.column(name) for name in ("request_id", "organization_id", "workspace_id", "key_id")),
    sa.column("time_us", sa.BigInteger),
    sa.column("sealed", sa.LargeBinary),
)
ADD = sa.text(
    f"INSERT INTO contents ({', '.join(COLUMNS)}) VALUES ({', '.join(':' + name for name in COLUMNS)}) "  # noqa: S608  (our own names)
    "ON CONFLICT (request_id) DO NOTHING"
).bindparams(sa.bindparam("time_us", type_=sa.BigInteger), sa.bindparam("sealed", type_=sa.LargeBinary))
"""As text, since SQLAlchemy has no words for it that both databases share."""


class SqlContentStore:
    """The `ContentStore` over one database, which has been migrated."""

    def __init__(self, database: Database) -> None:
        """Read and write in that database."""
        self._database = database

    async def add(self, rows: Sequence[Row]) -> None:
        """Write rows. Doing it twice changes nothing."""

        async def write(connection: AsyncConnection) -> None:
            await connection.execute(ADD, [msgspec.structs.asdict(row) for row in rows])

        await self._database.write(write)

    async def find(self, request_id: str) -> Row | None:
        """Return a request's row, None: there is none."""
        async with self._database.connect() as connection:
            found = (await connection.execute(sa.select(table).where(table.c.request_id == request_id))).mappings().first()
        return None if found is None else Row(**{name: found[name] for name in COLUMNS})

    async def purge(self, before_us: int, at_most: int) -> int:
        """Delete that many rows at most that are older; return how many there were."""
        old = sa.select(table.c.request_id).where(table.c.time_us < before_us).order_by(table.c.time_us).limit(at_most)

        async def write(connection: AsyncConnection) -> int:
            return int((await connection.execute(sa.delete(table).where(table.c.request_id.in_(old)))).rowcount)

        return await self._database.write(write)
