"""`yumen limits`: show the limits in force and where each comes from, set them and take them away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from yumen.cli.actor import actor
from yumen.cli.limit_text import limit_text, parse_kind, parse_limit
from yumen.cli.limit_use import Use, uses, without_counter
from yumen.cli.opened import opened_limit_store, resolved_settings, with_desk
from yumen.cli.options import AsJson, Config, Data
from yumen.cli.places import Places
from yumen.cli.scopes import Whose, whose
from yumen.clock import Clock, iso
from yumen.errors import LimitsUnavailable, OperatorError
from yumen.exchange.values import DEFAULT_ORGANIZATION
from yumen.limits.terms.rules import lines_for, terms_for
from yumen.limits.terms.setting import LimitSetter, value_text
from yumen.limits.values import SPEND, Line, ScopeKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from yumen.cli.console import Console
    from yumen.cli.opened import Desk
    from yumen.limits.terms import OrganizationTerms

ScopeText = Annotated[
    str, typer.Argument(metavar="SCOPE", help="whose: organization:NAME, workspace:ID, key:NAME, member:EMAIL or label:TEXT")
]
Organization = Annotated[
    str | None,
    typer.Option("--organization", metavar="ORGANIZATION", help="the organization, by id or name; without it, the operator's own"),
]


class LimitLine(msgspec.Struct, frozen=True):
    """One limit in JSON. `value`, `used` and `left` are requests, tokens or nano-dollars, as the kind says."""

    kind: str
    value: int
    mode: str
    wait_ms: int
    reserve: str | None
    """Of a spend limit."""
    scope_kind: str
    scope_id: str
    scope: str
    """The scope's name."""
    plan: str | None
    """The plan that it comes from; null: it was set on its scope."""
    used: int | None
    """null: not known here."""
    left: int | None
    resets_at: str | None


COLUMNS = ("limit", "value", "mode", "wait_s", "reserve", "from", "used", "left", "resets_at")


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command("show", help="Show the limits in force, where each comes from, and what is used of it.")(show)
    app.command("set", help="Set limits; a running gateway heeds them within a second.")(set_limits)
    app.command("unset", help="Take a limit away; where a plan has one of its kind, that holds again.")(unset)
    return app


