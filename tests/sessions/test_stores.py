"""Every store of conversations is held to the suite that ships with Yumen."""

from __future__ import annotations

import pytest

from yumen.sessions.shelf_sql import SqlSessionShelf
from yumen.sessions.store_sql import SqlSessionStore
from yumen.storage import Database, DatabaseUnavailable
from yumen.testing.session_store import SessionStoreSuite, opening


class TestSql(SessionStoreSuite):
    """The store over both databases."""

    @pytest.fixture
    def store(self, database: Database) -> SqlSessionStore:
        """Give the suite its store."""
        return SqlSessionStore(database)

    @pytest.fixture
    def shelf(self, database: Database) -> SqlSessionShelf:
        """Give the suite its shelf."""
        return SqlSessionShelf(database)


async def test_a_database_that_is_away_is_named_so(empty_database_url: str) -> None:
    """What the driver raises is said in our words: here of a database that was made anew, and has no tables yet."""
    database = Database(empty_database_url)
    with pytest.raises(DatabaseUnavailable):
        await SqlSessionStore(database).begin("local", "name", opening())
    await database.dispose()
