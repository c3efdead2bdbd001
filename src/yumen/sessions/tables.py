"""The two tables of conversations, and how their rows are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from yumen.sessions.values import Session, Turn, TurnState, TurnUsage

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from yumen.sessions.values import Mine

sessions = sa.table(
    "sessions",
    *(sa.column(name, sa.String) for name in ("id", "owner", "name", "style", "model", "forked_from")),
    *(sa.column(name, sa.BigInteger) for name in ("created_us", "used_us")),
    *(sa.column(name, sa.LargeBinary) for name in ("system", "tools", "summary", "placeholders")),
)
turns = sa.table(
    "session_turns",
    *(sa.column(name, sa.String) for name in ("session_id", "request_id", "state", "model", "text")),
    *(sa.column(name, sa.BigInteger) for name in ("opened_us", "lease_until_us", "ended_us")),
    *(sa.column(name, sa.BigInteger) for name in TurnUsage.__struct_fields__),
    *(sa.column(name, sa.LargeBinary) for name in ("question", "answer")),
    sa.column("number", sa.Integer),
    sa.column("dropped", sa.Boolean),
)
SESSION = tuple(sessions.c[name] for name in Session.__struct_fields__)
TURN = tuple(turns.c[name] for name in (*(name for name in Turn.__struct_fields__ if name != "usage"), *TurnUsage.__struct_fields__))


def usage_columns() -> tuple[str, ...]:
    """Return the names of the columns that count tokens."""
    return TurnUsage.__struct_fields__


def live(session_id: str, now_us: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Return what holds of a session's turn that is under way."""
    return turns.c.session_id == session_id, turns.c.state == TurnState.OPEN.value, turns.c.lease_until_us > now_us


def yours(mine: Mine) -> tuple[sa.ColumnElement[bool], ...]:
    """Return what holds of a request's turn as long as it is open."""
    named = (turns.c.session_id == mine.session_id, turns.c.number == mine.number, turns.c.request_id == mine.request_id)
    return (*named, turns.c.state == TurnState.OPEN.value)


def session_of(row: sa.Row[tuple[object, ...]]) -> Session:
    """Return a session as it was written."""
    return Session(**row._mapping)  # noqa: SLF001  (a row's public name for it)


def turn_of(row: sa.Row[tuple[object, ...]]) -> Turn:
    """Return a turn as it was written."""
    fields = dict(row._mapping)  # noqa: SLF001  (the same)
    usage = TurnUsage(**{name: fields.pop(name) for name in usage_columns()})
    return Turn(**fields | {"state": TurnState(str(fields["state"])), "usage": usage})


async def read_session(connection: AsyncConnection, *where: sa.ColumnElement[bool]) -> Session | None:
    """Return the session for which that holds."""
    found = (await connection.execute(sa.select(*SESSION).where(*where))).first()
    return None if found is None else session_of(found)


async def read_turns(connection: AsyncConnection, session_id: str, *where: sa.ColumnElement[bool]) -> tuple[Turn, ...]:
    """Return the turns of a session for which that holds, oldest first."""
    query = sa.select(*TURN).where(turns.c.session_id == session_id, *where).order_by(turns.c.number)
    return tuple(turn_of(row) for row in await connection.execute(query))
