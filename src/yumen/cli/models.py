"""`yumen models`: the models in use, how long they go on answering, who calls them, and what could take their place."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from yumen.cli import model_aliases
from yumen.cli.listing import Listing
from yumen.cli.model_lines import COLUMNS, catalogue_lines, in_use, line_of
from yumen.cli.offices import Chosen, Office, show_lines, with_offices
from yumen.cli.options import AsJson, Config, Data
from yumen.clock import EPOCH, Clock
from yumen.ledger import By, Filter

if TYPE_CHECKING:
    from datetime import date

    from yumen.cli.console import Console
    from yumen.cli.model_lines import ModelLine

DAY_US = 86_400_000_000
Days = Annotated[int, typer.Option("--days", metavar="DAYS", min=1, max=400, help="in use means: called within so many days")]


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(cls=Listing, rich_markup_mode=None, add_completion=False)
    app.command("list", help="List the models in use, who calls them, and those that are about to end.")(list_models)
    app.add_typer(model_aliases.build(), name="alias", help="List, set and remove model aliases.")
    return app


def list_models(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    *,
    days: Days = 30,
    every: Annotated[bool, typer.Option("--all", help="all models of the catalogue instead")] = False,
    as_json: AsJson = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """List models."""
    console: Console = ctx.obj
    now_us = Clock().now_us()
    today = day_of(now_us)
    if every:
        show_lines(console, catalogue_lines(today), COLUMNS[:3], as_json=as_json)
        return

    async def work(office: Office) -> list[ModelLine]:
        rows = await office.desk.reports.usage((By.MODEL, By.ASKED, By.KEY, By.ORGANIZATION), Filter(since_us=now_us - days * DAY_US))
        names = {record.key_id: record.name for record in await office.desk.keys.every()}
        aliases = await office.offices.model_aliases.every()
        return [line_of(found, names, aliases, today) for found in in_use(rows, aliases)]

    lines = with_offices(console, Chosen(data, config), work)
    show_lines(console, lines, COLUMNS, as_json=as_json)
    for line in lines:
        warn(console, line)


def warn(console: Console, line: ModelLine) -> None:
    """Say beside the output what is about to end, or has ended, and what would put another model in its place."""
    if line.warned_days is not None:
        console.warn("{model} stops answering on {day}, in {days} days", model=line.model, day=line.retires, days=line.days_left)
    elif line.state == "retired":
        console.warn("{model} answers no more, and is still asked for", model=line.model)
    else:
        return
    if line.successor is None:
        console.note("the catalogue has no model of its line that could take its place")
        return
    for command in line.commands:
        console.note("to let {successor} take its place: {command}", successor=line.successor, command=command)


def day_of(now_us: int) -> date:
    """Return the day of a time, UTC."""
    return (EPOCH + timedelta(microseconds=now_us)).date()
