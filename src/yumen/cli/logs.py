"""`yumen logs`: the ledger, a line for each call; `yumen logs explain`: one call's life; `content`: its words."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated

import typer

from yumen.cli.asked import Asked, KeyOption, ModelOption, SinceOption, UntilOption, filter_of, names_of
from yumen.cli.content import content
from yumen.cli.explain import explain
from yumen.cli.opened import opened_ledger, resolved_settings
from yumen.cli.options import AsJson, Config, Data
from yumen.cli.printed import LedgerPrinter
from yumen.clock import Clock

if TYPE_CHECKING:
    from yumen.ledger import Filter, Reports

MOST = 1_000_000_000
"""More entries than anybody lists; numbers beyond the database's own are refused with it."""


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.callback(invoke_without_command=True, help="Show the ledger: one line for each call, the newest last.")(logs)
    app.command("explain", help="Tell one call's life: where its time went, what it used, how it ended.")(explain)
    app.command("content", help="Show what one call asked and was answered, where its key lets that be written down.")(content)
    return app


def logs(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    *,
    key: KeyOption = None,
    model: ModelOption = None,
    status: Annotated[
        int | None, typer.Option("--status", min=100, max=599, metavar="CODE", help="only calls that got this status")
    ] = None,
    outcome: Annotated[
        str | None,
        typer.Option("--outcome", metavar="OUTCOME", help="only calls that ended so, such as answered, refused, error or failed"),
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=MOST, metavar="N", help="how many of the newest are shown")] = 50,
    follow: Annotated[bool, typer.Option("--follow", help="go on with each new call until interrupted")] = False,
    as_json: AsJson = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Show the ledger."""
    if ctx.invoked_subcommand is not None:
        return
    settings = resolved_settings(ctx.obj, config, data=data).settings
    asked = Asked(key, model, status, outcome, since, until)

    async def show() -> None:
        async with opened_ledger(settings) as (reports, keys):
            records = await keys.every()
            wanted = filter_of(asked, records, Clock().now_us())
            printer = LedgerPrinter(ctx.obj, names_of(records), as_json=as_json)
            await (followed if follow else listed)(reports, wanted, limit, printer)

    asyncio.run(show())


async def listed(reports: Reports, wanted: Filter, limit: int, printer: LedgerPrinter) -> None:
    """Print the newest entries."""
    printer.all(await reports.find(wanted, limit))


async def followed(reports: Reports, wanted: Filter, limit: int, printer: LedgerPrinter) -> None:
    """Print the newest entries and each new one."""
    async with aclosing(reports.follow(wanted, limit)) as entries:  # type: ignore[type-var]
        async for entry in entries:
            printer.one(entry)
