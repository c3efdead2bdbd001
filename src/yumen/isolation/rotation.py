"""Rotation: a new data key for what is written from now on, and data keys that are sealed under another key of keys."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from yumen.audit import Act
from yumen.isolation.values import DataKey
from yumen.isolation.wrapping import new_data_key, rewrapped, unwrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.audit import Actor
    from yumen.clock import Clock
    from yumen.isolation.keks import Keks
    from yumen.isolation.store import DataKeyStore


class Rotation:
    """What an operator does with keys of content. Whatever ends in the middle leaves keys that all open: each says how it is sealed."""

    def __init__(self, store: DataKeyStore, keks: Keks, clock: Clock) -> None:
        """Work on the data keys of that store."""
        self._store = store
        self._keks = keks
        self._clock = clock

    async def keys(self, organization_id: str | None = None) -> list[DataKey]:
        """Return an organization's data keys, or everybody's, the oldest first."""
        return await (self._store.every() if organization_id is None else self._store.keys_of(organization_id))

    async def open(self, key: DataKey, old: Sequence[str] = ()) -> None:
        """Try to open a data key, and show nothing of it. Raises KekUnavailable."""
        own = await self._store.own_reference(key.organization_id)
        unwrapped(key, await self._keks.opening(key, (*old, *(() if own is None else (own,)))))

    async def rotate(self, actor: Actor, organization_id: str) -> DataKey:
        """Make a new data key, which seals as soon as every process knows it; those before it open on. Raises KekUnavailable."""
        own = await self._store.own_reference(organization_id)
        kek = await self._keks.sealing(own, await self._store.every())
        older = await self._store.keys_of(organization_id)
        new = new_data_key(organization_id, kek, self._clock, max((key.created_us for key in older), default=0))
        after = {"wrapped_by": new.wrapped_by}
        await self._store.add(new, Act(actor, self._clock.now_us(), "data_key.create", new.id, organization_id, None, after))
        return new

    async def rewrap(self, actor: Actor, organization_id: str | None = None, old: Sequence[str] = ()) -> list[DataKey]:
        """Seal an organization's data keys, or everybody's, under the key of keys that is theirs now; return those that were not yet.

        `old` are more references at which a key of keys may be that one of them is sealed under. Raises KekUnavailable where one cannot be
        had; organizations that come after that one are as they were.
        """
        changed = list[DataKey]()
        keys = sorted(await self.keys(organization_id), key=lambda key: key.organization_id)
        for each, theirs in groupby(keys, key=lambda key: key.organization_id):
            changed += await self._rewrap_of(actor, each, list(theirs), old)
        return changed

    async def _rewrap_of(self, actor: Actor, organization_id: str, keys: Sequence[DataKey], old: Sequence[str]) -> list[DataKey]:
        own = await self._store.own_reference(organization_id)
        new = await self._keks.current(own, await self._store.every())
        stale = [key for key in keys if key.wrapped_by != new.name]
        references = (*old, *(() if own is None else (own,)))
        changed = [rewrapped(key, await self._keks.opening(key, references), new) for key in stale]
        if changed:
            before = {"wrapped_by": sorted({key.wrapped_by for key in stale})}
            act = Act(actor, self._clock.now_us(), "data_key.rewrap", organization_id, organization_id, before, {"wrapped_by": new.name})
            await self._store.rewrap(changed, act)
        return changed
