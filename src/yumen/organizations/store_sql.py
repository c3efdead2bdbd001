"""Organizations in the SQL database: each kind of record is a table, each of its fields a column."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import sqlalchemy as sa
from msgspec import inspect as shapes

from yumen.audit import ANY, Act, Recorded, Sought, read_acts, write_act
from yumen.organizations.prompts import Prompt, SealedPrompt
from yumen.organizations.rows import (
    Applied,
    Attempt,
    Code,
    Identity,
    KeyHandle,
    LimitRow,
    RecoveryCode,
    SealedInvite,
    SecondFactor,
    SessionRow,
)
from yumen.organizations.values import (
    Account,
    IncreaseRequest,
    Invite,
    Member,
    Organization,
    Plan,
    SignUp,
    User,
    Workspace,
    WorkspaceMember,
)
from yumen.policy.values import Attachment, StoredPolicy
from yumen.routes.aliases.values import Alias
from yumen.storage import Blob

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

    from yumen.storage import Database

T = TypeVar("T", bound=msgspec.Struct)
AT_ONCE = 500
"""Values in one statement: SQLite takes at least 999 variables."""

LOCK = 0x79756D656E
"""The lock of PostgreSQL that writers of organizations take; SQLite has one writer anyway."""

TABLES: Mapping[type[msgspec.Struct], tuple[str, tuple[str, ...]]] = {
    Organization: ("organizations", ("id",)),
    Workspace: ("workspaces", ("id",)),
    User: ("users", ("id",)),
    Account: ("users", ("id",)),
    Member: ("members", ("organization_id", "user_id")),
    WorkspaceMember: ("workspace_members", ("workspace_id", "user_id")),
    Invite: ("invites", ("id",)),
    SealedInvite: ("invites", ("id",)),
    SignUp: ("signups", ("id",)),
    Applied: ("signups", ("id",)),
    Code: ("codes", ("subject", "channel")),
    Attempt: ("attempts", ("id",)),
    Identity: ("identities", ("issuer", "subject")),
    Plan: ("plans", ("name",)),
    IncreaseRequest: ("increase_requests", ("id",)),
    SecondFactor: ("second_factors", ("user_id",)),
    RecoveryCode: ("recovery_codes", ("user_id", "number")),
    SessionRow: ("sign_ins", ("key_id",)),
    KeyHandle: ("api_keys", ("id",)),
    Alias: ("model_aliases", ("organization_id", "alias")),
    Prompt: ("prompts", ("id",)),
    SealedPrompt: ("prompts", ("id",)),
    StoredPolicy: ("policies", ("id", "version")),
    Attachment: ("policy_attachments", ("scope", "scope_id", "policy_id")),
    LimitRow: ("limits", ("organization_id", "scope_kind", "scope_id", "kind")),
}
"""The table of each kind of record, and the fields of its key. Two kinds of one table differ in what they show of it."""


class Drawer:
    """One kind of record and its table."""

    def __init__(self, kind: type[msgspec.Struct]) -> None:
        """Read the columns off the kind's fields."""
        name, self.keys = TABLES[kind]
        info = shapes.type_info(kind)
        fields = info.fields if isinstance(info, shapes.StructType) else ()
        self.table = sa.table(name, *(sa.column(field.name, column_type(field.type)) for field in fields))

    def where(self, record: msgspec.Struct) -> sa.ColumnElement[bool]:
        """Return the condition that finds a record by its key."""
        return sa.and_(*(self.table.c[name] == getattr(record, name) for name in self.keys))


def column_type(field: shapes.Type) -> sa.types.TypeEngine[Any]:
    """Return the column's type for a field's; what is neither text, number nor bytes is JSON."""
    if isinstance(field, shapes.UnionType):
        field = next(each for each in field.types if not isinstance(each, shapes.NoneType))
    match field:
        case shapes.BoolType():
            return sa.Boolean()
        case shapes.IntType():
            return sa.BigInteger()
        case shapes.BytesType():
            return Blob()
        case shapes.StrType() | shapes.EnumType():
            return sa.String()
    return sa.JSON()


DRAWERS = {kind: Drawer(kind) for kind in TABLES}


class SqlStore:
    """The `Store` of a gateway and of its management commands, over one database."""

    def __init__(self, database: Database) -> None:
        """Read and write in that database, which has been migrated."""
        self._database = database

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqlRecords]:
        """Open a picture."""
        async with self._database.connect() as connection:
            yield SqlRecords(connection)

    @asynccontextmanager
    async def writing(self, *, quietly: bool = False) -> AsyncIterator[SqlRecords]:
        """Open a transaction, one at a time on all machines: what it has read nobody changes before it has written."""
        async with self._database.begin() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
            yield SqlRecords(connection)
            if not quietly:
                await self._database.raise_revision(connection)

    async def acts(self, organization_id: str | None, before: int | None, limit: int, sought: Sought = ANY) -> list[Recorded]:
        """Return a page of the audit log."""
        async with self._database.connect() as connection:
            return await read_acts(connection, organization_id=organization_id, before=before, limit=limit, sought=sought)


class SqlRecords:
    """The records as one transaction sees them."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Work in that transaction."""
        self._connection = connection

    async def find(self, kind: type[T], /, **equal: object) -> list[T]:
        """Return the records whose fields equal those."""
        drawer = DRAWERS[kind]
        query, names = sa.select(drawer.table), drawer.table.c.keys()
        found: list[T] = []
        for condition in conditions(drawer, equal):
            rows = await self._connection.execute(query.where(*condition))
            found += [msgspec.convert(dict(zip(names, row, strict=True)), kind, builtin_types=(bytes,)) for row in rows]
        # Sorted here: a database may sort by a language's rules, and ids are in the order of their bytes.
        return sorted(found, key=lambda record: [getattr(record, name) for name in drawer.keys])

    async def add(self, record: msgspec.Struct) -> None:
        """Write a new record."""
        if isinstance(record, Act):
            await write_act(self._connection, record)
            return
        await self._connection.execute(sa.insert(DRAWERS[type(record)].table).values(row_of(record)))

    async def change(self, record: msgspec.Struct) -> None:
        """Write over a record."""
        drawer = DRAWERS[type(record)]
        await self._connection.execute(sa.update(drawer.table).where(drawer.where(record)).values(row_of(record)))

    async def remove(self, record: msgspec.Struct) -> None:
        """Remove a record."""
        drawer = DRAWERS[type(record)]
        await self._connection.execute(sa.delete(drawer.table).where(drawer.where(record)))

    async def forget(self, kind: type[msgspec.Struct], field: str, before_us: int, /, **equal: object) -> None:
        """Remove what is older."""
        drawer = DRAWERS[kind]
        for condition in conditions(drawer, equal):
            await self._connection.execute(sa.delete(drawer.table).where(drawer.table.c[field] < before_us, *condition))


def conditions(drawer: Drawer, equal: Mapping[str, object]) -> list[list[sa.ColumnElement[bool]]]:
    """Return the conditions of one statement after another: a long list of values needs several."""
    several = {name: values for name, values in equal.items() if isinstance(values, tuple)}
    single = [drawer.table.c[name] == value for name, value in equal.items() if name not in several]
    if not several:
        return [single]
    ((name, values),) = several.items()
    return [[*single, drawer.table.c[name].in_(values[start : start + AT_ONCE])] for start in range(0, len(values), AT_ONCE)]


def row_of(record: msgspec.Struct) -> dict[str, Any]:
    """Return a record as a row."""
    row: dict[str, Any] = msgspec.to_builtins(record, builtin_types=(bytes,))
    return row
