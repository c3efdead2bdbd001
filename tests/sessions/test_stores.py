"""Every store of conversations is held to the suite that ships with Yumen."""

from __future__ import annotations

import msgspec
import pytest

from yumen.sessions.shelf_sql import SqlSessionShelf
from yumen.sessions.store_sql import SqlSessionStore
from yumen.sessions.values import Asked, Begun, Mine, TurnState
from yumen.storage import Database, DatabaseUnavailable
from yumen.testing.session_store import SessionStoreSuite, closing, opening


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


async def test_a_request_knows_its_turn(database: Database) -> None:
    """By the request's id its turn is found, the copy's never; a request that was no turn has none."""
    store, shelf = SqlSessionStore(database), SqlSessionShelf(database)
    begun = await store.begin("local", "name", opening())
    assert isinstance(begun, Begun)
    await store.finish(Mine("sess_1", 1, "req_1"), closing())
    copy = msgspec.structs.replace(begun.session, id="sess_0", name="copy", created_us=begun.session.created_us + 1)
    assert await shelf.fork(begun.session, copy)
    assert await shelf.asked_by("req_1") == Asked("name", 1, TurnState.ANSWERED)
    assert await shelf.asked_by("req_2") is None