def show(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    *,
    organization: Organization = None,
    workspace: Annotated[
        str | None, typer.Option("--workspace", metavar="WORKSPACE", help="only those that apply to this workspace, by id or name")
    ] = None,
    key: Annotated[str | None, typer.Option("--key", metavar="KEY", help="only those that apply to this key, by id or name")] = None,
    member: Annotated[
        str | None, typer.Option("--member", metavar="MEMBER", help="only those that apply to this member, by id or email address")
    ] = None,
    label: Annotated[str | None, typer.Option("--label", metavar="LABEL", help="only those that apply to this cost centre")] = None,
    as_json: AsJson = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Show limits."""
    named = {ScopeKind.WORKSPACE: workspace, ScopeKind.KEY: key, ScopeKind.MEMBER: member, ScopeKind.LABEL: label}
    given = [f"{kind}:{wanted}" for kind, wanted in named.items() if wanted is not None]
    if len(given) > 1:
        raise OperatorError("name one of --workspace, --key, --member and --label")
    text = given[0] if given else f"organization:{organization or DEFAULT_ORGANIZATION}"
    settings = resolved_settings(ctx.obj, config, data=data).settings

    async def work(desk: Desk) -> None:
        meant = await whose(desk, text, organization)
        terms = (await desk.terms.read([meant.organization.id]))[meant.organization.id]
        whole = msgspec.structs.replace(terms_for(terms, meant.principal), lines=lines_shown(terms, meant))
        now_us = Clock().now_us()
        async with opened_limit_store(settings) as store:
            try:
                used = await uses(desk.reports, store, whole, now_us)
            except LimitsUnavailable:
                ctx.obj.note("Redis does not answer; what is shown as used is the ledger's, of days and months alone")
                used = await uses(desk.reports, None, whole, now_us)
        names = await Places(desk.organizations).names() | {record.key_id: record.name for record in await desk.keys.every()}
        lines = [line_of(line, meant, terms, use, names) for line, use in zip(whole.lines, used, strict=True)]
        print_lines(ctx.obj, lines, as_json=as_json)
        if store is None and without_counter(whole.lines):
            ctx.obj.note("what is used of rates is in the running gateway's memory; what is shown here is the ledger's, of days and months")

    with_desk(settings, work)


def lines_shown(terms: OrganizationTerms, meant: Whose) -> tuple[Line, ...]:
    """Return the lines that apply to a scope; for an organization also all that were set on parts of it."""
    lines = lines_for(terms, meant.principal)
    if meant.scope.kind is not ScopeKind.ORGANIZATION:
        return lines
    return (*lines, *(line for line in terms.lines if line.scope.kind is not ScopeKind.ORGANIZATION))


def line_of(line: Line, meant: Whose, terms: OrganizationTerms, use: Use | None, names: Mapping[str, str]) -> LimitLine:
    """Return a limit as it is shown."""
    limit = line.limit
    return LimitLine(
        kind=limit.kind,
        value=limit.value,
        mode=limit.mode,
        wait_ms=limit.wait_ms,
        reserve=limit.reserve if limit.kind in SPEND else None,
        scope_kind=line.scope.kind,
        scope_id=line.scope.id,
        scope=names.get(line.scope.id, line.scope.id),
        plan=None if line in terms.lines else meant.organization.plan,
        used=None if use is None else use.used,
        left=None if use is None else max(0, limit.value - use.used),
        resets_at=None if use is None or use.until_us is None else iso(use.until_us),
    )


def print_lines(console: Console, lines: Sequence[LimitLine], *, as_json: bool) -> None:
    """Print limits: JSON, or a table."""
    if as_json:
        for line in lines:
            console.raw(msgspec.json.encode(line).decode())
        return
    console.table(COLUMNS, [cells(line) for line in lines])


def cells(line: LimitLine) -> list[object]:
    """Return a limit's row: money in dollars."""
    kind = parse_kind(line.kind)
    value, used, left = (None if number is None else value_text(kind, number) for number in (line.value, line.used, line.left))
    origin = f"plan {line.plan}" if line.plan is not None else f"{line.scope_kind} {line.scope}"
    return [line.kind, value, line.mode, line.wait_ms / 1000 if line.wait_ms else None, line.reserve, origin, used, left, line.resets_at]


def set_limits(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    scope: ScopeText,
    limit: Annotated[
        list[str], typer.Argument(metavar="LIMIT...", help="such as requests_per_minute=10 or spend_per_month=1.00 (docs/keys.md)")
    ],
    *,
    organization: Organization = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Set limits."""
    limits = [parse_limit(text) for text in limit]
    settings = resolved_settings(ctx.obj, config, data=data).settings

    async def work(desk: Desk) -> None:
        meant = await whose(desk, scope, organization)
        await LimitSetter(desk.database, Clock(), actor()).set(meant.organization.id, meant.scope, limits)

    with_desk(settings, work)
    for each in limits:
        ctx.obj.line("set on {scope}: {limit}; a running gateway heeds it within a second", scope=scope, limit=limit_text(each))


def unset(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    scope: ScopeText,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="the limit's kind, such as requests_per_minute")],
    *,
    organization: Organization = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Take a limit away."""
    of_kind = parse_kind(kind)
    settings = resolved_settings(ctx.obj, config, data=data).settings

    async def work(desk: Desk) -> bool:
        meant = await whose(desk, scope, organization)
        return await LimitSetter(desk.database, Clock(), actor()).unset(meant.organization.id, meant.scope, of_kind)

    if not with_desk(settings, work):
        raise OperatorError("{scope} has no limit {kind} of its own: yumen limits show says where each comes from", scope=scope, kind=kind)
    ctx.obj.line("taken away from {scope}: {kind}; a running gateway heeds it within a second", scope=scope, kind=kind)
