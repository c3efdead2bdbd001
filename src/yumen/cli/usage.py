"""`yumen usage`: tokens and money, added up by key, model or day."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from yumen.cli.asked import Asked, KeyOption, ModelOption, SinceOption, UntilOption, filter_of, names_of
from yumen.cli.opened import opened_ledger, resolved_settings
from yumen.cli.options import AsJson, Config, Data
from yumen.cli.printed import dollars
from yumen.clock import EPOCH, Clock
from yumen.ledger import By

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.cli.console import Console
    from yumen.ledger import UsageRow


class Group(StrEnum):
    """What `--by` takes."""

    KEY = "key"
    MODEL = "model"
    DAY = "day"


DEFAULT = (Group.KEY, Group.MODEL)


class UsageLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One object of `yumen usage --json`. Of `day`, `key_id`, `key` and `model` those stand in it that were grouped by."""

    requests: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    cost_nanousd: int
    unpriced_requests: int
    estimated_requests: int
    day: str | None = None
    key_id: str | None = None
    key: str | None = None
    model: str | None = None


NUMBERS = UsageLine.__struct_fields__[:8]


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(help="Add up tokens and money by key, model or day.")(usage)
    return app


def usage(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    *,
    by: Annotated[
        list[Group] | None,
        typer.Option(
            "--by", metavar="GROUP", help="what to group by: key, model or day; may be given more than once (default: key and model)"
        ),
    ] = None,
    key: KeyOption = None,
    model: ModelOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_json: AsJson = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Add up the ledger."""
    groups = tuple(dict.fromkeys(by or DEFAULT))
    settings = resolved_settings(ctx.obj, config, data=data).settings

    async def show() -> None:
        async with opened_ledger(settings) as (reports, keys):
            records = await keys.every()
            wanted = filter_of(Asked(key=key, model=model, since=since, until=until), records, Clock().now_us())
            rows = await reports.usage([By(group) for group in groups], wanted)
            print_rows(ctx.obj, [line_of(row, names_of(records)) for row in rows], groups, as_json=as_json)

    asyncio.run(show())


def line_of(row: UsageRow, names: Mapping[str, str]) -> UsageLine:
    """Return a row in the outside's names."""
    return UsageLine(
        requests=row.requests,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cache_read_tokens=row.cache_read_tokens,
        cache_write_tokens=row.cache_write_tokens,
        cost_nanousd=row.cost_nanousd,
        unpriced_requests=row.unpriced,
        estimated_requests=row.estimated,
        day=None if row.day is None else (EPOCH + timedelta(days=row.day)).date().isoformat(),
        key_id=row.key_id,
        key=None if row.key_id is None else names.get(row.key_id),
        model=row.model,
    )


def print_rows(console: Console, lines: list[UsageLine], groups: tuple[Group, ...], *, as_json: bool) -> None:
    """Print the sums: JSON, a table with all numbers in a pipe, one with money for eyes on a terminal."""
    if as_json:
        for line in lines:
            console.raw(msgspec.json.encode(line).decode())
        return
    grouped = [column for group in groups for column in (("key_id", "key") if group is Group.KEY else (group.value,))]
    if not console.is_terminal:
        columns = (*grouped, *NUMBERS)
        console.table(columns, [[getattr(line, column) for column in columns] for line in lines])
        return
    grouped = [column for column in grouped if column != "key_id"]
    columns = (*grouped, "requests", "input", "output", "cache read", "cache written", "cost")
    console.table(columns, [[*(getattr(line, column) for column in grouped), *for_eyes(line)] for line in lines])


def for_eyes(line: UsageLine) -> list[str]:
    """Return a line's numbers as people read them; a cost that leaves out unpriced requests ends in `+ ?`."""
    counts = (line.requests, line.input_tokens, line.output_tokens, line.cache_read_tokens, line.cache_write_tokens)
    return [*(f"{count:,}" for count in counts), dollars(line.cost_nanousd) + (" + ?" if line.unpriced_requests else "")]
