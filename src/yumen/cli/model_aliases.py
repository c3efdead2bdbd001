"""`yumen models alias`: what an organization means by names of its own, and by retired ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from yumen.cli.listing import Listing
from yumen.cli.offices import Chosen, Office, OfOrganization, show_lines, with_offices
from yumen.cli.options import AsJson, Config, Data
from yumen.clock import iso

if TYPE_CHECKING:
    from yumen.routes.aliases import Alias

Named = Annotated[str, typer.Argument(metavar="NAME", help="the name that callers ask for")]
COLUMNS = ("alias", "model", "organization", "created")


class AliasLine(msgspec.Struct, frozen=True):
    """An alias in JSON."""

    alias: str
    model: str
    organization: str
    """Its id."""
    created: str


def build() -> typer.Typer:
    """Return the commands."""
    app = typer.Typer(cls=Listing, rich_markup_mode=None, add_completion=False)
    app.command("list", help="List model aliases: all, or those of one organization.")(list_aliases)
    app.command("set", help="Let a name mean a model; running gateways follow within a second.")(put)
    app.command("remove", help="Let a name mean itself again.")(remove)
    return app


def list_aliases(
    ctx: typer.Context, *, organization: OfOrganization = None, as_json: AsJson = False, data: Data = None, config: Config = None
) -> None:
    """List aliases."""

    async def work(office: Office) -> list[Alias]:
        wanted = None if organization is None else await office.organization_id(organization)
        return await office.offices.model_aliases.every(wanted)

    aliases = with_offices(ctx.obj, Chosen(data, config), work)
    lines = [AliasLine(each.alias, each.model, each.organization_id, iso(each.created_us)) for each in aliases]
    show_lines(ctx.obj, lines, COLUMNS, as_json=as_json)


def put(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    name: Named,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="the model that is asked in its place")],
    *,
    organization: OfOrganization = None,
    shadow: Annotated[bool, typer.Option("--shadow", help="even if a model of that name still answers")] = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Set an alias."""

    async def work(office: Office) -> Alias:
        wanted = (await office.organization_id(organization), name, model)
        return await office.offices.model_aliases.put(office.actor, wanted, shadow=shadow)

    alias = with_offices(ctx.obj, Chosen(data, config), work)
    ctx.obj.line("{name} means {model} now; running gateways follow within a second", name=alias.alias, model=alias.model)


def remove(ctx: typer.Context, name: Named, *, organization: OfOrganization = None, data: Data = None, config: Config = None) -> None:
    """Remove an alias."""

    async def work(office: Office) -> Alias:
        return await office.offices.model_aliases.remove(office.actor, await office.organization_id(organization), name)

    alias = with_offices(ctx.obj, Chosen(data, config), work)
    ctx.obj.line("{name} means itself again, and {model} no longer", name=alias.alias, model=alias.model)
