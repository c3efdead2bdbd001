"""The ledger in the SQL database: one row an entry, written once however often it is handed in."""

from __future__ import annotations

from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from yumen.ledger.breakdown import SUMMED, Part, Piece
from yumen.ledger.callers_sql import callers_query, uses_of
from yumen.ledger.entry import COLUMNS
from yumen.ledger.pages_sql import begin_with, last_uses, read_newer, read_page
from yumen.ledger.query import By, Integrity, UsageRow
from yumen.ledger.rules import DAY_US
from yumen.ledger.series import HOUR_US, KNOWN_BY_HOUR
from yumen.ledger.series_sql import PARTS_OF_HOURS, hours, read_series
from yumen.ledger.tables import PARTED, PARTS, conditions, drained, entries, entry_of, read_positions
from yumen.storage import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection

    from yumen.ledger.breakdown import Wanted
    from yumen.ledger.callers import CallersWanted, CallerUse
    from yumen.ledger.entry import Entry
    from yumen.ledger.query import Batch, Filter, LedgerPage, Place
    from yumen.ledger.series import SeriesWanted, Slot
    from yumen.storage import Database

GROUPS_OF = (256, 64, 16, 4, 1)
"""How many rows one statement writes, the most first. The driver gives the interpreter up for each statement and waits for its turn
again: under load that costs more than the writing."""
TRIES, TIMES = map(COLUMNS.index, PARTED)
NOTHING = "[]"

GROUPS: dict[By, tuple[str, sa.ColumnElement[Any]]] = {
    By.KEY: ("key_id", entries.c.key_id),
    By.MODEL: ("model", sa.func.coalesce(entries.c.model_answered, entries.c.model)),
    By.DAY: ("day", sa.cast(entries.c.time_us, sa.BigInteger).op("/")(sa.literal_column(str(DAY_US)))),
    By.WORKSPACE: ("workspace_id", entries.c.workspace_id),
    By.ORGANIZATION: ("organization_id", entries.c.organization_id),
    By.MEMBER: ("user_id", entries.c.user_id),
    By.LABEL: ("label", entries.c.label),
    By.ASKED: ("asked", entries.c.model),
}
SUMS = {
    "requests": entries.c["count"],
    "input_tokens": entries.c.input_tokens,
    "output_tokens": entries.c.output_tokens,
    "cache_read_tokens": entries.c.cache_read_tokens,
    "cache_write_tokens": entries.c.cache_write_5m_tokens + entries.c.cache_write_1h_tokens,
    "cost_nanousd": entries.c.cost_nanousd,
    "unpriced": sa.case((entries.c.cost_nanousd.is_(None), entries.c["count"]), else_=0),
    "estimated": sa.case((entries.c.estimated, entries.c["count"]), else_=0),
    "counted": entries.c.counted,
}


