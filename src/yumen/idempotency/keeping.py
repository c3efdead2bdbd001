"""What is under way with a key in this process: its leases are renewed by one task, its ends are written by another."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from yumen.idempotency.rules import Fate
from yumen.idempotency.sealing import seal
from yumen.idempotency.values import Ending, Reason, State
from yumen.storage import DatabaseUnavailable, reason_of
from yumen.storage.purging import purge_each

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.idempotency.recording import Recording
    from yumen.idempotency.store import RepeatStore
    from yumen.storage.compartments import Stores

log = logging.getLogger("yumen.idempotency")

Pause = Callable[[float], Awaitable[object]]
"""Waits for seconds."""
US_PER_S = 1_000_000
HOUR_US = 3600 * US_PER_S
LEASE_US = 30 * US_PER_S
PART = 3
"""A lease is renewed when a third of it has passed: two renewals may fail."""
REMEMBERED_HOURS = 24
"""How long a key is known at least, whether or not its answer is kept."""
AGAIN_S = 1.0
PURGE_S = 60.0
MOST_OWED = 10_000
"""Rows of which nobody knows whether they were written, while the store is away; beyond it their leases run out by themselves."""
INLINE_BYTES = 1024 * 1024
"""A longer answer is encrypted in a thread."""


class KeepOptions(msgspec.Struct, frozen=True):
    """What the operator says of kept answers."""

    keep_hours: int = 24
    lease_us: int = LEASE_US


class Doubt(NamedTuple):
    """A row of which nobody knows whether it was written, and whose it would be."""

    organization_id: str
    row_id: str
    request_id: str


Owed = TypeVar("Owed", "Recording", Doubt)


class Keeping:
    """Whoever makes this awaits `run`, `renew_all` and `purge_all` as long as it serves, and `finish` at the end."""

    def __init__(self, stores: Stores[RepeatStore], clock: Clock, options: KeepOptions, pause: Pause = asyncio.sleep) -> None:
        """Write where each organization's rows are, by that clock; `pause` waits between two attempts."""
        self.stores = stores
        self.options = options
        self.open: dict[str, Recording] = {}
        """What is under way, or not yet written, by the rows' ids."""
        self._clock = clock
        self._pause = pause
        self._ended: deque[Recording] = deque()
        self._doubtful: deque[Doubt] = deque(maxlen=MOST_OWED)
        self._news = asyncio.Event()

    @property
    def expires_us(self) -> int:
        """When a row that is written now is forgotten."""
        return self._clock.now_us() + max(self.options.keep_hours, REMEMBERED_HOURS) * HOUR_US

    @property
    def owed(self) -> int:
        """How many ends are not written yet."""
        return len(self._ended) + len(self._doubtful)

    def end(self, recording: Recording) -> None:
        """Write soon how a request ended."""
        if recording.running:
            self._ended.append(recording)
            self._news.set()

    def doubt(self, recording: Recording) -> None:
        """Delete soon a row of which nobody knows whether it was written: its request is not sent."""
        self.open.pop(recording.marks.id, None)
        self._doubtful.append(Doubt(recording.organization_id, recording.marks.id, recording.request_id))
        self._news.set()

    async def run(self) -> None:
        """Write every end, until cancelled. Where a store is away, its ends wait for it, and their leases hold as long as they are."""
        while True:
            await self._news.wait()
            self._news.clear()
            if not await self.settle():
                await self._pause(AGAIN_S)
                self._news.set()

    async def settle(self) -> bool:
        """Write what is to be written; return False where a store is away. What is owed to the others does not wait for it."""
        away = set[str | None]()
        await self._settle(self._ended, self._write, away)
        await self._settle(self._doubtful, self._forget, away)
        if away:
            log.warning("%d ends of requests with an idempotency key could not be written yet", self.owed)
        return not away

    async def _settle(self, queue: deque[Owed], write: Callable[[Owed], Awaitable[None]], away: set[str | None]) -> None:
        """Write what a queue holds, but for those stores that are away, and note more of them."""
        passed = 0
        while passed < len(queue):
            owed = queue[passed]
            place = owed.organization_id if owed.organization_id in self.stores.apart() else None  # the main one is everybody else's
            if place not in away:
                try:
                    await write(owed)
                except DatabaseUnavailable as fault:
                    log.warning("the database %s does not take the ends of requests: %s", fault.place, reason_of(fault))
                    away.add(place)
                else:
                    with suppress(ValueError):  # a queue that is full has left it out meanwhile
                        queue.remove(owed)
                    continue
            passed += 1

    async def _forget(self, doubt: Doubt) -> None:
        await self.stores.of(doubt.organization_id).forget(doubt.row_id, doubt.request_id)

    async def _write(self, recording: Recording) -> None:
        marks, request_id = recording.marks, recording.request_id
        if recording.fate is Fate.FORGET:
            await self.stores.of(recording.organization_id).forget(marks.id, request_id)
        else:
            ending = await self._ending(recording)
            await self.stores.of(recording.organization_id).finish(marks.id, request_id, ending)
        self._leave(recording)

    async def _ending(self, recording: Recording) -> Ending:
        reason = self._missing(recording)
        if reason is not None:
            return Ending(State.UNANSWERED, self.expires_us, reason)
        answer = recording.answer()
        arguments = (recording.marks, recording.request_id, answer)
        sealed = seal(*arguments) if len(answer.body) <= INLINE_BYTES else await asyncio.to_thread(seal, *arguments)
        return Ending(State.ANSWERED, self.expires_us, sealed=sealed)

    def _missing(self, recording: Recording) -> Reason | None:
        """Return why the answer cannot be kept; None: it can."""
        if recording.fate is Fate.LOSE:
            return recording.reason or Reason.LOST
        if not recording.whole:
            return Reason.CUT
        if recording.dropped is not None:
            return recording.dropped
        if recording.passing:
            return Reason.ISOLATED
        return None if self.options.keep_hours else Reason.NOT_KEPT

    def _leave(self, recording: Recording) -> None:
        if self.open.get(recording.marks.id) is recording:
            del self.open[recording.marks.id]
        recording.leave_room()

    async def renew_all(self) -> None:
        """Renew until cancelled."""
        while True:
            await asyncio.sleep(self.options.lease_us / US_PER_S / PART)
            await self.renew()

    async def renew(self) -> None:
        """Renew every lease once."""
        held: dict[str, list[tuple[str, str]]] = {}
        for row_id, recording in self.open.items():
            if recording.running:
                held.setdefault(recording.organization_id, []).append((row_id, recording.request_id))
        for organization_id, rows in held.items():
            try:
                await self.stores.of(organization_id).renew(rows, self._clock.now_us() + self.options.lease_us, self.expires_us)
            except DatabaseUnavailable as fault:
                log.warning("%d requests with an idempotency key could not be renewed: %s", len(rows), fault)

    async def purge_all(self) -> None:
        """Delete what is expired, step by step, until cancelled."""
        while True:
            more = await self.purge()
            await asyncio.sleep(0 if more else PURGE_S)

    async def purge(self) -> bool:
        """Delete some expired rows wherever there are any; return whether there may be more."""
        now_us = self._clock.now_us()
        return await purge_each(self.stores.every(), lambda store, most: store.purge(now_us, most), "expired idempotency keys")

    async def finish(self, timeout_s: float) -> None:
        """Write what is left, within a time. What is not written counts as ended with the process when its lease runs out."""
        try:
            async with asyncio.timeout(timeout_s):
                await self.settle()
        except TimeoutError:
            log.warning("%d ends of requests with an idempotency key were not written in time", self.owed)
