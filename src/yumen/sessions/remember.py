"""remember: turns that end are stored, each at once and until the store has it; the leases of those under way are renewed by one task."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from yumen.errors import ContentKeyUnavailable, Fault
from yumen.exchange.use import was_refused, was_sent
from yumen.exchange.values import Outcome
from yumen.sessions.fate import fate_of
from yumen.sessions.lines import Lines
from yumen.sessions.store import SessionKeeper, SessionPurge, SessionShelf, SessionStore
from yumen.sessions.under_way import End, UnderWay, end_of
from yumen.sessions.values import Begun, Mine
from yumen.storage import DatabaseUnavailable
from yumen.storage.compartments import Stores as Kept
from yumen.storage.purging import purge_each

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from yumen.clock import Clock
    from yumen.exchange import Exchange
    from yumen.sessions.values import Asked, Busy

log = logging.getLogger("yumen.sessions")

Pause = Callable[[float], Awaitable[object]]
"""Waits for seconds."""
US_PER_S = 1_000_000
DAY_US = 86_400 * US_PER_S
PART = 3
"""A lease is renewed when a third of it has passed: two renewals may fail."""
AGAIN_S = 1.0
PURGE_S = 60.0
PURGED_AT_ONCE = 50
INLINE_BYTES = 256 * 1024
"""A longer answer is made ready for the store in a thread."""


class Withdrawals(Protocol):
    """Takes turns back."""

    async def withdraw(self, mine: Mine) -> None:
        """Delete an open turn, and its session where that has no other. Raises `DatabaseUnavailable`. Twice is once."""


class FullShelf(SessionShelf, SessionKeeper, Protocol):
    """Shows sessions, copies and deletes them."""

    async def asked_by(self, request_id: str) -> Asked | None:
        """Return which turn a request was, of whichever owner; None where it was none. Raises `DatabaseUnavailable`."""


class Stores(NamedTuple):
    """Where conversations are: the four faces of one database."""

    store: SessionStore
    shelf: FullShelf
    purge: SessionPurge
    withdrawals: Withdrawals


SessionPlaces = Kept[Stores]
"""The stores of each organization's conversations, asked for anew for every operation: an organization may move."""


class Remember:
    """A closing stage. Whoever makes this awaits `renew_all` and `purge_all` as long as it serves, and `finish` at the end."""

    def __init__(self, places: SessionPlaces, clock: Clock, lease_us: int, pause: Pause = asyncio.sleep) -> None:
        """Write there; a turn's lease is that long. `pause` waits between two attempts."""
        self.places = places
        self.lines = Lines()
        self.lease_us = lease_us
        self._clock = clock
        self._pause = pause
        self._open: set[UnderWay] = set()
        self._writing: set[asyncio.Task[None]] = set()

    @property
    def open(self) -> int:
        """How many turns are under way, or not stored yet."""
        return len(self._open)

    def begin(self, turn: UnderWay) -> None:
        """Renew the lease of a turn from now on, until it is stored."""
        self._open.add(turn)

    def leave(self, opened: asyncio.Future[Begun | Busy], organization_id: str, request_id: str) -> None:
        """Take back a turn that is just being opened, since its caller has gone: it would hold up the next one until its lease is over."""

        async def leave() -> None:
            with suppress(DatabaseUnavailable, Fault):
                begun = await opened
                if isinstance(begun, Begun):
                    await self.places.of(organization_id).withdrawals.withdraw(Mine(begun.session.id, begun.number, request_id))

        self._write(leave())

    def _write(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    def __call__(self, exchange: Exchange) -> None:
        """End the turn of an exchange: as its outcome says, and until the store knows it."""
        turn = exchange.turn
        if not isinstance(turn, UnderWay):
            return
        sent = was_sent(exchange) and not was_refused(exchange)
        fate = fate_of(exchange.outcome or Outcome.FAILED, exchange.status, sent=sent, wanted=exchange.shared is not None)
        turn.stored = asyncio.get_running_loop().create_future()
        self._write(self._store(turn, end_of(exchange, fate)))

    async def _store(self, turn: UnderWay, end: End) -> None:
        """Write until it is written; nobody else's turn in the session begins before."""
        try:
            inline = turn.size <= INLINE_BYTES
            closing, trouble = turn.closing(end) if inline else await asyncio.to_thread(turn.closing, end)
            if trouble is not None:
                log.warning("the answer to %s does not count in its session: %s", turn.mine.request_id, trouble)
            while True:
                try:
                    stores = self.places.of(turn.organization_id)
                    if closing is None:
                        await stores.withdrawals.withdraw(turn.mine)
                    elif not await stores.store.finish(turn.mine, closing):
                        log.warning("the turn of %s was given up before its end: its lease had run out", turn.mine.request_id)
                    break
                except (DatabaseUnavailable, ContentKeyUnavailable) as fault:
                    log.warning("the turn of %s could not be stored yet: %s", turn.mine.request_id, fault)
                    await self._pause(AGAIN_S)
        finally:
            self._open.discard(turn)
            self.lines.leave(turn.key)
            if turn.stored is not None:
                turn.stored.set_result(None)

    async def renew_all(self) -> None:
        """Renew until cancelled."""
        while True:
            await asyncio.sleep(self.lease_us / US_PER_S / PART)
            await self.renew()

    async def renew(self) -> None:
        """Renew every lease once."""
        for organization_id in {turn.organization_id for turn in self._open}:
            held = [turn.mine for turn in self._open if turn.organization_id == organization_id]
            try:
                await self.places.of(organization_id).store.renew(held, self._clock.now_us() + self.lease_us)
            except DatabaseUnavailable as fault:
                log.warning("%d turns of sessions could not be renewed: %s", len(held), fault)

    async def purge_all(self, keep_days: int) -> None:
        """Delete what was not used for so many days, step by step, until cancelled."""
        while True:
            more = await self.purge(keep_days)
            await asyncio.sleep(0 if more else PURGE_S)

    async def purge(self, keep_days: int) -> bool:
        """Delete some of it, everywhere; return whether there may be more."""
        before_us = self._clock.now_us() - keep_days * DAY_US
        return await purge_each(
            self.places.every(), lambda stores, most: stores.purge.purge(before_us, most), "old sessions", PURGED_AT_ONCE
        )

    async def finish(self, timeout_s: float) -> None:
        """Wait for what is being stored, within a time. What is not stored then counts as broken when its lease runs out."""
        if self._writing:
            _, late = await asyncio.wait(self._writing, timeout=timeout_s)
            for task in late:
                task.cancel()
            if late:
                log.warning("%d turns of sessions were not stored in time", len(late))
                await asyncio.wait(late)
