"""`yumen restore`: the way back from the archive that `yumen backup` wrote, to either kind of database."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import typer

from yumen.cli.backup import ArchiveFile
from yumen.cli.check_content import needed_keys
from yumen.cli.opened import JOURNAL_FOLDER, data_path, resolved_settings
from yumen.cli.options import Config, Data
from yumen.errors import OperatorError
from yumen.settings.database import named_database
from yumen.storage import DatabaseUnavailable, DataFolder, reason_of
from yumen.storage.restore import restore as fill

if TYPE_CHECKING:
    from pathlib import Path

    from yumen.settings import Settings
    from yumen.storage.archive import Sums


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(help="Fill an empty data folder or PostgreSQL database from a file that yumen backup wrote.")(restore)
    return app


def restore(ctx: typer.Context, file: ArchiveFile, *, data: Data = None, config: Config = None) -> None:
    """Restore everything."""
    settings = resolved_settings(ctx.obj, config, data=data).settings
    sums, place, keys = asyncio.run(read_archive(settings, file.expanduser().absolute()))
    ctx.obj.line(
        "restored {rows} rows of {tables} tables to {place}, and {segments} journal files",
        rows=f"{sums.rows:,}",
        tables=len(sums.tables),
        segments=len(sums.segments),
        place=place,
    )
    if keys:
        ctx.obj.note("stored content opens only with {keys}, which was not in the archive: bring that here too", keys=", ".join(keys))


async def read_archive(settings: Settings, source: Path) -> tuple[Sums, str, list[str]]:
    """Fill the empty place that the settings name from an archive; return what was in it, where it is now, and the keys it needs."""
    folder = DataFolder(data_path(settings))
    with folder.lock():
        database = named_database(settings, os.environ).database
        try:
            sums = await fill(database, source, folder.folder(JOURNAL_FOLDER))
            return sums, database.place, await needed_keys(settings, database)
        except DatabaseUnavailable as fault:
            raise OperatorError("the database {place} cannot be used: {reason}", place=database.place, reason=reason_of(fault)) from fault
        finally:
            await database.dispose()
