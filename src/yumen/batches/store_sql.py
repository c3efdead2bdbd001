"""Batches under way in the SQL database: one row a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from yumen.batches.values import OpenBatch

if TYPE_CHECKING:
    from yumen.storage import Database

table = sa.table(
    "batches",
    sa.column("id"),
    sa.column("document", sa.JSON),
    *(sa.column(name, sa.BigInteger) for name in ("created_us", "checked_us", "settled_us")),
)
INSERT = sa.text(
    "INSERT INTO batches (id, document, created_us) VALUES (:id, :document, :created_us) ON CONFLICT (id) DO NOTHING"
).bindparams(sa.bindparam("document", type_=sa.JSON))


class SqlBatchStore:
    """The `BatchStore` over one database, which has been migrated."""

    def __init__(self, database: Database) -> None:
        """Read and write in that database."""
        self._database = database

    async def add(self, batch: OpenBatch) -> None:
        """Remember a batch; doing it twice changes nothing."""
        row = {"id": batch.id, "document": msgspec.to_builtins(batch), "created_us": batch.created_us}
        async with self._database.begin() as connection:
            await connection.execute(INSERT, row)

    async def unsettled(self) -> list[OpenBatch]:
        """Return the batches that are not charged yet, oldest first."""
        query = sa.select(table.c.document).where(table.c.settled_us.is_(None)).order_by(table.c.created_us)
        async with self._database.connect() as connection:
            return [msgspec.convert(document, OpenBatch) for document in (await connection.execute(query)).scalars()]

    async def claim(self, batch_id: str, now_us: int, interval_us: int) -> bool:
        """Take the right to look at a batch now; of several processes that ask within the interval, one gets it."""
        free = sa.or_(table.c.checked_us.is_(None), table.c.checked_us <= now_us - interval_us)
        mine = sa.update(table).where(table.c.id == batch_id, table.c.settled_us.is_(None), free).values(checked_us=now_us)
        async with self._database.begin() as connection:
            return bool((await connection.execute(mine)).rowcount)

    async def settle(self, batch_id: str, now_us: int) -> None:
        """Note that a batch is charged."""
        async with self._database.begin() as connection:
            await connection.execute(sa.update(table).where(table.c.id == batch_id).values(settled_us=now_us))

    async def forget(self, before_us: int) -> int:
        """Delete batches that were charged before a time; return how many."""
        async with self._database.begin() as connection:
            return int((await connection.execute(sa.delete(table).where(table.c.settled_us < before_us))).rowcount)
