"""Policies and what they found in the SQL database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from yumen.policy.store import Attached, FlagRow, FlagSum
from yumen.policy.values import Flag, StoredPolicy
from yumen.storage import Blob

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from yumen.policy.store import FlagFilter, Version
    from yumen.storage import Database

AT_ONCE = 50
"""Rows in one statement: SQLite takes at least 999 variables."""

policies = sa.table(
    "policies",
    *(sa.column(name) for name in ("id", "version", "organization_id", "name")),
    sa.column("document", Blob),
    sa.column("created_us", sa.BigInteger),
    sa.column("created_by"),
)
attachments = sa.table(
    "policy_attachments",
    *(sa.column(name) for name in ("scope_id", "policy_id", "version", "shadow", "created_us")),
)
BY = ("policy", "version", "rule", "action", "shadow")
"""What a sum of flags is by."""
OWN = ("request_id", "number", "time_us", "organization_id", "workspace_id", "key_id")
FLAG = Flag.__struct_fields__
flags = sa.table(
    "policy_flags",
    *(sa.column(name, sa.BigInteger if name in ("number", "time_us") else sa.String) for name in OWN),
    *(sa.column(name) for name in FLAG if name != "shadow"),
    sa.column("shadow", sa.Boolean),
    sa.column("sealed", sa.LargeBinary),
)


class SqlPolicyStore:
    """The `PolicyStore` of a gateway."""

    def __init__(self, database: Database) -> None:
        """Read in that database, which has been migrated."""
        self._database = database

    async def attached(self) -> list[Attached]:
        """Return all attachments, each with the version that it means."""
        newest = sa.select(policies.c.id, sa.func.max(policies.c.version).label("newest")).group_by(policies.c.id).subquery()
        meant = sa.and_(
            policies.c.id == attachments.c.policy_id,
            policies.c.version == sa.func.coalesce(attachments.c.version, newest.c.newest),
        )
        query = (
            sa.select(attachments, policies.c.version.label("meant"))
            .select_from(attachments.outerjoin(newest, newest.c.id == attachments.c.policy_id).outerjoin(policies, meant))
            .order_by(attachments.c.created_us, attachments.c.policy_id)
        )
        async with self._database.connect() as connection:
            # A row that was changed by hand says that it is in shadow, or it acts.
            return [Attached(row.scope_id, row.policy_id, row.meant, row.shadow == 1) for row in await connection.execute(query)]

    async def documents(self, versions: Collection[Version]) -> list[StoredPolicy]:
        """Return those versions, one after the other: a document may be long."""
        found = []
        async with self._database.connect() as connection:
            for policy_id, version in versions:
                query = sa.select(policies).where(policies.c.id == policy_id, policies.c.version == version)
                found += [StoredPolicy(**row) for row in (await connection.execute(query)).mappings()]
        return found


class SqlFlagStore:
    """The `FlagStore` over one database."""

    def __init__(self, database: Database) -> None:
        """Read and write in that database, which has been migrated."""
        self._database = database
        self._insert = (postgresql if database.kind == "postgresql" else sqlite).insert

    async def add(self, rows: Sequence[FlagRow]) -> None:
        """Write rows, all or none."""
        async with self._database.begin() as connection:
            for start in range(0, len(rows), AT_ONCE):
                values = [columns_of(row) for row in rows[start : start + AT_ONCE]]
                await connection.execute(self._insert(flags).values(values).on_conflict_do_nothing())

    async def flags(self, wanted: FlagFilter, before: tuple[int, str, int] | None, limit: int) -> list[FlagRow]:
        """Return a page of flags, the newest first."""
        place = (flags.c.time_us, flags.c.request_id, flags.c.number)
        query = sa.select(flags).where(*meant(wanted))
        if before is not None:
            query = query.where(sa.tuple_(*place) < before)
        async with self._database.connect() as connection:
            rows = await connection.execute(query.order_by(*(each.desc() for each in place)).limit(limit))
            return [row_of(row) for row in rows.mappings()]

    async def sums(self, wanted: FlagFilter, limit: int) -> list[FlagSum]:
        """Return what rules found in all, the latest first."""
        by = [flags.c[name] for name in BY]
        last = sa.func.max(flags.c.time_us).label("last_us")
        counted = (sa.func.count(flags.c.request_id.distinct()).label("requests"), sa.func.sum(flags.c["count"]).label("hits"), last)
        query = sa.select(*by, *counted).where(*meant(wanted)).group_by(*by).order_by(last.desc(), *by).limit(limit)
        async with self._database.connect() as connection:
            return [FlagSum(**row | {"shadow": bool(row["shadow"])}) for row in map(dict, (await connection.execute(query)).mappings())]

    async def purge(self, before_us: int, limit: int) -> int:
        """Delete old flags, a few at once."""
        key = (flags.c.request_id, flags.c.number)
        old = sa.select(*key).where(flags.c.time_us < before_us).limit(limit)
        async with self._database.begin() as connection:
            return (await connection.execute(sa.delete(flags).where(sa.tuple_(*key).in_(old)))).rowcount


def meant(wanted: FlagFilter) -> list[sa.ColumnElement[bool]]:
    """Return what holds of flags that are wanted."""
    named = {"organization_id": wanted.organization_id, "policy": wanted.policy, "request_id": wanted.request_id}
    return [flags.c.time_us >= wanted.since_us, *(flags.c[name] == value for name, value in named.items() if value is not None)]


def columns_of(row: FlagRow) -> dict[str, Any]:
    """Return a flag as a row."""
    own = {name: getattr(row, name) for name in OWN}
    return own | {name: getattr(row.flag, name) for name in FLAG} | {"sealed": row.sealed}


def row_of(row: Any) -> FlagRow:  # noqa: ANN401  (a row's columns are known to the table, not to the type checker)
    """Read a row of the flags."""
    flag = msgspec.convert({name: bool(row[name]) if name == "shadow" else row[name] for name in FLAG}, Flag)
    sealed = None if row["sealed"] is None else bytes(row["sealed"])
    return FlagRow(flag=flag, sealed=sealed, **{name: row[name] for name in OWN})
