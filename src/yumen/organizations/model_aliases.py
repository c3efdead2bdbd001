"""Model aliases: an organization's own names for models, and successors of retired ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.organizations.acts import one, refuse, writing
from yumen.organizations.alias_rules import alias_fault
from yumen.organizations.values import Organization
from yumen.routes.aliases.values import Alias

if TYPE_CHECKING:
    from yumen.audit import Actor
    from yumen.clock import Clock
    from yumen.organizations.store import Store


class ModelAliases:
    """Shows and changes aliases; a change takes effect in running gateways within a second."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Work on those records, by that clock."""
        self._store = store
        self._clock = clock

    async def every(self, organization_id: str | None = None) -> list[Alias]:
        """Return an organization's aliases by name, or all organizations'."""
        async with self._store.reading() as records:
            return await records.find(Alias, **({} if organization_id is None else {"organization_id": organization_id}))

    async def one(self, organization_id: str, alias: str) -> Alias:
        """Return an alias. Raises NotFound."""
        async with self._store.reading() as records:
            return await one(records, Alias, organization_id=organization_id, alias=alias)

    async def put(self, actor: Actor, wanted: tuple[str, str, str], *, shadow: bool = False) -> Alias:
        """Let an organization (its id) mean by a name (the second) a model (the third), whatever it meant by it before.

        Raises NotFound, or InvalidRequest; one that would hide a model which still answers needs `shadow`.
        """
        organization_id, name, model = wanted
        async with writing(self._store, self._clock, actor) as work:
            await one(work.records, Organization, id=organization_id)
            known = await work.records.find(Alias, organization_id=organization_id)
            new = Alias(organization_id, name, model, work.now_us)
            refuse(alias_fault(new, known, shadow=shadow))
            old = next((each for each in known if each.alias == name), None)
            if old is not None:
                changed = msgspec.structs.replace(old, model=model)
                return await work.changed((old, changed), "model_alias.update", (name, organization_id))
            await work.made(new, "model_alias.create", (name, organization_id))
            return new

    async def remove(self, actor: Actor, organization_id: str, name: str) -> Alias:
        """Let a name mean itself again. Raises NotFound."""
        async with writing(self._store, self._clock, actor) as work:
            old = await one(work.records, Alias, organization_id=organization_id, alias=name)
            await work.removed(old, "model_alias.delete", (name, organization_id))
            return old