class SqlLedger:
    """The `DrainStore` and the `ReportStore` over one database, which has been migrated."""

    def __init__(self, database: Database) -> None:
        """Read and write in that database."""
        self._database = database

    async def positions(self) -> dict[str, int]:
        """Return how far each segment is in the store."""
        async with self._database.connect() as connection:
            return await read_positions(connection)

    async def add(self, batch: Batch) -> None:
        """Write the entries that are not there yet and the segment's position: all of it or nothing."""

        async def work(connection: AsyncConnection) -> None:
            await write(connection, batch.entries)
            if batch.start:
                await move_on(connection, batch)
            else:
                await connection.execute(MOVE, {"segment": batch.segment, "position": batch.position})

        await self._database.write(work)

    async def forget_segments(self, names: Collection[str]) -> None:
        """Drop the positions of segments that exist no more."""
        statement = drained.delete().where(drained.c.segment.in_(names))
        await self._database.write(lambda connection: connection.execute(statement))

    async def forget_entries(self, before_us: int, limit: int) -> int:
        """Delete at most so many entries older than a time; return how many."""
        oldest = sa.select(entries.c.sequence).where(entries.c.time_us < before_us).order_by(entries.c.time_us).limit(limit)
        statement = entries.delete().where(entries.c.sequence.in_(oldest))
        return (await self._database.write(lambda connection: connection.execute(statement))).rowcount

    async def forget_hours(self, before_us: int) -> int:
        """Delete the sums of the oldest hour that was over before a time; return how many."""
        oldest = sa.select(sa.func.min(hours.c.start_us)).where(hours.c.start_us <= before_us - HOUR_US).scalar_subquery()
        statement = hours.delete().where(hours.c.start_us == oldest)
        return (await self._database.write(lambda connection: connection.execute(statement))).rowcount

    async def find(self, wanted: Filter, limit: int) -> tuple[list[Entry], dict[str, int]]:
        """Return the newest entries that match, oldest first."""
        order = (entries.c.time_us.desc(), entries.c.sequence.desc())
        columns = [entries.c[name] for name in COLUMNS]
        query = sa.select(*columns).where(*conditions(wanted)).order_by(*order).limit(limit)
        async with self._database.connect() as connection:
            positions = await read_positions(connection)
            rows = (await connection.execute(query)).all()
        return [entry_of(row) for row in reversed(rows)], positions

    async def usage(self, wanted: Filter, groups: Collection[By]) -> tuple[list[UsageRow], dict[str, int]]:
        """Return the sums of the entries that match, by group.

        Groups are for eyes, of millions of entries perhaps: they take as long as they take. A plain sum is what a request waits for.
        """
        chosen = [expression.label(name) for name, expression in (GROUPS[by] for by in groups)]
        # PostgreSQL adds whole numbers up to a decimal one.
        sums = [sa.cast(sa.func.coalesce(sa.func.sum(expression), 0), sa.BigInteger).label(name) for name, expression in SUMS.items()]
        query = sa.select(*chosen, *sums).where(*conditions(wanted)).group_by(*(GROUPS[by][1] for by in groups))
        async with self._database.read_long() if groups else self._database.connect() as connection:
            positions = await read_positions(connection)
            rows = (await connection.execute(query)).mappings().all()
        return [msgspec.convert(dict(row), UsageRow, strict=False) for row in rows], positions

    async def break_down(self, wanted: Wanted) -> tuple[list[Piece], dict[str, int]]:
        """Return the sums of what is wanted, by piece of time and part."""
        time, known, summed = (
            (hours.c.start_us, PARTS_OF_HOURS, HOUR_SUMS) if hours_tell(wanted) else (entries.c.time_us, PARTS, PIECE_SUMS)
        )
        start = sa.cast(time, sa.BigInteger).op("/")(sa.literal_column(str(wanted.bucket_us)))
        parts = [known[part] for part in wanted.parts]
        columns = [column.label(f"part_{number}") for number, column in enumerate(parts)]
        sums = [sa.func.coalesce(sa.func.sum(column), 0).label(name) for name, column in summed.items()]
        only = [known[part].in_(values) for part, values in wanted.only.items()]
        where = (known[Part.ORGANIZATION] == wanted.organization_id, time >= wanted.since_us, time < wanted.until_us, *only)
        query = sa.select(start.label("start"), *columns, *sums).where(*where)
        async with self._database.connect() as connection:
            positions = await read_positions(connection)
            rows = (await connection.execute(query.group_by(start, *parts))).mappings().all()
        return [piece_of_row(row, wanted) for row in rows], positions

    async def callers(self, wanted: CallersWanted) -> tuple[list[CallerUse], dict[str, int]]:
        """Return who used a key, whoever came last first."""
        async with self._database.read_long() as connection:
            positions = await read_positions(connection)
            rows = (await connection.execute(callers_query(entries, wanted))).mappings().all()
        return uses_of(rows), positions

    async def series(self, wanted: SeriesWanted) -> tuple[list[Slot], dict[str, int]]:
        """Return the slots of a series, from the hourly sums where they can say it."""
        async with self._database.connect() as connection:
            positions = await read_positions(connection)
            return await read_series(connection, wanted), positions

    async def page(self, wanted: Filter, after: Place | None, limit: int) -> tuple[LedgerPage, dict[str, int]]:
        """Return the newest entries that match and are older than a place, the newest first."""
        async with self._database.connect() as connection:
            positions = await read_positions(connection)
            return await read_page(connection, (wanted, after, limit)), positions

    async def beginning(self, organization_id: str | None, text: str, limit: int) -> list[Entry]:
        """Return the newest entries whose request's id, here or upstream, begins so, whenever they were; the newest first."""
        async with self._database.connect() as connection:
            return await begin_with(connection, organization_id, text, limit)

    async def newer(self, wanted: Filter, after: int | None) -> tuple[list[Entry], int]:
        """Return the last entries that match and were written behind a place in the store, and the last place; None: the place alone."""
        async with self._database.connect() as connection:
            return await read_newer(connection, wanted, after)

    async def last_used(self, key_ids: Collection[str]) -> tuple[dict[str, int], dict[str, int]]:
        """Return when each key was used last; those that never were are not there."""
        async with self._database.connect() as connection:
            positions = await read_positions(connection)
            return await last_uses(connection, key_ids), positions

    async def check(self) -> Integrity:
        """Look whether the store is sound."""
        async with self._database.connect() as connection:
            detail = "ok"
            if connection.dialect.name == "sqlite":
                detail = str((await connection.exec_driver_sql("PRAGMA quick_check(1)")).scalar_one())
            count = int((await connection.execute(sa.select(sa.func.count()).select_from(entries))).scalar_one())
        is_sound = detail == "ok"
        return Integrity(is_sound, detail if is_sound else f"{self._database.place}: {detail}", count)


