"""Two organizations with rows in every table that can hold an organization's, each row with a mark of whose it is."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from yumen.organizations.apart.owned import APART, KEPT, Owner, Tables, read_owner, read_tables, rows_of
from yumen.storage import Database
from yumen.storage.compartments import Compartments
from yumen.storage.restore import plain

OURS, THEIRS = "org_00000000000000000000ours", "org_000000000000000000theirs"
ROWS = 3
"""Rows of each organization in each table, but for those that have one."""
SINGLE = ("organizations",)


def mark(organization_id: str) -> str:
    """Return what stands in every text of an organization's rows."""
    return f"mark{organization_id[-6:]}"


def value_of(column: sa.Column[Any], organization_id: str, table: str, number: int) -> object:
    """Return a value for a column that nothing else depends on."""
    text = f"{mark(organization_id)}-{table}-{number}"
    if isinstance(column.type, sa.JSON):
        return {"organization_id": organization_id} if table == "batches" else []
    if isinstance(column.type, sa.LargeBinary):
        return text.encode()
    if isinstance(column.type, sa.Boolean):
        return False
    return text if isinstance(column.type, sa.String) else number


def row_of(table: sa.Table, organization_id: str, number: int) -> dict[str, object]:
    """Return a row of an organization's."""
    row = {column.name: value_of(column, organization_id, table.name, number) for column in table.columns if column.name != "sequence"}
    workspace, key, user = (f"{mark(organization_id)}-{name}-{number}" for name in ("workspaces", "api_keys", "users"))
    known = {
        "organization_id": organization_id,
        "workspace_id": workspace,
        "user_id": user,
        "owner": workspace,
        "session_id": f"{mark(organization_id)}-sessions-{number}",
        "subject": f"{mark(organization_id)}-signups-{number}",
        "scope_id": key if number else organization_id,
    }
    row |= {name: value for name, value in known.items() if name in row}
    if table.name == "organizations":
        row |= {"id": organization_id, "kind": "enterprise", "plan": "enterprise", "time_zone": "UTC"}
        row |= {"compartment": None, "suspended_us": None, "content_key": None}
    if table.name == "policy_attachments":
        row |= {"scope": "key" if number else "organization"}
    if table.name == "sign_ins":
        row |= {"key_id": key}
    if table.name == "api_keys":
        row |= {"role": None, "restrictions": [], "allowed_paths": []}
    return row


async def plant(database: Database) -> None:
    """Write the rows of both organizations into the main database."""
    async with database.begin() as connection:
        tables = await read_tables(connection)
        for organization_id in (OURS, THEIRS):
            for name in (*KEPT, *APART):
                count = 1 if name in SINGLE else ROWS
                await connection.execute(
                    sa.insert(plain(tables[name])), [row_of(tables[name], organization_id, number) for number in range(count)]
                )
            await connection.execute(
                sa.text("INSERT INTO drained (segment, position) VALUES (:segment, 7) ON CONFLICT DO NOTHING"), {"segment": "1-a"}
            )


async def rows_of_all(database: Database, owner: Owner, names: tuple[str, ...] = (*KEPT, *APART)) -> dict[str, int]:
    """Count an organization's rows by table, of those that hold some."""
    async with database.connect() as connection:
        tables = await read_tables(connection, *names)
        found = {name: await count_of(connection, tables, name, owner) for name in names}
    return {name: count for name, count in found.items() if count}


async def count_of(connection: Any, tables: Tables, name: str, owner: Owner) -> int:  # noqa: ANN401  (a connection)
    """Count an organization's rows in a table."""
    return int(await connection.scalar(sa.select(sa.func.count()).select_from(tables[name]).where(rows_of(tables, name, owner))))


async def owner_of(database: Database, organization_id: str = OURS) -> Owner:
    """Return what names an organization."""
    async with database.connect() as connection:
        return await read_owner(connection, organization_id)


async def texts_of(database: Database, tables: tuple[str, ...]) -> str:
    """Return everything that stands in some tables, as text."""
    async with database.connect() as connection:
        known = await read_tables(connection, *tables)
        return "\n".join([str([tuple(row) for row in await connection.execute(sa.select(known[name]))]) for name in tables])


async def opened(database: Database) -> Compartments:
    """Return the compartments beside a database."""
    compartments = Compartments(database)
    await compartments.follow()
    return compartments
