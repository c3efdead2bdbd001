"""Content policies that are stored: documents in versions that never change, and what each is attached to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.audit import Act
from yumen.organizations.acts import one, refuse, writing
from yumen.organizations.faults import (
    BeyondPlan,
    ForeignPolicy,
    PolicyAttached,
    TooManyPolicies,
    Unknown,
    UnknownPlan,
    UnknownPolicy,
    WrongScope,
)
from yumen.organizations.rows import KeyHandle
from yumen.organizations.values import Organization, Plan, Workspace
from yumen.policy.stored import stored_form
from yumen.policy.values import Attachment, Scope, StoredPolicy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.audit import Actor
    from yumen.clock import Clock
    from yumen.organizations.acts import Writing
    from yumen.organizations.store import Reading, Store
    from yumen.policy.values import Policy

POLICY_PREFIX = "policy_"
MAX_POLICIES = 100
"""Of one organization, and of the operator."""
MAX_ATTACHED = 20
"""To one organization, workspace or key: each is a part of what every request costs."""


class Place(msgspec.Struct, frozen=True):
    """What a policy is, or shall be, attached to, and whose that is."""

    scope: Scope
    scope_id: str
    organization_id: str


class Attaching(msgspec.Struct, frozen=True):
    """How a policy shall be attached."""

    name: str
    version: int | None = None
    """None: always the newest."""
    shadow: bool = False


class Policies:
    """Shows and changes policies; a change takes effect in running gateways within a second."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Work on those records, by that clock."""
        self._store = store
        self._clock = clock

    async def every(self, organization_id: str | None = None) -> list[StoredPolicy]:
        """Return the newest version of each policy: of the operator's and an organization's own, or of all."""
        async with self._store.reading() as records:
            found = await records.find(StoredPolicy)
        return newest(each for each in found if organization_id is None or each.organization_id in (None, organization_id))

    async def versions(self, name: str, organization_id: str | None = None) -> list[StoredPolicy]:
        """Return all versions of the policy that a name means to an organization (None: to the operator), the newest first.

        Raises UnknownPolicy.
        """
        async with self._store.reading() as records:
            policy = await meant(records, name, organization_id)
            return sorted(await records.find(StoredPolicy, id=policy.id), key=lambda each: -each.version)

    async def add(self, actor: Actor, policy: Policy, organization_id: str | None, *, within_plan: bool = False) -> StoredPolicy:
        """Store a policy, which has been checked, as the newest version of its name; nothing where it is the newest already.

        `within_plan`: raises BeyondPlan where the organization's plan has no policy of its own. Raises NotFound, TooManyPolicies.
        """
        async with writing(self._store, self._clock, actor) as work:
            if organization_id is not None:
                await check_plan(work.records, organization_id, within_plan=within_plan)
            own = await work.records.find(StoredPolicy, organization_id=organization_id)
            old = next((each for each in newest(own) if each.name == policy.name), None)
            refuse(TooManyPolicies if old is None and len(newest(own)) >= MAX_POLICIES else None)
            document = stored_form(policy)
            if old is not None and old.document == document:
                return old
            identifier, version = (self._clock.new_id(POLICY_PREFIX), 1) if old is None else (old.id, old.version + 1)
            new = StoredPolicy(identifier, organization_id, policy.name, version, document, work.now_us, work.actor.name)
            await work.records.add(new)
            after = {"name": new.name, "version": new.version, "rules": len(policy.rules)}
            await work.records.add(Act(actor, work.now_us, "policy.create", new.id, organization_id, after=after))
            return new

    async def delete(self, actor: Actor, name: str, organization_id: str | None, *, within_plan: bool = False) -> StoredPolicy:
        """Delete all versions of an organization's own policy (None: of the operator's); return the newest.

        Raises UnknownPolicy, PolicyAttached; BeyondPlan as `add` does.
        """
        async with writing(self._store, self._clock, actor) as work:
            if organization_id is not None:
                await check_plan(work.records, organization_id, within_plan=within_plan)
            found = await work.records.find(StoredPolicy, name=name, organization_id=organization_id)
            refuse(None if found else UnknownPolicy)
            refuse(PolicyAttached if await work.records.find(Attachment, policy_id=found[0].id) else None)
            for version in found:
                await work.records.remove(version)
            before = {"name": name, "versions": len(found)}
            await work.records.add(Act(actor, work.now_us, "policy.delete", found[0].id, organization_id, before=before))
            return found[-1]

    async def attachments(self, organization_id: str | None = None) -> list[tuple[Attachment, StoredPolicy]]:
        """Return what is attached within an organization, or anywhere, with the version of the policy that it means."""
        async with self._store.reading() as records:
            policies = await records.find(StoredPolicy)
            attached = await records.find(Attachment)
            ids = None if organization_id is None else await scope_ids(records, organization_id)
        found = [(each, version_of(each, policies)) for each in attached if ids is None or each.scope_id in ids]
        return [(each, policy) for each, policy in found if policy is not None]

    async def attach(self, actor: Actor, place: Place, wanted: Attaching, *, within_plan: bool = False) -> Attachment:
        """Put a place under a policy, or change how it is. Raises UnknownPolicy, WrongScope, TooManyPolicies.

        `within_plan`: only the organization's own policies may be attached, and raises BeyondPlan where its plan has none.
        """
        async with writing(self._store, self._clock, actor) as work:
            refuse(None if await is_own(work.records, place) else WrongScope)
            await check_plan(work.records, place.organization_id, within_plan=within_plan)
            return await attach(work, place, wanted, own_alone=within_plan)

    async def detach(self, actor: Actor, place: Place, name: str, *, within_plan: bool = False) -> Attachment:
        """Let a place be under a policy no longer. Raises UnknownPolicy, Unknown; ForeignPolicy and BeyondPlan as `attach` does."""
        async with writing(self._store, self._clock, actor) as work:
            refuse(None if await is_own(work.records, place) else WrongScope)
            await check_plan(work.records, place.organization_id, within_plan=within_plan)
            policy = await meant(work.records, name, place.organization_id)
            refuse(ForeignPolicy if within_plan and policy.organization_id != place.organization_id else None)
            old = await one(work.records, Attachment, Unknown, scope=place.scope, scope_id=place.scope_id, policy_id=policy.id)
            await work.removed(old, "policy.detach", (policy.id, place.organization_id))
            return old


