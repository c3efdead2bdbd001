"""Invitations into an organization, in Claude's shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from yumen.clock import iso
from yumen.console.api.account import me_of
from yumen.console.api.entrance import Token
from yumen.console.api.fields import Email, GivenRole, OrganizationRole, given_role, shown_role, time_or_none
from yumen.console.api.operation import Nothing, Operation
from yumen.console.api.pages import ById, IdPage, page_by_id
from yumen.console.api.users import UserShown, refuse_beyond
from yumen.console.api.users import shown as user_shown
from yumen.keys.values import Role
from yumen.organizations.faults import NotDelivered
from yumen.organizations.invitations import status_of
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.console.api.call import Call
    from yumen.organizations.values import Invite

ALL = "/v1/organizations/invites"
ONE = f"{ALL}/{{invite_id}}"


class InviteShown(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation. `token` is ours: it is there in the answer to its making, and only where no mail could be sent."""

    id: str
    type: Literal["invite"] = "invite"
    email: str
    role: OrganizationRole
    status: Literal["pending", "accepted", "expired", "deleted"]
    invited_at: str
    expires_at: str
    accepted_at: str | None
    rbac_group_ids: list[str] = []
    token: str | UnsetType = UNSET


class ListInvites(ById, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which invitations are wanted."""

    email: Email | None = None
    roles: Annotated[tuple[GivenRole, ...], msgspec.Meta(max_length=20)] | None = None
    statuses: Annotated[tuple[Literal["pending", "accepted", "expired"], ...], msgspec.Meta(max_length=20)] | None = None


class CreateInvite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is invited, and as what."""

    email: Email
    role: GivenRole
    rbac_group_ids: Annotated[tuple[str, ...], msgspec.Meta(max_length=0)] = ()


class JoinByInvite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token of an invitation for one's own address."""

    token: Token


class InviteDeleted(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken back."""

    id: str
    type: Literal["invite_deleted"] = "invite_deleted"


def shown(call: Call, invite: Invite, token: str | None = None) -> InviteShown:
    """Show an invitation."""
    return InviteShown(
        id=invite.id,
        email=invite.email,
        role=shown_role(invite.role),
        status=status_of(invite, call.clock.now_us()).value,
        invited_at=iso(invite.created_us),
        expires_at=iso(invite.expires_us),
        accepted_at=time_or_none(invite.accepted_us),
        token=UNSET if token is None else token,
    )


async def every(call: Call, asked: ListInvites) -> IdPage[InviteShown]:
    """List invitations."""
    found = [shown(call, one) for one in await call.services.offices.invitations.every(call.organization_id)]
    roles = None if asked.roles is None else {shown_role(given_role(name)) for name in asked.roles}
    email = None if asked.email is None else asked.email.strip().lower()
    wanted = [one for one in found if email in (None, one.email) and (roles is None or one.role in roles)]
    return page_by_id([one for one in wanted if asked.statuses is None or one.status in asked.statuses], asked)


async def one(call: Call, _: Nothing) -> InviteShown:
    """Show an invitation."""
    return shown(call, await call.services.offices.invitations.one(call.organization_id, call.path["invite_id"]))


async def create(call: Call, asked: CreateInvite) -> InviteShown:
    """Invite somebody."""
    role = given_role(asked.role)
    refuse_beyond(call, role)
    invitations = call.services.offices.invitations
    invited = await invitations.create(call.actor, call.organization_id, asked.email, role)
    if invited.shown_token is not None and invitations.by_mail and call.caller.role is not Role.OPERATOR:
        # Where addresses are proved by mail, nobody gets a token for an address that is not the own.
        await invitations.delete(call.actor, call.organization_id, invited.invite.id)
        raise NotDelivered
    return shown(call, invited.invite, invited.shown_token)


async def join(call: Call, asked: JoinByInvite) -> UserShown:
    """Become a member as whoever is signed in."""
    me = me_of(call)
    return user_shown(await call.services.offices.invitations.join(me.actor, asked.token, me.user_id))


async def delete(call: Call, _: Nothing) -> InviteDeleted:
    """Take an invitation back."""
    await call.services.offices.invitations.delete(call.actor, call.organization_id, call.path["invite_id"])
    return InviteDeleted(id=call.path["invite_id"])


OPERATIONS = (
    Operation(
        method="GET",
        path=ALL,
        name="invites.list",
        summary="List invitations",
        action=Action.INVITE_READ,
        handler=every,
        asked=ListInvites,
        answer=IdPage[InviteShown],
    ),
    Operation(
        method="POST",
        path=ALL,
        name="invites.create",
        summary="Invite somebody by mail; without a mail server the token is in the answer",
        action=Action.INVITE_CREATE,
        handler=create,
        asked=CreateInvite,
        answer=InviteShown,
    ),
    Operation(
        method="POST",
        path=f"{ALL}/join",
        name="invites.join",
        summary="Accept an invitation as whoever is signed in with its address, without a password",
        action=Action.ACCOUNT_OWN,
        handler=join,
        asked=JoinByInvite,
        answer=UserShown,
    ),
    Operation(
        method="GET",
        path=ONE,
        name="invites.retrieve",
        summary="Show an invitation",
        action=Action.INVITE_READ,
        handler=one,
        answer=InviteShown,
    ),
    Operation(
        method="DELETE",
        path=ONE,
        name="invites.delete",
        summary="Take an invitation back",
        action=Action.INVITE_DELETE,
        handler=delete,
        answer=InviteDeleted,
    ),
)
