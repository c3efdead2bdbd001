"""Conversations of a gateway at rest: sealed on their way into the store, opened on their way out. The stores know nothing of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

from yumen.errors import SessionBroken
from yumen.sessions.sealing import (
    of_session,
    of_turn,
    opened_begun,
    opened_session,
    opened_turn,
    sealed_closing,
    sealed_opening,
    sealed_session,
)
from yumen.sessions.values import Begun, Found, Listed, Mine
from yumen.sessions.words import text_of
from yumen.storage import DatabaseUnavailable
from yumen.storage.envelope import SealBroken

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Sequence

    from yumen.sessions.remember import FullShelf, SessionPlaces, Stores
    from yumen.sessions.values import Asked, Busy, Closing, Opening, Session, Turn
    from yumen.storage.envelope import Sealer, SealerOf

log = logging.getLogger("yumen.sessions")

INLINE_BYTES = 256 * 1024
"""More than that is opened in a thread."""
PAGE = 100
SEARCHED = 1_000
"""So many sessions of a workspace are searched, the last used first: each is opened for it."""

SealerHere = Callable[[], Awaitable["Sealer"]]
"""Returns the sealer of the organization whose store this is. Raises ContentKeyUnavailable."""
Result = TypeVar("Result")


class SealedPlaces:
    """The `SessionPlaces` whose stores hold nothing but what is sealed."""

    def __init__(self, places: SessionPlaces, sealer_of: SealerOf) -> None:
        """Seal what goes into those places."""
        self._places = places
        self._sealer_of = sealer_of

    def of(self, organization_id: str) -> Stores:
        """Return the stores that have an organization's conversations now."""
        plain = self._places.of(organization_id)

        async def sealer() -> Sealer:
            return await self._sealer_of(organization_id)

        return plain._replace(store=SealedStore(plain, sealer), shelf=SealedShelf(plain.shelf, sealer))

    def every(self) -> Sequence[Stores]:
        """Return all places, for what opens nothing."""
        return self._places.every()

    def apart(self) -> Collection[str]:
        """Return the organizations that have a place of their own."""
        return self._places.apart()


class SealedStore:
    """The `SessionStore` of one organization before another store. Each method raises `ContentKeyUnavailable` besides."""

    def __init__(self, plain: Stores, sealer: SealerHere) -> None:
        """Seal what goes there."""
        self._plain = plain
        self._store = plain.store
        self._sealer = sealer

    async def begin(self, owner: str, name: str, opening: Opening) -> Begun | Busy:
        """Open a turn. Raises SessionBroken where what is stored of its session does not open; then no turn was begun."""
        sealer = await self._sealer()
        while True:
            session_id = await self._session_id(owner, name, opening)
            begun = await self._store.begin(owner, name, sealed_opening(sealer, opening, session_id))
            if not isinstance(begun, Begun):
                return begun
            if begun.session.id == session_id or not says_more(opening):
                return await self._opened(sealer, begun, opening.request_id)
            await self._withdraw(begun, opening.request_id)  # another made or deleted the session meanwhile

    async def _session_id(self, owner: str, name: str, opening: Opening) -> str:
        """Return the id of the session in which the turn will probably begin, where something has to be sealed for it."""
        found = await self._plain.shelf.find(owner, name) if says_more(opening) else None
        return opening.session_id if found is None else found.id

    async def _opened(self, sealer: Sealer, begun: Begun, request_id: str) -> Begun:
        size = sum(len(turn.question) + len(turn.answer or b"") for turn in begun.turns)
        try:
            with broken_as_such(begun.session.id):
                return await anywhere(size, lambda: opened_begun(sealer, begun))
        except BaseException:
            with suppress(DatabaseUnavailable):  # then its lease ends by itself
                await asyncio.shield(self._withdraw(begun, request_id))
            raise

    async def _withdraw(self, begun: Begun, request_id: str) -> None:
        await self._plain.withdrawals.withdraw(Mine(begun.session.id, begun.number, request_id))

    async def renew(self, held: Collection[Mine], lease_until_us: int) -> None:
        """Prolong the leases of turns that are under way."""
        await self._store.renew(held, lease_until_us)

    async def grow(self, mine: Mine, question: bytes) -> bool:
        """Write a longer question for a turn that is under way; return whether it still is."""
        sealer = await self._sealer()
        return await self._store.grow(mine, sealer.seal(question, of_turn("question", mine.request_id)))

    async def finish(self, mine: Mine, closing: Closing) -> bool:
        """End a turn; return whether it still was under way. If not, its answer is kept beside it and does not count."""
        sealer = await self._sealer()
        size = len(closing.answer or b"")
        return await self._store.finish(mine, await anywhere(size, lambda: sealed_closing(sealer, closing, mine)))

    async def drop(self, session_id: str, up_to: int, summary: bytes | None) -> None:
        """Leave the turns up to a number out of the history from now on."""
        sealer = await self._sealer()
        sealed = None if summary is None else sealer.seal(summary, of_session("summary", session_id))
        await self._store.drop(session_id, up_to, sealed)


