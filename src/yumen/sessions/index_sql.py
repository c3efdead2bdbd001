"""The list of conversations in the SQL database: two queries a page, one of sessions and one of the sums of their turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from yumen.sessions.index import Summed
from yumen.sessions.shelf_sql import ESCAPE, escaped
from yumen.sessions.tables import SESSION, session_of, sessions, turns, usage_columns
from yumen.sessions.values import TurnUsage

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from yumen.sessions.index import Wanted
    from yumen.sessions.values import Session
    from yumen.storage import Database

MODEL = sa.func.max(turns.c.model).label("model")
SUMS = tuple(sa.func.coalesce(sa.func.sum(turns.c[name]), 0).label(name) for name in usage_columns())


class SqlSessionIndex:
    """The `SessionIndex` over one database, which has been migrated."""

    def __init__(self, database: Database) -> None:
        """Read in that database."""
        self._database = database

    async def page(self, wanted: Wanted, at_most: int) -> list[Summed]:
        """Return sessions, the last used first."""
        query = sa.select(*SESSION).where(sessions.c.owner.in_(list(wanted.owners)))
        if wanted.named:
            query = query.where(sessions.c.name.ilike(f"%{escaped(wanted.named)}%", escape=ESCAPE))
        if wanted.before is not None:
            query = query.where(sa.tuple_(sessions.c.used_us, sessions.c.id) < wanted.before)
        return await self._summed(query.order_by(sessions.c.used_us.desc(), sessions.c.id.desc()).limit(at_most))

    async def by_id(self, owners: Collection[str], session_id: str) -> Summed | None:
        """Return one of those owners' sessions; None where none of them has it."""
        mine = (sessions.c.id == session_id, sessions.c.owner.in_(list(owners)))
        found = await self._summed(sa.select(*SESSION).where(*mine))
        return found[0] if found else None

    async def _summed(self, query: sa.Select[tuple[object, ...]]) -> list[Summed]:
        async with self._database.connect() as connection:
            found = [session_of(row) for row in await connection.execute(query)]
            rows = await connection.execute(sums_of(found))
            sums = {str(row["session_id"]): row for row in rows.mappings()}
        return [summed(session, sums.get(session.id)) for session in found]


def sums_of(found: Sequence[Session]) -> sa.Select[tuple[object, ...]]:
    """Return the query for what the turns of those sessions took."""
    ids = [session.id for session in found]
    return (
        sa.select(turns.c.session_id, sa.func.count().label("turns"), MODEL, *SUMS)
        .where(turns.c.session_id.in_(ids))
        .group_by(turns.c.session_id)
    )


def summed(session: Session, row: sa.RowMapping | None) -> Summed:
    """Return a session with its sums; it may have no turn, for a moment."""
    if row is None:
        return Summed(session, 0, TurnUsage())
    return Summed(session, int(row["turns"]), TurnUsage(**{name: int(row[name]) for name in usage_columns()}), row["model"])
