"""Takes turns back that got no answer and cost nothing, in the SQL database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from yumen.sessions.tables import sessions, turns, yours

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from yumen.sessions.values import Mine
    from yumen.storage import Database


class SqlWithdrawals:
    """The `Withdrawals` over one database, which has been migrated."""

    def __init__(self, database: Database) -> None:
        """Write in that database."""
        self._database = database

    async def withdraw(self, mine: Mine) -> None:
        """Delete an open turn, and its session where that has no other."""

        async def write(connection: AsyncConnection) -> None:
            # First the session's row: whoever begins a turn in it waits, and then sees what is left.
            await connection.execute(sa.select(sessions.c.id).where(sessions.c.id == mine.session_id).with_for_update())
            await connection.execute(sa.delete(turns).where(*yours(mine)))
            left = sa.exists().where(turns.c.session_id == mine.session_id)
            await connection.execute(sa.delete(sessions).where(sessions.c.id == mine.session_id, sessions.c.summary.is_(None), ~left))

        await self._database.write(write)
