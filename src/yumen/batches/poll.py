"""The one task that looks after batches under way: asks whether they have ended, adds up their results, and has them charged, once."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

import msgspec

from yumen.batches.rules import ENDED, add_result
from yumen.batches.values import Sum
from yumen.claude.batch_results import LineCutter, read_batch_result
from yumen.errors import Fault, UpstreamRubbish

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from contextlib import AbstractAsyncContextManager

    from yumen.batches.rules import PriceOf
    from yumen.batches.store import BatchStore
    from yumen.batches.values import OpenBatch
    from yumen.clock import Clock

log = logging.getLogger("yumen.batches")

INTERVAL_S = 10.0
HOUR_US = 3_600_000_000
BATCH_LEASE_US = 26 * HOUR_US
"""How long the hold of a batch lives without a renewal: a batch ends within 24 hours."""
KEPT_US = 30 * 24 * HOUR_US
"""Charged batches are remembered as long as Claude keeps their results."""
MAX_STATUS_BYTES = 1024 * 1024
OK, NOT_FOUND, GONE = 200, 404, 410


class Got(Protocol):
    """The answer to a GET: its status, and its body piece by piece."""

    @property
    def status(self) -> int:
        """The status."""

    def pieces(self) -> AsyncIterator[bytes]:
        """Yield the body."""


class Services(Protocol):
    """What the poller asks of others."""

    def get(self, upstream: str, path: str, api_version: str | None) -> AbstractAsyncContextManager[Got]:
        """Ask an upstream by its name; yield the answer once its head is here. Raises the upstream's faults."""

    def prices_of(self, batch: OpenBatch) -> PriceOf:
        """Return the prices of a batch's upstream, when it was made."""

    async def renew(self, batches: Sequence[OpenBatch]) -> None:
        """Keep the holds of batches under way."""

    async def charge(self, batch: OpenBatch, total: Sum, *, estimated: bool) -> None:
        """Write the entry and settle the hold, both once however often this is called."""


class _Status(msgspec.Struct):
    processing_status: str


class Poller:
    """Looks at every batch that is not charged yet, each at most once an interval whoever asks."""

    def __init__(self, store: BatchStore, clock: Clock, services: Services, *, interval_s: float = INTERVAL_S) -> None:
        """Remember batches in that store."""
        self._store = store
        self._clock = clock
        self._services = services
        self._interval_s = interval_s

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.round()
            await asyncio.sleep(self._interval_s)

    async def round(self) -> None:
        """Look at every batch once. A batch or a database that cannot be asked now is asked again the next time."""
        try:
            batches = await self._store.unsettled()
            await self._services.renew(batches)
            for batch in batches:
                await self._look_at(batch)
            await self._store.forget(self._clock.now_us() - KEPT_US)
        except Fault as fault:
            log.warning("batches could not be looked at (%s); the next time they are", type(fault).__name__)

    async def _look_at(self, batch: OpenBatch) -> None:
        if not await self._store.claim(batch.id, self._clock.now_us(), round(self._interval_s * 500_000)):
            return
        try:
            found = await self._result_of(batch)
        except Fault as fault:
            log.warning("batch %s could not be looked at (%s); the next time it is", batch.id, type(fault).__name__)
            return
        if found is not None:
            await self._charge(batch, *found)

    async def charge_now(self, batch_id: str) -> None:
        """Charge a batch that has ended without waiting for its turn: it is about to be deleted, and read no more after that.

        Raises the faults of the upstream and of the database.
        """
        batch = next((batch for batch in await self._store.unsettled() if batch.id == batch_id), None)
        found = None if batch is None else await self._result_of(batch)
        if batch is not None and found is not None:
            await self._charge(batch, *found)

    async def _charge(self, batch: OpenBatch, total: Sum, estimated: bool) -> None:  # noqa: FBT001  (what `_result_of` returns)
        await self._services.charge(batch, total, estimated=estimated)
        await self._store.settle(batch.id, self._clock.now_us())

    async def _result_of(self, batch: OpenBatch) -> tuple[Sum, bool] | None:
        """Return what a batch used and whether that is an estimate; None while it is under way."""
        path = f"/v1/messages/batches/{batch.id}"
        async with self._services.get(batch.upstream, path, batch.api_version) as got:
            if got.status in (NOT_FOUND, GONE):
                return estimate(batch), True
            if got.status != OK or await status_of(got) != ENDED:
                return None
        async with self._services.get(batch.upstream, path + "/results", batch.api_version) as got:
            if got.status in (NOT_FOUND, GONE):
                return estimate(batch), True
            if got.status != OK:
                return None
            return await self._add_up(batch, got), False

    async def _add_up(self, batch: OpenBatch, got: Got) -> Sum:
        price_of = self._services.prices_of(batch)
        total, cutter = Sum(), LineCutter()
        async for piece in got.pieces():
            for line in cutter.feed(piece):
                total = add_line(total, line, price_of)
        for line in cutter.end():
            total = add_line(total, line, price_of)
        return total


def add_line(total: Sum, line: bytes, price_of: PriceOf) -> Sum:
    """Return the sum with one more line; what is no result counts for nothing."""
    result = read_batch_result(line) if line.strip() else None
    return total if result is None else add_result(total, result, price_of)


def estimate(batch: OpenBatch) -> Sum:
    """Return what a batch probably used whose results are gone before they were read."""
    log.warning("the results of batch %s are gone: it is charged by estimate", batch.id)
    return Sum(nanousd=batch.expected_nanousd or 0, unpriced=int(batch.expected_nanousd is None))


async def status_of(got: Got) -> str:
    """Return where a batch stands. Raises UpstreamRubbish."""
    body = b""
    async for piece in got.pieces():
        body += piece
        if len(body) > MAX_STATUS_BYTES:
            raise UpstreamRubbish("The upstream's answer is too long for a batch.")
    try:
        return msgspec.json.decode(body, type=_Status).processing_status
    except ValueError as error:
        raise UpstreamRubbish("The upstream's answer is no batch.") from error
