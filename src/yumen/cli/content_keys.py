"""`yumen organizations keys`: the keys that organizations' content is sealed with: listed, rotated, and sealed under another key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import msgspec
import typer

from yumen.cli.actor import actor
from yumen.cli.listing import Listing
from yumen.cli.offices import Chosen, show_lines
from yumen.cli.opened import Desk, opened_content, resolved_settings, with_desk
from yumen.cli.options import AsJson, Config, Data
from yumen.cli.places import Places
from yumen.clock import Clock, iso
from yumen.isolation.keyring import SETTLED_US, sealing_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.cli.console import Console
    from yumen.cli.opened import Content
    from yumen.isolation import DataKey

Result = TypeVar("Result")
Work = Callable[["Content", str | None], Awaitable[Result]]
"""Does something for the organization of that id, or for all."""
SETTLED_S = SETTLED_US // 1_000_000
COLUMNS = ("organization", "id", "seals", "wrapped_by", "created_at")
Named = Annotated[str, typer.Argument(metavar="ORGANIZATION", help="an organization's id or name")]
OneOrAll = Annotated[str | None, typer.Argument(metavar="ORGANIZATION", help="an organization's id or name; without it, all")]
From = Annotated[
    list[str] | None,
    typer.Option("--from", metavar="REFERENCE", help="where the key is now that they were sealed under, if the settings do not say it"),
]


class KeyLine(msgspec.Struct, frozen=True):
    """A data key in JSON."""

    organization: str
    id: str
    seals: bool
    wrapped_by: str
    created_at: str


def build() -> typer.Typer:
    """Return the commands."""
    app = typer.Typer(cls=Listing, rich_markup_mode=None, add_completion=False)
    app.command("list", help="List the data keys that content is sealed with, and under which key each is sealed itself.")(list_keys)
    app.command("rotate", help="Make an organization a new data key for what is stored from now on; the old ones open on.")(rotate)
    app.command("rewrap", help="Seal data keys under the key that the settings, or their organization, name now.")(rewrap)
    return app


def list_keys(
    ctx: typer.Context, organization: OneOrAll = None, *, as_json: AsJson = False, data: Data = None, config: Config = None
) -> None:
    """List data keys."""
    keys = with_content(ctx.obj, Chosen(data, config), organization, lambda content, id_: content.rotation.keys(id_))
    seal = sealing(keys, Clock().now_us())
    lines = [KeyLine(key.organization_id, key.id, key.id in seal, key.wrapped_by, iso(key.created_us)) for key in keys]
    show_lines(ctx.obj, lines, COLUMNS, as_json=as_json)


def sealing(keys: Sequence[DataKey], now_us: int) -> set[str]:
    """Return the ids of the data keys that seal at a time, one of each organization; a new one does not at once."""
    theirs = defaultdict[str, list["DataKey"]](list)
    for key in keys:
        theirs[key.organization_id].append(key)
    return {sealing_key(each, now_us) for each in theirs.values()}


def rotate(ctx: typer.Context, organization: Named, *, data: Data = None, config: Config = None) -> None:
    """Make a new data key."""

    async def work(content: Content, organization_id: str | None) -> DataKey:
        assert organization_id is not None  # noqa: S101  (it is no option here)
        return await content.rotation.rotate(actor(), organization_id)

    made = with_content(ctx.obj, Chosen(data, config), organization, work)
    ctx.obj.line("made the data key {id}; in {seconds} seconds it seals what is stored", id=made.id, seconds=SETTLED_S)


def rewrap(ctx: typer.Context, organization: OneOrAll = None, *, old: From = None, data: Data = None, config: Config = None) -> None:
    """Seal data keys anew."""

    async def work(content: Content, organization_id: str | None) -> list[DataKey]:
        return await content.rotation.rewrap(actor(), organization_id, tuple(old or ()))

    changed = with_content(ctx.obj, Chosen(data, config), organization, work)
    ctx.obj.line("sealed {count} data keys anew; the old key is needed for back-ups from before alone", count=len(changed))


def with_content(console: Console, chosen: Chosen, organization: str | None, work: Work[Result]) -> Result:
    """Do something with the keys of content of an organization that is named, or of all."""
    settings = resolved_settings(console, chosen.config, data=chosen.data).settings

    async def opened(desk: Desk) -> Result:
        with opened_content(settings, desk.database) as content:
            id_ = None if organization is None else (await Places(desk.organizations).organization(organization)).id
            return await work(content, id_)

    return with_desk(settings, opened)
