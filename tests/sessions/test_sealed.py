"""Conversations at rest: what was said is in no file of the database, and opens at its own place for its own organization alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from tests.isolation.keys import add_organizations, keks, keyring
from yumen.errors import SessionBroken
from yumen.sessions.remember import Stores
from yumen.sessions.sealed import SealedPlaces, SealedShelf, SealedStore
from yumen.sessions.shelf_sql import SqlSessionShelf
from yumen.sessions.store_sql import SqlSessionStore
from yumen.sessions.values import Begun, Closing, Mine, Opening, Session, TurnState
from yumen.sessions.withdraw_sql import SqlWithdrawals
from yumen.storage import Database
from yumen.storage.compartments import One
from yumen.testing.session_store import SessionStoreSuite, closing, opening
from yumen.testing.session_turns import NOW_US

NAME = "one"
OWNER = "wrkspc_1"
PLANTED = ("petunia-in-the-question", "petunia-in-the-answer", "petunia-in-system", "petunia-in-tools", "petunia-behind-a-placeholder")


def plain_stores(database: Database) -> Stores:
    """The stores that seal nothing."""
    shelf = SqlSessionShelf(database)
    return Stores(SqlSessionStore(database), shelf, shelf, SqlWithdrawals(database))


def stores_of(database: Database, folder: Path, organization: str = "org_1") -> Stores:
    """An organization's sealed stores over a database."""
    return SealedPlaces(One(plain_stores(database)), keyring(database, keks(folder)).sealer).of(organization)


class TestSealed(SessionStoreSuite):
    """The sealed store over both databases."""

    @pytest.fixture
    def stores(self, database: Database, tmp_path: Path) -> Stores:
        """One organization's stores."""
        return stores_of(database, tmp_path)

    @pytest.fixture
    def store(self, stores: Stores) -> SealedStore:
        """Give the suite its store."""
        assert isinstance(stores.store, SealedStore)
        return stores.store

    @pytest.fixture
    def shelf(self, stores: Stores) -> SealedShelf:
        """Give the suite its shelf; what forgets old sessions opens nothing, and is the plain store's."""
        assert isinstance(stores.shelf, SealedShelf)
        stores.shelf.purge = stores.purge.purge  # type: ignore[attr-defined]
        return stores.shelf


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated database in a file."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/sealed.db")
    await database.upgrade()
    await add_organizations(database)
    yield database
    await database.dispose()


async def said(stores: Stores) -> Begun:
    """A whole turn with everything that may be planted."""
    question, answer, system, tools, value = (b'"%b"' % text.encode() for text in PLANTED)
    message = b'{"role":"user","content":' + question + b"}"
    begun = await stores.store.begin(OWNER, NAME, Opening("sess_1", "req_1", message, 10, 20, system=system))
    assert isinstance(begun, Begun)
    answered = b'{"role":"assistant","content":' + answer + b"}"
    end = Closing(TurnState.ANSWERED, 11, answered, tools=tools, placeholders=b'{"[X]":' + value + b"}")
    assert await stores.store.finish(Mine(begun.session.id, begun.number, "req_1"), end)
    return begun


async def test_nothing_that_was_said_is_in_the_files(opened: Database, tmp_path: Path) -> None:
    """Neither the database's file nor its write-ahead log holds a word of it, while it is open and after; and all of it is read again."""
    stores = stores_of(opened, tmp_path)
    await said(stores)
    session = await one(stores)
    assert await stores.shelf.fork(session, msgspec.structs.replace(session, id="copy", name="copy"))

    def bytes_of() -> bytes:
        return b"".join(path.read_bytes() for path in sorted(tmp_path.glob("sealed.db*")))

    during = bytes_of()
    there = [await stores.shelf.read(OWNER, name) for name in (NAME, "copy")]
    await opened.dispose()
    for held in (during, bytes_of()):
        assert b"session_turns" in held
        assert [text for text in PLANTED if text.encode() in held] == []
    for found in there:
        assert found is not None
        session, (turn,) = found
        held = b"".join(each or b"" for each in (session.system, session.tools, session.placeholders, turn.question, turn.answer))
        assert [text for text in PLANTED if text.encode() not in held] == []
        assert "petunia" not in repr(session)


