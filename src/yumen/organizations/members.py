"""Who belongs to an organization, and what each may do there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.organizations.acts import one, refuse, writing
from yumen.organizations.faults import AlreadyMember, LastOwner
from yumen.organizations.founding import join
from yumen.organizations.held_keys import move_sessions, revoke_keys
from yumen.organizations.prompts import delete_private_prompts
from yumen.organizations.rules import leaves_owner, role_fault, tidy_email
from yumen.organizations.values import Member, Organization, Person, Role, User, Workspace, WorkspaceMember

if TYPE_CHECKING:
    from yumen.audit import Actor
    from yumen.clock import Clock
    from yumen.organizations.store import Reading, Records, Store


class Members:
    """Shows and changes memberships. An organization keeps at least one owner."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Work on those records, by that clock."""
        self._store = store
        self._clock = clock

    async def every(self, organization_id: str) -> list[Person]:
        """Return all members, the oldest first."""
        async with self._store.reading() as records:
            return await people(records, await records.find(Member, organization_id=organization_id))

    async def one(self, organization_id: str, user_id: str) -> Person:
        """Return a member. Raises NotFound."""
        async with self._store.reading() as records:
            return await person(records, organization_id, user_id)

    async def add(self, actor: Actor, organization_id: str, user_id: str, role: Role) -> Person:
        """Make an existing user a member. Raises NotFound or AlreadyMember."""
        refuse(role_fault(role))
        async with writing(self._store, self._clock, actor) as work:
            await one(work.records, Organization, id=organization_id)
            user = await one(work.records, User, id=user_id)
            refuse(AlreadyMember if await work.records.find(Member, organization_id=organization_id, user_id=user_id) else None)
            return Person(user, await join(work, organization_id, user_id, role))

    async def change(self, actor: Actor, organization_id: str, user_id: str, role: Role) -> Person:
        """Give a member another role; its open sessions have it at once. Raises NotFound or LastOwner."""
        refuse(role_fault(role))
        async with writing(self._store, self._clock, actor) as work:
            old = await person(work.records, organization_id, user_id)
            if role is not Role.OWNER:
                await keep_owner(work.records, old.member)
            new = msgspec.structs.replace(old.member, role=role)
            if new != old.member:
                await work.changed((old.member, new), "member.update", (user_id, organization_id))
                await move_sessions(work, old.member, role)
            return Person(old.user, new)

    async def remove(self, actor: Actor, organization_id: str, user_id: str) -> Person:
        """Remove a member, revoke the keys that are its own, delete what it alone could see. Raises NotFound or LastOwner."""
        async with writing(self._store, self._clock, actor) as work:
            gone = await person(work.records, organization_id, user_id)
            await keep_owner(work.records, gone.member)
            workspaces = tuple(each.id for each in await work.records.find(Workspace, organization_id=organization_id))
            for place in await work.records.find(WorkspaceMember, user_id=user_id, workspace_id=workspaces):
                await work.removed(place, "workspace_member.delete", (place.workspace_id, organization_id))
            await work.removed(gone.member, "member.delete", (user_id, organization_id))
            # From here on no key can be made for it; one that was made in this moment is seen.
            await revoke_keys(work, organization_id=organization_id, user_id=user_id)
            await delete_private_prompts(work, organization_id, user_id)
            return gone

    async def of_user(self, user_id: str) -> list[Person]:
        """Return all memberships of a user, the oldest first."""
        async with self._store.reading() as records:
            return await people(records, await records.find(Member, user_id=user_id))

    async def user(self, email_or_id: str) -> User:
        """Return a user by its address or id. Raises NotFound."""
        async with self._store.reading() as records:
            if "@" in email_or_id:
                return await one(records, User, email=tidy_email(email_or_id))
            return await one(records, User, id=email_or_id)


async def people(records: Reading, members: list[Member]) -> list[Person]:
    """Return members with who they are."""
    users = {user.id: user for user in await records.find(User, id=tuple({member.user_id for member in members}))}
    return [Person(users[member.user_id], member) for member in sorted(members, key=lambda each: (each.created_us, each.user_id))]


async def person(records: Reading, organization_id: str, user_id: str) -> Person:
    """Return one member. Raises NotFound."""
    member = await one(records, Member, organization_id=organization_id, user_id=user_id)
    return Person(await one(records, User, id=user_id), member)


async def keep_owner(records: Records, member: Member) -> None:
    """Raise LastOwner where this member is the only owner."""
    if member.role is Role.OWNER:
        owners = await records.find(Member, organization_id=member.organization_id, role=Role.OWNER)
        refuse(None if leaves_owner(owners, member.user_id) else LastOwner)
