"""How an organization comes to be: with its first two workspaces, on a plan that exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.keys.values import ENVIRONMENTS
from yumen.organizations.acts import one
from yumen.organizations.faults import UnknownPlan
from yumen.organizations.values import ORGANIZATION_PREFIX, WORKSPACE_PREFIX, Kind, Member, Organization, Plan, Role, Workspace

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.organizations.acts import Writing

UTC = "UTC"


class Founding(msgspec.Struct, frozen=True):
    """What an organization begins with."""

    name: str
    kind: Kind
    plan: str


async def found(writing: Writing, clock: Clock, founding: Founding) -> Organization:
    """Make an organization and the workspaces production and staging. Raises UnknownPlan."""
    await one(writing.records, Plan, UnknownPlan, name=founding.plan)
    identifier = clock.new_id(ORGANIZATION_PREFIX)
    made = Organization(
        id=identifier,
        name=founding.name,
        kind=founding.kind,
        plan=founding.plan,
        time_zone=UTC,
        isolated=False,
        created_us=writing.now_us,
    )
    await writing.made(made, "organization.create", (identifier, identifier))
    for environment in ENVIRONMENTS:
        workspace = Workspace(clock.new_id(WORKSPACE_PREFIX), identifier, environment, environment, writing.now_us)
        await writing.made(workspace, "workspace.create", (workspace.id, identifier))
    return made


async def join(writing: Writing, organization_id: str, user_id: str, role: Role) -> Member:
    """Make a user a member."""
    member = Member(organization_id, user_id, role, writing.now_us)
    await writing.made(member, "member.create", (user_id, organization_id))
    return member
