"""`yumen backup`: everything that a gateway knows in one file, taken while it serves."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yumen import __version__
from yumen.cli.check_content import needed_keys
from yumen.cli.opened import JOURNAL_FOLDER, data_path, opened_database, resolved_settings
from yumen.cli.options import Config, Data
from yumen.clock import Clock
from yumen.ledger.folders import every_segment
from yumen.storage import HEAD
from yumen.storage.archive import FORMAT, Manifest
from yumen.storage.backup import back_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.cli.console import Console
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
    sums, keys = asyncio.run(write_archive(settings, file.expanduser().absolute()))
    ctx.obj.line(
        "backed up {rows} rows of {tables} tables and {segments} journal files to {path}; it holds hashes of keys: keep it safe",
        rows=f"{sums.rows:,}",
        tables=len(sums.tables),
        segments=len(sums.segments),
        path=file,
    )
    say_keys(ctx.obj, keys)


def say_keys(console: Console, keys: Sequence[str]) -> None:
    """Say without which keys the archive's content does not open."""
    if keys:
        console.note(
            "stored content is sealed in it, and opens only with {keys}, which it does not hold: keep that too, elsewhere",
            keys=", ".join(keys),
        )


async def write_archive(settings: Settings, target: Path) -> tuple[Sums, list[str]]:
    """Write everything to an archive; return what is in it, and the references of the keys that it needs and does not hold."""
    async with opened_database(settings) as database:
        manifest = Manifest(FORMAT, HEAD, __version__, database.kind, Clock().now_us())
        sums = await back_up(database, every_segment(data_path(settings) / JOURNAL_FOLDER), target, manifest)
        return sums, await needed_keys(settings, database)
