"""`yumen organizations`: list, make, change, suspend and resume them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from msgspec import UNSET

from yumen.cli import content_keys
from yumen.cli.isolation import add_to
from yumen.cli.listing import Listing
from yumen.cli.offices import Chosen, Office, show_lines, show_token, with_offices
from yumen.cli.options import AsJson, Config, Data
from yumen.clock import iso
from yumen.errors import OperatorError
from yumen.organizations.registry import OrganizationChange
from yumen.organizations.values import Kind, Role

if TYPE_CHECKING:
    from yumen.organizations.values import Invited, Organization

Named = Annotated[str, typer.Argument(metavar="ORGANIZATION", help="an organization's id or name")]
COLUMNS = ("id", "name", "kind", "plan", "time_zone", "isolated", "status", "created_at")


class OrganizationLine(msgspec.Struct, frozen=True):
    """An organization in JSON."""

    id: str
    name: str
    kind: str
    plan: str
    time_zone: str
    isolated: bool
    status: str
    created_at: str
    members: int | None = None
    workspaces: tuple[str, ...] | None = None
    """The names of its living ones; with `members`, only where one organization is shown."""


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(cls=Listing, rich_markup_mode=None, add_completion=False)
    app.command("list", help="List all organizations.")(list_organizations)
    app.command("create", help="Make an organization with the workspaces production and staging.")(create)
    app.command("show", help="Show one organization.")(show)
    app.command("update", help="Change an organization; running gateways follow within a second.")(update)
    app.command("suspend", help="Let an organization's keys be refused, from within a second on.")(suspend)
    app.add_typer(content_keys.build(), name="keys", help="List, rotate and rewrap the keys that stored content is sealed with.")
    app.command("resume", help="Let a suspended organization's keys work again.")(resume)
    add_to(app)
    return app


def list_organizations(ctx: typer.Context, *, as_json: AsJson = False, data: Data = None, config: Config = None) -> None:
    """List organizations."""

    async def work(office: Office) -> list[OrganizationLine]:
        return [line_of(each) for each in await office.offices.registry.every()]

    show_lines(ctx.obj, with_offices(ctx.obj, Chosen(data, config), work), COLUMNS, as_json=as_json)


def create(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="the organization's name")],
    *,
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help="enterprise or individual")] = "enterprise",
    plan: Annotated[str, typer.Option("--plan", metavar="PLAN", help="the plan that it is on (yumen plans list)")] = "trial",
    owner: Annotated[str | None, typer.Option("--owner", metavar="EMAIL", help="invite this address as its owner")] = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Make an organization."""
    if kind not in set(Kind):
        raise OperatorError("{option} is one of {choices}", option="--kind", choices=", ".join(Kind))

    async def work(office: Office) -> tuple[Organization, Invited | None]:
        made = await office.offices.registry.create(office.actor, name, Kind(kind), plan)
        return made, None if owner is None else await office.offices.invitations.create(office.actor, made.id, owner, Role.OWNER)

    made, invited = with_offices(ctx.obj, Chosen(data, config), work)
    ctx.obj.line("made the organization {id} ({name}) on the plan {plan}", id=made.id, name=made.name, plan=made.plan)
    if invited is not None:
        show_token(ctx.obj, invited.shown_token, invited.invite.email)


def show(ctx: typer.Context, organization: Named, *, as_json: AsJson = False, data: Data = None, config: Config = None) -> None:
    """Show one organization."""

    async def work(office: Office) -> OrganizationLine:
        found = await office.places.organization(organization)
        members = await office.offices.members.every(found.id)
        workspaces = await office.offices.workspaces.every(found.id)
        return line_of(found, len(members), tuple(each.name for each in workspaces))

    line = with_offices(ctx.obj, Chosen(data, config), work)
    show_lines(ctx.obj, [line], (*COLUMNS, "members", "workspaces"), as_json=as_json)


def update(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    organization: Named,
    *,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="the organization's name")] = None,
    time_zone: Annotated[
        str | None, typer.Option("--time-zone", metavar="ZONE", help="in which its days and months run, such as Asia/Shanghai")
    ] = None,
    plan: Annotated[str | None, typer.Option("--plan", metavar="PLAN", help="the plan that it is on (yumen plans list)")] = None,
    isolated: Annotated[bool | None, typer.Option("--isolated/--shared", help="whether it is isolated, where its plan has that")] = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Change an organization."""
    change = OrganizationChange(
        name=UNSET if name is None else name,
        time_zone=UNSET if time_zone is None else time_zone,
        plan=UNSET if plan is None else plan,
        isolated=UNSET if isolated is None else isolated,
    )

    async def work(office: Office) -> Organization:
        return await office.offices.registry.update(office.actor, await office.organization_id(organization), change)

    changed = with_offices(ctx.obj, Chosen(data, config), work)
    ctx.obj.line("changed {id} ({name}); running gateways follow within a second", id=changed.id, name=changed.name)
    if isolated and changed.compartment is None:
        ctx.obj.note(
            "only its upstreams are its own so far: yumen organizations isolate {id} gives it a database of its own", id=changed.id
        )


def suspend(ctx: typer.Context, organization: Named, *, data: Data = None, config: Config = None) -> None:
    """Suspend an organization."""

    async def work(office: Office) -> Organization:
        return await office.offices.registry.suspend(office.actor, await office.organization_id(organization))

    changed = with_offices(ctx.obj, Chosen(data, config), work)
    ctx.obj.line("suspended {id} ({name}); running gateways refuse its keys within a second", id=changed.id, name=changed.name)


def resume(ctx: typer.Context, organization: Named, *, data: Data = None, config: Config = None) -> None:
    """Resume an organization."""

    async def work(office: Office) -> Organization:
        return await office.offices.registry.resume(office.actor, await office.organization_id(organization))

    changed = with_offices(ctx.obj, Chosen(data, config), work)
    ctx.obj.line("resumed {id} ({name})", id=changed.id, name=changed.name)


def line_of(organization: Organization, members: int | None = None, workspaces: tuple[str, ...] | None = None) -> OrganizationLine:
    """Return an organization as it is shown."""
    return OrganizationLine(
        organization.id,
        organization.name,
        organization.kind,
        organization.plan,
        organization.time_zone,
        organization.isolated,
        "active" if organization.suspended_us is None else "suspended",
        iso(organization.created_us),
        members,
        workspaces,
    )
