"""The members of an organization, whom Claude's admin API calls users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from yumen.clock import iso
from yumen.console.api.fields import Email, GivenRole, OrganizationRole, UserId, given_role, shown_role
from yumen.console.api.operation import Nothing, Operation
from yumen.console.api.pages import ById, IdPage, page_by_id
from yumen.errors import Forbidden
from yumen.organizations.permissions import Action, may_grant

if TYPE_CHECKING:
    from yumen.console.api.call import Call
    from yumen.keys.values import Role
    from yumen.organizations.values import Person

ALL = "/v1/organizations/users"
ONE = f"{ALL}/{{user_id}}"


class UserShown(msgspec.Struct, frozen=True, kw_only=True):
    """A member."""

    id: str
    type: Literal["user"] = "user"
    email: str
    name: str
    role: OrganizationRole
    added_at: str


class ListUsers(ById, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which members are wanted."""

    email: Email | None = None
    roles: Annotated[tuple[GivenRole, ...], msgspec.Meta(max_length=20)] | None = None


class AddUser(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who has an account here already."""

    user_id: UserId
    role: GivenRole


class UpdateUser(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The new role."""

    role: GivenRole


class UserRemoved(msgspec.Struct, frozen=True, kw_only=True):
    """Who was removed."""

    id: str
    type: Literal["user_deleted"] = "user_deleted"


def shown(person: Person) -> UserShown:
    """Show a member."""
    user, member = person.user, person.member
    return UserShown(id=user.id, email=user.email, name=user.name, role=shown_role(member.role), added_at=iso(member.created_us))


def refuse_beyond(call: Call, *roles: Role) -> None:
    """Refuse to give or take away a role that the caller may not hand out."""
    for role in roles:
        if not may_grant(call.caller.role, role):
            raise Forbidden(f"The role {call.caller.role} may not give or take away the role {role}")


async def every(call: Call, asked: ListUsers) -> IdPage[UserShown]:
    """List members."""
    roles = None if asked.roles is None else {given_role(name) for name in asked.roles}
    email = None if asked.email is None else asked.email.strip().lower()
    found = await call.services.offices.members.every(call.organization_id)
    wanted = [one for one in found if (roles is None or one.member.role in roles) and email in (None, one.user.email)]
    return page_by_id([shown(one) for one in wanted], asked)


async def one(call: Call, _: Nothing) -> UserShown:
    """Show a member."""
    return shown(await call.services.offices.members.one(call.organization_id, call.path["user_id"]))


async def add(call: Call, asked: AddUser) -> UserShown:
    """Make somebody who has an account a member."""
    return shown(await call.services.offices.members.add(call.actor, call.organization_id, asked.user_id, given_role(asked.role)))


async def update(call: Call, asked: UpdateUser) -> UserShown:
    """Give a member another role."""
    members, user_id, role = call.services.offices.members, call.path["user_id"], given_role(asked.role)
    before = await members.one(call.organization_id, user_id)
    refuse_beyond(call, before.member.role, role)
    return shown(await members.change(call.actor, call.organization_id, user_id, role))


async def remove(call: Call, _: Nothing) -> UserRemoved:
    """Remove a member."""
    members, user_id = call.services.offices.members, call.path["user_id"]
    before = await members.one(call.organization_id, user_id)
    refuse_beyond(call, before.member.role)
    await members.remove(call.actor, call.organization_id, user_id)
    return UserRemoved(id=user_id)


OPERATIONS = (
    Operation(
        method="GET",
        path=ALL,
        name="users.list",
        summary="List the members of the organization",
        action=Action.MEMBER_READ,
        handler=every,
        asked=ListUsers,
        answer=IdPage[UserShown],
    ),
    Operation(
        method="POST",
        path=ALL,
        name="users.add",
        summary="Make somebody who has an account here a member; others are invited",
        action=Action.ORGANIZATION_CREATE,
        handler=add,
        asked=AddUser,
        answer=UserShown,
    ),
    Operation(
        method="GET", path=ONE, name="users.retrieve", summary="Show a member", action=Action.MEMBER_READ, handler=one, answer=UserShown
    ),
    Operation(
        method="POST",
        path=ONE,
        name="users.update",
        summary="Give a member another role",
        action=Action.MEMBER_UPDATE,
        handler=update,
        asked=UpdateUser,
        answer=UserShown,
    ),
    Operation(
        method="DELETE",
        path=ONE,
        name="users.remove",
        summary="Remove a member and revoke the keys that are its own",
        action=Action.MEMBER_REMOVE,
        handler=remove,
        answer=UserRemoved,
    ),
)
