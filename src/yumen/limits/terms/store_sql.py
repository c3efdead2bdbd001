"""The limits and plans in the SQL database."""

from __future__ import annotations

import logging
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from yumen.errors import LimitsUnavailable
from yumen.limits.terms.values import OrganizationTerms
from yumen.limits.values import Limit, Line, Scope, ScopeKind
from yumen.storage import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from yumen.storage import Database

log = logging.getLogger("yumen.limits")

AT_ONCE = 500
"""Ids in one statement: SQLite takes at least 999 variables."""

organizations = sa.table("organizations", sa.column("id"), sa.column("plan"), sa.column("time_zone"))
plans = sa.table("plans", sa.column("name"), sa.column("limits", sa.JSON))
limits = sa.table(
    "limits",
    *(sa.column(name) for name in ("organization_id", "scope_kind", "scope_id", "kind", "mode", "reserve")),
    sa.column("value", sa.BigInteger),
    *(sa.column(name, sa.BigInteger) for name in ("wait_ms", "since_us")),
)


class SqlTermsStore:
    """The `TermsStore` of a gateway."""

    def __init__(self, database: Database) -> None:
        """Read in that database, which has been migrated."""
        self._database = database

    async def read(self, organization_ids: Collection[str]) -> dict[str, OrganizationTerms]:
        """Return all limits of those organizations."""
        wanted = list(organization_ids)
        found: dict[str, OrganizationTerms] = {}
        try:
            async with self._database.connect() as connection:
                for start in range(0, len(wanted), AT_ONCE):
                    found |= await read_some(connection, wanted[start : start + AT_ONCE])
        except DatabaseUnavailable as fault:
            raise LimitsUnavailable("Overloaded: the gateway cannot read its limits; try again.") from fault
        except msgspec.ValidationError as fault:
            log.exception("a limit in the database has no meaning")
            raise LimitsUnavailable from fault
        return found


async def read_some(connection: AsyncConnection, wanted: Sequence[str]) -> dict[str, OrganizationTerms]:
    """Read as many organizations as one statement can name."""
    lines: dict[str, list[Line]] = defaultdict(list)
    for row in await connection.execute(sa.select(limits).where(limits.c.organization_id.in_(wanted))):
        lines[row.organization_id].append(line_of(row))
    query = (
        sa.select(organizations.c.id, organizations.c.time_zone, organizations.c.plan, plans.c.limits)
        .select_from(organizations.outerjoin(plans, organizations.c.plan == plans.c.name))
        .where(organizations.c.id.in_(wanted))
    )
    rows = {row.id: row for row in await connection.execute(query)}
    return {
        identifier: terms_of(rows[identifier], lines[identifier])
        if identifier in rows
        else OrganizationTerms("UTC", (), tuple(lines[identifier]))
        for identifier in wanted
    }


def terms_of(row: Any, own: Sequence[Line]) -> OrganizationTerms:  # noqa: ANN401  (as below)
    """Return an organization's limits.

    One that is set in the place of its plan's goes on with the plan's counter, so that its end leaves that one as it should be.
    """
    plan = plan_of(row)
    kinds = {limit.kind for limit in plan}
    whole = ScopeKind.ORGANIZATION
    lines = [Line(each.scope, each.limit) if each.scope.kind is whole and each.limit.kind in kinds else each for each in own]
    return OrganizationTerms(row.time_zone, plan, tuple(lines))


def plan_of(row: Any) -> tuple[Limit, ...]:  # noqa: ANN401  (a row's columns are known to the table, not to the type checker)
    """Return the limits of an organization's plan. Nobody becomes unlimited because a plan is gone."""
    if row.limits is None:
        log.error("the organization %s is on the plan %s, which does not exist", row.id, row.plan)
        raise LimitsUnavailable
    return msgspec.convert(row.limits, tuple[Limit, ...])


def line_of(row: Any) -> Line:  # noqa: ANN401  (the same)
    """Read a row of the limits."""
    limit = {name: getattr(row, name) for name in Limit.__struct_fields__}
    return Line(msgspec.convert({"kind": row.scope_kind, "id": row.scope_id}, Scope), msgspec.convert(limit, Limit), row.since_us)
