"""Workspaces: the parts of an organization, each with a name and an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.organizations.acts import one, refuse, writing
from yumen.organizations.faults import AlreadyMember, ArchivedWorkspace, DefaultWorkspace, NameTaken
from yumen.organizations.held_keys import revoke_keys
from yumen.organizations.rules import environment_fault, is_first, name_fault, role_fault
from yumen.organizations.values import WORKSPACE_PREFIX, Member, Organization, Workspace, WorkspaceMember

if TYPE_CHECKING:
    from yumen.audit import Actor
    from yumen.clock import Clock
    from yumen.organizations.store import Reading, Store


class Workspaces:
    """Shows and changes workspaces and who is in them."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Work on those records, by that clock."""
        self._store = store
        self._clock = clock

    async def every(self, organization_id: str, *, archived: bool = False) -> list[Workspace]:
        """Return the workspaces, the oldest first; with the archived ones where they are asked for."""
        async with self._store.reading() as records:
            found = await records.find(Workspace, organization_id=organization_id)
        kept = [each for each in found if archived or each.archived_us is None]
        return sorted(kept, key=lambda each: (each.created_us, each.environment, each.id))

    async def one(self, organization_id: str, workspace_id: str) -> Workspace:
        """Return a workspace. Raises NotFound."""
        async with self._store.reading() as records:
            return await workspace_of(records, organization_id, workspace_id)

    async def create(self, actor: Actor, organization_id: str, name: str, environment: str) -> Workspace:
        """Make a workspace. Raises NotFound or InvalidRequest (no such environment, no name, a name that is taken)."""
        refuse(name_fault(name) or environment_fault(environment))
        async with writing(self._store, self._clock, actor) as work:
            await one(work.records, Organization, id=organization_id)
            await check_free(work.records, organization_id, name.strip())
            made = Workspace(self._clock.new_id(WORKSPACE_PREFIX), organization_id, name.strip(), environment, work.now_us)
            await work.made(made, "workspace.create", (made.id, organization_id))
            return made

    async def rename(self, actor: Actor, organization_id: str, workspace_id: str, name: str) -> Workspace:
        """Give a workspace another name. Raises as `create` does."""
        refuse(name_fault(name))
        async with writing(self._store, self._clock, actor) as work:
            old = await workspace_of(work.records, organization_id, workspace_id)
            refuse(ArchivedWorkspace if old.archived_us is not None else None)
            if name.strip() != old.name:
                await check_free(work.records, organization_id, name.strip())
            new = msgspec.structs.replace(old, name=name.strip())
            return await work.changed((old, new), "workspace.update", (workspace_id, organization_id))

    async def archive(self, actor: Actor, organization_id: str, workspace_id: str) -> Workspace:
        """Close a workspace and revoke its keys, in one transaction. Raises NotFound, or DefaultWorkspace for the two first ones."""
        async with writing(self._store, self._clock, actor) as work:
            old = await workspace_of(work.records, organization_id, workspace_id)
            every = await work.records.find(Workspace, organization_id=organization_id)
            refuse(DefaultWorkspace if is_first(every, old) else None)
            new = msgspec.structs.replace(old, archived_us=old.archived_us or work.now_us)
            await work.changed((old, new), "workspace.archive", (workspace_id, organization_id))
            # From here on no key can be made in it; one that was made in this moment is seen.
            await revoke_keys(work, organization_id=organization_id, workspace_id=workspace_id)
            return new

    async def members(self, organization_id: str, workspace_id: str) -> list[WorkspaceMember]:
        """Return who is in a workspace. Raises NotFound."""
        async with self._store.reading() as records:
            await workspace_of(records, organization_id, workspace_id)
            return await records.find(WorkspaceMember, workspace_id=workspace_id)

    async def add_member(self, actor: Actor, organization_id: str, place: WorkspaceMember) -> WorkspaceMember:
        """Put a member of the organization into a workspace. Raises NotFound or AlreadyMember."""
        refuse(role_fault(place.role))
        async with writing(self._store, self._clock, actor) as work:
            workspace = await workspace_of(work.records, organization_id, place.workspace_id)
            refuse(ArchivedWorkspace if workspace.archived_us is not None else None)
            await one(work.records, Member, organization_id=organization_id, user_id=place.user_id)
            there = await work.records.find(WorkspaceMember, workspace_id=place.workspace_id, user_id=place.user_id)
            refuse(AlreadyMember if there else None)
            await work.made(place, "workspace_member.create", (place.workspace_id, organization_id))
            return place

    async def change_member(self, actor: Actor, organization_id: str, place: WorkspaceMember) -> WorkspaceMember:
        """Give somebody in a workspace another role there. Raises NotFound."""
        refuse(role_fault(place.role))
        async with writing(self._store, self._clock, actor) as work:
            await workspace_of(work.records, organization_id, place.workspace_id)
            old = await one(work.records, WorkspaceMember, workspace_id=place.workspace_id, user_id=place.user_id)
            return await work.changed((old, place), "workspace_member.update", (place.workspace_id, organization_id))

    async def remove_member(self, actor: Actor, organization_id: str, workspace_id: str, user_id: str) -> WorkspaceMember:
        """Take somebody out of a workspace. Raises NotFound."""
        async with writing(self._store, self._clock, actor) as work:
            await workspace_of(work.records, organization_id, workspace_id)
            place = await one(work.records, WorkspaceMember, workspace_id=workspace_id, user_id=user_id)
            await work.removed(place, "workspace_member.delete", (workspace_id, organization_id))
            return place


async def workspace_of(records: Reading, organization_id: str, workspace_id: str) -> Workspace:
    """Return an organization's workspace. Raises NotFound, for another organization's as well."""
    return await one(records, Workspace, id=workspace_id, organization_id=organization_id)


async def check_free(records: Reading, organization_id: str, name: str) -> None:
    """Raise NameTaken where a living workspace has that name."""
    refuse(NameTaken if await records.find(Workspace, organization_id=organization_id, name=name, archived_us=None) else None)
