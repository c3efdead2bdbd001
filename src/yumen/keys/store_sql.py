"""Keys in the SQL database: one row a key, never its text."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from yumen.errors import KeysUnreadable
from yumen.keys.restrictions import Restriction
from yumen.keys.values import KeyRecord, Role
from yumen.storage import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from yumen.storage import Database

AT_ONCE = 500
"""Ids in one statement: SQLite takes at least 999 variables."""

table = sa.table(
    "api_keys",
    *(sa.column(name) for name in ("id", "public_id", "name", "kind", "environment", "workspace_id")),
    sa.column("hash", sa.LargeBinary),
    sa.column("allowed_paths", sa.JSON),
    *(sa.column(name, sa.BigInteger) for name in ("created_us", "expires_us", "revoked_us")),
    *(sa.column(name) for name in ("replaced_by", "organization_id", "user_id", "created_by", "label", "role")),
    sa.column("takes_label", sa.Boolean),
    sa.column("restrictions", sa.JSON),
)


class SqlKeyStore:
    """The `KeyStore` of a gateway and of its management commands, over one database."""

    def __init__(self, database: Database) -> None:
        """Read and write in that database, which has been migrated."""
        self._database = database

    async def find(self, key_ids: Collection[str]) -> dict[str, KeyRecord]:
        """Return the records of those ids that exist."""
        wanted = list(key_ids)
        found: dict[str, KeyRecord] = {}
        with translated():
            async with self._database.connect() as connection:
                for start in range(0, len(wanted), AT_ONCE):
                    rows = await connection.execute(sa.select(table).where(table.c.id.in_(wanted[start : start + AT_ONCE])))
                    found |= {row.id: record_of(row) for row in rows}
        return found

    async def every(self) -> list[KeyRecord]:
        """Return all records, oldest first."""
        with translated():
            async with self._database.connect() as connection:
                rows = await connection.execute(sa.select(table).order_by(table.c.created_us, table.c.id))
                return [record_of(row) for row in rows]

    async def add(self, record: KeyRecord, replaced: KeyRecord | None = None) -> None:
        """Write a new record and, in the same transaction, the changed record of the key that it replaces."""
        with translated():
            async with self._database.begin() as connection:
                await connection.execute(sa.insert(table).values(row_of(record)))
                if replaced is not None:
                    await connection.execute(sa.update(table).where(table.c.id == replaced.key_id).values(row_of(replaced)))
                await self._database.raise_revision(connection)

    async def change(self, record: KeyRecord) -> None:
        """Write a record over the one with its id."""
        with translated():
            async with self._database.begin() as connection:
                await connection.execute(sa.update(table).where(table.c.id == record.key_id).values(row_of(record)))
                await self._database.raise_revision(connection)


@contextmanager
def translated() -> Iterator[None]:
    """Say in this room's words that the database does not answer."""
    try:
        yield
    except DatabaseUnavailable as fault:
        raise KeysUnreadable from fault


def record_of(row: Any) -> KeyRecord:  # noqa: ANN401  (a row's columns are known to the table, not to the type checker)
    """Read a row."""
    return KeyRecord(
        key_id=row.id,
        name=row.name,
        environment=row.environment,
        workspace_id=row.workspace_id,
        digest=bytes(row.hash),
        created_at_us=row.created_us,
        expires_at_us=row.expires_us,
        revoked_at_us=row.revoked_us,
        allowed_paths=tuple(row.allowed_paths),
        replaced_by=row.replaced_by,
        organization_id=row.organization_id,
        user_id=row.user_id,
        created_by=row.created_by,
        label=row.label,
        takes_label=row.takes_label,
        restrictions=msgspec.convert(row.restrictions, tuple[Restriction, ...]),
        role=None if row.role is None else Role(row.role),
    )


def row_of(record: KeyRecord) -> dict[str, object]:
    """Return a record as a row."""
    return {
        "id": record.key_id,
        "public_id": record.public_id,
        "name": record.name,
        "kind": "standard" if record.role is None else "admin",
        "environment": record.environment,
        "workspace_id": record.workspace_id,
        "hash": record.digest,
        "allowed_paths": list(record.allowed_paths),
        "created_us": record.created_at_us,
        "expires_us": record.expires_at_us,
        "revoked_us": record.revoked_at_us,
        "replaced_by": record.replaced_by,
        "organization_id": record.organization_id,
        "user_id": record.user_id,
        "created_by": record.created_by,
        "label": record.label,
        "takes_label": record.takes_label,
        "restrictions": msgspec.to_builtins(record.restrictions),
        "role": record.role,
    }
