"""Aliases at hand: all of them in memory, read anew when the database's revision changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yumen.routes.aliases.store import AliasStore
    from yumen.storage import RevisionWatch


class Aliases:
    """Knows every organization's aliases. While the database cannot be read, those that were read last hold."""

    def __init__(self, store: AliasStore, watch: RevisionWatch) -> None:
        """Read from a store, and follow the watch over its revision; nothing is known before `follow` has run once."""
        self._store = store
        self._known: dict[tuple[str, str], str] = {}
        watch.join(self)

    def model_for(self, organization_id: str, name: str) -> str | None:
        """Return the model that an organization means by a name; None: the name is no alias. Never waits."""
        return self._known.get((organization_id, name))

    def has_any(self, organization_id: str) -> bool:
        """Tell whether an organization has aliases at all."""
        return any(owner == organization_id for owner, _ in self._known)

    async def follow(self) -> None:
        """Read all aliases anew. Raises DatabaseUnavailable; then those that are known stay."""
        self._known = {(each.organization_id, each.alias): each.model for each in await self._store.every()}
