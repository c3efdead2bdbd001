"""`yumen signups`: who signed up and why, the codes that nothing could send, and the operator's word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from yumen.cli.listing import Listing
from yumen.cli.offices import Chosen, Office, show_lines, show_token, with_offices
from yumen.cli.options import AsJson, Config, Data
from yumen.clock import iso
from yumen.errors import OperatorError
from yumen.organizations.values import NEW_ORGANIZATION, Role, ShownCode, SignUpStatus

if TYPE_CHECKING:
    from yumen.organizations.values import Invited, SignUp

SignUpId = Annotated[str, typer.Argument(metavar="SIGNUP", help="a sign-up's id")]
COLUMNS = ("id", "status", "kind", "organization", "name", "email", "phone", "purpose", "codes", "created_at")


class SignUpLine(msgspec.Struct, frozen=True):
    """A sign-up in JSON."""

    id: str
    status: str
    kind: str
    organization: str
    name: str
    email: str
    phone: str | None
    purpose: str
    codes: tuple[str, ...]
    """Codes that nothing could send, each after what it confirms."""
    created_at: str
    address: str
    organization_id: str | None
    reason: str | None
    decided_by: str | None


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(cls=Listing, rich_markup_mode=None, add_completion=False)
    app.command("list", help="List sign-ups, the newest first, with the codes that nothing could send.")(list_sign_ups)
    app.command("approve", help="Make the organization of a sign-up that waits; the applicant is told.")(approve)
    app.command("decline", help="Decline a sign-up that waits; the applicant is told why.")(decline)
    app.command("invite", help="Invite somebody to sign up, where only the invited may.")(invite)
    return app


def list_sign_ups(
    ctx: typer.Context,
    *,
    status: Annotated[
        str | None, typer.Option("--status", metavar="STATUS", help="only those: verifying, waiting, approved or declined")
    ] = None,
    as_json: AsJson = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """List sign-ups."""
    wanted = None if status is None else status_of(status)

    async def work(office: Office) -> list[SignUpLine]:
        codes = await office.offices.sign_ups.shown_codes()
        return [line_of(each, codes) for each in await office.offices.sign_ups.every(wanted)]

    show_lines(ctx.obj, with_offices(ctx.obj, Chosen(data, config), work), COLUMNS, as_json=as_json)


def approve(ctx: typer.Context, sign_up: SignUpId, *, data: Data = None, config: Config = None) -> None:
    """Approve a sign-up."""

    async def work(office: Office) -> SignUp:
        return await office.offices.sign_ups.approve(office.actor, sign_up)

    made = with_offices(ctx.obj, Chosen(data, config), work)
    ctx.obj.line("approved: {name} is the organization {id}", name=made.organization_name, id=made.organization_id)


def decline(
    ctx: typer.Context,
    sign_up: SignUpId,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="why, for the applicant")],
    data: Data = None,
    config: Config = None,
) -> None:
    """Decline a sign-up."""

    async def work(office: Office) -> SignUp:
        return await office.offices.sign_ups.decline(office.actor, sign_up, reason)

    declined = with_offices(ctx.obj, Chosen(data, config), work)
    ctx.obj.line("declined: {name}", name=declined.organization_name)


def invite(
    ctx: typer.Context,
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="a mail address")],
    *,
    data: Data = None,
    config: Config = None,
) -> None:
    """Invite somebody to sign up."""

    async def work(office: Office) -> Invited:
        return await office.offices.invitations.create(office.actor, NEW_ORGANIZATION, email, Role.OWNER)

    show_token(ctx.obj, with_offices(ctx.obj, Chosen(data, config), work).shown_token, email)


def status_of(text: str) -> SignUpStatus:
    """Read a status. Raises OperatorError."""
    try:
        return SignUpStatus(text)
    except ValueError:
        raise OperatorError("{option} is one of {choices}", option="--status", choices=", ".join(SignUpStatus)) from None


def line_of(sign_up: SignUp, codes: list[ShownCode]) -> SignUpLine:
    """Return a sign-up as it is shown."""
    return SignUpLine(
        id=sign_up.id,
        status=sign_up.status,
        kind=sign_up.kind,
        organization=sign_up.organization_name,
        name=sign_up.name,
        email=sign_up.email,
        phone=sign_up.phone,
        purpose=sign_up.purpose,
        codes=tuple(f"{each.channel}: {each.code}" for each in codes if each.subject == sign_up.id),
        created_at=iso(sign_up.created_us),
        address=sign_up.address,
        organization_id=sign_up.organization_id,
        reason=sign_up.reason,
        decided_by=sign_up.decided_by,
    )
