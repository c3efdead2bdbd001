"""The members of an organization and its invitations: who is there, as what, who is asked to come, and who goes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec

from yumen.console.pages.page import Page
from yumen.keys.values import Role
from yumen.organizations.permissions import Action, may_grant
from yumen.organizations.values import MEMBER_ROLES

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.api.invites import InviteShown
    from yumen.console.pages.visit import Visit

MOST = 1000
"""Members and invitations on the page."""
ROLE_SENTENCES = {
    Role.OWNER: "Everything, other owners included",
    Role.ADMIN: "Everything but owners",
    Role.DEVELOPER: "Keys, prompts, requests and conversations",
    Role.BILLING: "Usage, money and limits",
    Role.VIEWER: "May look, and change nothing",
}


class Choice(msgspec.Struct, frozen=True):
    """A role that may be given."""

    role: str
    sentence: str


def ours(role: str) -> Role:
    """Return our role of Claude's name."""
    return Role.VIEWER if role == "user" else Role(role)


def choices_of(visit: Visit) -> list[Choice]:
    """Return the roles that the visitor may give, and take."""
    given = visit.caller
    return [] if given is None else [Choice(role.value, ROLE_SENTENCES[role]) for role in MEMBER_ROLES if may_grant(given.role, role)]


async def show_members(visit: Visit, link: str | None = None) -> Response:
    """Show who is there and who is invited; `link` is a new invitation's, which nothing could send."""
    members = await visit.do("users.list", {"limit": MOST})
    invited = await visit.do("invites.list", {"limit": MOST}) if visit.may(Action.INVITE_READ) else None
    return await visit.show(
        "members/members.html",
        members=members.data,
        more=members.has_more,
        invited=[] if invited is None else [each for each in invited.data if each.status != "accepted"],
        choices=choices_of(visit),
        ours=ours,
        sentences=ROLE_SENTENCES,
        link=link,
    )


async def show_member(visit: Visit) -> Response:
    """Show one member, and to those in charge what they can do about it."""
    member = await visit.do("users.retrieve", user_id=visit.path["user_id"])
    choices = choices_of(visit)
    above = ours(member.role).value not in {choice.role for choice in choices}
    return await visit.show(
        "members/member.html",
        member=member,
        role=ours(member.role),
        choices=[] if above else choices,
        sentences=ROLE_SENTENCES,
        factor=await visit.do("users.second_factor.retrieve", user_id=member.id) if visit.may(Action.MEMBER_UPDATE) else None,
    )


async def change_role(visit: Visit) -> Response:
    """Give a member another role."""
    member = await visit.do("users.update", {"role": visit.form.text("role")}, user_id=visit.path["user_id"])
    role = visit.say(ours(member.role).value)
    return visit.go(f"/members/{member.id}", notice=visit.say("{name} has the role “{role}” now.", name=member.name, role=role))


async def remove_factor(visit: Visit) -> Response:
    """Take the second factor of a member away who has lost it."""
    user_id = visit.path["user_id"]
    await visit.do("users.second_factor.remove", user_id=user_id)
    return visit.go(f"/members/{user_id}", notice=visit.say("The second factor is gone: the password alone signs in now."))


async def remove(visit: Visit) -> Response:
    """Remove a member."""
    member = await visit.do("users.retrieve", user_id=visit.path["user_id"])
    await visit.do("users.remove", user_id=member.id)
    gone = visit.caller is not None and visit.caller.user_id == member.id
    return visit.go("/" if gone else "/members", notice=visit.say("{name} is a member no longer.", name=member.name))


async def invite(visit: Visit) -> Response:
    """Invite somebody: by mail, or by a link that is shown this once where nothing can send it."""
    made: InviteShown = await visit.do("invites.create", {"email": visit.form.text("email"), "role": visit.form.text("role")})
    if made.token is msgspec.UNSET:
        return visit.go("/members", notice=visit.say("An invitation went to {email}.", email=made.email))
    return await show_members(visit, f"{visit.services.console_url}/invitations/accept?{urlencode({'token': made.token})}")


async def revoke(visit: Visit) -> Response:
    """Take an invitation back."""
    await visit.do("invites.delete", invite_id=visit.path["invite_id"])
    return visit.go("/members", notice=visit.say("The invitation is taken back."))


PAGES = (
    Page(path="/members", access=Action.MEMBER_READ, show=show_members),
    Page(path="/members/{user_id}", access=Action.MEMBER_READ, show=show_member),
    Page(path="/members/{user_id}/role", access=Action.MEMBER_UPDATE, show=show_member, submit=change_role),
    Page(path="/members/{user_id}/second-factor", access=Action.MEMBER_UPDATE, show=show_member, submit=remove_factor),
    Page(path="/members/{user_id}/remove", access=Action.MEMBER_REMOVE, show=show_member, submit=remove),
    Page(path="/invitations", access=Action.INVITE_CREATE, show=show_members, submit=invite),
    Page(path="/invitations/{invite_id}/revoke", access=Action.INVITE_DELETE, show=show_members, submit=revoke),
)
