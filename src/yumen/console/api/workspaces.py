"""Workspaces of an organization, and who is in them, in Claude's shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from yumen.clock import iso
from yumen.console.api.fields import (
    Name,
    UserId,
    WorkspaceId,
    WorkspaceRole,
    given_workspace_role,
    shown_workspace_role,
    tidy,
    time_or_none,
)
from yumen.console.api.pages import ById, IdPage, page_by_id
from yumen.errors import InvalidRequest
from yumen.organizations.faults import Unknown
from yumen.organizations.values import Workspace, WorkspaceMember

if TYPE_CHECKING:
    from yumen.console.api.call import Call
    from yumen.console.api.operation import Nothing

Environment = Literal["production", "staging"]
COLORS: dict[str, str] = {"production": "#1B6E4B", "staging": "#B0721A"}


class DataResidency(msgspec.Struct, frozen=True):
    """Where Claude may run. It is the upstream's matter, and nothing is restricted here."""

    allowed_inference_geos: Literal["unrestricted"] = "unrestricted"
    default_inference_geo: Literal["global"] = "global"
    workspace_geo: Literal["us"] = "us"


class WorkspaceShown(msgspec.Struct, frozen=True, kw_only=True):
    """A workspace. `environment` is ours."""

    id: str
    type: Literal["workspace"] = "workspace"
    name: str
    environment: Environment
    created_at: str
    archived_at: str | None
    display_color: str
    compartment_id: str
    data_residency: DataResidency = DataResidency()
    external_key_id: str | None = None
    tags: dict[str, str] = {}
    user_profile_id: str | None = None


class ListWorkspaces(ById, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which workspaces are wanted."""

    ids: Annotated[tuple[WorkspaceId, ...], msgspec.Meta(max_length=100)] | None = None
    include_archived: bool = False
    include_default: bool = True


class CreateWorkspace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new workspace. Claude's other fields are refused: nothing here would follow them."""

    name: Name
    environment: Environment = "production"


class UpdateWorkspace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What shall be otherwise."""

    name: Name | UnsetType = UNSET


class MemberShown(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in a workspace."""

    type: Literal["workspace_member"] = "workspace_member"
    workspace_id: str
    user_id: str
    workspace_role: WorkspaceRole

    @property
    def id(self) -> str:
        """What pages are counted by."""
        return self.user_id


class AddMember(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who comes in, and as what."""

    user_id: UserId
    workspace_role: WorkspaceRole


class UpdateMember(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The new role."""

    workspace_role: WorkspaceRole


class MemberRemoved(msgspec.Struct, frozen=True, kw_only=True):
    """Who was taken out."""

    type: Literal["workspace_member_deleted"] = "workspace_member_deleted"
    workspace_id: str
    user_id: str


def shown(workspace: Workspace) -> WorkspaceShown:
    """Show a workspace."""
    environment: Environment = "staging" if workspace.environment == "staging" else "production"
    return WorkspaceShown(
        id=workspace.id,
        name=workspace.name,
        environment=environment,
        created_at=iso(workspace.created_us),
        archived_at=time_or_none(workspace.archived_us),
        display_color=COLORS[environment],
        compartment_id=workspace.id,
    )


def shown_member(place: WorkspaceMember) -> MemberShown:
    """Show somebody in a workspace."""
    return MemberShown(workspace_id=place.workspace_id, user_id=place.user_id, workspace_role=shown_workspace_role(place.role))


async def every(call: Call, asked: ListWorkspaces) -> IdPage[WorkspaceShown]:
    """List workspaces."""
    found = await call.services.offices.workspaces.every(call.organization_id, archived=asked.include_archived)
    wanted = [one for one in found if asked.ids is None or one.id in asked.ids]
    return page_by_id([shown(one) for one in wanted], asked)


async def one(call: Call, _: Nothing) -> WorkspaceShown:
    """Show a workspace."""
    return shown(await call.services.offices.workspaces.one(call.organization_id, call.path["workspace_id"]))


async def create(call: Call, asked: CreateWorkspace) -> WorkspaceShown:
    """Make a workspace."""
    name = tidy("name", asked.name)
    return shown(await call.services.offices.workspaces.create(call.actor, call.organization_id, name, asked.environment))


async def update(call: Call, asked: UpdateWorkspace) -> WorkspaceShown:
    """Rename a workspace."""
    workspaces, workspace_id = call.services.offices.workspaces, call.path["workspace_id"]
    if asked.name is UNSET:
        return shown(await workspaces.one(call.organization_id, workspace_id))
    return shown(await workspaces.rename(call.actor, call.organization_id, workspace_id, tidy("name", asked.name)))


async def archive(call: Call, _: Nothing) -> WorkspaceShown:
    """Close a workspace."""
    return shown(await call.services.offices.workspaces.archive(call.actor, call.organization_id, call.path["workspace_id"]))


async def members(call: Call, asked: ById) -> IdPage[MemberShown]:
    """List who is in a workspace."""
    found = await call.services.offices.workspaces.members(call.organization_id, call.path["workspace_id"])
    return page_by_id([shown_member(place) for place in found], asked)


async def member(call: Call, _: Nothing) -> MemberShown:
    """Show somebody in a workspace."""
    return shown_member(await place_of(call))


async def add_member(call: Call, asked: AddMember) -> MemberShown:
    """Put a member of the organization into a workspace."""
    if asked.workspace_role == "workspace_billing":
        raise InvalidRequest(
            "workspace_role: workspace_billing cannot be given to a new member; it follows from the role in the organization"
        )
    place = WorkspaceMember(call.path["workspace_id"], asked.user_id, given_workspace_role(asked.workspace_role))
    return shown_member(await call.services.offices.workspaces.add_member(call.actor, call.organization_id, place))


async def update_member(call: Call, asked: UpdateMember) -> MemberShown:
    """Give somebody in a workspace another role there."""
    place = WorkspaceMember(call.path["workspace_id"], call.path["user_id"], given_workspace_role(asked.workspace_role))
    return shown_member(await call.services.offices.workspaces.change_member(call.actor, call.organization_id, place))


async def remove_member(call: Call, _: Nothing) -> MemberRemoved:
    """Take somebody out of a workspace."""
    workspace_id, user_id = call.path["workspace_id"], call.path["user_id"]
    await call.services.offices.workspaces.remove_member(call.actor, call.organization_id, workspace_id, user_id)
    return MemberRemoved(workspace_id=workspace_id, user_id=user_id)


async def place_of(call: Call) -> WorkspaceMember:
    """Find the member that the path names."""
    for place in await call.services.offices.workspaces.members(call.organization_id, call.path["workspace_id"]):
        if place.user_id == call.path["user_id"]:
            return place
    raise Unknown
