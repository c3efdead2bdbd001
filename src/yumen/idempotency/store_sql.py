"""Requests with an idempotency key in the SQL database: one row a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from yumen.idempotency.values import Reason, Row, State

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.ext.asyncio import AsyncConnection

    from yumen.idempotency.values import Ending
    from yumen.storage import Database

AT_ONCE = 400
"""Rows in one statement: SQLite takes at least 999 variables."""
TIMES = ("lease_until_us", "created_us", "expires_us")

table = sa.table(
    "idempotent_answers",
    *(sa.column(name) for name in ("id", "workspace_id", "request_id", "state", "reason")),
    *(sa.column(name, sa.BigInteger) for name in TIMES),
    *(sa.column(name, sa.LargeBinary) for name in ("body_hash", "sealed")),
)
COLUMNS = Row.__struct_fields__
CLAIM = sa.text(
    f"INSERT INTO idempotent_answers ({', '.join(COLUMNS)}) VALUES ({', '.join(':' + name for name in COLUMNS)}) "  # noqa: S608  (our own names)
    f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in COLUMNS if name != 'id')} "
    "WHERE idempotent_answers.expires_us <= :created_us RETURNING id"
).bindparams(
    *(sa.bindparam(name, type_=sa.BigInteger) for name in TIMES),
    *(sa.bindparam(name, type_=sa.LargeBinary) for name in ("body_hash", "sealed")),
    *(sa.bindparam(name, type_=sa.String) for name in ("reason", "state")),
)
"""As text, since SQLAlchemy has no words for it that both databases share."""


class SqlRepeatStore:
    """The `RepeatStore` over one database, which has been migrated."""

    def __init__(self, database: Database) -> None:
        """Read and write in that database."""
        self._database = database

    async def claim(self, row: Row) -> Row | None:
        """Write a row where there is none, or an expired one; return None then, else the row that is there. Of many at once, one writes."""

        async def write(connection: AsyncConnection) -> Row | None:
            # Between the two statements PostgreSQL lets another delete the row: then there is room again.
            while (await connection.execute(CLAIM, msgspec.structs.asdict(row))).first() is None:
                found = (await connection.execute(sa.select(*(table.c[name] for name in COLUMNS)).where(table.c.id == row.id))).first()
                if found is not None:
                    return row_of(found)
            return None

        return await self._database.write(write)

    async def renew(self, held: Collection[tuple[str, str]], lease_until_us: int, expires_us: int) -> None:
        """Prolong the leases of those that are under way."""
        pairs = sorted(held)  # in one order, so that two processes do not wait for each other
        for start in range(0, len(pairs), AT_ONCE):
            some = pairs[start : start + AT_ONCE]
            mine = sa.and_(table.c.id.in_([row_id for row_id, _ in some]), table.c.request_id.in_([request_id for _, request_id in some]))
            change = sa.update(table).where(mine, running()).values(lease_until_us=lease_until_us, expires_us=expires_us)
            await self._do(change)

    async def finish(self, row_id: str, request_id: str, ending: Ending) -> None:
        """Write how a request that is under way ended. Doing it twice changes nothing."""
        await self._do(sa.update(table).where(*of(row_id, request_id), running()).values(msgspec.structs.asdict(ending)))

    async def forget(self, row_id: str, request_id: str) -> None:
        """Delete the row of a request that is under way: the next with its key is a first one."""
        await self._do(sa.delete(table).where(*of(row_id, request_id), running()))

    async def purge(self, now_us: int, at_most: int) -> int:
        """Delete that many expired rows at most; return how many there were."""
        over = sa.select(table.c.id).where(table.c.expires_us <= now_us).order_by(table.c.expires_us).limit(at_most)
        return await self._do(sa.delete(table).where(table.c.id.in_(over), table.c.expires_us <= now_us))

    async def _do(self, statement: sa.Update | sa.Delete) -> int:
        async def write(connection: AsyncConnection) -> int:
            return int((await connection.execute(statement)).rowcount)

        return await self._database.write(write)


def of(row_id: str, request_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    """Return what holds of a request's row."""
    return table.c.id == row_id, table.c.request_id == request_id


def running() -> sa.ColumnElement[bool]:
    """Return what holds of a row whose request is under way."""
    return table.c.state == State.RUNNING.value


def row_of(found: sa.Row[tuple[object, ...]]) -> Row:
    """Return a row as it was written."""
    fields = dict(found._mapping)  # noqa: SLF001  (a row's public name for it)
    reason = fields["reason"]
    fields |= {"state": State(str(fields["state"])), "reason": None if reason is None else Reason(str(reason))}
    return Row(**fields)
