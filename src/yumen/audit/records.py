"""The audit log in the SQL database. There is no way to change or delete an act: the database refuses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from yumen.audit.values import ANY, Act, Actor, Recorded, Sought

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.ext.asyncio import AsyncConnection

table = sa.table(
    "audit",
    sa.column("sequence", sa.BigInteger),
    sa.column("time_us", sa.BigInteger),
    *(sa.column(name) for name in ("organization_id", "actor", "action", "target", "address")),
    sa.column("before", sa.JSON(none_as_null=True)),
    sa.column("after", sa.JSON(none_as_null=True)),
)

people, keys = (sa.table(name, sa.column("id"), sa.column("name")) for name in ("users", "api_keys"))
"""Whoever acts is written down by id; by name they are sought as they are called today."""


async def write_act(connection: AsyncConnection, act: Act) -> None:
    """Write an act in the transaction of what it describes: both happen, or neither."""
    row = {
        "time_us": act.time_us,
        "organization_id": act.organization_id,
        "actor": act.actor.name,
        "action": act.action,
        "target": act.target,
        "before": act.before,
        "after": act.after,
        "address": act.actor.address,
    }
    await connection.execute(sa.insert(table).values(row))


async def read_acts(
    connection: AsyncConnection, *, organization_id: str | None = None, before: int | None = None, limit: int = 100, sought: Sought = ANY
) -> list[Recorded]:
    """Return acts, the newest first: of one organization, or all; those before a number, for the next page; those that are sought."""
    query = sa.select(table).order_by(table.c.sequence.desc()).limit(limit).where(*conditions(sought))
    if organization_id is not None:
        query = query.where(table.c.organization_id == organization_id)
    if before is not None:
        query = query.where(table.c.sequence < before)
    return [
        Recorded(
            row.sequence,
            Act(Actor(row.actor, row.address), row.time_us, row.action, row.target, row.organization_id, row.before, row.after),
        )
        for row in await connection.execute(query)
    ]


def conditions(sought: Sought) -> Iterator[sa.ColumnElement[bool]]:
    """Yield what must hold of an act that is sought."""
    if sought.actor is not None:
        yield sa.or_(
            table.c.actor.icontains(sought.actor, autoescape=True), named(people, "user:", sought.actor), named(keys, "key:", sought.actor)
        )
    if sought.action is not None:
        yield table.c.action == sought.action if "." in sought.action else table.c.action.startswith(f"{sought.action}.", autoescape=True)
    if sought.target is not None:
        yield table.c.target.contains(sought.target, autoescape=True)
    if sought.from_us is not None:
        yield table.c.time_us >= sought.from_us
    if sought.until_us is not None:
        yield table.c.time_us < sought.until_us


def named(those: sa.TableClause, kind: str, part: str) -> sa.ColumnElement[bool]:
    """Return that one of those acted whose name has this part."""
    return table.c.actor.in_(sa.select(sa.literal(kind) + those.c.id).where(those.c.name.icontains(part, autoescape=True)))