async def attach(work: Writing, place: Place, wanted: Attaching, *, own_alone: bool = False) -> Attachment:
    """Put a place, which is its organization's, under a policy, in a transaction that is open."""
    policy = await meant(work.records, wanted.name, place.organization_id)
    refuse(ForeignPolicy if own_alone and policy.organization_id != place.organization_id else None)
    if wanted.version is not None:
        await one(work.records, StoredPolicy, UnknownPolicy, id=policy.id, version=wanted.version)
    there = await work.records.find(Attachment, scope=place.scope, scope_id=place.scope_id)
    new = Attachment(place.scope, place.scope_id, policy.id, wanted.version, wanted.shadow, work.now_us)
    old = next((each for each in there if each.policy_id == policy.id), None)
    if old is not None:
        changed = msgspec.structs.replace(new, created_us=old.created_us)
        return await work.changed((old, changed), "policy.attach", (policy.id, place.organization_id))
    refuse(TooManyPolicies if len(there) >= MAX_ATTACHED else None)
    await work.made(new, "policy.attach", (policy.id, place.organization_id))
    return new


async def meant(records: Reading, name: str, organization_id: str | None) -> StoredPolicy:
    """Return the newest version of the policy that a name means: an organization's own before the operator's. Raises UnknownPolicy.

    The operator's that is behind an own one of its name is meant by its id.
    """
    found = newest(await records.find(StoredPolicy, name=name) or await records.find(StoredPolicy, id=name))
    for owner in dict.fromkeys((organization_id, None)):
        for policy in found:
            if policy.organization_id == owner:
                return policy
    raise UnknownPolicy


async def check_plan(records: Reading, organization_id: str, *, within_plan: bool) -> None:
    """Raise NotFound where there is no such organization, BeyondPlan where it may have no policy of its own."""
    organization = await one(records, Organization, id=organization_id)
    if within_plan:
        plan = await one(records, Plan, UnknownPlan, name=organization.plan)
        refuse(None if plan.isolation else BeyondPlan)


async def is_own(records: Reading, place: Place) -> bool:
    """Whether a place is the organization's that it says."""
    if place.scope is Scope.ORGANIZATION:
        return place.scope_id == place.organization_id
    kind = Workspace if place.scope is Scope.WORKSPACE else KeyHandle
    return bool(await records.find(kind, id=place.scope_id, organization_id=place.organization_id))


async def scope_ids(records: Reading, organization_id: str) -> set[str]:
    """Return the ids of everything in an organization that policies are attached to."""
    workspaces = await records.find(Workspace, organization_id=organization_id)
    keys = await records.find(KeyHandle, organization_id=organization_id)
    return {organization_id, *(each.id for each in workspaces), *(each.id for each in keys)}


def newest(policies: Iterable[StoredPolicy]) -> list[StoredPolicy]:
    """Return the newest version of each policy, by name."""
    found: dict[str, StoredPolicy] = {}
    for each in policies:
        if each.id not in found or found[each.id].version < each.version:
            found[each.id] = each
    return sorted(found.values(), key=lambda each: (each.name, each.organization_id or ""))


def version_of(attachment: Attachment, policies: Iterable[StoredPolicy]) -> StoredPolicy | None:
    """Return the version that an attachment means."""
    versions = [each for each in policies if each.id == attachment.policy_id and attachment.version in (None, each.version)]
    return max(versions, key=lambda each: each.version, default=None)
