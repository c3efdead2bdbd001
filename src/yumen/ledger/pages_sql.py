"""Pages of the ledger from the SQL database: every question has an index that leads it, or a bound of how many rows it looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from yumen.ledger.entry import COLUMNS
from yumen.ledger.query import LedgerPage, Place
from yumen.ledger.rules import LEAST_FAILED, matches
from yumen.ledger.tables import FAILED, conditions, entries, entry_of, span

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.ext.asyncio import AsyncConnection

    from yumen.ledger.entry import Entry
    from yumen.ledger.query import Filter

LOOKED_AT = 50_000
"""Rows that one page looks at for what no index leads to: at most a few tenths of a second. The next page goes on from there."""
SAME_BEGINNING = 1000
"""Ids of one beginning that are looked at: who knows fewer letters of an id looks in a span."""
KEYS_AT_ONCE = 100
"""SQLite unites 500 queries at most."""
MOST_NEWER = 1000
"""So many of what was written lately are read at once; who watches and cannot follow misses the older ones of them."""
AFTER_ALL = "\U0010ffff"
"""Stands behind every character."""

Conditions = list[sa.ColumnElement[bool]]


async def read_page(connection: AsyncConnection, asked: tuple[Filter, Place | None, int]) -> LedgerPage:
    """Return the newest entries that match and are older than a place."""
    wanted, after, limit = asked
    lead, rest = plan(wanted)
    lead = lead if after is None else [*lead, *older_than(after)]
    floor_us = await floor_of(connection, lead) if rest and wanted.request_ids is None and wanted.request_id is None else None
    letters = letters_of(connection)
    if after is not None:
        rest = [*rest, sa.or_(entries.c.time_us < after.time_us, letters < after.request_id)]
    if floor_us is not None:
        rest = [*rest, entries.c.time_us >= floor_us]
    query = select().where(*lead, *rest).order_by(entries.c.time_us.desc(), letters.desc()).limit(limit + 1)
    found = [entry_of(row) for row in (await connection.execute(query)).all()]
    kept = found[:limit]
    if len(found) > limit:
        return LedgerPage(kept, Place(kept[-1].time_us, kept[-1].request_id))
    return LedgerPage(kept, None if floor_us is None else Place(floor_us, ""), floor_us)


def older_than(after: Place) -> Conditions:
    """Return what leads to what is older than a place, or of the same microsecond. A place without an id stands before its whole moment."""
    return [entries.c.time_us <= after.time_us if after.request_id else entries.c.time_us < after.time_us]


def select() -> sa.Select[Any]:
    """Return the beginning of a statement that reads entries."""
    return sa.select(*(entries.c[name] for name in COLUMNS))


def letters_of(connection: AsyncConnection) -> sa.ColumnElement[Any]:
    """Return a request's id as a text whose order is that of its bytes. PostgreSQL has the order of a language, unless it is told.

    An index leads by time; what is of one microsecond, both databases sort by themselves.
    """
    return sa.collate(entries.c.request_id, "C") if connection.dialect.name == "postgresql" else entries.c.request_id


def plan(wanted: Filter) -> tuple[Conditions, Conditions]:
    """Return the conditions that an index leads by, and those that are looked for row by row."""
    column = entries.c
    led: dict[str, Any] = {"since_us": None, "until_us": None}
    lead: Conditions = span(wanted)
    hidden: Conditions = []
    if wanted.key_id is not None:
        lead.append(column.key_id == wanted.key_id)
        led["key_id"] = None
        if wanted.organization_id is not None:
            # Hidden from the planner, which would else choose between two indexes without knowing which of them leads further.
            hidden.append(sa.func.coalesce(column.organization_id, "") == wanted.organization_id)
            led["organization_id"] = None
    elif wanted.organization_id is not None:
        lead.append(column.organization_id == wanted.organization_id)
        led["organization_id"] = None
        if wanted.label is not None:
            lead.append(column.label == wanted.label)
            led["label"] = None
        elif only_failed(wanted):
            lead.append(FAILED)
    led["failed"] = wanted.failed and not any(one is FAILED for one in lead)
    return lead, hidden + conditions(msgspec.structs.replace(wanted, **led))


def only_failed(wanted: Filter) -> bool:
    """Whether everything that is wanted is in the index of failed requests."""
    statuses = (wanted.status, None if wanted.status_class is None else wanted.status_class * 100)
    return wanted.failed or any(status is not None and status >= LEAST_FAILED for status in statuses)


async def floor_of(connection: AsyncConnection, lead: Conditions) -> int | None:
    """Return how far back a page looks; None: to the end, since there are not more rows."""
    query = sa.select(entries.c.time_us).where(*lead).order_by(entries.c.time_us.desc()).offset(LOOKED_AT).limit(1)
    found = await connection.scalar(query)
    return None if found is None else int(found)


async def begin_with(connection: AsyncConnection, organization_id: str | None, text: str, limit: int) -> list[Entry]:
    """Return the newest entries whose request's id, here or upstream, begins so."""
    postgres = connection.dialect.name == "postgresql"
    found: dict[str, Entry] = {}
    for column in (entries.c.request_id, entries.c.upstream_request_id):
        # These signs of PostgreSQL's compare byte by byte, and its index of letters knows them.
        least, most = (column.op(sign) for sign in (("~>=~", "~<~") if postgres else (">=", "<")))
        numbers = sa.select(entries.c.sequence).where(least(text), most(text + AFTER_ALL)).limit(SAME_BEGINNING)
        query = select().where(entries.c.sequence.in_(numbers))
        if organization_id is not None:
            query = query.where(sa.func.coalesce(entries.c.organization_id, "") == organization_id)
        rows = (await connection.execute(query.order_by(entries.c.time_us.desc()).limit(limit))).all()
        found |= {entry.request_id: entry for entry in map(entry_of, rows)}
    return sorted(found.values(), key=lambda entry: (entry.time_us, entry.request_id), reverse=True)[:limit]


async def read_newer(connection: AsyncConnection, wanted: Filter, after: int | None) -> tuple[list[Entry], int]:
    """Return what was written behind a place, the oldest first, and the last place. It walks the rows in the order of writing."""
    number = entries.c.sequence
    last = int(await connection.scalar(sa.select(sa.func.max(number))) or 0)
    if after is None or last <= after:
        return [], last
    query = select().where(number > after)
    if wanted.organization_id is not None:
        # Hidden from the planner, which would else walk all that the organization ever asked.
        query = query.where(sa.func.coalesce(entries.c.organization_id, "") == wanted.organization_id)
    rows = (await connection.execute(query.order_by(number.desc()).limit(MOST_NEWER))).all()
    return [entry for entry in map(entry_of, reversed(rows)) if matches(wanted, entry)], last


async def last_uses(connection: AsyncConnection, key_ids: Collection[str]) -> dict[str, int]:
    """Return when each key was used last: a look into the index for each, however many entries it has."""
    found: dict[str, int] = {}
    wanted = list(key_ids)
    for start in range(0, len(wanted), KEYS_AT_ONCE):
        last = [
            sa.select(
                sa.literal(key_id, sa.String).label("key_id"),
                sa.select(sa.func.max(entries.c.time_us)).where(entries.c.key_id == key_id).scalar_subquery().label("time_us"),
            )
            for key_id in wanted[start : start + KEYS_AT_ONCE]
        ]
        rows = (await connection.execute(sa.union_all(*last))).all()
        found |= {row.key_id: int(row.time_us) for row in rows if row.time_us is not None}
    return found
