"""`yumen workspaces`: the parts of an organization, each with a name and an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from yumen.cli.listing import Listing
from yumen.cli.offices import Chosen, Office, OfOrganization, show_lines, with_offices
from yumen.cli.options import AsJson, Config, Data
from yumen.clock import iso

if TYPE_CHECKING:
    from yumen.organizations.values import Workspace

Named = Annotated[str, typer.Argument(metavar="WORKSPACE", help="a workspace's id or name")]
NewName = Annotated[str, typer.Argument(metavar="NAME", help="the workspace's name")]
COLUMNS = ("id", "name", "environment", "status", "created_at")


class WorkspaceLine(msgspec.Struct, frozen=True):
    """A workspace in JSON."""

    id: str
    name: str
    environment: str
    status: str
    created_at: str


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(cls=Listing, rich_markup_mode=None, add_completion=False)
    app.command("list", help="List an organization's workspaces.")(list_workspaces)
    app.command("create", help="Make a workspace.")(create)
    app.command("rename", help="Give a workspace another name.")(rename)
    app.command("archive", help="Close a workspace and revoke its keys.")(archive)
    return app


def list_workspaces(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    *,
    organization: OfOrganization = None,
    every: Annotated[bool, typer.Option("--all", help="with those that are archived")] = False,
    as_json: AsJson = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """List workspaces."""

    async def work(office: Office) -> list[WorkspaceLine]:
        found = await office.offices.workspaces.every(await office.organization_id(organization), archived=every)
        return [line_of(each) for each in found]

    show_lines(ctx.obj, with_offices(ctx.obj, Chosen(data, config), work), COLUMNS, as_json=as_json)


def create(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    name: NewName,
    *,
    environment: Annotated[str, typer.Option("--environment", metavar="ENVIRONMENT", help="production or staging")] = "production",
    organization: OfOrganization = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Make a workspace."""

    async def work(office: Office) -> Workspace:
        return await office.offices.workspaces.create(office.actor, await office.organization_id(organization), name, environment)

    made = with_offices(ctx.obj, Chosen(data, config), work)
    ctx.obj.line("made the workspace {id} ({name})", id=made.id, name=made.name)


def rename(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context, workspace: Named, name: NewName, *, organization: OfOrganization = None, data: Data = None, config: Config = None
) -> None:
    """Rename a workspace."""

    async def work(office: Office) -> Workspace:
        found = await meant(office, workspace, organization)
        return await office.offices.workspaces.rename(office.actor, found.organization_id, found.id, name)

    made = with_offices(ctx.obj, Chosen(data, config), work)
    ctx.obj.line("the workspace {id} is named {name}", id=made.id, name=made.name)


def archive(ctx: typer.Context, workspace: Named, *, organization: OfOrganization = None, data: Data = None, config: Config = None) -> None:
    """Archive a workspace."""

    async def work(office: Office) -> Workspace:
        found = await meant(office, workspace, organization)
        return await office.offices.workspaces.archive(office.actor, found.organization_id, found.id)

    made = with_offices(ctx.obj, Chosen(data, config), work)
    ctx.obj.line("archived {id} ({name}); running gateways refuse its keys within a second", id=made.id, name=made.name)


async def meant(office: Office, workspace: str, organization: str | None) -> Workspace:
    """Return the workspace that is meant. Raises OperatorError."""
    return await office.places.workspace(workspace, await office.organization_id(organization))


def line_of(workspace: Workspace) -> WorkspaceLine:
    """Return a workspace as it is shown."""
    status = "active" if workspace.archived_us is None else "archived"
    return WorkspaceLine(workspace.id, workspace.name, workspace.environment, status, iso(workspace.created_us))
