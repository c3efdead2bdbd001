"""What placeholders stand for in things that outlive their request, batches and files: kept sealed, until the thing is gone."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

import msgspec

from yumen.errors import PolicyUnavailable
from yumen.storage import DatabaseUnavailable
from yumen.storage.purging import purge_each

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

    from yumen.clock import Clock
    from yumen.storage.compartments import Stores
    from yumen.storage.envelope import SealerOf

log = logging.getLogger("yumen.policy")

DAY_US = 86_400_000_000
KEEP_DAYS = {"batch": 32, "file": 400}
"""The results of a batch can be fetched for 29 days. A file has no end of its own: the values in it come back for so long."""
PURGE_S = 3600.0

_mapping = msgspec.json.Decoder(dict[str, str]).decode


class KeptRow(msgspec.Struct, frozen=True):
    """One mapping as it is stored. `sealed` is bound to its resource's id. Times are UTC microseconds."""

    resource_id: str
    organization_id: str
    sealed: bytes
    expires_us: int


class KeptStore(Protocol):
    """Keeps mappings. Raises `DatabaseUnavailable`."""

    async def put(self, row: KeptRow) -> None:
        """Write a row; one of the same id is replaced."""

    async def find(self, organization_id: str, ids: Collection[str]) -> Sequence[KeptRow]:
        """Return an organization's rows of those ids."""

    async def delete(self, organization_id: str, identifier: str) -> None:
        """Delete an organization's row."""

    async def purge(self, before_us: int, limit: int) -> int:
        """Delete at most so many that have expired; return how many it were."""


class Kept:
    """The mappings of all organizations."""

    def __init__(self, stores: Stores[KeptStore], sealer_of: SealerOf, clock: Clock) -> None:
        """Keep there, sealed by those."""
        self._stores = stores
        self._sealer_of = sealer_of
        self._clock = clock
        self._forgetting: set[asyncio.Task[None]] = set()

    async def put(self, organization_id: str, resource: tuple[str, str], mapping: Mapping[str, str]) -> None:
        """Keep what a thing's placeholders stand for; `resource` is its kind, `batch` or `file`, and its id. Raises PolicyUnavailable."""
        kind, identifier = resource
        sealer = await self._sealer_of(organization_id)
        sealed = sealer.seal(msgspec.json.encode(mapping), context_of(identifier))
        expires_us = self._clock.now_us() + KEEP_DAYS[kind] * DAY_US
        try:
            await self._stores.of(organization_id).put(KeptRow(identifier, organization_id, sealed, expires_us))
        except DatabaseUnavailable as fault:
            raise PolicyUnavailable from fault

    async def load(self, organization_id: str, ids: Collection[str]) -> dict[str, str]:
        """Return what the placeholders of all those things stand for. Raises PolicyUnavailable, ContentKeyUnavailable."""
        try:
            rows = await self._stores.of(organization_id).find(organization_id, ids)
        except DatabaseUnavailable as fault:
            raise PolicyUnavailable from fault
        mapping: dict[str, str] = {}
        if rows:
            sealer = await self._sealer_of(organization_id)
            for row in rows:
                mapping |= _mapping(sealer.open(row.sealed, context_of(row.resource_id)))
        return mapping

    def forget(self, organization_id: str, identifier: str) -> None:
        """Delete what is kept of a thing that is gone, meanwhile; where that fails it expires."""
        task = asyncio.ensure_future(self._forget(organization_id, identifier))
        self._forgetting.add(task)
        task.add_done_callback(self._forgetting.discard)

    async def _forget(self, organization_id: str, identifier: str) -> None:
        try:
            await self._stores.of(organization_id).delete(organization_id, identifier)
        except DatabaseUnavailable as fault:
            log.warning("the placeholders of %s stay until they expire: %s", identifier, fault)

    async def finish(self, timeout_s: float) -> None:
        """Wait until what is to be deleted is."""
        if self._forgetting:
            await asyncio.wait(self._forgetting, timeout=timeout_s)

    async def purge_all(self, pause: Callable[[float], Awaitable[object]]) -> None:
        """Delete what has expired, step by step, until cancelled."""
        while True:
            more = await self.purge()
            await pause(0 if more else PURGE_S)

    async def purge(self) -> bool:
        """Delete some of it, everywhere; return whether there may be more."""
        now_us = self._clock.now_us()
        return await purge_each(self._stores.every(), lambda store, most: store.purge(now_us, most), "expired placeholders")


def context_of(identifier: str) -> bytes:
    """Return what a row is sealed for."""
    return b"placeholders\0" + identifier.encode()
