"""Conversations that 0.4.0 stored plainly, in the SQL database: found, and sealed where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from yumen.errors import ContentKeyUnavailable
from yumen.sessions.sealing import OF_SESSION, OF_TURN, of_session, of_turn
from yumen.sessions.tables import sessions, turns
from yumen.sessions.values import TurnState
from yumen.storage.envelope import VERSION, is_sealed
from yumen.storage.shredding import shred

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from yumen.storage import Database
    from yumen.storage.envelope import SealerOf

AT_ONCE = 50
workspaces = sa.table("workspaces", sa.column("id", sa.String), sa.column("organization_id", sa.String))


class Old(msgspec.Struct, frozen=True):
    """What stands plainly in one row, by columns, and where."""

    organization_id: str
    session_id: str
    number: int
    """0: the session's own row."""
    request_id: str
    values: dict[str, bytes]

    def __repr__(self) -> str:
        """Name the place."""
        return f"Old({self.session_id!r}, {self.number})"

    def bound(self, column: str) -> bytes:
        """Return what a column's seal is bound to."""
        return of_turn(column, self.request_id) if self.number else of_session(column, self.session_id)


class OldSessions:
    """Of one database, the gateway's own."""

    def __init__(self, database: Database, sealer_of: SealerOf) -> None:
        """Seal what stands there."""
        self._database = database
        self._sealer_of = sealer_of
        self._without_key: set[str] = set()

    async def seal_some(self) -> bool:
        """Seal some rows; return whether there may be more. Raises DatabaseUnavailable, and ContentKeyUnavailable if the rest waits."""
        async with self._database.connect() as connection:
            left = workspaces.c.organization_id.not_in(self._without_key)
            found = [*await old_turns(connection, left), *await old_sessions(connection, left)]
        for old in found:
            await self._seal(old)
        if not found and self._without_key:
            self._without_key.clear()
            raise ContentKeyUnavailable
        return bool(found)

    async def _seal(self, old: Old) -> None:
        try:
            sealer = await self._sealer_of(old.organization_id)
        except ContentKeyUnavailable:
            self._without_key.add(old.organization_id)
            return
        await self._put(old, {name: sealer.seal(value, old.bound(name)) for name, value in old.values.items()})

    async def _put(self, old: Old, sealed: dict[str, bytes]) -> None:
        """Write over what is still as it was read, in the file too; whoever changed it meanwhile has sealed it."""
        table = turns if old.number else sessions
        place = (turns.c.session_id == old.session_id, turns.c.number == old.number) if old.number else (sessions.c.id == old.session_id,)

        async def write(connection: AsyncConnection) -> None:
            await shred(connection)
            for name, value in sealed.items():
                same = table.c[name] == old.values[name]
                await connection.execute(sa.update(table).where(*place, same).values({name: value}))
            if old.number:
                await connection.execute(sa.update(turns).where(*place).values(text=""))

        await self._database.write(write)


async def old_turns(connection: AsyncConnection, where: sa.ColumnElement[bool]) -> list[Old]:
    """Return some turns of gateways' sessions that have ended and hold something plain."""
    columns = [turns.c[name] for name in OF_TURN]
    query = (
        sa.select(workspaces.c.organization_id, turns.c.session_id, turns.c.number, turns.c.request_id, *columns)
        .select_from(turns.join(sessions, sessions.c.id == turns.c.session_id).join(workspaces, workspaces.c.id == sessions.c.owner))
        .where(turns.c.state != TurnState.OPEN.value, sa.or_(*map(is_plain, columns)), where)
        .limit(AT_ONCE)
    )
    rows = (await connection.execute(query)).all()
    return [Old(row.organization_id, row.session_id, row.number, row.request_id, plain_in(row, OF_TURN)) for row in rows]


async def old_sessions(connection: AsyncConnection, where: sa.ColumnElement[bool]) -> list[Old]:
    """Return some sessions of gateways that hold something plain."""
    columns = [sessions.c[name] for name in OF_SESSION]
    query = (
        sa.select(workspaces.c.organization_id, sessions.c.id, *columns)
        .join_from(sessions, workspaces, workspaces.c.id == sessions.c.owner)
        .where(sa.or_(*map(is_plain, columns)), where)
        .limit(AT_ONCE)
    )
    return [Old(row.organization_id, row.id, 0, "", plain_in(row, OF_SESSION)) for row in (await connection.execute(query)).all()]


def is_plain(column: sa.ColumnElement[bytes]) -> sa.ColumnElement[bool]:
    """Return what holds of a column whose value is not sealed."""
    return column.is_not(None) & (sa.func.substr(column, 1, 1) != sa.literal(VERSION, sa.LargeBinary))


def plain_in(row: sa.Row[tuple[object, ...]], names: tuple[str, ...]) -> dict[str, bytes]:
    """Return what a row holds that is not sealed."""
    values = {name: getattr(row, name) for name in names}
    return {name: bytes(value) for name, value in values.items() if value is not None and not is_sealed(bytes(value))}
