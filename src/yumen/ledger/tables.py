"""The ledger's tables as SQL names them, and a filter as SQL's conditions; the rules say the same of a single entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from yumen.ledger.breakdown import MODEL_CHARACTERS, Part
from yumen.ledger.entry import COLUMNS, Entry
from yumen.ledger.rules import SEARCHED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from yumen.ledger.query import Filter

PARTED = ("tries", "times")
"""The columns that hold JSON."""

entries = sa.table("entries", sa.column("sequence"), *(sa.column(name, sa.JSON if name in PARTED else None) for name in COLUMNS))
drained = sa.table("drained", sa.column("segment"), sa.column("position"))

PARTS: dict[Part, sa.ColumnElement[Any]] = {part: entries.c[part.value] for part in Part} | {
    Part.MODEL: sa.func.substr(sa.func.coalesce(entries.c.model_answered, entries.c.model), 1, MODEL_CHARACTERS)
}
EXACT = ("key_id", "status", "outcome", "request_id", "organization_id", "workspace_id", "user_id", "label", "environment", "fault")
"""The fields of a filter that a column must equal."""
FAILED: sa.ColumnElement[bool] = entries.c.status >= sa.literal_column("400")
"""Word for word as the index of failed requests has it, so that SQLite uses it."""


async def read_positions(connection: AsyncConnection) -> dict[str, int]:
    """Return how far each segment is in the store, as this transaction sees it."""
    rows = (await connection.execute(sa.select(drained.c.segment, drained.c.position))).all()
    return {row.segment: row.position for row in rows}


def entry_of(row: Sequence[Any]) -> Entry:
    """Return a row as an entry."""
    return msgspec.convert(list(row), Entry, strict=False)


def conditions(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    """Return a filter as conditions of SQL."""
    column = entries.c
    simple = [column[name] == value for name in EXACT if (value := getattr(wanted, name)) is not None]
    return [*simple, *span(wanted), *kinds(wanted), *parts_of_ids(wanted)]


def span(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    """Return when it was."""
    since = [] if wanted.since_us is None else [entries.c.time_us >= wanted.since_us]
    return since if wanted.until_us is None else [*since, entries.c.time_us < wanted.until_us]


def kinds(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    """Return what kind of request it was, and how it ended."""
    column, found = entries.c, []
    if wanted.model is not None:
        found.append(sa.or_(column.model == wanted.model, column.model_answered == wanted.model))
    if wanted.without:
        found.append(column.organization_id.not_in(wanted.without))
    if wanted.status_class is not None:
        found.append(column.status.between(wanted.status_class * 100, wanted.status_class * 100 + 99))
    if wanted.failed:
        found.append(FAILED)
    if wanted.flagged:
        found.append(column.policy_note.is_not(None))
    if wanted.cost_at_least is not None:
        found.append(column.cost_nanousd >= wanted.cost_at_least)
    if wanted.duration_at_least_us is not None:
        found.append(column.duration_us >= wanted.duration_at_least_us)
    return found


def parts_of_ids(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    """Return which ids it has."""
    found: list[sa.ColumnElement[bool]] = []
    if wanted.text is not None:
        found.append(sa.or_(*(sa.cast(entries.c[name], sa.String).icontains(wanted.text, autoescape=True) for name in SEARCHED)))
    if wanted.request_ids is not None:
        found.append(entries.c.request_id.in_(wanted.request_ids))
    return found