PIECE_SUMS = {name: entries.c["count" if name == "requests" else name] for name in SUMMED}
HOUR_SUMS = {name: hours.c[name] for name in SUMMED}


def hours_tell(wanted: Wanted) -> bool:
    """Whether the hourly sums say just what is wanted: whole hours, by what they know."""
    times = (wanted.since_us, wanted.until_us, wanted.bucket_us)
    return not any(time % HOUR_US for time in times) and KNOWN_BY_HOUR.issuperset((*wanted.parts, *wanted.only))


def piece_of_row(row: RowMapping, wanted: Wanted) -> Piece:
    """Return a row as a piece."""
    values = tuple(row[f"part_{number}"] or None for number in range(len(wanted.parts)))
    return Piece(int(row["start"]) * wanted.bucket_us, values, *(int(row[name]) for name in SUMMED))


MOVE = sa.text(
    "INSERT INTO drained (segment, position) VALUES (:segment, :position) ON CONFLICT (segment) DO UPDATE SET position = "
    "CASE WHEN excluded.position > drained.position THEN excluded.position ELSE drained.position END"
).bindparams(sa.bindparam("position", type_=sa.BigInteger))
"""As text, since SQLAlchemy has no words for it that both databases share. A position never goes back."""
MOVE_ON = sa.text(
    "UPDATE drained SET position = CASE WHEN :position > position THEN :position ELSE position END "
    "WHERE segment = :segment AND position >= :start"
).bindparams(sa.bindparam("position", type_=sa.BigInteger), sa.bindparam("start", type_=sa.BigInteger))


class StandsBefore(Exception):  # noqa: N818  (it says where the store stands)
    """The store lacks what it once had."""


async def move_on(connection: AsyncConnection, batch: Batch) -> None:
    """Move a segment's position on. Raises DatabaseUnavailable where the store has lost it, or part of the way to it."""
    told = {"segment": batch.segment, "position": batch.position, "start": batch.start}
    if not (await connection.execute(MOVE_ON, told)).rowcount:
        raise DatabaseUnavailable from StandsBefore("it stands before what it had taken: was it restored?")


async def write(connection: AsyncConnection, new: Sequence[Entry]) -> None:
    """Write entries that are not there yet, in few statements."""
    rows = [row_of(entry) for entry in new]
    if connection.dialect.name == "postgresql":
        rows = [without_zeros(row) for row in rows]
    for size in GROUPS_OF:
        grouped = len(rows) - len(rows) % size
        groups = [tuple(chain.from_iterable(rows[start : start + size])) for start in range(0, grouped, size)]
        if groups:
            await connection.exec_driver_sql(insert(connection.dialect.paramstyle, size), groups)
        rows = rows[grouped:]


def row_of(entry: Entry) -> tuple[Any, ...]:
    """Return an entry as a row; what is more than one value stands in it as JSON."""
    row = list(msgspec.structs.astuple(entry))
    row[TRIES] = msgspec.json.encode(entry.tries).decode() if entry.tries else NOTHING
    row[TIMES] = msgspec.json.encode(entry.times).decode()
    return tuple(row)


def without_zeros(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a row with a sign for each zero byte in its texts: PostgreSQL takes none, and callers name models as they like."""
    return tuple(value.replace("\0", "\ufffd") if isinstance(value, str) and "\0" in value else value for value in row)


@cache
def insert(paramstyle: str, rows: int) -> str:
    """Return the statement that writes entries unless their requests are there, in the driver's own marks."""
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    marks = [f"${n}" if paramstyle == "numeric_dollar" else "?" for n in range(1, rows * len(COLUMNS) + 1)]
    row_marks = [f"({', '.join(marks[start : start + len(COLUMNS)])})" for start in range(0, len(marks), len(COLUMNS))]
    return f"INSERT INTO entries ({names}) VALUES {', '.join(row_marks)} ON CONFLICT (request_id) DO NOTHING"  # noqa: S608  (names of our own)
