"""Conversations in the SQL database: one row a session, one row a turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from yumen.sessions.tables import SESSION, live, read_turns, session_of, sessions, turns, usage_columns, yours
from yumen.sessions.values import Begun, Busy, TurnState
from yumen.sessions.words import text_of
from yumen.storage.faults import WritesCollided

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.ext.asyncio import AsyncConnection

    from yumen.sessions.values import Closing, Mine, Opening
    from yumen.storage import Database

AT_ONCE = 300
"""Turns in one statement: SQLite takes at least 999 variables."""
SAID = ("style", "model", "system", "tools")
NEW = ("id", "owner", "name", "created_us", "used_us")
MAKE = sa.text(
    f"INSERT INTO sessions ({', '.join(NEW)}) VALUES ({', '.join(':' + name for name in NEW)}) ON CONFLICT (owner, name) DO NOTHING"  # noqa: S608  (our own names)
).bindparams(*(sa.bindparam(name, type_=sa.BigInteger) for name in ("created_us", "used_us")))
"""As text, since SQLAlchemy has no words for it that both databases share. Of two at once the second waits for the first."""


class SqlSessionStore:
    """The `SessionStore` over one database, which has been migrated."""

    def __init__(self, database: Database) -> None:
        """Read and write in that database."""
        self._database = database

    async def begin(self, owner: str, name: str, opening: Opening) -> Begun | Busy:
        """Open a turn, and the session if it is new, unless another turn of it has a live lease. A turn whose lease is over is broken."""

        async def write(connection: AsyncConnection) -> Begun | Busy:
            session_id = await locked(connection, owner, name)
            if session_id is None:
                new = (opening.session_id, owner, name, opening.now_us, opening.now_us)
                await connection.execute(MAKE, dict(zip(NEW, new, strict=True)))
                session_id = await locked(connection, owner, name)
            if session_id is None:
                raise WritesCollided  # another deleted it meanwhile
            until_us = await connection.scalar(sa.select(sa.func.max(turns.c.lease_until_us)).where(*live(session_id, opening.now_us)))
            if until_us is not None:
                return Busy(int(until_us))
            return await opened(connection, session_id, opening)

        return await self._database.write(write)

    async def renew(self, held: Collection[Mine], lease_until_us: int) -> None:
        """Prolong the leases of turns that are under way."""
        each = sorted(
            held, key=lambda mine: (mine.session_id, mine.number)
        )  # in one order, so that two processes do not wait for each other
        for start in range(0, len(each), AT_ONCE):
            some = [mine.request_id for mine in each[start : start + AT_ONCE]]
            mine = turns.c.request_id.in_(some) & (turns.c.state == TurnState.OPEN.value)
            await self._do(sa.update(turns).where(mine).values(lease_until_us=lease_until_us))

    async def grow(self, mine: Mine, question: bytes) -> bool:
        """Write a longer question for a turn that is under way; return whether it still is."""
        return await self._do(sa.update(turns).where(*yours(mine)).values(question=question, text=text_of(question))) == 1

    async def finish(self, mine: Mine, closing: Closing) -> bool:
        """End a turn; return whether it still was under way. If not, its answer is kept beside it and does not count."""

        async def write(connection: AsyncConnection) -> bool:
            of = (turns.c.session_id == mine.session_id, turns.c.number == mine.number, turns.c.request_id == mine.request_id)
            found = (
                await connection.execute(sa.select(turns.c.state, turns.c.question, turns.c.answer).where(*of).with_for_update())
            ).first()
            if found is None or found.answer is not None or found.state == TurnState.ANSWERED:
                return False
            is_open = bool(found.state == TurnState.OPEN)
            values = ended(closing, bytes(found.question)) | {"state": closing.state.value if is_open else TurnState.BROKEN.value}
            await connection.execute(sa.update(turns).where(*of).values(values))
            used = sa.update(sessions).where(sessions.c.id == mine.session_id, sessions.c.used_us < closing.ended_us)
            await connection.execute(used.values(used_us=closing.ended_us))
            if is_open and closing.state is TurnState.ANSWERED:
                await holding(connection, mine.session_id, closing)
            return is_open

        return await self._database.write(write)

    async def drop(self, session_id: str, up_to: int, summary: bytes | None) -> None:
        """Leave the turns up to a number out of the history from now on. With a summary, it stands for them and for the one before it."""

        async def write(connection: AsyncConnection) -> None:
            if summary is not None:
                await connection.execute(sa.update(sessions).where(sessions.c.id == session_id).values(summary=summary))
            await leave_out(connection, session_id, up_to)

        await self._database.write(write)

    async def _do(self, statement: sa.Update | sa.Delete) -> int:
        async def write(connection: AsyncConnection) -> int:
            return int((await connection.execute(statement)).rowcount)

        return await self._database.write(write)


async def locked(connection: AsyncConnection, owner: str, name: str) -> str | None:
    """Return a session's id, and let nobody else begin in it until the transaction's end; None where there is none."""
    query = sa.select(sessions.c.id).where(sessions.c.owner == owner, sessions.c.name == name).with_for_update()
    found: str | None = await connection.scalar(query)
    return found


async def opened(connection: AsyncConnection, session_id: str, opening: Opening) -> Begun:
    """Write a turn into a session in which none is under way, and break what was left open."""
    said = {key: value for key in SAID if (value := getattr(opening, key)) is not None}
    await connection.execute(sa.update(sessions).where(sessions.c.id == session_id).values(said | {"used_us": opening.now_us}))
    left = sa.update(turns).where(turns.c.session_id == session_id, turns.c.state == TurnState.OPEN.value)
    await connection.execute(left.values(state=TurnState.BROKEN.value))
    last = await connection.scalar(sa.select(sa.func.max(turns.c.number)).where(turns.c.session_id == session_id))
    number = int(last or 0) + 1
    await connection.execute(sa.insert(turns).values(row_of(session_id, number, opening)))
    return await begun(connection, session_id, number)


async def holding(connection: AsyncConnection, session_id: str, closing: Closing) -> None:
    """Write what a turn that counts says of its session."""
    said = {key: value for key in ("system", "tools", "placeholders") if (value := getattr(closing, key)) is not None}
    if said:
        await connection.execute(sa.update(sessions).where(sessions.c.id == session_id).values(said))
    if closing.left_out_to is not None:
        await leave_out(connection, session_id, closing.left_out_to)


async def leave_out(connection: AsyncConnection, session_id: str, up_to: int) -> None:
    """Leave turns out of the history from now on."""
    left = sa.update(turns).where(turns.c.session_id == session_id, turns.c.number <= up_to, sa.not_(turns.c.dropped))
    await connection.execute(left.values(dropped=True))


def row_of(session_id: str, number: int, opening: Opening) -> dict[str, Any]:
    """Return the columns of a turn that begins."""
    row: dict[str, Any] = dict.fromkeys(usage_columns(), 0)
    row |= {"session_id": session_id, "number": number, "request_id": opening.request_id, "state": TurnState.OPEN.value}
    row |= {"opened_us": opening.now_us, "lease_until_us": opening.lease_until_us, "question": opening.question}
    return row | {"dropped": False, "text": text_of(opening.question)}


def ended(closing: Closing, question: bytes) -> dict[str, Any]:
    """Return the columns of a turn that change at its end."""
    said = {"ended_us": closing.ended_us, "answer": closing.answer, "model": closing.model}
    text = "\n".join(part for part in (text_of(question), text_of(closing.answer)) if part)
    return said | msgspec.structs.asdict(closing.usage) | {"text": text}


async def begun(connection: AsyncConnection, session_id: str, number: int) -> Begun:
    """Return a session with its history, as they stand."""
    session = session_of((await connection.execute(sa.select(*SESSION).where(sessions.c.id == session_id))).one())
    counts = (turns.c.state == TurnState.ANSWERED.value, sa.not_(turns.c.dropped))
    return Begun(session, await read_turns(connection, session_id, *counts), number)
