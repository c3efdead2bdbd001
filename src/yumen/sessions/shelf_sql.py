"""Looks at the conversations in the SQL database: reads, lists, searches, copies and deletes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from yumen.sessions.tables import SESSION, read_session, read_turns, sessions, turns, usage_columns
from yumen.sessions.values import LOCAL, Asked, Found, Listed, Session, Turn, TurnState

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from yumen.storage import Database

ESCAPE = "\\"


class SqlSessionShelf:
    """The `SessionShelf`, the `SessionKeeper` and the `SessionPurge` over one database, which has been migrated."""

    def __init__(self, database: Database) -> None:
        """Read and write in that database."""
        self._database = database

    async def find(self, owner: str, name: str) -> Session | None:
        """Return a session without its turns; None where there is no such session."""
        async with self._database.connect() as connection:
            return await read_session(connection, sessions.c.owner == owner, sessions.c.name == name)

    async def read(self, owner: str, name: str) -> tuple[Session, tuple[Turn, ...]] | None:
        """Return a session and every turn of it, oldest first; None where there is no such session."""
        async with self._database.connect() as connection:
            session = await read_session(connection, sessions.c.owner == owner, sessions.c.name == name)
            return None if session is None else (session, await read_turns(connection, session.id))

    async def every(self, owner: str, at_most: int, after: str | None = None) -> list[Listed]:
        """Return sessions, the last used first; `after` is the id of the last one that was seen."""
        count = sa.select(sa.func.count()).where(turns.c.session_id == sessions.c.id).scalar_subquery()
        query = sa.select(*SESSION, count.label("turns")).where(sessions.c.owner == owner)
        if after is not None:
            used = sa.select(sessions.c.used_us).where(sessions.c.id == after).scalar_subquery()
            query = query.where((sessions.c.used_us < used) | ((sessions.c.used_us == used) & (sessions.c.id < after)))
        async with self._database.connect() as connection:
            rows = await connection.execute(query.order_by(sessions.c.used_us.desc(), sessions.c.id.desc()).limit(at_most))
            return [listed(row) for row in rows]

    async def search(self, owner: str, text: str, at_most: int) -> list[Found]:
        """Return turns whose text contains that text (letters of ASCII in either case), the newest first."""
        sought = turns.c.text.ilike(f"%{escaped(text)}%", escape=ESCAPE)
        query = sa.select(*SESSION, turns.c.number, turns.c.text).join_from(sessions, turns, sessions.c.id == turns.c.session_id)
        newest = query.where(sessions.c.owner == owner, sought).order_by(
            turns.c.opened_us.desc(), turns.c.session_id, turns.c.number.desc()
        )
        async with self._database.connect() as connection:
            return [found(row) for row in await connection.execute(newest.limit(at_most))]

    async def asked_by(self, request_id: str) -> Asked | None:
        """Return which turn a request was, of whichever owner; None where it was none, or was taken back. A copy has the turn too."""
        query = sa.select(sessions.c.name, turns.c.number, turns.c.state).join_from(turns, sessions, sessions.c.id == turns.c.session_id)
        first = query.where(turns.c.request_id == request_id).order_by(sessions.c.created_us).limit(1)
        async with self._database.connect() as connection:
            found = (await connection.execute(first)).first()
        return None if found is None else Asked(str(found.name), int(found.number), TurnState(found.state))

    async def fork(self, source: Session, copy: Session) -> bool:
        """Write a copy of a session and of its finished turns; return False where its owner has one of its name already."""
        copied = [column for column in turns.c if column.name not in ("session_id", *usage_columns())]
        of = (turns.c.session_id == source.id, turns.c.state != TurnState.OPEN.value)
        rows = sa.select(sa.literal(copy.id), *copied, *(sa.literal(0).label(name) for name in usage_columns())).where(*of)

        async def write(connection: AsyncConnection) -> None:
            await connection.execute(sa.insert(sessions).values(msgspec.structs.asdict(copy)))
            names = ["session_id", *(column.name for column in copied), *usage_columns()]
            await connection.execute(sa.insert(turns).from_select(names, rows))

        try:
            await self._database.write(write)
        except IntegrityError:
            return False
        return True

    async def delete(self, owner: str, name: str) -> bool:
        """Delete a session with its turns; return whether there was one."""

        async def write(connection: AsyncConnection) -> bool:
            own = sa.select(sessions.c.id).where(sessions.c.owner == owner, sessions.c.name == name).with_for_update()
            session_id = await connection.scalar(own)
            await forget(connection, [] if session_id is None else [session_id])
            return session_id is not None

        return await self._database.write(write)

    async def purge(self, unused_since_us: int, at_most: int) -> int:
        """Delete that many sessions at most whose last turn began or ended before; return how many there were. The library's stay."""
        old = (
            sa.select(sessions.c.id)
            .where(sessions.c.used_us < unused_since_us, sessions.c.owner != LOCAL)
            .order_by(sessions.c.used_us, sessions.c.id)
        )

        async def write(connection: AsyncConnection) -> int:
            ids = list((await connection.execute(old.limit(at_most).with_for_update())).scalars())
            await forget(connection, ids)
            return len(ids)

        return await self._database.write(write)


async def forget(connection: AsyncConnection, ids: list[str]) -> None:
    """Delete sessions with their turns."""
    for session_id in ids:
        await connection.execute(sa.delete(turns).where(turns.c.session_id == session_id))
        await connection.execute(sa.delete(sessions).where(sessions.c.id == session_id))


def escaped(text: str) -> str:
    """Return a text for LIKE, in which nothing stands for anything else."""
    for sign in (ESCAPE, "%", "_"):
        text = text.replace(sign, ESCAPE + sign)
    return text


def listed(row: sa.Row[*tuple[Any, ...]]) -> Listed:
    """Return a row of a list."""
    fields = dict(row._mapping)  # noqa: SLF001  (a row's public name for it)
    count = int(str(fields.pop("turns")))
    return Listed(Session(**fields), count)


def found(row: sa.Row[*tuple[Any, ...]]) -> Found:
    """Return a row of what was found."""
    fields = dict(row._mapping)  # noqa: SLF001  (the same)
    number, text = int(str(fields.pop("number"))), str(fields.pop("text"))
    return Found(Session(**fields), number, text)