class SealedShelf:
    """The `SessionShelf` and the `SessionKeeper` of one organization before another shelf."""

    def __init__(self, shelf: FullShelf, sealer: SealerHere) -> None:
        """Open what comes from there."""
        self._shelf = shelf
        self._sealer = sealer

    async def find(self, owner: str, name: str) -> Session | None:
        """Return a session without its turns; None where there is no such session."""
        session = await self._shelf.find(owner, name)
        return None if session is None else await self._session(session)

    async def read(self, owner: str, name: str) -> tuple[Session, tuple[Turn, ...]] | None:
        """Return a session and every turn of it, oldest first; None where there is no such session."""
        found = await self._shelf.read(owner, name)
        if found is None:
            return None
        sealer, (session, turns) = await self._sealer(), found
        size = sum(len(turn.question) + len(turn.answer or b"") for turn in turns)
        with broken_as_such(session.id):
            return await anywhere(size, lambda: (opened_session(sealer, session), tuple(opened_turn(sealer, turn) for turn in turns)))

    async def every(self, owner: str, at_most: int, after: str | None = None) -> list[Listed]:
        """Return sessions, the last used first; `after` is the id of the last one that was seen."""
        return [Listed(await self._session(one.session), one.turns) for one in await self._shelf.every(owner, at_most, after)]

    async def search(self, owner: str, text: str, at_most: int) -> list[Found]:
        """Return turns whose text contains that text (letters of ASCII in either case), the newest first.

        Every session is opened for it, so only the `SEARCHED` ones are searched that were used last.
        """
        sought = lowered(text)
        found = list[tuple[int, Found]]()
        async for name in self._names(owner):
            there = await self.read(owner, name)
            for turn in () if there is None else there[1]:
                said = said_in(turn)
                if there is not None and sought in lowered(said):
                    found.append((turn.opened_us, Found(there[0], turn.number, said)))
        found.sort(key=lambda one: (-one[0], one[1].session.id, -one[1].number))
        return [one for _, one in found[:at_most]]

    async def asked_by(self, request_id: str) -> Asked | None:
        """Return which turn a request was."""
        return await self._shelf.asked_by(request_id)

    async def fork(self, source: Session, copy: Session) -> bool:
        """Write a copy of a session and of its finished turns; return False where its owner has one of its name already."""
        return await self._shelf.fork(source, sealed_session(await self._sealer(), copy))

    async def delete(self, owner: str, name: str) -> bool:
        """Delete a session with its turns; return whether there was one."""
        return await self._shelf.delete(owner, name)

    async def _session(self, session: Session) -> Session:
        sealer = await self._sealer()
        with broken_as_such(session.id):
            return opened_session(sealer, session)

    async def _names(self, owner: str) -> AsyncIterator[str]:
        after, seen = None, 0
        while seen < SEARCHED:
            page = await self._shelf.every(owner, PAGE, after)
            for one in page:
                yield one.session.name
            if len(page) < PAGE:
                return
            after, seen = page[-1].session.id, seen + PAGE


def says_more(opening: Opening) -> bool:
    """Whether a turn's begin says something of its session that is sealed."""
    return opening.system is not None or opening.tools is not None


def said_in(turn: Turn) -> str:
    """Return a turn's text: what was asked, and what was answered."""
    return "\n".join(part for part in (text_of(turn.question), text_of(turn.answer)) if part)


def lowered(text: str) -> bytes:
    """Return a text to compare: letters of ASCII in lower case."""
    return text.encode("utf-8", "replace").lower()


@contextmanager
def broken_as_such(session_id: str) -> Iterator[None]:
    """Say of a seal that does not open whose it is."""
    try:
        yield
    except SealBroken:
        log.error(  # noqa: TRY400  (where it was raised says nothing)
            "what is stored of the session %s is not what was written: it was changed outside the gateway", session_id
        )
        raise SessionBroken from None


async def anywhere(size: int, work: Callable[[], Result]) -> Result:
    """Do it here, or in a thread where so much is to be looked at."""
    return work() if size <= INLINE_BYTES else await asyncio.to_thread(work)
