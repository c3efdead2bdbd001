"""`yumen backup`: everything that a gateway knows in one file, taken while it serves."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yumen import __version__
from yumen.cli.opened import JOURNAL_FOLDER, data_path, opened_database, resolved_settings
from yumen.cli.options import Config, Data
from yumen.clock import Clock
from yumen.ledger.folders import every_segment
from yumen.storage import HEAD
from yumen.storage.archive import FORMAT, Manifest
from yumen.storage.backup import back_up

if TYPE_CHECKING:
    from yumen.settings import Settings
    from yumen.storage.archive import Sums

ArchiveFile = Annotated[Path, typer.Argument(metavar="FILE", help="the archive's file")]


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(help="Write keys, organizations, ledger and journal to one file, while the gateway serves or without it.")(backup)
    return app


def backup(ctx: typer.Context, file: ArchiveFile, *, data: Data = None, config: Config = None) -> None:
    """Back everything up."""
    settings = resolved_settings(ctx.obj, config, data=data).settings
    sums = asyncio.run(write_archive(settings, file.expanduser().absolute()))
    ctx.obj.line(
        "backed up {rows} rows of {tables} tables and {segments} journal files to {path}; it holds hashes of keys: keep it safe",
        rows=f"{sums.rows:,}",
        tables=len(sums.tables),
        segments=len(sums.segments),
        path=file,
    )


async def write_archive(settings: Settings, target: Path) -> Sums:
    """Write everything to an archive; return what is in it."""
    async with opened_database(settings) as database:
        manifest = Manifest(FORMAT, HEAD, __version__, database.kind, Clock().now_us())
        return await back_up(database, every_segment(data_path(settings) / JOURNAL_FOLDER), target, manifest)
