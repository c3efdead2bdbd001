"""Series from the SQL database: from its hourly sums, which triggers keep, or from the entries themselves."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from yumen.exchange.values import Outcome
from yumen.ledger.breakdown import Part
from yumen.ledger.entry import Kind
from yumen.ledger.series import BROKEN, HISTOGRAMS, HOUR_US, SUMS, SeriesWanted, Slot, by_hour, cut
from yumen.ledger.spread import BOUNDS_US, BUCKETS
from yumen.ledger.tables import PARTS, entries

if TYPE_CHECKING:
    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection

NONE = ""
"""How the hourly sums say that there is no member, or no model: what is part of a primary key cannot be null."""
COUNTS = {name: [f"{name}_{number}" for number in range(BUCKETS)] for name in HISTOGRAMS}
"""The columns of the histograms."""

hours = sa.table(
    "usage_hours",
    sa.column("start_us"),
    *(sa.column(name) for name in ("organization_id", "workspace_id", "key_id", "user_id", "model", "environment")),
    *(sa.column(name) for name in (*SUMS, *COUNTS["durations"], *COUNTS["first_bytes"])),
)


def within(column: sa.ColumnElement[Any]) -> list[sa.ColumnElement[bool]]:
    """Return for each bucket whether a time is in it."""
    ends = [None, *BOUNDS_US, None]
    return [sa.and_(*([] if low is None else [column > low]), *([] if high is None else [column <= high])) for low, high in pairwise(ends)]


COUNT = entries.c["count"]
SENT = sa.and_(entries.c.kind == Kind.EXCHANGE.value, entries.c.attempts > 0)
FROM_ENTRIES: dict[str, sa.ColumnElement[Any]] = {
    **{name: entries.c[name] for name in SUMS if name in entries.c},
    "requests": COUNT,
    "errors": sa.case((entries.c.outcome.in_([outcome.value for outcome in sorted(BROKEN)]), COUNT), else_=0),
    "refused": sa.case((entries.c.outcome == Outcome.REFUSED.value, COUNT), else_=0),
    "unpriced": sa.case((entries.c.cost_nanousd.is_(None), COUNT), else_=0),
    "estimated": sa.case((entries.c.estimated, COUNT), else_=0),
    **{
        name: sa.case((sa.and_(SENT, condition), 1), else_=0)
        for histogram, column in zip(HISTOGRAMS, (entries.c.duration_us, entries.c.ttft_us), strict=True)
        for name, condition in zip(COUNTS[histogram], within(column), strict=True)
    },
}
FROM_HOURS: dict[str, sa.ColumnElement[Any]] = {name: hours.c[name] for name in FROM_ENTRIES}
PARTS_OF_HOURS: dict[Part, sa.ColumnElement[Any]] = {part: hours.c[part.value] for part in Part if part.value in hours.c}


async def read_series(connection: AsyncConnection, wanted: SeriesWanted) -> list[Slot]:
    """Return the slots of a series; of one that is cut, some slots twice."""
    return [slot for piece in cut(wanted) for slot in await read_piece(connection, piece)]


async def read_piece(connection: AsyncConnection, wanted: SeriesWanted) -> list[Slot]:
    """Return the slots of what one table can say."""
    if by_hour(wanted) and not wanted.parts and wanted.slot_us > HOUR_US:
        query = over_hours(wanted)
    elif by_hour(wanted):
        query = query_of(wanted, hours.c.start_us, PARTS_OF_HOURS, FROM_HOURS)
    else:
        query = query_of(wanted, entries.c.time_us, PARTS, FROM_ENTRIES)
    return [slot_of_row(row, wanted) for row in (await connection.execute(query)).mappings()]


def over_hours(wanted: SeriesWanted) -> sa.Select[Any]:
    """Return the statement for longer slots without parts: hours first, which the table's key has in order, so that nothing is sorted."""
    sums = [sa.func.sum(column).label(name) for name, column in FROM_HOURS.items()]
    hourly = sa.select(hours.c.start_us, *sums).where(*where_of(wanted, hours.c.start_us, PARTS_OF_HOURS)).group_by(hours.c.start_us)
    table = hourly.subquery()
    start = sa.cast(table.c.start_us, sa.BigInteger).op("/")(sa.literal_column(str(wanted.slot_us)))
    totals = [sa.cast(sa.func.sum(table.c[name]), sa.BigInteger).label(name) for name in FROM_HOURS]
    return sa.select(start.label("start"), *totals).group_by(start)


def query_of(
    wanted: SeriesWanted, time: sa.ColumnElement[Any], parts: dict[Part, sa.ColumnElement[Any]], summed: dict[str, sa.ColumnElement[Any]]
) -> sa.Select[Any]:
    """Return the statement that adds up a table by time and parts."""
    start = sa.cast(time, sa.BigInteger).op("/")(sa.literal_column(str(wanted.slot_us)))
    groups = [parts[part] for part in wanted.parts]
    columns = [column.label(f"part_{number}") for number, column in enumerate(groups)]
    # PostgreSQL adds whole numbers up to a decimal one.
    sums = [sa.cast(sa.func.coalesce(sa.func.sum(column), 0), sa.BigInteger).label(name) for name, column in summed.items()]
    return sa.select(start.label("start"), *columns, *sums).where(*where_of(wanted, time, parts)).group_by(start, *groups)


def where_of(wanted: SeriesWanted, time: sa.ColumnElement[Any], parts: dict[Part, sa.ColumnElement[Any]]) -> list[sa.ColumnElement[bool]]:
    """Return what is wanted as conditions."""
    since_us, until_us = wanted.ends_us
    where = [time >= since_us, time < until_us, *(parts[part].in_(values) for part, values in wanted.only.items())]
    if wanted.organization_id is not None:
        where.append(parts[Part.ORGANIZATION] == wanted.organization_id)
    if wanted.without:
        where.append(parts[Part.ORGANIZATION].not_in(wanted.without))
    return where


def slot_of_row(row: RowMapping, wanted: SeriesWanted) -> Slot:
    """Return a row as a slot."""
    values = tuple(row[f"part_{number}"] or None for number in range(len(wanted.parts)))
    sums = {name: int(row[name]) for name in SUMS}
    durations, first_bytes = (tuple(int(row[name]) for name in COUNTS[histogram]) for histogram in HISTOGRAMS)
    return Slot(int(row["start"]) * wanted.slot_us, values, **sums, durations=durations, first_bytes=first_bytes)
