"""Setting limits beside those of the plans, and taking them away: written with an act in the audit log, in force within a second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from yumen.audit import Act, Actor, write_act
from yumen.errors import OperatorError
from yumen.limits.values import MAX_WAIT_MS, PERIODS, SPEND, Kind, Limit, Scope, most_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from yumen.clock import Clock
    from yumen.storage import Database


table = sa.table(
    "limits",
    *(sa.column(name) for name in ("organization_id", "scope_kind", "scope_id", "kind", "mode", "reserve")),
    sa.column("value", sa.BigInteger),
    *(sa.column(name, sa.BigInteger) for name in ("wait_ms", "since_us")),
)


def check_limit(limit: Limit) -> None:
    """Raise OperatorError where a limit's values will not do."""
    most = most_of(limit.kind)
    if not 1 <= limit.value <= most:
        raise OperatorError("{kind} takes a value above nothing and up to {most}", kind=limit.kind, most=value_text(limit.kind, most))
    if not 0 <= limit.wait_ms <= MAX_WAIT_MS:
        raise OperatorError("a request may wait for at most {seconds} s", seconds=MAX_WAIT_MS // 1000)
    if limit.wait_ms and limit.kind in PERIODS:
        raise OperatorError("{kind} cannot be waited for: it is full until its period ends", kind=limit.kind)


def value_text(kind: Kind, value: int) -> str:
    """Return a limit's value as it is typed and shown: dollars for money, exact to the nano-dollar."""
    if kind not in SPEND:
        return str(value)
    whole, rest = divmod(value, 1_000_000_000)
    return f"{whole}.{f'{rest:09d}'.rstrip('0'):0<2}"


class LimitSetter:
    """Writes limits into the database, in somebody's name."""

    def __init__(self, database: Database, clock: Clock, actor: Actor) -> None:
        """Write to that database, at that clock's time; the audit log names the actor."""
        self._database = database
        self._clock = clock
        self._actor = actor

    async def set(self, organization_id: str, scope: Scope, limits: Sequence[Limit]) -> None:
        """Set limits, all or none of them, each over one of its kind that may be there. Whoever names the scope has looked it up.

        Raises OperatorError where one of them will not do.
        """
        for limit in limits:
            check_limit(limit)
        async with self._database.begin() as connection:
            for limit in limits:
                before = await take_away(connection, organization_id, scope, limit.kind)
                row = row_of(organization_id, scope, limit)
                since_us = self._clock.now_us() if before is None else before.pop("since_us")
                await connection.execute(sa.insert(table).values(row | {"since_us": since_us}))
                if before != said(limit):
                    await write_act(connection, self._act("limit.set", organization_id, (scope, limit.kind), before, said(limit)))
            await self._database.raise_revision(connection)

    async def unset(self, organization_id: str, scope: Scope, kind: Kind) -> bool:
        """Take a limit away, so that the plan's holds again, if it has one. Returns False where none was set."""
        async with self._database.begin() as connection:
            before = await take_away(connection, organization_id, scope, kind)
            if before is None:
                return False
            del before["since_us"]
            await write_act(connection, self._act("limit.unset", organization_id, (scope, kind), before, None))
            await self._database.raise_revision(connection)
        return True

    def _act(
        self, action: str, organization_id: str, of: tuple[Scope, Kind], before: dict[str, Any] | None, after: dict[str, Any] | None
    ) -> Act:
        scope, kind = of
        return Act(self._actor, self._clock.now_us(), action, f"{scope.kind}:{scope.id}:{kind}", organization_id, before, after)


async def take_away(connection: AsyncConnection, organization_id: str, scope: Scope, kind: Kind) -> dict[str, Any] | None:
    """Delete a limit and return what it was and since when, None where there was none."""
    columns = table.c
    those = (
        columns.organization_id == organization_id,
        columns.scope_kind == scope.kind,
        columns.scope_id == scope.id,
        columns.kind == kind,
    )
    row = (await connection.execute(sa.select(table).where(*those))).mappings().first()
    if row is None:
        return None
    await connection.execute(sa.delete(table).where(*those))
    return {name: row[name] for name in ("value", "mode", "wait_ms", "reserve", "since_us")}


def row_of(organization_id: str, scope: Scope, limit: Limit) -> dict[str, object]:
    """Return a limit as a row."""
    whose = {"organization_id": organization_id, "scope_kind": str(scope.kind), "scope_id": scope.id, "kind": str(limit.kind)}
    return whose | said(limit)


def said(limit: Limit) -> dict[str, Any]:
    """Return what the audit log is told of a limit."""
    told: dict[str, Any] = msgspec.to_builtins(limit)
    return {name: told[name] for name in ("value", "mode", "wait_ms", "reserve")}
