"""Which rows of the database are an organization's: the tables that lie in its compartment, and those of the main database that name it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from yumen.storage.backup import tables_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

GROWING = ("entries", "policy_flags", "contents")
"""Tables of the compartment whose rows are written once."""
CHANGING = ("placeholders", "idempotent_answers", "session_turns", "sessions")
"""Tables of the compartment whose rows change. Those that are found by another table's rows stand before it."""
APART = (*GROWING, *CHANGING)
"""What lies in a compartment. All else is in the main database: who may call, what is allowed, what batches await, and the audit log."""
SUMS = ("usage_hours",)
"""What the database itself makes of the rows that lie in it: it is never moved, but deleted with them."""
CONTENT = ("contents", *CHANGING)
"""Of these, what holds questions and answers."""
KEPT = (
    "resources",
    "batches",
    "alerts",
    "limits",
    "model_aliases",
    "prompts",
    "increase_requests",
    "invites",
    "codes",
    "signups",
    "policy_attachments",
    "policies",
    "sign_ins",
    "api_keys",
    "workspace_members",
    "members",
    "second_factors",
    "recovery_codes",
    "identities",
    "users",
    "workspaces",
    "data_keys",
    "organizations",
)
"""An organization's rows in the main database, in an order in which they can be deleted."""
UNNUMBERED = {"entries": "sequence"}
"""A column that each database numbers by itself."""


class Owner(msgspec.Struct, frozen=True):
    """An organization, and what its rows name in its stead."""

    organization_id: str
    workspace_ids: tuple[str, ...]
    key_ids: tuple[str, ...] = ()
    user_ids: tuple[str, ...] = ()
    """People who are members of it alone."""


Tables = dict[str, sa.Table]


async def read_tables(connection: AsyncConnection, *names: str) -> Tables:
    """Return tables of a database by their names, with the columns that it says they have; no names: all of them."""
    return {table.name: table for table in await connection.run_sync(lambda real: tables_of(real, names or None))}


async def read_owner(connection: AsyncConnection, organization_id: str) -> Owner:
    """Return what names an organization, from the main database."""

    async def ids(query: str) -> tuple[str, ...]:
        return tuple((await connection.execute(sa.text(query), {"id": organization_id})).scalars())

    return Owner(
        organization_id,
        await ids("SELECT id FROM workspaces WHERE organization_id = :id ORDER BY id"),
        await ids("SELECT id FROM api_keys WHERE organization_id = :id ORDER BY id"),
        await ids(
            "SELECT id FROM users WHERE NOT operator AND id IN (SELECT user_id FROM members WHERE organization_id = :id) "
            "AND id NOT IN (SELECT user_id FROM members WHERE organization_id <> :id) ORDER BY id"
        ),
    )


async def people_of(connection: AsyncConnection, owner: Owner) -> Owner:
    """Return the owner with all its people, those who are members of others too."""
    query = sa.text("SELECT user_id FROM members WHERE organization_id = :id ORDER BY user_id")
    people = (await connection.execute(query, {"id": owner.organization_id})).scalars()
    return msgspec.structs.replace(owner, user_ids=tuple(people))


def of_people(name: str) -> Callable[[Tables, Owner], sa.ColumnElement[bool]]:
    """Return what finds the rows of people in a table."""
    return lambda tables, owner: tables[name].c.user_id.in_(owner.user_ids)


FOUND: Mapping[str, Callable[[Tables, Owner], sa.ColumnElement[bool]]] = {
    "organizations": lambda tables, owner: tables["organizations"].c.id == owner.organization_id,
    "users": lambda tables, owner: tables["users"].c.id.in_(owner.user_ids),
    "sessions": lambda tables, owner: tables["sessions"].c.owner.in_(owner.workspace_ids),
    "session_turns": lambda tables, owner: tables["session_turns"].c.session_id.in_(
        sa.select(tables["sessions"].c.id).where(tables["sessions"].c.owner.in_(owner.workspace_ids))
    ),
    "codes": lambda tables, owner: sa.or_(
        tables["codes"].c.subject.in_(
            sa.select(tables["signups"].c.id).where(tables["signups"].c.organization_id == owner.organization_id)
        ),
        tables["codes"].c.subject.in_(owner.user_ids),
    ),
    "sign_ins": lambda tables, owner: tables["sign_ins"].c.key_id.in_(owner.key_ids),
    **{name: of_people(name) for name in ("second_factors", "recovery_codes", "identities")},
    "policy_attachments": lambda tables, owner: tables["policy_attachments"].c.scope_id.in_(
        (owner.organization_id, *owner.workspace_ids, *owner.key_ids)
    ),
    "batches": lambda tables, owner: tables["batches"].c.document["organization_id"].as_string() == owner.organization_id,
}
"""How an organization's rows are found in tables that do not name it, or where another column does."""
BY_WORKSPACE = frozenset({"idempotent_answers", "resources", "workspace_members"})


def rows_of(tables: Tables, name: str, owner: Owner) -> sa.ColumnElement[bool]:
    """Return the condition that finds an organization's rows in a table."""
    if name in FOUND:
        return FOUND[name](tables, owner)
    if name in BY_WORKSPACE:
        return tables[name].c.workspace_id.in_(owner.workspace_ids)
    return tables[name].c.organization_id == owner.organization_id
