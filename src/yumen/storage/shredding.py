"""Nothing that is deleted or written over shall stay in the database's file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


async def shred(connection: AsyncConnection) -> None:
    """Let SQLite write zeros over what this connection deletes or changes from now on. PostgreSQL has no such thing."""
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql("PRAGMA secure_delete = ON")
