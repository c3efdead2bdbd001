"""`erase`: nothing is left of an organization but what the audit log says of it.

First its keys are revoked and its data keys destroyed, so that nothing that was sealed for it opens again. Then its compartment goes, then
its rows. It can be done again at any time, and takes up where it was left.
"""

from __future__ import annotations

from asyncio import to_thread
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from yumen.audit import Act, Actor, write_act
from yumen.errors import OperatorError
from yumen.ledger.folders import every_segment
from yumen.ledger.recover import replay
from yumen.ledger.reports import beyond, read_tail
from yumen.ledger.tables import read_positions
from yumen.organizations.acts import one, refuse
from yumen.organizations.apart.isolate import FOLLOWED_S, clear
from yumen.organizations.apart.owned import APART, KEPT, SUMS, Owner, read_owner, read_tables, rows_of
from yumen.organizations.faults import DefaultOrganization
from yumen.organizations.store_sql import SqlRecords
from yumen.organizations.values import DEFAULT_ORGANIZATION, Organization
from yumen.storage import DatabaseUnavailable
from yumen.storage.shredding import shred

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncConnection

    from yumen.clock import Clock
    from yumen.storage import Database
    from yumen.storage.compartments import Compartments

TRIES = 10
"""So often the journal is looked at, a second apart, until the gateway has moved the organization's last entries out of it."""


class Erased(msgspec.Struct, frozen=True):
    """What is gone."""

    organization: Organization
    rows: dict[str, int]
    """Rows by table, of those that had some."""
    place: str | None
    """The database that is gone; None: it had none of its own."""
    cleared: bool
    """Whether the freed pages of the main database's file were written over."""


class Erasing:
    """Erases organizations."""

    def __init__(self, compartments: Compartments, clock: Clock, journal: Path, pause: Callable[[float], Awaitable[object]]) -> None:
        """Work in those databases, and look into that journal; `pause` waits for seconds."""
        self._compartments = compartments
        self._main = compartments.main
        self._clock = clock
        self._journal = journal
        self._pause = pause

    async def erase(self, actor: Actor, organization_id: str) -> Erased:
        """Erase one. Raises NotFound, DefaultOrganization, OperatorError (its entries wait in the journal), DatabaseUnavailable."""
        refuse(DefaultOrganization if organization_id == DEFAULT_ORGANIZATION else None)
        organization, keys = await self._close(actor, organization_id)
        await self._pause(FOLLOWED_S)
        await self._drained(organization_id)
        async with self._main.connect() as connection:
            owner = await read_owner(connection, organization_id)
        own = self._compartments.of(organization_id)
        place = None if own is self._main else own.place
        apart = {} if place is None else await counted(own, owner)
        await self._leave(organization_id)
        await self._compartments.drop(organization_id)
        rows = await self._delete(Act(actor, self._clock.now_us(), "organization.erase", organization_id, organization_id), owner)
        rows |= {"data_keys": keys + rows["data_keys"]}
        total = {name: rows[name] + apart.get(name, 0) for name in rows if rows[name] + apart.get(name, 0)}
        return Erased(organization, total, place, await clear(self._main))

    async def _close(self, actor: Actor, organization_id: str) -> tuple[Organization, int]:
        """Revoke its keys and destroy its data keys; return it, and how many of those there were."""
        now_us, named = self._clock.now_us(), {"id": organization_id}
        async with self._main.begin() as connection:
            await shred(connection)
            organization = await one(SqlRecords(connection), Organization, id=organization_id)
            closed = {**named, "now": now_us}
            for statement in (
                "UPDATE api_keys SET revoked_us = :now WHERE organization_id = :id AND (revoked_us IS NULL OR revoked_us > :now)",
                "UPDATE organizations SET suspended_us = :now WHERE id = :id AND suspended_us IS NULL",
            ):
                await connection.execute(sa.text(statement).bindparams(sa.bindparam("now", type_=sa.BigInteger)), closed)
            gone = await connection.execute(sa.text("DELETE FROM data_keys WHERE organization_id = :id"), named)
            if organization.suspended_us is None:
                await write_act(connection, Act(actor, now_us, "organization.close", organization_id, organization_id))
            await self._main.raise_revision(connection)
        return organization, gone.rowcount

    async def _drained(self, organization_id: str) -> None:
        """Wait until no request of it is under way, and none in the journal that no database has.

        Raises OperatorError where that does not come.
        """
        waiting = await self._waiting(organization_id)
        for _ in range(TRIES):
            if not waiting:
                return
            await self._pause(FOLLOWED_S)
            waiting = await self._waiting(organization_id)
        raise OperatorError(
            "{count} requests of {id} are under way or wait in the journal: let the gateway run until they are in the database, then erase "
            "again; its keys are revoked already",
            count=waiting,
            id=organization_id,
        )

    async def _waiting(self, organization_id: str) -> int:
        """Count its requests that would come back after the erasure: those that have no end yet, and ends that only the journal has."""
        open_ones = (await to_thread(replay, every_segment(self._journal))).unended
        under_way = sum(opened.organization_id == organization_id for opened in open_ones)
        try:
            async with self._compartments.of(organization_id).connect() as connection:
                positions = await read_positions(connection)
        except DatabaseUnavailable:
            async with self._main.connect() as connection:  # its own database is gone already
                positions = await read_positions(connection)
        tail = await to_thread(read_tail, self._journal, positions)
        return under_way + sum(entry.organization_id == organization_id for entry in beyond(tail, positions))

    async def _leave(self, organization_id: str) -> None:
        """Say that nothing of it lies in a compartment any more: what comes late would be in the main database, and goes with the rest."""
        async with self._main.begin() as connection:
            await connection.execute(sa.text("UPDATE organizations SET compartment = NULL WHERE id = :id"), {"id": organization_id})
            await self._main.raise_revision(connection)
        await self._compartments.follow()
        await self._pause(FOLLOWED_S)

    async def _delete(self, act: Act, owner: Owner) -> dict[str, int]:
        """Delete every row of it in the main database; return how many by table."""
        async with self._main.write_long() as connection:
            await shred(connection)
            tables = await read_tables(connection, *KEPT, *APART, *SUMS)
            rows = {}
            for name in (*APART, *SUMS, *KEPT):
                rows[name] = (await connection.execute(sa.delete(tables[name]).where(rows_of(tables, name, owner)))).rowcount
            rows = {name: count for name, count in rows.items() if name not in SUMS}  # nobody wrote them
            await write_act(connection, act)
            await self._main.raise_revision(connection)
        return rows


async def counted(database: Database, owner: Owner) -> dict[str, int]:
    """Count an organization's rows in its compartment; nothing where that is gone already."""

    async def count(connection: AsyncConnection) -> dict[str, int]:
        tables = await read_tables(connection, *APART)
        query = {name: sa.select(sa.func.count()).select_from(tables[name]).where(rows_of(tables, name, owner)) for name in APART}
        return {name: int(await connection.scalar(query[name]) or 0) for name in APART}

    try:
        async with database.connect() as connection:
            return await count(connection)
    except DatabaseUnavailable:
        return {}
