"""The register of organizations: made, renamed, moved to another plan, suspended and resumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET, UnsetType

from yumen.organizations.acts import one, refuse, writing
from yumen.organizations.faults import BeyondPlan, DefaultOrganization, StaysApart, UnknownPlan
from yumen.organizations.founding import Founding, found
from yumen.organizations.rules import name_fault, time_zone_fault
from yumen.organizations.values import DEFAULT_ORGANIZATION, Organization, Plan

if TYPE_CHECKING:
    from yumen.audit import Actor
    from yumen.clock import Clock
    from yumen.organizations.store import Store
    from yumen.organizations.values import Kind


class OrganizationChange(msgspec.Struct, frozen=True):
    """What shall be otherwise; what is not set stays."""

    name: str | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    plan: str | UnsetType = UNSET
    isolated: bool | UnsetType = UNSET


class Registry:
    """Shows and changes organizations."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Work on those records, by that clock."""
        self._store = store
        self._clock = clock

    async def every(self) -> list[Organization]:
        """Return all organizations, the oldest first."""
        async with self._store.reading() as records:
            return sorted(await records.find(Organization), key=lambda each: (each.created_us, each.id))

    async def one(self, organization_id: str) -> Organization:
        """Return an organization. Raises NotFound."""
        async with self._store.reading() as records:
            return await one(records, Organization, id=organization_id)

    async def create(self, actor: Actor, name: str, kind: Kind, plan: str) -> Organization:
        """Make an organization without members, with the workspaces production and staging. Raises InvalidRequest."""
        refuse(name_fault(name))
        async with writing(self._store, self._clock, actor) as work:
            return await found(work, self._clock, Founding(name.strip(), kind, plan))

    async def update(self, actor: Actor, organization_id: str, change: OrganizationChange) -> Organization:
        """Change an organization. Raises NotFound or InvalidRequest (no such time zone or plan; isolation beyond the plan, or of ours)."""
        wanted = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not UNSET}
        refuse(name_fault(wanted["name"]) if "name" in wanted else None)
        refuse(time_zone_fault(wanted["time_zone"]) if "time_zone" in wanted else None)
        refuse(DefaultOrganization if organization_id == DEFAULT_ORGANIZATION and wanted.get("isolated") else None)
        async with writing(self._store, self._clock, actor) as work:
            old = await one(work.records, Organization, id=organization_id)
            new = msgspec.structs.replace(old, **wanted)
            refuse(StaysApart if old.compartment is not None and not new.isolated else None)
            if wanted.keys() & {"plan", "isolated"}:
                plan = await one(work.records, Plan, UnknownPlan, name=new.plan)
                refuse(BeyondPlan if new.isolated and not plan.isolation else None)
            return await work.changed((old, new), "organization.update", (organization_id, organization_id))

    async def suspend(self, actor: Actor, organization_id: str) -> Organization:
        """Let an organization's keys be refused, from within a second on. Raises NotFound; DefaultOrganization for the operator's own."""
        refuse(DefaultOrganization if organization_id == DEFAULT_ORGANIZATION else None)
        async with writing(self._store, self._clock, actor) as work:
            old = await one(work.records, Organization, id=organization_id)
            new = msgspec.structs.replace(old, suspended_us=old.suspended_us or work.now_us)
            return await work.changed((old, new), "organization.suspend", (organization_id, organization_id))

    async def resume(self, actor: Actor, organization_id: str) -> Organization:
        """Let a suspended organization's keys work again. Raises NotFound."""
        async with writing(self._store, self._clock, actor) as work:
            old = await one(work.records, Organization, id=organization_id)
            new = msgspec.structs.replace(old, suspended_us=None)
            return await work.changed((old, new), "organization.resume", (organization_id, organization_id))
