"""Where the library takes down conversations: the store, lines for those who wait, and the leases of turns that are under way.

It lives in the process's shared loop (`client/loop.py`); every thread and task asks there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import random
from typing import TYPE_CHECKING, Any, TypeVar

from yumen.clock import Clock
from yumen.errors import OperatorError
from yumen.sessions.lines import Lines
from yumen.sessions.shelf_sql import SqlSessionShelf
from yumen.sessions.store_sql import SqlSessionStore
from yumen.sessions.values import LOCAL, Begun, Closing, Mine, TurnState
from yumen.storage import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from yumen.sessions.values import Busy, Opening
    from yumen.storage import Database

log = logging.getLogger("yumen.client")

OWNER = LOCAL
LEASE_S = 15.0
"""How long a turn counts as under way after its process died."""
POLL_S = 0.1
"""How often the store is asked whether a turn has ended that another process asked."""
SETTLE_S = 2.0
"""How long whoever has an answer waits until it is stored; both go on then."""
TRIES = 60
AGAIN_S = 1.0
US = 1_000_000
Ended = TypeVar("Ended")
Pause = Callable[[float], Awaitable[object]]
"""Waits for seconds."""


class Desk:
    """One database's conversations, in this process."""

    def __init__(self, database: Database, poll_s: float = POLL_S, pause: Pause = asyncio.sleep) -> None:
        """Take down in a database that has been migrated; `start` begins to look after leases. `pause` waits between two attempts."""
        self.database = database
        self.store = SqlSessionStore(database)
        self.shelf = SqlSessionShelf(database)
        self.clock = Clock()
        self._poll_s = poll_s
        self._pause = pause
        self._lines = Lines()
        self._held: dict[Mine, str] = {}
        self._renewing: asyncio.Task[None] | None = None
        self._closing: set[Mine] = set()
        self._ending: set[asyncio.Task[Any]] = set()

    def start(self) -> None:
        """Look after leases from now on."""
        self._renewing = asyncio.get_running_loop().create_task(self._renew())

    async def close(self) -> None:
        """Store what can be stored soon, and close the database. A turn that is still under way is broken when its lease ends."""
        if self._renewing is not None:
            self._renewing.cancel()
            with suppress(asyncio.CancelledError):
                await self._renewing
        if self._ending:
            _, late = await asyncio.wait(self._ending, timeout=SETTLE_S)
            for task in late:
                task.cancel()
        await self.database.dispose()

    async def begin(self, name: str, make: Callable[[int, int], Opening], patience_s: float) -> tuple[Begun, Mine]:
        """Open a turn once no other of its session is under way, here or in another process; first come, first served in this one.

        `make` is told the time and the end of the lease. Whoever gets a turn calls `finish` or `give_up`.
        Raises OperatorError where the patience ends before.
        """
        deadline_ns = self.clock.elapsed_ns() + int(patience_s * 1e9)
        if not await self._lines.enter((OWNER, name), patience_s):
            raise busy(name)
        try:
            return await self._begun(name, make, deadline_ns)
        except BaseException:
            self._lines.leave((OWNER, name))
            raise

    async def _begun(self, name: str, make: Callable[[int, int], Opening], deadline_ns: int) -> tuple[Begun, Mine]:
        while True:
            now_us = self.clock.now_us()
            opening = make(now_us, now_us + int(LEASE_S * US))
            opened = asyncio.get_running_loop().create_task(self.store.begin(OWNER, name, opening))
            try:
                begun = await asyncio.shield(opened)
            except asyncio.CancelledError:
                self._leave(opened, opening.request_id)
                raise
            if isinstance(begun, Begun):
                mine = Mine(begun.session.id, begun.number, opening.request_id)
                self._held[mine] = name
                return begun, mine
            if self.clock.elapsed_ns() > deadline_ns:
                raise busy(name)
            await asyncio.sleep(self._poll_s * (0.5 + random()))  # noqa: S311  (so that processes do not ask in step)

    async def finish(self, mine: Mine, closing: Closing) -> bool:
        """End a turn and let the next begin; return whether it counts, which goes on though whoever asked is cancelled.

        An answer that the database does not take at once is offered again for a minute. Whoever asked waits for two seconds; then the
        answer counts as far as is known: only if the process dies, or the minute ends before, it does not.
        """
        if mine not in self._held or mine in self._closing:
            return False
        self._closing.add(mine)
        task = self._end(self._stored(mine, closing))
        done, _ = await asyncio.wait([task], timeout=SETTLE_S)
        return task.result() if done else True

    async def give_up(self, mine: Mine) -> None:
        """End a turn as broken, if nobody has ended it; without the database its lease does so later."""
        await self.finish(mine, Closing(TurnState.BROKEN, self.clock.now_us()))

    async def _stored(self, mine: Mine, closing: Closing) -> bool:
        tries = TRIES if closing.state is TurnState.ANSWERED else 1
        try:
            for left in reversed(range(tries)):
                try:
                    return await self.store.finish(mine, closing)
                except DatabaseUnavailable as fault:
                    log.warning("turn %d of the conversation %s could not be stored: %s", mine.number, self._held[mine], fault)
                    await self._pause(AGAIN_S if left else 0)
            return False
        finally:
            self._let_go(mine)

    def _end(self, work: Coroutine[Any, Any, Ended]) -> asyncio.Task[Ended]:
        task = asyncio.get_running_loop().create_task(work)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        return task

    def _leave(self, opened: asyncio.Task[Begun | Busy], request_id: str) -> None:
        """End a turn that is just being opened, since whoever asked has gone: nobody else would before its lease is over."""

        async def leave() -> None:
            with suppress(DatabaseUnavailable):
                begun = await opened
                if isinstance(begun, Begun):
                    mine = Mine(begun.session.id, begun.number, request_id)
                    await self.store.finish(mine, Closing(TurnState.BROKEN, self.clock.now_us()))

        self._end(leave())

    def _let_go(self, mine: Mine) -> None:
        self._closing.discard(mine)
        self._lines.leave((OWNER, self._held.pop(mine)))

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(LEASE_S / 3)
            if self._held:
                try:
                    await self.store.renew(list(self._held), self.clock.now_us() + int(LEASE_S * US))
                except DatabaseUnavailable:
                    log.warning("the conversations' store does not answer: turns that are under way may not count")


def busy(name: str) -> OperatorError:
    """Return what is said to whoever waited in vain."""
    return OperatorError("another turn of the conversation {name} is still under way; try again later", name=name)
