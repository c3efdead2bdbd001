"""Of the suite for stores of conversations: whose they are, and how they are listed, searched, copied and forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from yumen.sessions.store import SessionKeeper, SessionPurge, SessionShelf
from yumen.sessions.values import LOCAL, TurnState, TurnUsage
from yumen.testing.session_turns import NAME, NOW_US, OWNER, closing, is_begun, mine, opening, said

if TYPE_CHECKING:
    from yumen.sessions.store import SessionStore


class Shelf(SessionShelf, SessionKeeper, SessionPurge, Protocol):
    """Whatever looks at a store, and keeps it."""


class ShelfSuite:
    """What whoever looks at stored conversations is promised."""

    async def test_sessions_are_their_owners_alone(self, store: SessionStore, shelf: Shelf) -> None:
        """Another owner's session of the same name is another one; nothing of it is read, listed, found, copied or deleted."""
        await said(store, 1, "secret")
        other = is_begun(await store.begin("wrkspc_2", NAME, opening(2)))
        assert (other.session.id, other.turns) == ("sess_2", ())
        assert await shelf.find("wrkspc_3", NAME) is None
        assert await shelf.read("wrkspc_3", NAME) is None
        assert await shelf.every("wrkspc_3", 10) == []
        assert await shelf.search("wrkspc_2", "secret", 10) == []
        assert not await shelf.delete("wrkspc_3", NAME)
        assert await shelf.delete("wrkspc_2", NAME)
        assert await shelf.read(OWNER, NAME) is not None

    async def test_a_session_is_found_without_its_turns(self, store: SessionStore, shelf: Shelf) -> None:
        """`find` says the same of a session as `read`."""
        await said(store, 1)
        read = await shelf.read(OWNER, NAME)
        assert read is not None
        assert await shelf.find(OWNER, NAME) == read[0]

    async def test_the_last_used_comes_first(self, store: SessionStore, shelf: Shelf) -> None:
        """A list has the last used first, with how many turns each has, and goes on after the one that was seen."""
        for number, name in ((1, "a"), (2, "b"), (3, "c"), (4, "a")):
            await said(store, number, name=name)
        found = await shelf.every(OWNER, 10)
        assert [(one.session.name, one.turns) for one in found] == [("a", 2), ("c", 1), ("b", 1)]
        assert [one.session.name for one in await shelf.every(OWNER, 1, found[0].session.id)] == ["c"]
        assert [one.session.name for one in await shelf.every(OWNER, 10, found[1].session.id)] == ["b"]

    async def test_text_is_found_on_both_sides(self, store: SessionStore, shelf: Shelf) -> None:
        """A text is found in questions and answers, Chinese or escaped, in either case, the newest first; its signs mean themselves."""
        await said(store, 1, "我叫王芳", "Good DAY 100%")
        await said(store, 2, "\\u738b\\u82b3 again", "it is a_b")
        assert [found.number for found in await shelf.search(OWNER, "王芳", 10)] == [2, 1]
        assert [found.number for found in await shelf.search(OWNER, "good day", 10)] == [1]
        assert [found.number for found in await shelf.search(OWNER, "100%", 10)] == [1]
        assert [found.number for found in await shelf.search(OWNER, "a_b", 10)] == [2]
        assert await shelf.search(OWNER, "axb", 10) == []
        assert await shelf.search(OWNER, "content", 10) == []
        assert [found.text for found in await shelf.search(OWNER, "again", 1)] == ["王芳 again\nit is a_b"]

    async def test_a_fork_goes_its_own_way(self, store: SessionStore, shelf: Shelf) -> None:
        """A copy has the finished turns, and counts nothing of what they used; both go on apart, and no name is taken twice."""
        await said(store, 1)
        open_one = is_begun(await store.begin(OWNER, NAME, opening(2)))
        session = await shelf.find(OWNER, NAME)
        assert session is not None
        copy = msgspec.structs.replace(session, id="sess_copy", name="copy", forked_from=session.id)
        assert await shelf.fork(session, copy)
        assert not await shelf.fork(session, msgspec.structs.replace(copy, id="sess_copy_2"))
        await store.finish(mine(open_one, 2), closing())
        begun = is_begun(await store.begin(OWNER, "copy", opening(3)))
        assert (begun.number, len(begun.turns), begun.session.forked_from) == (2, 1, session.id)
        assert (begun.turns[0].answer, begun.turns[0].usage) == (closing().answer, TurnUsage())
        read = await shelf.read(OWNER, NAME)
        assert read is not None
        assert [turn.state for turn in read[1]] == [TurnState.ANSWERED, TurnState.ANSWERED]

    async def test_what_is_deleted_is_gone(self, store: SessionStore, shelf: Shelf) -> None:
        """A deleted session is new when it is named again, and an answer that comes late finds nothing."""
        begun = is_begun(await store.begin(OWNER, NAME, opening()))
        assert await shelf.delete(OWNER, NAME)
        assert not await shelf.delete(OWNER, NAME)
        assert not await store.finish(mine(begun), closing())
        again = is_begun(await store.begin(OWNER, NAME, opening(2)))
        assert (again.session.id, again.number) == ("sess_2", 1)

    async def test_what_is_not_used_is_forgotten(self, store: SessionStore, shelf: Shelf) -> None:
        """So many as are asked for go, the oldest first; what was used since stays, and what is the library's."""
        for number in (1, 2, 3):
            await said(store, number, name=f"name-{number}")
        is_begun(await store.begin(LOCAL, NAME, opening(4, at_us=NOW_US)))
        assert await shelf.purge(NOW_US + 25, 1) == 1
        assert [one.session.name for one in await shelf.every(OWNER, 10)] == ["name-3", "name-2"]
        assert await shelf.purge(NOW_US + 25, 10) == 1
        assert await shelf.purge(NOW_US + 25, 10) == 0
        assert [one.session.name for one in await shelf.every(OWNER, 10)] == ["name-3"]
        assert len(await shelf.every(LOCAL, 10)) == 1
