"""The sealers of all organizations: data keys are made at first use, opened once, and looked at again every few seconds."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from yumen.errors import ContentKeyUnavailable
from yumen.isolation.values import KekUnavailable
from yumen.isolation.wrapping import new_data_key, unwrapped
from yumen.storage import DatabaseUnavailable
from yumen.storage.envelope import Envelope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.clock import Clock
    from yumen.isolation.keks import Keks
    from yumen.isolation.store import DataKeyStore
    from yumen.isolation.values import DataKey
    from yumen.storage.envelope import Sealer

log = logging.getLogger("yumen.isolation")

NS_PER_S = 1_000_000_000
LOOK_NS = 5 * NS_PER_S
"""So old may be what a process knows of an organization's data keys."""
SETTLED_US = 15_000_000
"""So old is a new data key before it seals: by then every process knows it, and can open what another sealed."""
AGAIN_NS = 2 * NS_PER_S
"""After a failure nobody asks before that."""


class Held(msgspec.Struct, frozen=True):
    """What is known of an organization."""

    envelope: Envelope
    secrets: dict[str, bytes]
    """Its data keys, by id."""
    active: str
    looked_ns: int

    def __repr__(self) -> str:
        """Say nothing of keys."""
        return f"Held({self.active!r})"


class Keyring:
    """Gives out sealers; `sealer` is the `SealerOf` of a process. For one event loop; the sealers are for any thread."""

    def __init__(self, store: DataKeyStore, keks: Keks, clock: Clock) -> None:
        """Open what that store keeps with those keys of keys."""
        self._store = store
        self._keks = keks
        self._clock = clock
        self._held: dict[str, Held] = {}
        self._faults: dict[str, tuple[int, Exception]] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @property
    def fault(self) -> str | None:
        """Why an organization's keys cannot be had; None: nobody's failed at last."""
        return next((str(fault) for _, fault in self._faults.values()), None)

    @property
    def trouble(self) -> KekUnavailable | None:
        """The same as an error for whoever runs a command; None: it was nobody's, or the database's."""
        return next((fault for _, fault in self._faults.values() if isinstance(fault, KekUnavailable)), None)

    async def look(self) -> str | None:
        """Try again what failed a while ago, so that a fault that has passed is not told for ever; return the fault that stands."""
        for organization_id, (failed_ns, _) in list(self._faults.items()):
            if self._clock.elapsed_ns() - failed_ns >= LOOK_NS:
                with suppress(ContentKeyUnavailable):
                    await self.sealer(organization_id)
        return self.fault

    async def sealer(self, organization_id: str) -> Sealer:
        """Return an organization's sealer; its first data key is made if there is none. Raises ContentKeyUnavailable."""
        held, lock = self._held.get(organization_id), self._locks[organization_id]
        if held is not None and (lock.locked() or self._clock.elapsed_ns() - held.looked_ns < LOOK_NS):
            return held.envelope
        async with lock:
            held = self._held.get(organization_id)
            if held is None or self._clock.elapsed_ns() - held.looked_ns >= LOOK_NS:
                held = self._held[organization_id] = await self._looked(organization_id, held)
        return held.envelope

    async def _looked(self, organization_id: str, held: Held | None) -> Held:
        """Read the data keys anew. What is known already serves on where they cannot be read. Raises ContentKeyUnavailable."""
        now_ns = self._clock.elapsed_ns()
        failed = self._faults.get(organization_id)
        if failed is None or now_ns - failed[0] >= AGAIN_NS:
            try:
                held = await self._read(organization_id, held)
            except (KekUnavailable, DatabaseUnavailable) as fault:
                self._failed(organization_id, fault)
            else:
                self._faults.pop(organization_id, None)
                if held is None:
                    self._held.pop(organization_id, None)
                    raise ContentKeyUnavailable
                return held
        if held is None:
            raise ContentKeyUnavailable
        return msgspec.structs.replace(held, looked_ns=now_ns)

    async def _read(self, organization_id: str, held: Held | None) -> Held | None:
        """Return what is known now; None: the organization has been erased, and its data keys with it."""
        keys = await self._store.keys_of(organization_id) or await self._first(organization_id)
        if not keys:
            return None
        secrets = dict[str, bytes]() if held is None else held.secrets
        active = sealing_key(keys, self._clock.now_us())
        if held is None or secrets.keys() != {key.id for key in keys}:
            secrets = await self._opened(organization_id, keys, secrets)
        elif active == held.active:
            return msgspec.structs.replace(held, looked_ns=self._clock.elapsed_ns())
        return Held(Envelope(secrets, active, keys[0].id), secrets, active, self._clock.elapsed_ns())

    async def _first(self, organization_id: str) -> list[DataKey]:
        own = await self._store.own_reference(organization_id)
        kek = await self._keks.sealing(own, await self._store.every())
        return await self._store.first(new_data_key(organization_id, kek, self._clock))

    async def _opened(self, organization_id: str, keys: Sequence[DataKey], known: dict[str, bytes]) -> dict[str, bytes]:
        own = await self._store.own_reference(organization_id)
        references = () if own is None else (own,)
        opened = dict[str, bytes]()
        for key in keys:
            opened[key.id] = known.get(key.id) or unwrapped(key, await self._keks.opening(key, references))
        return opened

    def _failed(self, organization_id: str, fault: Exception) -> None:
        before = self._faults.get(organization_id)
        if before is None or str(before[1]) != str(fault):
            log.error("the content of %s can be neither sealed nor opened: %s", organization_id, fault)
        self._faults[organization_id] = (self._clock.elapsed_ns(), fault)


def sealing_key(keys: Sequence[DataKey], now_us: int) -> str:
    """Return the id of the data key that seals now: the newest that every process knows by now, else the oldest."""
    settled = [key for key in keys if key.created_us <= now_us - SETTLED_US]
    return (settled or keys[:1])[-1].id
