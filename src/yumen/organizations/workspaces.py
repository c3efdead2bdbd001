"""Workspaces: the parts of an organization, each with a name and an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yumen.audit import Actor
    from yumen.organizations.values import Workspace, WorkspaceMember


class Workspaces:
    """Shows and changes workspaces and who is in them."""

    async def every(self, organization_id: str, *, archived: bool = False) -> list[Workspace]:
        """Return the workspaces, the oldest first; with the archived ones where they are asked for."""
        raise NotImplementedError

    async def one(self, organization_id: str, workspace_id: str) -> Workspace:
        """Return a workspace. Raises NotFound."""
        raise NotImplementedError

    async def create(self, actor: Actor, organization_id: str, name: str, environment: str) -> Workspace:
        """Make a workspace. Raises NotFound or InvalidRequest (no such environment, no name, a name that is taken)."""
        raise NotImplementedError

    async def rename(self, actor: Actor, organization_id: str, workspace_id: str, name: str) -> Workspace:
        """Give a workspace another name. Raises as `create` does."""
        raise NotImplementedError

    async def archive(self, actor: Actor, organization_id: str, workspace_id: str) -> Workspace:
        """Close a workspace and revoke its keys, in one transaction. Raises NotFound, or DefaultWorkspace for the two first ones."""
        raise NotImplementedError

    async def members(self, organization_id: str, workspace_id: str) -> list[WorkspaceMember]:
        """Return who is in a workspace. Raises NotFound."""
        raise NotImplementedError

    async def add_member(self, actor: Actor, organization_id: str, place: WorkspaceMember) -> WorkspaceMember:
        """Put a member of the organization into a workspace. Raises NotFound or AlreadyMember."""
        raise NotImplementedError

    async def change_member(self, actor: Actor, organization_id: str, place: WorkspaceMember) -> WorkspaceMember:
        """Give somebody in a workspace another role there. Raises NotFound."""
        raise NotImplementedError

    async def remove_member(self, actor: Actor, organization_id: str, workspace_id: str, user_id: str) -> WorkspaceMember:
        """Take somebody out of a workspace. Raises NotFound."""
        raise NotImplementedError
