"""What is to be written down, until it is: sealed and written by one task, within a budget; and what is old goes."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import msgspec

from yumen.contents.rules import context_of, encode
from yumen.contents.values import Row
from yumen.errors import ContentKeyUnavailable
from yumen.storage import DatabaseUnavailable
from yumen.storage.purging import purge_each

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.clock import Clock
    from yumen.contents.store import Safe
    from yumen.contents.values import Waiting
    from yumen.http import ByteBudget
    from yumen.storage.envelope import Sealer

log = logging.getLogger("yumen.contents")

Pause = Callable[[float], Awaitable[object]]
"""Waits for seconds."""
DAY_US = 86_400_000_000
MOST_WAITING = 5000
"""Exchanges of one organization that wait to be written, whatever they hold."""
AT_ONCE = 50
"""Rows in one transaction."""
AGAIN_S = 1.0
PURGE_S = 60.0


class KeepOptions(msgspec.Struct, frozen=True):
    """What the operator says of kept content."""

    keep_days: int = 30


class Keeping:
    """Whoever makes this awaits `run` and `purge_all` as long as it serves, and `finish` at the end.

    Each organization has its own queue: what one's database or key holds up is nothing to the others.
    """

    def __init__(self, safe: Safe, clock: Clock, budget: ByteBudget, options: KeepOptions, pause: Pause = asyncio.sleep) -> None:
        """Write into that safe, by that clock, and give back to the budget what is written; `pause` waits between two attempts."""
        self._safe = safe
        self._clock = clock
        self._budget = budget
        self._options = options
        self._pause = pause
        self._waiting: dict[str, deque[Waiting]] = {}
        self._news = asyncio.Event()
        self.written = 0
        self.dropped = 0
        """Exchanges that should have been written down and were not."""

    @property
    def keeps(self) -> bool:
        """Whether anything is kept at all."""
        return self._options.keep_days > 0

    @property
    def owed(self) -> int:
        """How many wait to be written."""
        return sum(map(len, self._waiting.values()))

    def take(self, waiting: Waiting) -> None:
        """Write this soon; it is dropped, and counted, where too many of its organization wait already."""
        queue = self._waiting.setdefault(waiting.organization_id, deque())
        if len(queue) >= MOST_WAITING:
            self._budget.give(waiting.held_bytes)
            self.drop()
            return
        queue.append(waiting)
        self._news.set()

    def drop(self, count: int = 1) -> None:
        """Count what is not written."""
        if not self.dropped:
            log.warning("content that a key asks to keep is not kept: there is no room for it, or no key; yumen_contents_dropped counts it")
        self.dropped += count

    async def run(self) -> None:
        """Write until cancelled. Where a database is away, what is for it waits."""
        while True:
            await self._news.wait()
            self._news.clear()
            if not await self.settle():
                await self._pause(AGAIN_S)
                self._news.set()

    async def settle(self) -> bool:
        """Write everything that waits; return whether nothing does any more."""
        for organization_id in list(self._waiting):
            try:
                await self._settle(organization_id)
            except DatabaseUnavailable as fault:
                log.warning("the content of %d requests could not be written: %s", len(self._waiting[organization_id]), fault)
        return not self._waiting

    async def _settle(self, organization_id: str) -> None:
        """Write all of one organization's. Raises DatabaseUnavailable; what was not written waits on then."""
        queue = self._waiting[organization_id]
        while queue:
            some = [queue[place] for place in range(min(len(queue), AT_ONCE))]
            try:
                sealer = await self._safe.sealer_of(organization_id)
            except ContentKeyUnavailable:
                self.drop(len(some))  # what cannot be sealed is written nowhere, and must not fill the memory either
            else:
                await self._safe.stores.of(organization_id).add(sealed(sealer, some))
                self.written += len(some)
            for each in some:
                queue.popleft()
                self._budget.give(each.held_bytes)
        del self._waiting[organization_id]

    async def purge_all(self) -> None:
        """Delete what is old, step by step, until cancelled."""
        while True:
            more = await self.purge()
            await self._pause(0 if more else PURGE_S)

    async def purge(self) -> bool:
        """Delete some of what is old, wherever it is; return whether there may be more."""
        before_us = self._clock.now_us() - self._options.keep_days * DAY_US
        return await purge_each(self._safe.stores.every(), lambda store, most: store.purge(before_us, most), "old content")

    async def finish(self, timeout_s: float) -> None:
        """Write what is left, within a time."""
        try:
            async with asyncio.timeout(timeout_s):
                await self.settle()
        except TimeoutError:
            pass
        if self.owed:
            log.warning("the content of %d requests was not written: there was no time, or no database", self.owed)
            self.drop(self.owed)


def sealed(sealer: Sealer, waiting: Sequence[Waiting]) -> list[Row]:
    """Return rows for the store."""
    return [
        Row(
            each.request_id,
            each.organization_id,
            each.workspace_id,
            each.key_id,
            each.time_us,
            sealer.seal(encode(each.kept), context_of(each.request_id)),
        )
        for each in waiting
    ]
