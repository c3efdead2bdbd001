"""`yumen audit`: who did what, to what, from where, and what was before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from yumen.cli.offices import Chosen, Office, show_lines, with_offices
from yumen.cli.options import AsJson, Config, Data
from yumen.clock import iso

if TYPE_CHECKING:
    from yumen.audit import Recorded

COLUMNS = ("time", "actor", "address", "action", "target", "before", "after")


class ActLine(msgspec.Struct, frozen=True):
    """An act in JSON."""

    number: int
    time: str
    organization_id: str | None
    actor: str
    address: str
    action: str
    target: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class ActRow(msgspec.Struct, frozen=True):
    """An act in a table."""

    time: str
    actor: str
    address: str
    action: str
    target: str
    before: str
    after: str


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(help="Show the audit log, the newest first: who did what, and what was before and after.")(audit)
    return app


def audit(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    *,
    organization: Annotated[
        str | None, typer.Option("--organization", metavar="ORGANIZATION", help="only what concerns this organization (its id or name)")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="COUNT", min=1, help="how many of the newest are shown")] = 50,
    before: Annotated[int | None, typer.Option("--before", metavar="NUMBER", help="only acts before the one of this number")] = None,
    as_json: AsJson = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Show the audit log."""

    async def work(office: Office) -> list[Recorded]:
        identifier = None if organization is None else await office.organization_id(organization)
        return await office.offices.audit.page(identifier, before=before, limit=limit)

    found = with_offices(ctx.obj, Chosen(data, config), work)
    show_lines(ctx.obj, [line_of(each) if as_json else row_of(each) for each in found], COLUMNS, as_json=as_json)


def line_of(recorded: Recorded) -> ActLine:
    """Return an act as JSON has it."""
    act = recorded.act
    return ActLine(
        number=recorded.sequence,
        time=iso(act.time_us),
        organization_id=act.organization_id,
        actor=act.actor.name,
        address=act.actor.address,
        action=act.action,
        target=act.target,
        before=act.before,
        after=act.after,
    )


def row_of(recorded: Recorded) -> ActRow:
    """Return an act as a table has it."""
    act = recorded.act
    sides = ("" if side is None else ", ".join(f"{name}={value}" for name, value in side.items()) for side in (act.before, act.after))
    return ActRow(iso(act.time_us)[:19].replace("T", " "), act.actor.name, act.actor.address, act.action, act.target, *sides)