async def one(stores: Stores) -> Session:
    """The session."""
    session = await stores.shelf.find(OWNER, NAME)
    assert session is not None
    return session


async def test_what_was_stored_plainly_is_read(opened: Database, tmp_path: Path) -> None:
    """What 0.4.0 wrote reads as it was, and goes on sealed."""
    old, stores = plain_stores(opened), stores_of(opened, tmp_path)
    assert isinstance(await old.store.begin(OWNER, NAME, opening(1, "an old one")), Begun)
    await old.store.finish(Mine("sess_1", 1, "req_1"), closing("an old answer"))
    begun = await stores.store.begin(OWNER, NAME, opening(2, "a new one", at_us=NOW_US + 10))
    assert isinstance(begun, Begun)
    assert b"an old answer" in (begun.turns[0].answer or b"")
    found = await stores.shelf.search(OWNER, "ONE", 10)
    assert [(each.number, each.text) for each in found] == [(2, "a new one"), (1, "an old one\nan old answer")]


CHANGES: dict[str, str] = {
    "a changed answer": "UPDATE session_turns SET answer = CAST(substr(answer, 1, length(answer) - 1) || x'00' AS BLOB)",
    "an answer in the place of its question": "UPDATE session_turns SET question = answer",
    "another turn's question": "UPDATE session_turns SET request_id = 'req_2'",
    "another session's system": "UPDATE sessions SET system = placeholders",
    "a turn cut short": "UPDATE session_turns SET answer = x'01'",
}


@pytest.mark.parametrize("change", CHANGES)
async def test_what_was_changed_in_the_database_does_not_open(opened: Database, tmp_path: Path, change: str) -> None:
    """Whatever somebody changes or moves in the database, the session says that it is broken, and holds up nobody afterwards."""
    stores = stores_of(opened, tmp_path)
    await said(stores)
    async with opened.begin() as connection:
        await connection.execute(sa.text(CHANGES[change]))
    with pytest.raises(SessionBroken):
        await stores.shelf.read(OWNER, NAME)
    for number in (3, 4):  # not SessionBusy: the turn that could not be begun was withdrawn
        with pytest.raises(SessionBroken):
            await stores.store.begin(OWNER, NAME, opening(number))


async def test_another_organization_opens_nothing(opened: Database, tmp_path: Path) -> None:
    """A session whose row somebody gives to another organization's workspace opens with none of its keys."""
    await said(stores_of(opened, tmp_path))
    theirs = stores_of(opened, tmp_path, "org_2")
    with pytest.raises(Exception, match="key") as refused:
        await theirs.shelf.read(OWNER, NAME)
    assert type(refused.value).__name__ == "ContentKeyUnavailable"


async def test_a_session_that_another_made_meanwhile(opened: Database, tmp_path: Path) -> None:
    """Where another process makes the session between the look and the begin, what is said of it is sealed for the right one."""
    stores = plain_stores(opened)
    ring = keyring(opened, keks(tmp_path))

    async def made() -> None:
        other = SealedPlaces(One(stores), ring.sealer).of("org_1")
        begun = await other.store.begin(OWNER, NAME, opening(7, at_us=1))
        assert isinstance(begun, Begun)
        await other.store.finish(Mine("sess_7", 1, "req_7"), closing(at_us=2))

    racing = Racing(stores.shelf, made)
    sealed = SealedPlaces(One(stores._replace(shelf=racing)), ring.sealer).of("org_1")  # type: ignore[arg-type]
    begun = await sealed.store.begin(OWNER, NAME, opening(8, system=b'"kind"'))
    assert isinstance(begun, Begun)
    assert (begun.session.id, begun.session.system, begun.number) == ("sess_7", b'"kind"', 2)


class Racing:
    """A shelf that is looked at just before another process makes a session."""

    def __init__(self, shelf: object, made: Callable[[], Awaitable[None]]) -> None:
        """Stand before a shelf."""
        self._shelf = shelf
        self._made = made
        self._first = True

    async def find(self, owner: str, name: str) -> object:
        """Look, and let the other be quicker, once."""
        found = await self._shelf.find(owner, name)  # type: ignore[attr-defined]
        if self._first:
            self._first = False
            await self._made()
        return found
