"""Keys in the SQL database: one row a key, never its text."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from yumen.audit import write_act
from yumen.errors import KeysUnreadable
from yumen.exchange.values import Content
from yumen.keys.restrictions import Restriction
from yumen.keys.values import KeyRecord, Role
from yumen.storage import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy.ext.asyncio import AsyncConnection

    from yumen.audit import Act
    from yumen.keys.values import Change
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
    sa.column("inactive_us", sa.BigInteger),
    sa.column("drain_s", sa.Float),
    sa.column("content"),
)
organizations = sa.table(
    "organizations",
    sa.column("id"),
    sa.column("suspended_us", sa.BigInteger),
    *(sa.column(name, sa.Boolean) for name in ("isolated", "keeps_content")),
)
workspaces = sa.table("workspaces", sa.column("id"), sa.column("archived_us", sa.BigInteger))
members = sa.table("members", sa.column("organization_id"), sa.column("user_id"))
users = sa.table("users", sa.column("id"))
LIMIT_COLUMNS = ("organization_id", "scope_kind", "scope_id", "kind", "value", "mode", "wait_ms", "reserve", "since_us")
limits = sa.table("limits", *(sa.column(name) for name in LIMIT_COLUMNS))
ATTACHMENT_COLUMNS = ("scope", "scope_id", "policy_id", "version", "shadow", "created_us")
attachments = sa.table("policy_attachments", *(sa.column(name) for name in ATTACHMENT_COLUMNS))

KEYS = sa.select(table, organizations.c.suspended_us, organizations.c.isolated, organizations.c.keeps_content).select_from(
    table.outerjoin(organizations, organizations.c.id == table.c.organization_id)
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
                    rows = await connection.execute(KEYS.where(table.c.id.in_(wanted[start : start + AT_ONCE])))
                    found |= {row.id: record_of(row) for row in rows}
        return found

    async def every(self) -> list[KeyRecord]:
        """Return all records, oldest first."""
        with translated():
            async with self._database.connect() as connection:
                rows = await connection.execute(KEYS.order_by(table.c.created_us, table.c.id))
                return [record_of(row) for row in rows]

    async def add(self, record: KeyRecord, act: Act, replacing: Change | None = None) -> bool:
        """Write a new record and, in the same transaction, the change of the key whose place, limits and policies it takes over."""
        with translated():
            async with self._database.begin() as connection:
                if not await has_home(connection, record):
                    return False
                if replacing is not None:
                    if not await write_change(connection, replacing):
                        return False
                    await copy_limits(connection, replacing.before, record)
                    await copy_policies(connection, replacing.before, record)
                await connection.execute(sa.insert(table).values(row_of(record)))
                await write_act(connection, act)
                await self._database.raise_revision(connection)
        return True

    async def change(self, change: Change, act: Act) -> bool:
        """Write what a change changes, and nothing else, unless the key was revoked meanwhile."""
        with translated():
            async with self._database.begin() as connection:
                if not await write_change(connection, change):
                    return False
                await write_act(connection, act)
                await self._database.raise_revision(connection)
        return True


async def has_home(connection: AsyncConnection, record: KeyRecord) -> bool:
    """Whether a new key's workspace is open and its member is one; both stay so until the key is written.

    Whoever archives or removes writes that before it looks for keys to revoke, so that none slips through between.
    """
    workspace = sa.select(workspaces.c.archived_us).where(workspaces.c.id == record.workspace_id).with_for_update(read=True)
    if await connection.scalar(workspace) is not None:
        return False
    if record.user_id is None or record.role is Role.OPERATOR:
        return True
    place = (members.c.organization_id == record.organization_id, members.c.user_id == record.user_id)
    if (await connection.execute(sa.select(members).where(*place).with_for_update(read=True))).first() is not None:
        return True
    return (await connection.execute(sa.select(users).where(users.c.id == record.user_id))).first() is None


async def write_change(connection: AsyncConnection, change: Change) -> bool:
    """Write the columns that differ; what others changed meanwhile stays, and so does a revocation."""
    before, after = row_of(change.before), row_of(change.after)
    changed = {name: value for name, value in after.items() if value != before[name]}
    living = (table.c.id == change.before.key_id, table.c.revoked_us.is_(None))
    if not changed:
        return (await connection.execute(sa.select(table.c.id).where(*living))).first() is not None
    return (await connection.execute(sa.update(table).where(*living).values(changed))).rowcount > 0


async def copy_limits(connection: AsyncConnection, old: KeyRecord, new: KeyRecord) -> None:
    """Set a key's limits on the one that takes its place too, so that no rotation is a way around them."""
    columns = [sa.literal(new.key_id).label(name) if name == "scope_id" else limits.c[name] for name in LIMIT_COLUMNS]
    those = sa.select(*columns).where(
        limits.c.organization_id == old.organization_id, limits.c.scope_kind == "key", limits.c.scope_id == old.key_id
    )
    await connection.execute(sa.insert(limits).from_select(LIMIT_COLUMNS, those))


async def copy_policies(connection: AsyncConnection, old: KeyRecord, new: KeyRecord) -> None:
    """Put the key that takes another's place under the same policies: no rotation is a way around them."""
    columns = [sa.literal(new.key_id).label(name) if name == "scope_id" else attachments.c[name] for name in ATTACHMENT_COLUMNS]
    those = sa.select(*columns).where(attachments.c.scope_id == old.key_id)
    await connection.execute(sa.insert(attachments).from_select(ATTACHMENT_COLUMNS, those))


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
        inactive_at_us=row.inactive_us,
        drain_s=row.drain_s,
        content=Content(row.content),
        suspended=row.suspended_us is not None,
        isolated=bool(row.isolated),
        keeps_content=bool(row.keeps_content),
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
        "inactive_us": record.inactive_at_us,
        "drain_s": record.drain_s,
        "content": record.content,
    }
