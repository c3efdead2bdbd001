"""`yumen organizations isolate`, `export` and `erase`: what an organization has for itself, made so, written out, and taken away."""

from __future__ import annotations

import asyncio
import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yumen import __version__
from yumen.cli.actor import actor
from yumen.cli.opened import JOURNAL_FOLDER, data_path, opened_content, resolved_settings, with_desk
from yumen.cli.options import Config, Data
from yumen.cli.places import Places
from yumen.clock import Clock, iso
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from yumen.cli.console import Console
    from yumen.cli.opened import Desk
    from yumen.organizations.apart.erase import Erased
    from yumen.organizations.apart.export import Manifest
    from yumen.organizations.apart.isolate import Separated
    from yumen.settings import Settings

Named = Annotated[str, typer.Argument(metavar="ORGANIZATION", help="an organization's id or name")]
ArchiveFile = Annotated[Path, typer.Argument(metavar="FILE", help="the archive's file, a zip")]
COLUMNS = ("table", "rows")


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("isolate", help="Give an organization a database, a key and upstreams of its own, and move what is its own there.")(isolate)
    app.command("export", help="Write everything of an organization to one archive, opened: keep it safe.")(export)
    app.command("erase", help="Erase an organization: keys, data, database; the audit log alone tells of it.")(erase)


def isolate(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    organization: Named,
    *,
    key: Annotated[
        str | None, typer.Option("--key", metavar="REFERENCE", help="where the key is that its content is encrypted with, such as env:NAME")
    ] = None,
    keeps: Annotated[
        bool | None,
        typer.Option("--keep-content/--no-content", help="whether its content may be stored; if not, what is stored is deleted"),
    ] = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Isolate an organization."""
    from yumen.organizations.apart.isolate import Isolating, Wish

    settings = resolved_settings(ctx.obj, config, data=data).settings

    async def work(desk: Desk) -> Separated:
        if key is not None:
            await see_key(settings, key)
        organization_id = (await Places(desk.organizations).organization(organization)).id
        isolating = Isolating(desk.compartments, Clock(), asyncio.sleep)
        separated = await isolating.isolate(actor(), organization_id, Wish(key, keeps))
        if key is not None:
            with opened_content(settings, desk.database) as content:
                await content.rotation.rewrap(actor(), organization_id)
        return separated

    show_separated(ctx.obj, settings, with_desk(settings, work))


async def see_key(settings: Settings, reference: str) -> None:
    """See that a key can be had before anything is changed. Raises OperatorError."""
    from yumen.app.keyring import keks_of
    from yumen.settings.sources import Sources

    with closing(Sources(settings.secrets, os.environ)) as sources:
        await keks_of(settings, sources).of(reference)


def show_separated(console: Console, settings: Settings, separated: Separated) -> None:
    """Say what is separate from now on, and what is missing."""
    one = separated.organization
    console.line("{name} ({id}) is isolated; running gateways follow within a second", name=one.name, id=one.id)
    console.line("its database: {place}; rows moved there: {count}", place=separated.place, count=sum(separated.moved.values()))
    if one.content_key is None:
        console.line("its key: data keys of its own, sealed under the gateway's key")
    else:
        console.line("its key: {reference}", reference=one.content_key)
    if one.keeps_content:
        console.line("its content: stored where its keys and sessions ask for that, encrypted")
    else:
        console.line("its content: none is stored from now on; rows of it deleted: {count}", count=separated.deleted)
    console.line("its policies: {names}", names=", ".join(separated.policies) or "-")
    own = [name for name, table in settings.upstreams.items() if one.id in table.organizations]
    if own:
        console.line("its upstreams: {names}; they serve nobody else", names=", ".join(own))
    else:
        console.note("no upstream is its own, so its requests are refused: name {id} in the organizations of one", id=one.id)
    note_cleared(console, cleared=separated.cleared)


def note_cleared(console: Console, *, cleared: bool) -> None:
    """Say where freed pages of the file could not be written over."""
    if not cleared:
        console.note(
            "others used the database, so its file was not written anew, or its log not emptied: they may hold older rows until the "
            "gateway has been stopped and the file written anew: sqlite3 FILE VACUUM"
        )


def export(
    ctx: typer.Context,
    organization: Named,
    file: ArchiveFile,
    *,
    data: Data = None,
    config: Config = None,
) -> None:
    """Export an organization."""
    settings = resolved_settings(ctx.obj, config, data=data).settings
    target = file.expanduser().absolute()

    async def work(desk: Desk) -> Manifest:
        return await write_archive(desk, settings, organization, target)

    manifest = with_desk(settings, work)
    rows = sum(manifest.rows.values())
    ctx.obj.line(
        "exported {rows} rows of {id} to {path}; content in it is readable: keep it safe", rows=rows, id=manifest.organization_id, path=file
    )


async def write_archive(desk: Desk, settings: Settings, organization: str, target: Path) -> Manifest:
    """Write an archive, which is there whole or not at all, and note who had it."""
    from yumen.audit import Act, write_act
    from yumen.organizations.apart.export import Exporting
    from yumen.storage.backup import new_file

    now_us = Clock().now_us()
    organization_id = (await Places(desk.organizations).organization(organization)).id
    with opened_content(settings, desk.database) as content, new_file(target) as archive:
        exporting = Exporting(desk.compartments, content.keyring.sealer, data_path(settings) / JOURNAL_FOLDER)
        manifest = await exporting.export(organization_id, archive, (iso(now_us), __version__))
        async with desk.database.begin() as connection:
            await write_act(connection, Act(actor(), now_us, "organization.export", organization_id, organization_id))
    return manifest


def erase(
    ctx: typer.Context,
    organization: Named,
    *,
    sure: Annotated[bool, typer.Option("--yes", help="yes, erase it: nothing brings it back")] = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Erase an organization."""
    from yumen.organizations.apart.erase import Erasing

    if not sure:
        raise OperatorError("nothing brings an erased organization back: export it first, then say --yes")
    settings = resolved_settings(ctx.obj, config, data=data).settings

    async def work(desk: Desk) -> Erased:
        organization_id = (await Places(desk.organizations).organization(organization)).id
        erasing = Erasing(desk.compartments, Clock(), data_path(settings) / JOURNAL_FOLDER, asyncio.sleep)
        return await erasing.erase(actor(), organization_id)

    show_erased(ctx.obj, with_desk(settings, work))


def show_erased(console: Console, erased: Erased) -> None:
    """Say what is gone, and where something may still be."""
    console.table(COLUMNS, [[name, count] for name, count in erased.rows.items()])
    console.line("erased {name} ({id}); its data keys are destroyed", name=erased.organization.name, id=erased.organization.id)
    if erased.place is not None:
        console.line("its database is gone: {place}", place=erased.place)
    console.line("what stays: the audit log, as it must, and what back-ups, exports, log files and the upstream's side hold")
    note_cleared(console, cleared=erased.cleared)
