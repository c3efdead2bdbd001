"""`yumen members`: who belongs to an organization, with which role; and invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from yumen.cli.first_run import setup_token_file
from yumen.cli.listing import Listing
from yumen.cli.offices import Chosen, Office, OfOrganization, show_lines, show_token, with_offices
from yumen.cli.opened import data_path, resolved_settings
from yumen.cli.options import AsJson, Config, Data
from yumen.clock import Clock, iso
from yumen.errors import OperatorError
from yumen.organizations.invitations import status_of
from yumen.organizations.values import MEMBER_ROLES, InviteStatus, Role

if TYPE_CHECKING:
    from yumen.organizations.values import Invite, Invited, Person

Who = Annotated[str, typer.Argument(metavar="MEMBER", help="a member's id or mail address")]
COLUMNS = ("id", "email", "name", "role", "status", "created_at")


class MemberLine(msgspec.Struct, frozen=True):
    """A member, or an invitation that waits, in JSON."""

    id: str
    email: str
    name: str
    role: str
    status: str
    """`member`, `operator` (who also runs the gateway) or `invited`."""
    created_at: str


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(cls=Listing, rich_markup_mode=None, add_completion=False)
    app.command("list", help="List the members of an organization, and who is invited.")(list_members)
    app.command("invite", help="Invite somebody; where no mail can be sent the token is shown, this once.")(invite)
    app.command("uninvite", help="Take an invitation back.")(uninvite)
    app.command("role", help="Give a member another role; open sessions have it at once.")(change)
    app.command("remove", help="Remove a member and revoke the keys that are its own.")(remove)
    app.command("second-factor-off", help="Take the second factor of a member away who has lost it.")(second_factor_off)
    app.command("password-token", help="Make a token that sets a member's new password within an hour, and show it, this once.")(
        password_token
    )
    app.command("setup-token", help="Make a new set-up token for the first administrator, and show it, this once.")(setup_token)
    return app


def list_members(
    ctx: typer.Context, *, organization: OfOrganization = None, as_json: AsJson = False, data: Data = None, config: Config = None
) -> None:
    """List members."""

    async def work(office: Office) -> list[MemberLine]:
        identifier = await office.organization_id(organization)
        now_us = Clock().now_us()
        invites = [each for each in await office.offices.invitations.every(identifier) if status_of(each, now_us) is InviteStatus.PENDING]
        return [member_line(each) for each in await office.offices.members.every(identifier)] + [invite_line(each) for each in invites]

    show_lines(ctx.obj, with_offices(ctx.obj, Chosen(data, config), work), COLUMNS, as_json=as_json)


def invite(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="a mail address")],
    *,
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="owner, admin, developer, billing or viewer")] = "developer",
    organization: OfOrganization = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Invite somebody."""
    wanted = role_of(role)

    async def work(office: Office) -> Invited:
        return await office.offices.invitations.create(office.actor, await office.organization_id(organization), email, wanted)

    show_token(ctx.obj, with_offices(ctx.obj, Chosen(data, config), work).shown_token, email)


def uninvite(
    ctx: typer.Context,
    invitation: Annotated[str, typer.Argument(metavar="INVITE", help="an invitation's id")],
    *,
    organization: OfOrganization = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Take an invitation back."""

    async def work(office: Office) -> Invite:
        return await office.offices.invitations.delete(office.actor, await office.organization_id(organization), invitation)

    ctx.obj.line("the invitation of {email} opens nothing any more", email=with_offices(ctx.obj, Chosen(data, config), work).email)


def change(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    member: Who,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="owner, admin, developer, billing or viewer")],
    *,
    organization: OfOrganization = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Give a member another role."""
    wanted = role_of(role)

    async def work(office: Office) -> Person:
        identifier = await office.organization_id(organization)
        user = await office.places.member(identifier, member)
        return await office.offices.members.change(office.actor, identifier, user.id, wanted)

    person = with_offices(ctx.obj, Chosen(data, config), work)
    ctx.obj.line("{email} is {role}", email=person.user.email, role=person.member.role)


def remove(ctx: typer.Context, member: Who, *, organization: OfOrganization = None, data: Data = None, config: Config = None) -> None:
    """Remove a member."""

    async def work(office: Office) -> Person:
        identifier = await office.organization_id(organization)
        user = await office.places.member(identifier, member)
        return await office.offices.members.remove(office.actor, identifier, user.id)

    person = with_offices(ctx.obj, Chosen(data, config), work)
    ctx.obj.line("removed {email}; the keys that were its own are revoked", email=person.user.email)


def second_factor_off(
    ctx: typer.Context, member: Who, *, organization: OfOrganization = None, data: Data = None, config: Config = None
) -> None:
    """Take a second factor away."""

    async def work(office: Office) -> str:
        identifier = await office.organization_id(organization)
        user = await office.places.member(identifier, member)
        await office.offices.second_factors.remove(office.actor, identifier, user.id, operator=True)
        return user.email

    ctx.obj.line("{email} signs in by the password alone now", email=with_offices(ctx.obj, Chosen(data, config), work))


def password_token(ctx: typer.Context, member: Who, *, data: Data = None, config: Config = None) -> None:
    """Make a token for a new password."""

    async def work(office: Office) -> tuple[str, str]:
        user = await office.offices.members.user(member)
        return user.email, await office.offices.resets.token(office.actor, user.id)

    email, token = with_offices(ctx.obj, Chosen(data, config), work)
    ctx.obj.note("hand this token to {email}: the console takes it at /password/reset; it is shown this once", email=email)
    ctx.obj.raw(token)


def setup_token(ctx: typer.Context, *, data: Data = None, config: Config = None) -> None:
    """Make a new set-up token."""

    async def work(office: Office) -> str | None:
        return await office.offices.setup.token()

    token = with_offices(ctx.obj, Chosen(data, config), work)
    setup_token_file(data_path(resolved_settings(ctx.obj, config, data=data).settings)).unlink(missing_ok=True)  # it opens nothing any more
    if token is None:
        raise OperatorError("there is an administrator already: invite others with yumen members invite")
    ctx.obj.note("the set-up token is shown this once; the one before counts no longer")
    ctx.obj.raw(token)


def role_of(text: str) -> Role:
    """Read a member's role. Raises OperatorError."""
    if text not in MEMBER_ROLES:
        raise OperatorError("a role is one of {choices}, not {value}", choices=", ".join(MEMBER_ROLES), value=repr(text))
    return Role(text)


def member_line(person: Person) -> MemberLine:
    """Return a member as it is shown."""
    status = "operator" if person.user.operator else "member"
    return MemberLine(person.user.id, person.user.email, person.user.name, person.member.role, status, iso(person.member.created_us))


def invite_line(invite: Invite) -> MemberLine:
    """Return an invitation as it is shown."""
    return MemberLine(invite.id, invite.email, "", invite.role, "invited", iso(invite.created_us))
