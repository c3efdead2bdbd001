"""`yumen plans`: the named sets of limits that organizations are on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from yumen.cli.limit_text import limit_text, parse_limit
from yumen.cli.listing import Listing
from yumen.cli.offices import Chosen, Office, show_lines, with_offices
from yumen.cli.options import AsJson, Config, Data
from yumen.errors import OperatorError
from yumen.organizations.values import Plan
from yumen.words import speaks_chinese

if TYPE_CHECKING:
    from yumen.cli.console import Console

Named = Annotated[str, typer.Argument(metavar="PLAN", help="a plan's name")]
COLUMNS = ("name", "limits", "isolation", "organizations", "description")


class PlanLine(msgspec.Struct, frozen=True):
    """A plan in JSON."""

    name: str
    limits: tuple[str, ...]
    """As they are typed."""
    isolation: bool
    organizations: int
    """How many are on it."""
    description: str


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(cls=Listing, rich_markup_mode=None, add_completion=False)
    app.command("list", help="List the plans and their limits.")(list_plans)
    app.command("set", help="Make a plan, or change one; running gateways follow within a second.")(put)
    app.command("delete", help="Delete a plan that nobody is on.")(delete)
    return app


def list_plans(ctx: typer.Context, *, as_json: AsJson = False, data: Data = None, config: Config = None) -> None:
    """List plans."""
    console: Console = ctx.obj
    chinese = speaks_chinese(console.environ)

    async def work(office: Office) -> list[PlanLine]:
        on = [each.plan for each in await office.offices.registry.every()]
        return [line_of(plan, on.count(plan.name), chinese=chinese) for plan in await office.offices.plans.every()]

    show_lines(console, with_offices(console, Chosen(data, config), work), COLUMNS, as_json=as_json)


def put(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    name: Named,
    *,
    limit: Annotated[
        list[str] | None,
        typer.Option("--limit", metavar="LIMIT", help="a limit such as requests_per_minute=20; those given replace all before"),
    ] = None,
    unlimited: Annotated[bool, typer.Option("--unlimited", help="without limits")] = False,
    isolation: Annotated[
        bool | None,
        typer.Option("--isolation/--no-isolation", help="whether its organizations may have isolation and a policy of their own"),
    ] = None,
    description: Annotated[str | None, typer.Option("--description", metavar="TEXT", help="what it is, in English")] = None,
    description_zh: Annotated[str | None, typer.Option("--description-zh", metavar="TEXT", help="what it is, in Chinese")] = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Make or change a plan."""
    if unlimited and limit:
        raise OperatorError("--limit and --unlimited exclude each other")
    limits = tuple(map(parse_limit, limit or ()))

    async def work(office: Office) -> Plan:
        known = {plan.name: plan for plan in await office.offices.plans.every()}
        if name not in known and not limits and not unlimited:
            raise OperatorError("a new plan needs its limits: --limit KIND=VALUE, or --unlimited")
        old = known.get(name, Plan(name, (), isolation=False, description="", description_zh=""))
        new = Plan(
            name,
            limits if limits or unlimited else old.limits,
            old.isolation if isolation is None else isolation,
            old.description if description is None else description,
            old.description_zh if description_zh is None else description_zh,
        )
        return await office.offices.plans.put(office.actor, new)

    plan = with_offices(ctx.obj, Chosen(data, config), work)
    ctx.obj.line("the plan {name} is set; running gateways follow within a second", name=plan.name)


def delete(ctx: typer.Context, name: Named, *, data: Data = None, config: Config = None) -> None:
    """Delete a plan."""

    async def work(office: Office) -> Plan:
        return await office.offices.plans.delete(office.actor, name)

    ctx.obj.line("deleted the plan {name}", name=with_offices(ctx.obj, Chosen(data, config), work).name)


def line_of(plan: Plan, organizations: int, *, chinese: bool) -> PlanLine:
    """Return a plan as it is shown."""
    description = (plan.description_zh or plan.description) if chinese else (plan.description or plan.description_zh)
    return PlanLine(plan.name, tuple(map(limit_text, plan.limits)), plan.isolation, organizations, description)
