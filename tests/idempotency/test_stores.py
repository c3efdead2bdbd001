"""Every store of repeats is held to the suite that ships with Yumen."""

from __future__ import annotations

import pytest

from tests.idempotency.doubles import MemoryRepeatStore
from yumen.idempotency.store_sql import SqlRepeatStore
from yumen.storage import Database, DatabaseUnavailable
from yumen.testing.repeat_store import RepeatStoreSuite, row


class TestSql(RepeatStoreSuite):
    """The store over both databases."""

    @pytest.fixture
    def store(self, database: Database) -> SqlRepeatStore:
        """Give the suite its store."""
        return SqlRepeatStore(database)


class TestDouble(RepeatStoreSuite):
    """The double in memory, which other tests stand on."""

    @pytest.fixture
    def store(self) -> MemoryRepeatStore:
        """Give the suite its store."""
        return MemoryRepeatStore()


async def test_a_database_that_is_away_is_named_so(empty_database_url: str) -> None:
    """What the driver raises is said in our words: here of a database that was made anew, and has no tables yet."""
    database = Database(empty_database_url)
    with pytest.raises(DatabaseUnavailable):
        await SqlRepeatStore(database).claim(row())
    await database.dispose()
