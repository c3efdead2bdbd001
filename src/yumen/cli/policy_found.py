"""`yumen policy flags` and `yumen policy replay`: what policies found, and what another one would have done there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from yumen.cli.durations import parse_moment
from yumen.cli.offices import show_lines
from yumen.cli.opened import Desk, flag_stores, opened_content, resolved_settings, with_desk
from yumen.cli.options import AsJson, Config, Data
from yumen.cli.places import Places
from yumen.cli.policy_places import owner_of
from yumen.clock import Clock, iso
from yumen.organizations.policies import Policies
from yumen.policy.compiled import compile_policies
from yumen.policy.document import read_policy
from yumen.policy.excerpts import excerpts_of
from yumen.policy.replaying import Replayed
from yumen.policy.store import FlagFilter
from yumen.policy.stored import from_store
from yumen.policy.values import Applied

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from yumen.policy.store import FlagRow
    from yumen.policy.values import Policy

Since = Annotated[str, typer.Option("--since", metavar="WHEN", help="only what was found since then: 24h ago, or a date")]
OnlyOf = Annotated[
    str | None, typer.Option("--organization", metavar="ORGANIZATION", help="only what concerns this organization (its id or name)")
]
COLUMNS = ("time", "request", "policy", "rule", "action", "mode", "on", "place", "kind", "count")
PAGE = 500


class FlagLine(msgspec.Struct, frozen=True):
    """A flag in JSON."""

    time: str
    request: str
    organization: str
    workspace: str
    key: str
    policy: str
    version: int
    rule: str
    action: str
    mode: str
    """`enforce`, or `shadow`: then nothing was done."""
    on: str
    place: str
    kind: str
    count: int
    text_kept: bool


class ChangeLine(msgspec.Struct, frozen=True):
    """What was done, and what would have been, in JSON."""

    rule: str
    action: str
    new_rule: str
    new_action: str
    hits: int


def flags(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    *,
    since: Since = "1d",
    organization: OnlyOf = None,
    policy: Annotated[str | None, typer.Option("--policy", metavar="NAME", help="only by this policy")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000_000, metavar="N", help="how many of the newest are shown")] = 50,
    as_json: AsJson = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """List flags."""
    since_us = parse_moment(since, "--since", Clock().now_us())

    async def work(desk: Desk) -> list[FlagRow]:
        owner = await owner_of(Places(desk.organizations), organization)
        found = [row async for row in flags_of(desk, FlagFilter(since_us, owner, policy), limit)]
        return sorted(found, key=lambda row: (row.time_us, row.request_id, row.number))[-limit:]

    rows = with_desk(resolved_settings(ctx.obj, config, data=data).settings, work)
    show_lines(ctx.obj, map(line_of, rows), COLUMNS, as_json=as_json)


def replay(  # noqa: PLR0913  (the same)
    ctx: typer.Context,
    policy: Annotated[str, typer.Argument(metavar="FILE|NAME", help="a policy in TOML, or the name of one that is stored")],
    *,
    since: Since = "1d",
    organization: OnlyOf = None,
    as_json: AsJson = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Run a policy over what was flagged."""
    since_us = parse_moment(since, "--since", Clock().now_us())

    settings = resolved_settings(ctx.obj, config, data=data).settings

    async def work(desk: Desk) -> Replayed:
        owner = await owner_of(Places(desk.organizations), organization)
        replayed = Replayed(compile_policies((Applied(await policy_of(desk, policy, owner), 0, shadow=False),)))
        with opened_content(settings, desk.database) as content:
            async for row in flags_of(desk, FlagFilter(since_us, owner), None):
                replayed.add(row.flag, await excerpts_of(row, content.keyring.sealer))
        return replayed

    replayed = with_desk(settings, work)
    lines = [ChangeLine(*change, hits) for change, hits in sorted(replayed.changes.items())]
    show_lines(ctx.obj, lines, ChangeLine.__struct_fields__, as_json=as_json)
    if replayed.untold:
        ctx.obj.note("{count} hits could not be looked at again, since their text was not kept (keys: --content)", count=replayed.untold)


async def policy_of(desk: Desk, wanted: str, organization_id: str | None) -> Policy:
    """Return a policy from its file, which ends in .toml or is a path, or the stored one of that name."""
    if wanted.endswith(".toml") or "/" in wanted:
        return read_policy(Path(wanted).expanduser())  # noqa: ASYNC240  (nothing else runs)
    return from_store((await Policies(desk.organizations, Clock()).versions(wanted, organization_id))[0].document)


async def flags_of(desk: Desk, wanted: FlagFilter, limit: int | None) -> AsyncIterator[FlagRow]:
    """Yield flags of every organization's database, each from the newest on; of each at most so many."""
    for store in flag_stores(desk):
        before, count = None, 0
        while limit is None or count < limit:
            rows = await store.flags(wanted, before, PAGE)
            for row in rows:
                yield row
            if len(rows) < PAGE:
                break
            before, count = (rows[-1].time_us, rows[-1].request_id, rows[-1].number), count + len(rows)


def line_of(row: FlagRow) -> FlagLine:
    """Return a flag as it is shown."""
    flag = row.flag
    return FlagLine(
        iso(row.time_us),
        row.request_id,
        row.organization_id,
        row.workspace_id,
        row.key_id,
        flag.policy,
        flag.version,
        flag.rule,
        flag.action,
        "shadow" if flag.shadow else "enforce",
        flag.on,
        flag.place,
        flag.kind,
        flag.count,
        row.sealed is not None,
    )
