"""`yumen usage`: tokens and money, added up by key, model, day, workspace, organization, member or label."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from msgspec import UNSET, UnsetType

from yumen.cli.asked import (
    Asked,
    AskedPlaces,
    KeyOption,
    LabelOption,
    MemberOption,
    ModelOption,
    OrganizationOption,
    SinceOption,
    UntilOption,
    WorkspaceOption,
    filter_of,
    names_of,
    narrowed,
)
from yumen.cli.opened import resolved_settings, with_desk
from yumen.cli.options import AsJson, Config, Data
from yumen.cli.places import Places
from yumen.cli.printed import dollars
from yumen.cli.quotas import print_quotas, quotas
from yumen.clock import EPOCH, Clock
from yumen.ledger import By

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from yumen.cli.console import Console
    from yumen.cli.opened import Desk
    from yumen.ledger import UsageRow


class Group(StrEnum):
    """What `--by` takes."""

    KEY = "key"
    MODEL = "model"
    DAY = "day"
    WORKSPACE = "workspace"
    ORGANIZATION = "organization"
    MEMBER = "member"
    LABEL = "label"


DEFAULT = (Group.KEY, Group.MODEL)
IDS = {Group.KEY: "key_id", Group.WORKSPACE: "workspace_id", Group.ORGANIZATION: "organization_id", Group.MEMBER: "member_id"}
"""What stands beside a name, where it is the name of something with an id."""


class UsageLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One object of `yumen usage --json`. Of the fields behind the numbers those stand in it that were grouped by; null: of none."""

    requests: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    cost_nanousd: int
    unpriced_requests: int
    estimated_requests: int
    counted_requests: int
    """Those that count against limits of requests."""
    day: str | UnsetType | None = UNSET
    key_id: str | UnsetType | None = UNSET
    key: str | UnsetType | None = UNSET
    model: str | UnsetType | None = UNSET
    workspace_id: str | UnsetType | None = UNSET
    workspace: str | UnsetType | None = UNSET
    organization_id: str | UnsetType | None = UNSET
    organization: str | UnsetType | None = UNSET
    member_id: str | UnsetType | None = UNSET
    member: str | UnsetType | None = UNSET
    label: str | UnsetType | None = UNSET


NUMBERS = UsageLine.__struct_fields__[:9]


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(help="Add up tokens and money by key, model, day, workspace, organization, member or label.")(usage)
    return app


def usage(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    *,
    by: Annotated[
        list[Group] | None,
        typer.Option(
            "--by",
            metavar="GROUP",
            help="what to group by: key, model, day, workspace, organization, member or label; "
            "may be given more than once (default: key and model)",
        ),
    ] = None,
    key: KeyOption = None,
    model: ModelOption = None,
    organization: OrganizationOption = None,
    workspace: WorkspaceOption = None,
    member: MemberOption = None,
    label: LabelOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_json: AsJson = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Add up the ledger."""
    groups = tuple(dict.fromkeys(by or DEFAULT))
    settings = resolved_settings(ctx.obj, config, data=data).settings

    async def show(desk: Desk) -> None:
        places, records, now_us = Places(desk.organizations), await desk.keys.every(), Clock().now_us()
        asked = filter_of(Asked(key=key, model=model, since=since, until=until), records, now_us)
        wanted = await narrowed(asked, AskedPlaces(organization, workspace, member, label), places)
        rows = await desk.reports.usage([By(group) for group in groups], wanted)
        names = await places.names() | names_of(records)
        print_rows(ctx.obj, [line_of(row, groups, names) for row in rows], groups, as_json=as_json)
        print_quotas(ctx.obj, await quotas(desk, wanted, names, now_us), as_json=as_json)

    with_desk(settings, show)


def line_of(row: UsageRow, groups: Collection[Group], names: Mapping[str, str]) -> UsageLine:
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
        counted_requests=row.counted,
        **dict(pair for group in groups for pair in fields_of(row, group, names)),
    )


def fields_of(row: UsageRow, group: Group, names: Mapping[str, str]) -> list[tuple[str, str | None]]:
    """Return what a row says of a group: its text, or its id and name."""
    if group is Group.DAY:
        return [("day", None if row.day is None else (EPOCH + timedelta(days=row.day)).date().isoformat())]
    if group not in IDS:
        return [(group.value, row.model if group is Group.MODEL else row.label)]
    identifier = row.user_id if group is Group.MEMBER else getattr(row, IDS[group])
    return [(IDS[group], identifier), (group.value, names.get(identifier) if identifier is not None else None)]


def print_rows(console: Console, lines: list[UsageLine], groups: tuple[Group, ...], *, as_json: bool) -> None:
    """Print the sums: JSON, a table with all numbers in a pipe, one with money for eyes on a terminal."""
    if as_json:
        for line in lines:
            console.raw(msgspec.json.encode(line).decode())
        return
    grouped = [column for group in groups for column in ((IDS[group], group.value) if group in IDS else (group.value,))]
    if not console.is_terminal:
        columns = (*grouped, *NUMBERS)
        console.table(columns, [[getattr(line, column) for column in columns] for line in lines])
        return
    grouped = [group.value for group in groups]
    columns = (*grouped, "requests", "input", "output", "cache read", "cache written", "cost")
    console.table(columns, [[*(getattr(line, column) for column in grouped), *for_eyes(line)] for line in lines])


def for_eyes(line: UsageLine) -> list[str]:
    """Return a line's numbers as people read them; a cost that leaves out unpriced requests ends in `+ ?`."""
    counts = (line.requests, line.input_tokens, line.output_tokens, line.cache_read_tokens, line.cache_write_tokens)
    return [*(f"{count:,}" for count in counts), dollars(line.cost_nanousd) + (" + ?" if line.unpriced_requests else "")]
