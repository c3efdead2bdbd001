"""The kinds of fields that many things of the admin API have: names, roles, times."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from yumen.clock import iso
from yumen.errors import InvalidRequest
from yumen.keys.values import Role

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Label = Annotated[str, Meta(min_length=1, max_length=100)]
Email = Annotated[str, Meta(min_length=3, max_length=320)]
Password = Annotated[str, Meta(min_length=1, max_length=256)]
Prose = Annotated[str, Meta(min_length=1, max_length=2000)]
UserId = Annotated[str, Meta(pattern="^user_[0-9A-Za-z_-]{1,64}$")]
WorkspaceId = Annotated[str, Meta(pattern="^wrkspc_[0-9A-Za-z_-]{1,64}$")]
KeyId = Annotated[str, Meta(pattern="^apikey_[0-9A-Za-z_-]{1,64}$")]
OrganizationId = Annotated[str, Meta(pattern="^org_[0-9A-Za-z_-]{1,64}$")]

OrganizationRole = Literal["owner", "admin", "developer", "billing", "user"]
"""The roles as Claude names them: `user` is ours called viewer."""
GivenRole = Literal["owner", "admin", "developer", "billing", "user", "viewer"]
KeyRole = Literal["operator", "owner", "admin", "developer", "billing", "viewer"]
WorkspaceRole = Literal["workspace_admin", "workspace_developer", "workspace_billing", "workspace_user"]

_SHOWN: dict[Role, OrganizationRole] = {
    Role.OWNER: "owner",
    Role.ADMIN: "admin",
    Role.DEVELOPER: "developer",
    Role.BILLING: "billing",
    Role.VIEWER: "user",
}
_SHOWN_IN_WORKSPACE: dict[Role, WorkspaceRole] = {
    Role.OWNER: "workspace_admin",
    Role.ADMIN: "workspace_admin",
    Role.DEVELOPER: "workspace_developer",
    Role.BILLING: "workspace_billing",
    Role.VIEWER: "workspace_user",
}


def shown_role(role: Role) -> OrganizationRole:
    """Return a role by Claude's name."""
    return _SHOWN[role]


def given_role(name: GivenRole) -> Role:
    """Read a role by Claude's name or ours."""
    return Role.VIEWER if name == "user" else Role(name)


def shown_workspace_role(role: Role) -> WorkspaceRole:
    """Return a role in a workspace by Claude's name."""
    return _SHOWN_IN_WORKSPACE[role]


def given_workspace_role(name: WorkspaceRole) -> Role:
    """Read a role in a workspace by Claude's name."""
    return given_role(name.removeprefix("workspace_"))  # type: ignore[arg-type]  # what is left is one of ours


def time_or_none(us: int | None) -> str | None:
    """Return a time as text, where there is one."""
    return None if us is None else iso(us)


def tidy(name: str, text: str) -> str:
    """Return a text without white space around it. Raises InvalidRequest where nothing is left."""
    kept = text.strip()
    if not kept:
        raise InvalidRequest(f"{name}: String should have at least 1 character")
    return kept
