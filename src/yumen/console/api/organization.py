"""The organization that a key belongs to, and, for the operator, all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from yumen.clock import iso
from yumen.console.api.fields import Name, time_or_none
from yumen.console.api.operation import Nothing, Operation
from yumen.console.api.pages import ById, IdPage, page_by_id
from yumen.organizations.permissions import Action
from yumen.organizations.registry import OrganizationChange
from yumen.organizations.values import Kind, Organization

if TYPE_CHECKING:
    from yumen.console.api.call import Call

PlanName = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
TimeZone = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
OrganizationKind = Literal["enterprise", "individual"]


class OrganizationShown(msgspec.Struct, frozen=True, kw_only=True):
    """An organization. Claude's has the first three fields."""

    id: str
    type: Literal["organization"] = "organization"
    name: str
    kind: OrganizationKind
    plan: str
    time_zone: str
    isolated: bool
    """Whether nothing of it is shared with others."""
    apart: bool
    """Whether it has a database of its own."""
    keeps_content: bool
    """Whether content may be stored although it is isolated."""
    created_at: str
    suspended_at: str | None


class ListOrganizations(ById, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which organizations are wanted."""

    name: Name | None = None
    """Only those that have this in their name or id, in whatever case."""
    plan: PlanName | None = None

    def wants(self, one: Organization) -> bool:
        """Whether an organization is wanted."""
        named = self.name is None or self.name.casefold() in one.name.casefold() or self.name in one.id
        return named and self.plan in (None, one.plan)


class CreateOrganization(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new organization."""

    name: Name
    kind: OrganizationKind = "enterprise"
    plan: PlanName = "enterprise"


class UpdateOrganization(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What shall be otherwise with one's own organization."""

    name: Name | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET


class OperateOrganization(UpdateOrganization, frozen=True, forbid_unknown_fields=True):
    """What an operator may change."""

    plan: PlanName | UnsetType = UNSET
    isolated: bool | UnsetType = UNSET


def shown(organization: Organization) -> OrganizationShown:
    """Show an organization."""
    return OrganizationShown(
        id=organization.id,
        name=organization.name,
        kind=organization.kind.value,
        plan=organization.plan,
        time_zone=organization.time_zone,
        isolated=organization.isolated,
        apart=organization.compartment is not None,
        keeps_content=organization.keeps_content,
        created_at=iso(organization.created_us),
        suspended_at=time_or_none(organization.suspended_us),
    )


async def me(call: Call, _: Nothing) -> OrganizationShown:
    """Show the organization that is meant."""
    return shown(await call.services.offices.registry.one(call.organization_id))


async def update_me(call: Call, asked: UpdateOrganization) -> OrganizationShown:
    """Change its name or time zone."""
    change = OrganizationChange(name=asked.name, time_zone=asked.time_zone)
    return shown(await call.services.offices.registry.update(call.actor, call.organization_id, change))


async def every(call: Call, asked: ListOrganizations) -> IdPage[OrganizationShown]:
    """List all organizations of the gateway."""
    found = await call.services.offices.registry.every()
    return page_by_id([shown(one) for one in found if asked.wants(one)], asked)


async def one(call: Call, _: Nothing) -> OrganizationShown:
    """Show any organization."""
    return shown(await call.services.offices.registry.one(call.path["organization_id"]))


async def create(call: Call, asked: CreateOrganization) -> OrganizationShown:
    """Make an organization."""
    return shown(await call.services.offices.registry.create(call.actor, asked.name, Kind(asked.kind), asked.plan))


async def update(call: Call, asked: OperateOrganization) -> OrganizationShown:
    """Change an organization, its plan or isolation."""
    change = OrganizationChange(asked.name, asked.time_zone, asked.plan, asked.isolated)
    return shown(await call.services.offices.registry.update(call.actor, call.path["organization_id"], change))


async def suspend(call: Call, _: Nothing) -> OrganizationShown:
    """Suspend an organization."""
    return shown(await call.services.offices.registry.suspend(call.actor, call.path["organization_id"]))


async def resume(call: Call, _: Nothing) -> OrganizationShown:
    """Let a suspended organization go on."""
    return shown(await call.services.offices.registry.resume(call.actor, call.path["organization_id"]))


ALL = "/v1/organizations"
ONE = "/v1/organizations/{organization_id}"
OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/organizations/me",
        name="organization.retrieve",
        summary="Show the organization of the key",
        action=Action.ORGANIZATION_READ,
        handler=me,
        answer=OrganizationShown,
    ),
    Operation(
        method="POST",
        path="/v1/organizations/me",
        name="organization.update",
        summary="Change the name or the time zone of the key's organization",
        action=Action.ORGANIZATION_UPDATE,
        handler=update_me,
        asked=UpdateOrganization,
        answer=OrganizationShown,
    ),
)
"""What everybody has."""
OPERATOR_OPERATIONS = (
    Operation(
        method="GET",
        path=ALL,
        name="organizations.list",
        summary="List all organizations of the gateway",
        action=Action.ORGANIZATIONS_LIST,
        handler=every,
        asked=ListOrganizations,
        answer=IdPage[OrganizationShown],
    ),
    Operation(
        method="POST",
        path=ALL,
        name="organizations.create",
        summary="Make an organization",
        action=Action.ORGANIZATION_CREATE,
        handler=create,
        asked=CreateOrganization,
        answer=OrganizationShown,
    ),
    Operation(
        method="GET",
        path=ONE,
        name="organizations.retrieve",
        summary="Show any organization",
        action=Action.ORGANIZATIONS_LIST,
        handler=one,
        answer=OrganizationShown,
    ),
    Operation(
        method="POST",
        path=ONE,
        name="organizations.update",
        summary="Change an organization: its name, time zone, plan or isolation",
        action=Action.ORGANIZATION_PLAN,
        handler=update,
        asked=OperateOrganization,
        answer=OrganizationShown,
    ),
    Operation(
        method="POST",
        path=f"{ONE}/suspend",
        name="organizations.suspend",
        summary="Refuse all keys of an organization, from within a second on",
        action=Action.ORGANIZATION_SUSPEND,
        handler=suspend,
        answer=OrganizationShown,
    ),
    Operation(
        method="POST",
        path=f"{ONE}/resume",
        name="organizations.resume",
        summary="Let the keys of a suspended organization work again",
        action=Action.ORGANIZATION_SUSPEND,
        handler=resume,
        answer=OrganizationShown,
    ),
)
"""What the operator has. They stand last in the table: a path with a name in it comes before one with an id."""
