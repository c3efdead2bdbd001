"""Owners in the SQL database: one row a thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from yumen.errors import KeysUnreadable
from yumen.keys.owners.rules import Kind
from yumen.keys.owners.store import Resource
from yumen.storage import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Collection

    from yumen.storage import Database

AT_ONCE = 500
"""Ids in one statement: SQLite takes at least 999 variables."""

table = sa.table(
    "resources",
    *(sa.column(name) for name in ("id", "kind", "workspace_id", "upstream")),
    sa.column("created_us", sa.BigInteger),
)
REMEMBER = sa.text(
    "INSERT INTO resources (id, kind, workspace_id, upstream, created_us) VALUES (:id, :kind, :workspace_id, :upstream, :created_us) "
    "ON CONFLICT (id) DO NOTHING"
)
"""As text, since SQLAlchemy has no words for it that both databases share."""


class SqlOwnerStore:
    """The `OwnerStore` of a gateway, over its database."""

    def __init__(self, database: Database) -> None:
        """Read and write in that database, which has been migrated."""
        self._database = database

    async def remember(self, resources: Collection[Resource]) -> None:
        """Write whose these are; those that are known stay as they are."""
        rows = [{"created_us": resource.created_at_us} | _columns(resource) for resource in resources]
        if not rows:
            return
        try:
            await self._database.write(lambda connection: connection.execute(REMEMBER, rows))
        except DatabaseUnavailable as fault:
            raise KeysUnreadable from fault

    async def find(self, ids: Collection[str]) -> dict[str, Resource]:
        """Return those of the ids that are known."""
        wanted = list(ids)
        found: dict[str, Resource] = {}
        try:
            async with self._database.connect() as connection:
                for start in range(0, len(wanted), AT_ONCE):
                    rows = await connection.execute(sa.select(table).where(table.c.id.in_(wanted[start : start + AT_ONCE])))
                    found |= {row.id: Resource(row.id, Kind(row.kind), row.workspace_id, row.upstream, row.created_us) for row in rows}
        except DatabaseUnavailable as fault:
            raise KeysUnreadable from fault
        return found


def _columns(resource: Resource) -> dict[str, str]:
    fields = msgspec.structs.asdict(resource)
    return {name: str(fields[name]) for name in ("id", "kind", "workspace_id", "upstream")}
