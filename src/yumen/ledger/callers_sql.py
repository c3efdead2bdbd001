"""The question who uses a key, in SQL: it walks the index by key and time, and adds up what it meets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from yumen.ledger.callers import MOST, CallerUse
from yumen.ledger.rules import LEAST_FAILED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import RowMapping

    from yumen.ledger.callers import CallersWanted


def callers_query(entries: sa.TableClause, wanted: CallersWanted) -> sa.Select[tuple[object, ...]]:
    """Return the statement."""
    column = entries.c
    model = sa.func.coalesce(column.model_answered, column.model)
    count = column["count"]
    last = sa.func.max(column.time_us)
    # Hidden from the planner, which would else walk the whole organization's index without knowing that the key's leads further.
    owner = sa.func.coalesce(column.organization_id, "")
    return (
        sa.select(
            column.caller.label("address"),
            column.user_agent.label("user_agent"),
            model.label("model"),
            sa.func.sum(count).label("requests"),
            sa.func.sum(sa.case((column.status >= LEAST_FAILED, count), else_=0)).label("errors"),
            sa.func.min(column.time_us).label("first_us"),
            last.label("last_us"),
        )
        .where(column.key_id == wanted.key_id, owner == wanted.organization_id)
        .where(column.time_us >= wanted.since_us, column.time_us < wanted.until_us)
        .group_by(column.caller, column.user_agent, model)
        .order_by(last.desc())
        .limit(MOST)
    )


def uses_of(rows: Iterable[RowMapping]) -> list[CallerUse]:
    """Return rows as what callers did."""
    numbers = ("requests", "errors", "first_us", "last_us")
    return [CallerUse(row["address"], row["user_agent"], row["model"], *(int(row[name]) for name in numbers)) for row in rows]
