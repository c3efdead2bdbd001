"""What a database says of itself: how large it is, and which schema it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from yumen.storage.database import stored_version

if TYPE_CHECKING:
    from yumen.storage.database import Database

SIZES = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}


class Facts(NamedTuple):
    """Its size and its schema."""

    size_bytes: int
    schema_version: str | None


async def facts_of(database: Database) -> Facts:
    """Return what it says. Raises DatabaseUnavailable."""
    async with database.connect() as connection:
        size = (await connection.execute(text(SIZES[database.kind]))).scalar_one()
        return Facts(int(size), await connection.run_sync(stored_version))
