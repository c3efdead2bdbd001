"""`isolate`: an organization gets its own database, its own key of keys and no stored content, and what it had moves there."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from yumen.organizations.acts import Writing, one, refuse
from yumen.organizations.apart.moving import Moving
from yumen.organizations.apart.owned import APART, CONTENT, Owner, read_owner, read_tables, rows_of
from yumen.organizations.faults import BeyondPlan, DefaultOrganization, UnknownPlan
from yumen.organizations.store_sql import LOCK, SqlRecords
from yumen.organizations.values import DEFAULT_ORGANIZATION, Organization, Plan
from yumen.storage import DatabaseUnavailable
from yumen.storage.shredding import shred

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from yumen.audit import Actor
    from yumen.clock import Clock
    from yumen.storage import Database
    from yumen.storage.compartments import Compartments

FOLLOWED_S = 1.0
"""Within this time every running gateway has seen the revision. Only then what it wrote to the main database is moved: until then it may
end there what began there."""
CLEAR_TRIES = 5
"""Each waits as long as the database waits for a lock. Under load there is not always a moment in which nobody reads what was before."""

ATTACHED = sa.text(
    "SELECT DISTINCT name FROM policies WHERE id IN "
    "(SELECT policy_id FROM policy_attachments WHERE scope = 'organization' AND scope_id = :id) ORDER BY name"
)


class Step(StrEnum):
    """How far an isolation is."""

    COPYING = "copying"
    """What does not change any more is copied, while everything goes on."""
    SWITCHING = "switching"
    """The rest is copied, and from then on its own database counts."""
    FOLLOWING = "following"
    """Running gateways get to see it."""
    SWEEPING = "sweeping"
    """What came late is moved, and content deleted where that was wished."""
    CLEARING = "clearing"
    """Freed pages of the files are written over."""


class Wish(msgspec.Struct, frozen=True):
    """How an organization shall be isolated; None: as it is."""

    content_key: str | None = None
    """The reference of its own key of keys."""
    keeps_content: bool | None = None
    """Whether content may be stored; where it may not and this says so, the content that is stored is deleted."""


class Separated(msgspec.Struct, frozen=True):
    """What is separate from now on."""

    organization: Organization
    place: str
    """Where its database is."""
    policies: tuple[str, ...]
    """The names of those that are attached to it."""
    moved: dict[str, int]
    """Rows that left the main database, by table."""
    deleted: int = 0
    """Rows of content that were deleted."""
    cleared: bool = True
    """Whether the freed pages of the main database's file were written over."""


class Isolating:
    """Isolates organizations. Safe to be done again at any time: it takes up where it was left."""

    def __init__(self, compartments: Compartments, clock: Clock, pause: Callable[[float], Awaitable[object]]) -> None:
        """Work in those databases; `pause` waits for seconds."""
        self._compartments = compartments
        self._main = compartments.main
        self._clock = clock
        self._pause = pause
        self._at: dict[str, Step] = {}

    def step(self, organization_id: str) -> Step | None:
        """Return how far the isolation of one is that runs here; None: none does."""
        return self._at.get(organization_id)

    async def isolate(self, actor: Actor, organization_id: str, wish: Wish) -> Separated:
        """Isolate one. Raises NotFound, BeyondPlan (its plan has no isolation), DefaultOrganization, OperatorError, DatabaseUnavailable."""
        refuse(DefaultOrganization if organization_id == DEFAULT_ORGANIZATION else None)
        try:
            return await self._isolate(actor, organization_id, wish)
        finally:
            self._at.pop(organization_id, None)

    async def _isolate(self, actor: Actor, organization_id: str, wish: Wish) -> Separated:
        async with self._main.connect() as connection:
            await self._allowed(SqlRecords(connection), organization_id)
            owner = await read_owner(connection, organization_id)
        self._at[organization_id] = Step.COPYING
        own = await self._compartments.make(organization_id)
        moving = Moving(self._main, own, owner)
        if organization_id not in self._compartments.names:
            await moving.copy()
        self._at[organization_id] = Step.SWITCHING
        changed = await self._switch(actor, moving, organization_id, wish)
        self._at[organization_id] = Step.FOLLOWING
        await self._compartments.follow()
        await self._pause(FOLLOWED_S)
        self._at[organization_id] = Step.SWEEPING
        moved = await moving.sweep()
        deleted = await delete_content(own, owner) if wish.keeps_content is False else 0
        self._at[organization_id] = Step.CLEARING
        cleared = await clear(self._main) and await clear(own)
        return Separated(changed, own.place, await self._policies(organization_id), moved, deleted, cleared)

    async def _policies(self, organization_id: str) -> tuple[str, ...]:
        async with self._main.connect() as connection:
            return tuple((await connection.execute(ATTACHED, {"id": organization_id})).scalars())

    async def _switch(self, actor: Actor, moving: Moving, organization_id: str, wish: Wish) -> Organization:
        """Say that it is isolated, with its compartment, in the transaction that copies what changes."""
        async with self._main.write_long() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
            records = SqlRecords(connection)
            old = await self._allowed(records, organization_id)
            if old.compartment is None:
                await moving.copy_changing(connection)
            new = msgspec.structs.replace(old, isolated=True, compartment=organization_id, **wanted(wish))
            writing = Writing(records, actor, self._clock.now_us())
            await writing.changed((old, new), "organization.isolate", (organization_id, organization_id))
            await self._main.raise_revision(connection)
            return new

    async def _allowed(self, records: SqlRecords, organization_id: str) -> Organization:
        organization = await one(records, Organization, id=organization_id)
        plan = await one(records, Plan, UnknownPlan, name=organization.plan)
        refuse(None if plan.isolation else BeyondPlan)
        return organization


def wanted(wish: Wish) -> dict[str, object]:
    """Return the fields that a wish changes."""
    return {name: value for name, value in msgspec.structs.asdict(wish).items() if value is not None}


async def delete_content(database: Database, owner: Owner) -> int:
    """Delete what is stored of questions and answers; return how many rows that were."""
    async with database.write_long() as connection:
        await shred(connection)
        tables = await read_tables(connection, *APART)
        flags = tables["policy_flags"]
        await connection.execute(sa.update(flags).where(rows_of(tables, flags.name, owner)).values(sealed=None))
        return sum([(await connection.execute(sa.delete(tables[name]).where(rows_of(tables, name, owner)))).rowcount for name in CONTENT])


async def clear(database: Database) -> bool:
    """Write a file's database anew without its freed pages, and empty its log; return False where somebody was in the way.

    PostgreSQL sees to its own.
    """
    if database.kind != "sqlite":
        return True
    try:
        async with database.unbound() as connection:
            await connection.exec_driver_sql("VACUUM")
            for _ in range(CLEAR_TRIES):
                if not (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0]:
                    return True
    except DatabaseUnavailable:
        pass
    return False
