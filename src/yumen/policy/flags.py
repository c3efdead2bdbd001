"""What policies found is written down after each exchange, through a bounded queue: nothing is lost without being counted."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from contextlib import suppress
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from yumen.errors import ContentKeyUnavailable
from yumen.exchange.values import Content
from yumen.policy.findings import Findings, note_of
from yumen.policy.store import FlagRow
from yumen.storage import DatabaseUnavailable
from yumen.storage.purging import purge_each

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from yumen.clock import Clock
    from yumen.exchange import Exchange
    from yumen.exchange.values import Principal
    from yumen.policy.compiled import Compiled
    from yumen.policy.findings import Excerpt
    from yumen.policy.store import FlagStore
    from yumen.storage.compartments import Stores
    from yumen.storage.envelope import SealerOf

log = logging.getLogger("yumen.policy")

MOST_WAITING = 20_000
"""Flags that wait to be written: while a database is away, more are counted and let go."""
AT_ONCE = 500
AGAIN_S = 1.0
PURGE_S = 60.0
DAY_US = 86_400_000_000


class Waiting(NamedTuple):
    """A flag that is to be written, and the words around it, which are to be sealed first."""

    row: FlagRow
    excerpts: tuple[Excerpt, ...]


class FlagWriter:
    """A closing stage, the first of them. Whoever makes this awaits `run` as long as it serves, and `finish` at the end."""

    def __init__(
        self,
        stores: Stores[FlagStore],
        sealer_of: SealerOf,
        clock: Clock,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
        *,
        keeps_text: bool = True,
    ) -> None:
        """Write there, sealed by those; `pause` waits for seconds between two attempts. `keeps_text`: whether any words may be kept."""
        self._stores = stores
        self._sealer_of = sealer_of
        self._clock = clock
        self._pause = pause
        self._keeps_text = keeps_text
        self._open: dict[str, Findings] = {}
        """What is found in the exchanges that are under way, by their request's id."""
        self._queue: deque[Waiting] = deque()
        self._wake = asyncio.Event()
        self._writing = asyncio.Lock()
        self.hits: Counter[tuple[str, str, str]] = Counter()
        """Hits by action, `request` or `answer`, and `enforce` or `shadow`."""
        self.dropped = 0
        """Flags that could not be written down."""

    @property
    def waiting(self) -> int:
        """How many flags are not written yet."""
        return len(self._queue)

    def begin(self, exchange: Exchange, compiled: Compiled) -> Findings:
        """Return what takes the findings of an exchange, from its check to its close."""
        found = self._open.get(exchange.request_id)
        if found is None:
            principal = exchange.principal
            keeps = self._keeps_text and principal is not None and principal.storable and principal.content is not Content.OFF
            found = self._open[exchange.request_id] = Findings(compiled, keeps_text=keeps)
        return found

    def __call__(self, exchange: Exchange) -> None:
        """Note in the exchange what was found, and hand it over to be written; does nothing where nothing was found."""
        found = self._open.pop(exchange.request_id, None)
        if found is None or exchange.principal is None:
            return
        flags, now_us = found.flags, self._clock.now_us()
        exchange.policy_note = note_of([flag for flag, _ in flags])
        for number, (flag, excerpts) in enumerate(flags):
            self.hits[flag.action, flag.on, "shadow" if flag.shadow else "enforce"] += flag.count
            if len(self._queue) >= MOST_WAITING:
                self._drop(1)
                continue
            row = FlagRow(exchange.request_id, number, now_us, *owners(exchange.principal), flag)
            self._queue.append(Waiting(row, excerpts if keeps_text(exchange.principal, found) else ()))
        if flags:
            self._wake.set()

    async def run(self) -> None:
        """Write what waits, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue and not await self.write():
                await self._pause(AGAIN_S)

    async def write(self) -> bool:
        """Write what waits; return whether all of it is written."""
        async with self._writing:
            while self._queue:
                batch = [self._queue[number] for number in range(min(AT_ONCE, len(self._queue)))]
                try:
                    await self._write(batch)
                except DatabaseUnavailable as fault:
                    log.warning("%d flags of policies wait to be written: %s", len(self._queue), fault)
                    return False
                for _ in batch:
                    self._queue.popleft()
            return True

    async def _write(self, batch: Sequence[Waiting]) -> None:
        for organization_id, group in groupby(batch, key=lambda each: each.row.organization_id):
            rows = [await self._sealed(each) for each in group]
            await self._stores.of(organization_id).add(rows)

    async def _sealed(self, waiting: Waiting) -> FlagRow:
        """Return the row with the words around it sealed; without them where they cannot be sealed."""
        row = waiting.row
        if not waiting.excerpts:
            return row
        try:
            sealer = await self._sealer_of(row.organization_id)
        except ContentKeyUnavailable:
            log.warning("the text of a flag of request %s is not kept: its organization's key cannot be had", row.request_id)
            return row
        return msgspec.structs.replace(row, sealed=sealer.seal(msgspec.json.encode(waiting.excerpts), context_of(row)))

    async def purge_all(self, keep_days: int) -> None:
        """Delete flags that are older than so many days, step by step, until cancelled."""
        while True:
            more = await self.purge(keep_days)
            await self._pause(0 if more else PURGE_S)

    async def purge(self, keep_days: int) -> bool:
        """Delete some of them, everywhere; return whether there may be more."""
        before_us = self._clock.now_us() - keep_days * DAY_US
        return await purge_each(self._stores.every(), lambda store, most: store.purge(before_us, most), "old flags")

    async def finish(self, timeout_s: float) -> None:
        """Write what still waits, within a time; what is not written then is counted, and said."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.write(), timeout_s)
        self._drop(len(self._queue))
        self._queue.clear()

    def _drop(self, count: int) -> None:
        if count:
            self.dropped += count
            log.error("%d flags of policies could not be written down", count)


def owners(principal: Principal) -> tuple[str, str, str]:
    """Return whose a flag is: organization, workspace, key."""
    return principal.organization_id, principal.workspace_id, principal.key_id


def keeps_text(principal: Principal, found: Findings) -> bool:
    """Tell whether the words around a hit are kept: the key says all, or errors, and this is one."""
    return principal.storable and (principal.content is Content.ALL or (principal.content is Content.ERRORS and found.blocked))


def context_of(row: FlagRow) -> bytes:
    """Return what the words of a flag are sealed for: its place alone."""
    return f"policy_flags\0{row.request_id}\0{row.number}".encode()
