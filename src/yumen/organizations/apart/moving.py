"""Moving an organization's rows from the main database to its compartment: copied, switched over, deleted; any step can be done again.

1. What is written once (the ledger, flags, content) is copied while everything goes on.
2. In one transaction, while nobody can change them, the rows that change are copied, and the organization is said to lie there from now on.
3. What is left in the main database, of the copied and of what came since, is moved over and deleted, a few rows at a time.

A death before the second step's end leaves the organization where it was, and a copy that the next try begins anew; one after it leaves
rows in the main database that nobody reads any more, and that the next try moves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from yumen.organizations.apart.owned import APART, CHANGING, CONTENT, GROWING, SUMS, UNNUMBERED, Owner, Tables, read_tables, rows_of
from yumen.storage.columns import plain
from yumen.storage.shredding import shred

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from yumen.storage import Database

AT_ONCE = 300
"""Rows in one statement and one transaction."""
LARGE_AT_ONCE = 8
"""The same of tables that hold content: a row of theirs may take megabytes."""

Row = dict[str, Any]


class Moving:
    """One organization's move, between two databases that have both been migrated."""

    def __init__(self, main: Database, own: Database, owner: Owner) -> None:
        """Move that organization's rows."""
        self._main = main
        self._own = own
        self._owner = owner
        self._tables: Tables = {}

    async def copy(self) -> None:
        """Copy what is written once, while everything goes on."""
        for name in GROWING:
            async with self._main.read_long() as connection:
                tables = await self._known(connection)
                drained = await rows_in(connection, tables["drained"], sa.true()) if name == "entries" else []
                async for rows in pages(connection, tables, name, self._owner):
                    await self._take(name, rows)
            await self._take("drained", drained)

    async def copy_changing(self, connection: AsyncConnection) -> None:
        """Copy what changes, in the main database's transaction that switches over: nobody writes it meanwhile."""
        if connection.dialect.name == "postgresql":
            await connection.execute(sa.text(f"LOCK TABLE {', '.join(CHANGING)} IN SHARE ROW EXCLUSIVE MODE"))
        tables = await self._known(connection)
        async with self._own.begin() as own:
            for name in CHANGING:
                await own.execute(sa.delete(tables[name]))
            for name in CHANGING:
                async for rows in pages(connection, tables, name, self._owner):
                    await put(own, tables, name, rows)

    async def sweep(self) -> dict[str, int]:
        """Move what is left in the main database; return how many rows of each table that were."""
        moved = {}
        for name in APART:
            moved[name] = count = await self._sweep(name)
            while count == at_once(name):
                count = await self._sweep(name)
                moved[name] += count
        await self._forget_sums()
        return moved

    async def _forget_sums(self) -> None:
        """Delete what the main database made of rows that are no longer in it; the compartment has made its own of them."""
        async with self._main.begin() as connection:
            tables = await self._known(connection)
            for name in SUMS:
                await connection.execute(sa.delete(tables[name]).where(rows_of(tables, name, self._owner)))

    async def _sweep(self, name: str) -> int:
        """Move some rows of a table: into the compartment first, and only then out of the main database."""
        async with self._main.connect() as connection:
            tables = await self._known(connection)
            drained = await rows_in(connection, tables["drained"], sa.true()) if name == "entries" else []
            rows = await rows_in(connection, tables[name], rows_of(tables, name, self._owner), at_once(name))
        is_last = len(rows) < AT_ONCE  # with the last entries its own database has all that the main one had
        await self._take(name, rows, drained if is_last else ())
        if rows:
            await delete(self._main, tables[name], rows)
        return len(rows)

    async def _known(self, connection: AsyncConnection) -> Tables:
        """Return the tables, which both databases have alike."""
        self._tables = self._tables or await read_tables(connection, *APART, *SUMS, "drained")
        return self._tables

    async def _take(self, name: str, rows: Sequence[Row], drained: Sequence[Row] = ()) -> None:
        if not rows and not drained:
            return
        async with self._own.begin() as own:
            tables = await self._known(own)
            await put(own, tables, name, rows)
            await put(own, tables, "drained", drained)


def at_once(name: str) -> int:
    """Return how many rows of a table are taken at once, so that memory stays flat."""
    return LARGE_AT_ONCE if name in CONTENT else AT_ONCE


async def pages(connection: AsyncConnection, tables: Tables, name: str, owner: Owner) -> AsyncIterator[list[Row]]:
    """Yield an organization's rows of a table, some at a time."""
    query = sa.select(tables[name]).where(rows_of(tables, name, owner))
    result = await connection.stream(query, execution_options={"yield_per": at_once(name)})
    async for page in result.mappings().partitions():
        yield [dict(row) for row in page]


async def rows_in(connection: AsyncConnection, table: sa.Table, where: sa.ColumnElement[bool], limit: int | None = None) -> list[Row]:
    """Return rows of a table."""
    return [dict(row) for row in (await connection.execute(sa.select(table).where(where).limit(limit))).mappings()]


async def put(connection: AsyncConnection, tables: Tables, name: str, rows: Sequence[Row]) -> None:
    """Write rows that are not there yet. Of those that are, the ones that ended since are written over, and positions go on."""
    if not rows:
        return
    table, number = tables[name], UNNUMBERED.get(name)
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(plain(table))
    new = insert.excluded
    match name:
        case "session_turns":
            later = sa.and_(table.c.ended_us.is_(None), new.ended_us.is_not(None))
        case "idempotent_answers":
            later = sa.and_(table.c.state == "running", new.state != "running")
        case "drained":
            later = table.c.position < new.position
        case _:
            await connection.execute(insert.on_conflict_do_nothing(), [without(row, number) for row in rows])
            return
    keys = [column.name for column in table.primary_key]
    others = {column.name: new[column.name] for column in table.columns if column.name not in keys}
    await connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=others, where=later), list(rows))


def without(row: Row, name: str | None) -> Row:
    """Return a row without one column."""
    return row if name is None else {column: value for column, value in row.items() if column != name}


async def delete(database: Database, table: sa.Table, rows: Sequence[Row]) -> None:
    """Delete exactly those rows, and write zeros over them where the database lies in a file of ours."""
    keys = list(table.primary_key)
    values = [tuple(row[column.name] for column in keys) for row in rows]
    where = keys[0].in_([value[0] for value in values]) if len(keys) == 1 else sa.tuple_(*keys).in_(values)
    async with database.begin() as connection:
        await shred(connection)
        await connection.execute(sa.delete(table).where(where))
