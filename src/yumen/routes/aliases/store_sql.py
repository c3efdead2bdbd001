"""The aliases in the SQL database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from yumen.routes.aliases.values import Alias

if TYPE_CHECKING:
    from yumen.storage import Database

table = sa.table("model_aliases", *(sa.column(name) for name in Alias.__struct_fields__))


class SqlAliasStore:
    """The `AliasStore` of a gateway."""

    def __init__(self, database: Database) -> None:
        """Read in that database, which has been migrated."""
        self._database = database

    async def every(self) -> list[Alias]:
        """Return the aliases of all organizations."""
        async with self._database.connect() as connection:
            return [Alias(*row) for row in await connection.execute(sa.select(table))]
