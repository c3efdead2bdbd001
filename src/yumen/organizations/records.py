"""Reading the audit log, an organization's part or all of it, and writing down who read what people said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.audit import ANY, Act
from yumen.organizations.rows import KeyHandle
from yumen.organizations.values import User

if TYPE_CHECKING:
    from collections.abc import Collection

    from yumen.audit import Actor, Recorded, Sought
    from yumen.clock import Clock
    from yumen.organizations.store import Store

USER, KEY = "user:", "key:"
"""How the names of actors begin."""


class AuditLog:
    """Shows acts, and adds those that change nothing else; it cannot change them."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Read that store, by that clock."""
        self._store = store
        self._clock = clock

    async def page(
        self, organization_id: str | None = None, *, before: int | None = None, limit: int = 100, sought: Sought = ANY
    ) -> list[Recorded]:
        """Return a page of acts, the newest first: those before a number, and of them those that are sought."""
        return await self._store.acts(organization_id, before, limit, sought)

    async def names(self, actors: Collection[str]) -> dict[str, str]:
        """Return how those who acted are called today, people and keys; whoever is gone is left out."""
        ids = {kind: tuple({actor.removeprefix(kind) for actor in actors if actor.startswith(kind)}) for kind in (USER, KEY)}
        async with self._store.reading() as records:
            people = await records.find(User, id=ids[USER]) if ids[USER] else []
            keys = await records.find(KeyHandle, id=ids[KEY]) if ids[KEY] else []
        return {f"{USER}{one.id}": one.name for one in people} | {f"{KEY}{one.id}": one.name for one in keys}

    async def note(self, actor: Actor, action: str, place: tuple[str, str | None], after: dict[str, object] | None = None) -> None:
        """Write an act down. `place` is the id of what was read or done to, and whose matter it is. No gateway need hear of it."""
        async with self._store.writing(quietly=True) as records:
            await records.add(Act(actor, self._clock.now_us(), action, *place, after=after))
