"""The routes of workspaces and their members."""

from __future__ import annotations

from yumen.console.api import workspaces
from yumen.console.api.operation import Operation
from yumen.console.api.pages import ById, IdPage
from yumen.organizations.permissions import Action

ALL = "/v1/organizations/workspaces"
ONE = f"{ALL}/{{workspace_id}}"
MEMBERS = f"{ONE}/members"
MEMBER = f"{MEMBERS}/{{user_id}}"

OPERATIONS = (
    Operation(
        method="GET",
        path=ALL,
        name="workspaces.list",
        summary="List workspaces",
        action=Action.WORKSPACE_READ,
        handler=workspaces.every,
        asked=workspaces.ListWorkspaces,
        answer=IdPage[workspaces.WorkspaceShown],
    ),
    Operation(
        method="POST",
        path=ALL,
        name="workspaces.create",
        summary="Make a workspace in an environment",
        action=Action.WORKSPACE_CREATE,
        handler=workspaces.create,
        asked=workspaces.CreateWorkspace,
        answer=workspaces.WorkspaceShown,
    ),
    Operation(
        method="GET",
        path=ONE,
        name="workspaces.retrieve",
        summary="Show a workspace",
        action=Action.WORKSPACE_READ,
        handler=workspaces.one,
        answer=workspaces.WorkspaceShown,
    ),
    Operation(
        method="POST",
        path=ONE,
        name="workspaces.update",
        summary="Rename a workspace",
        action=Action.WORKSPACE_UPDATE,
        handler=workspaces.update,
        asked=workspaces.UpdateWorkspace,
        answer=workspaces.WorkspaceShown,
    ),
    Operation(
        method="POST",
        path=f"{ONE}/archive",
        name="workspaces.archive",
        summary="Close a workspace and revoke its keys",
        action=Action.WORKSPACE_ARCHIVE,
        handler=workspaces.archive,
        answer=workspaces.WorkspaceShown,
    ),
    Operation(
        method="GET",
        path=MEMBERS,
        name="workspaces.members.list",
        summary="List who is in a workspace",
        action=Action.WORKSPACE_MEMBER_READ,
        handler=workspaces.members,
        asked=ById,
        answer=IdPage[workspaces.MemberShown],
    ),
    Operation(
        method="POST",
        path=MEMBERS,
        name="workspaces.members.add",
        summary="Put a member of the organization into a workspace",
        action=Action.WORKSPACE_MEMBER_UPDATE,
        handler=workspaces.add_member,
        asked=workspaces.AddMember,
        answer=workspaces.MemberShown,
    ),
    Operation(
        method="GET",
        path=MEMBER,
        name="workspaces.members.retrieve",
        summary="Show somebody in a workspace",
        action=Action.WORKSPACE_MEMBER_READ,
        handler=workspaces.member,
        answer=workspaces.MemberShown,
    ),
    Operation(
        method="POST",
        path=MEMBER,
        name="workspaces.members.update",
        summary="Give somebody in a workspace another role there",
        action=Action.WORKSPACE_MEMBER_UPDATE,
        handler=workspaces.update_member,
        asked=workspaces.UpdateMember,
        answer=workspaces.MemberShown,
    ),
    Operation(
        method="DELETE",
        path=MEMBER,
        name="workspaces.members.remove",
        summary="Take somebody out of a workspace",
        action=Action.WORKSPACE_MEMBER_UPDATE,
        handler=workspaces.remove_member,
        answer=workspaces.MemberRemoved,
    ),
)
