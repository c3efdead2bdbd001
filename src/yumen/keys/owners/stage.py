"""Whose it is: a batch, file or container made through one workspace's key does not exist for the keys of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.errors import NotFound
from yumen.keys.owners.lists import keep_only, read_listing
from yumen.keys.owners.rules import UNFINISHED, ids_in_body, ids_outside_tools, may_name
from yumen.keys.owners.store import Resource

if TYPE_CHECKING:
    from collections.abc import Collection
    from mmap import mmap

    from yumen.clock import Clock
    from yumen.exchange.values import Principal
    from yumen.keys.owners.rules import Named
    from yumen.keys.owners.store import OwnerStore

REMEMBERED = 50_000


class Owners:
    """Asks and tells whose things are. Owners never change, so what was read once is remembered."""

    def __init__(self, store: OwnerStore, clock: Clock, *, forward_unowned: bool = False) -> None:
        """Keep owners in a store. `forward_unowned`: an id that nobody owns is anybody's (for a sandbox alone)."""
        self._store = store
        self._clock = clock
        self._forward_unowned = forward_unowned
        self._known: dict[str, Resource] = {}

    async def check(self, principal: Principal, ids: Collection[str]) -> set[str]:
        """Return the names of the upstreams that have these things. Raise NotFound unless each is the caller's own."""
        found = await self._find(ids)
        foreign = self._foreign(principal, ids, found)
        if foreign:
            raise NotFound(f"{max(foreign) or 'file_id'}: no such resource belongs to this key's workspace")
        return {resource.upstream for resource in found.values()}

    async def check_body(self, principal: Principal, body: bytes | mmap) -> set[str]:
        """Return the names of the upstreams that have what a request's body, or a piece of one, names.

        Raise NotFound where that is not the caller's own, or could, read on, name what is not.
        """
        if not may_name(body):
            return set()
        ids = {named.id for named in ids_in_body(body)}
        if not ids:
            return set()
        found = await self._find(ids)
        upstreams = {resource.upstream for resource in found.values()}
        if len(upstreams) > 1 or self._foreign(principal, ids, found):
            return await self.check(principal, ids & {named.id for named in ids_outside_tools(body)})
        return upstreams

    async def upstream_of(self, identifier: str) -> str | None:
        """Return the name of the upstream that has a thing, None where nobody knows."""
        resource = (await self._find([identifier])).get(identifier)
        return None if resource is None else resource.upstream

    async def keep(self, principal: Principal, made: Collection[Named], upstream: str) -> None:
        """Write down what was made for a caller, before the caller hears of it."""
        new = [named for named in made if named.id not in self._known]
        if new:
            now_us = self._clock.now_us()
            await self._store.remember([Resource(named.id, named.kind, principal.workspace_id, upstream, now_us) for named in new])

    async def filter_list(self, principal: Principal, body: bytes) -> bytes:
        """Return a list's body without the items of others; what is no list is returned as it is."""
        listing = read_listing(body)
        if listing is None:
            return body
        ids = {identifier for identifier, _ in listing.items}
        return keep_only(listing, ids - await self._not_owned(principal, ids))

    async def _not_owned(self, principal: Principal, ids: Collection[str]) -> set[str]:
        return self._foreign(principal, ids, await self._find(ids))

    def _foreign(self, principal: Principal, ids: Collection[str], found: dict[str, Resource]) -> set[str]:
        return {identifier for identifier in ids if identifier == UNFINISHED or not self._is_own(principal, found.get(identifier))}

    def _is_own(self, principal: Principal, resource: Resource | None) -> bool:
        return self._forward_unowned if resource is None else resource.workspace_id == principal.workspace_id

    async def _find(self, ids: Collection[str]) -> dict[str, Resource]:
        found = {identifier: self._known[identifier] for identifier in ids if identifier in self._known}
        missing = set(ids) - found.keys()
        if missing:
            read = await self._store.find(missing)
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known |= read
            found |= read
        return found
