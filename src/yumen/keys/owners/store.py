"""Where owners are kept: what every store of them promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from yumen.keys.owners.rules import Kind

if TYPE_CHECKING:
    from collections.abc import Collection


class Resource(msgspec.Struct, frozen=True):
    """A thing that was made upstream through this gateway, and whose it is."""

    id: str
    kind: Kind
    workspace_id: str
    upstream: str
    """The name of the upstream that has it."""
    created_at_us: int


class OwnerStore(Protocol):
    """Keeps owners. Each method raises KeysUnreadable when the store does not answer."""

    async def remember(self, resources: Collection[Resource]) -> None:
        """Write whose these are. Who was written first stays the owner: nobody becomes it by naming an id later."""

    async def find(self, ids: Collection[str]) -> dict[str, Resource]:
        """Return those of the ids that are known."""
