"""`yumen keys`: make, show, change, replace and revoke keys, beside a running gateway or without one."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from yumen.cli.actor import actor
from yumen.cli.durations import parse_duration
from yumen.cli.key_limits import refuse_for_admin, scope_of, set_limits
from yumen.cli.key_options import (
    AllowIp,
    AllowModel,
    AllowPath,
    ContentOption,
    Label,
    Limits,
    MostTokens,
    Named,
    OnLeave,
    OnlyPath,
    Owner,
    Wished,
    parse_on_leave,
    restrictions_of,
)
from yumen.cli.key_shown import line_of, show_all, show_new, show_one
from yumen.cli.key_update import update
from yumen.cli.limit_text import parse_limit
from yumen.cli.listing import Listing
from yumen.cli.opened import resolved_settings, with_desk
from yumen.cli.options import AsJson, Config, Data
from yumen.cli.places import Places
from yumen.clock import Clock
from yumen.errors import OperatorError
from yumen.exchange.values import DEFAULT_ORGANIZATION, Content
from yumen.keys import KeyIssuer, KeyOrder, Role, Workspace, pick

if TYPE_CHECKING:
    from yumen.cli.opened import Desk
    from yumen.keys import IssuedKey, KeyRecord

PRODUCTION = "production"


class KeyKind(StrEnum):
    """What a key opens."""

    STANDARD = "standard"
    ADMIN = "admin"


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(cls=Listing, rich_markup_mode=None, add_completion=False)
    app.command("create", help="Make a key and show it, this once.")(create)
    app.command("list", help="List the keys; their text is not kept.")(list_keys)
    app.command("show", help="Show one key: whose it is, its restrictions and its own limits.")(show)
    app.command(
        "update", help="Change a key; a running gateway heeds it within a second. What is named takes the place of what was there."
    )(update)
    app.command("rotate", help="Make a key that takes another's place; the old one works until the grace has passed.")(rotate)
    app.command("revoke", help="Let a key count no longer; a running gateway refuses it within a second.")(revoke)
    return app


def create(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="what the key is for, such as the program's name")],
    *,
    environment: Annotated[
        str | None, typer.Option("--environment", "--env", metavar="ENVIRONMENT", help="production (without it, that) or staging")
    ] = None,
    workspace: Annotated[
        str | None,
        typer.Option(
            "--workspace", metavar="WORKSPACE", help="the workspace that it belongs to, by id or name, in place of an environment"
        ),
    ] = None,
    member: Owner = None,
    expires: Annotated[
        str | None, typer.Option("--expires", metavar="DURATION", help="when it ends, such as 90d; without it, never")
    ] = None,
    limit: Limits = None,
    allow_ip: AllowIp = None,
    allow_model: AllowModel = None,
    only_path: OnlyPath = None,
    allow_path: AllowPath = None,
    max_tokens: MostTokens = None,
    label: Label = None,
    takes_label: Annotated[
        bool, typer.Option("--takes-label", help="let its requests name another cost centre in the header x-yumen-label")
    ] = False,
    on_leave: OnLeave = None,
    content: ContentOption = None,
    kind: Annotated[
        KeyKind, typer.Option("--kind", metavar="KIND", help="standard, for Claude's API, or admin, for the admin API")
    ] = KeyKind.STANDARD,
    role: Annotated[
        Role | None,
        typer.Option(
            "--role",
            metavar="ROLE",
            help="of an admin key: operator (without an organization, that), owner, admin, developer, billing or viewer",
        ),
    ] = None,
    organization: Annotated[
        str | None,
        typer.Option(
            "--organization", metavar="ORGANIZATION", help="whose key it is, by id or name; of an admin key: which one it manages"
        ),
    ] = None,
    as_json: AsJson = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Make a key."""
    limits = [parse_limit(text) for text in limit or ()]
    order = KeyOrder(
        name,
        lifetime_us=None if expires is None else parse_duration(expires, "--expires"),
        allowed_paths=tuple(allow_path or ()),
        label=label,
        takes_label=takes_label,
        restrictions=restrictions_of(Wished(allow_ip, allow_model, only_path, max_tokens)),
        drain_s=parse_on_leave(on_leave),
        content=content or Content.OFF,
    )
    settings = resolved_settings(ctx.obj, config, data=data).settings

    async def work(desk: Desk) -> IssuedKey:
        places = Places(desk.organizations)
        if kind is KeyKind.ADMIN:
            refuse_for_admin(environment=environment, workspace=workspace, member=member, limit=limit)
            placed = await admin_order(order, places, role, organization)
        else:
            refuse_for_standard(role=role)
            home = await home_of(places, environment, workspace, organization)
            placed = await standard_order(order, places, home, environment, member)
        issued = await KeyIssuer(desk.keys, Clock(), actor()).create(placed)
        await set_limits(desk, issued.record, limits)
        return issued

    show_new(ctx.obj, with_desk(settings, work, make=True), as_json=as_json)


async def home_of(places: Places, environment: str | None, workspace: str | None, organization: str | None) -> Workspace | None:
    """Return the workspace that is named, or an organization's one of the environment; None: the operator's own."""
    if workspace is not None and environment is not None:
        raise OperatorError("--workspace and --environment exclude each other: the workspace has its environment")
    if workspace is None and organization is None:
        return None
    owner = None if organization is None else (await places.organization(organization)).id
    if owner == DEFAULT_ORGANIZATION and workspace is None:
        return None
    found = await places.workspace(workspace or environment or PRODUCTION, owner)
    if owner is not None and found.organization_id != owner:
        raise OperatorError("the workspace {id} is of another organization", id=found.id)
    return Workspace(found.id, found.organization_id, found.environment, found.name, archived=found.archived_us is not None)


async def standard_order(order: KeyOrder, places: Places, home: Workspace | None, environment: str | None, member: str | None) -> KeyOrder:
    """Return the order of a key for Claude's API, in its workspace."""
    organization_id = DEFAULT_ORGANIZATION if home is None else home.organization_id
    user_id = None if member is None else (await places.member(organization_id, member)).id
    return msgspec.structs.replace(order, environment=environment or PRODUCTION, workspace=home, user_id=user_id)


async def admin_order(order: KeyOrder, places: Places, role: Role | None, organization: str | None) -> KeyOrder:
    """Return the order of an admin key: an operator's, unless it names an organization."""
    if organization is None and role not in (None, Role.OPERATOR):
        raise OperatorError("an admin key with the role {role} needs --organization: the one that it manages", role=role)
    chosen = role or (Role.OPERATOR if organization is None else Role.ADMIN)
    return msgspec.structs.replace(order, role=chosen, organization_id=(await places.organization(organization)).id)


def refuse_for_standard(**given: object) -> None:
    """Raise OperatorError where an option was given that only an admin key has."""
    for name, value in given.items():
        if value is not None:
            raise OperatorError("{option} goes with --kind admin", option=f"--{name}")


def list_keys(ctx: typer.Context, *, as_json: AsJson = False, data: Data = None, config: Config = None) -> None:
    """List the keys."""
    settings = resolved_settings(ctx.obj, config, data=data).settings
    records = with_desk(settings, lambda desk: desk.keys.every())
    show_all(ctx.obj, [line_of(record, Clock().now_us()) for record in records], as_json=as_json)


def show(ctx: typer.Context, key: Named, *, as_json: AsJson = False, data: Data = None, config: Config = None) -> None:
    """Show one key."""
    settings = resolved_settings(ctx.obj, config, data=data).settings
    clock = Clock()

    async def work(desk: Desk) -> None:
        record = pick(await desk.keys.every(), key, clock.now_us())
        terms = (await desk.terms.read([record.organization_id]))[record.organization_id]
        limits = [line.limit for line in terms.lines if line.scope == scope_of(record)]
        names = await Places(desk.organizations).names()
        show_one(ctx.obj, line_of(record, clock.now_us(), limits), names, as_json=as_json)

    with_desk(settings, work)


def rotate(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    key: Named,
    *,
    grace: Annotated[str, typer.Option("--grace", metavar="DURATION", help="how long the old key works on")] = "24h",
    as_json: AsJson = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Replace a key."""
    grace_us = parse_duration(grace, "--grace")
    settings = resolved_settings(ctx.obj, config, data=data).settings
    clock = Clock()

    async def work(desk: Desk) -> IssuedKey:
        old = pick(await desk.keys.every(), key, clock.now_us())
        return await KeyIssuer(desk.keys, clock, actor()).rotate(old, grace_us)

    show_new(ctx.obj, with_desk(settings, work), as_json=as_json)


def revoke(ctx: typer.Context, key: Named, *, data: Data = None, config: Config = None) -> None:
    """Revoke a key."""
    settings = resolved_settings(ctx.obj, config, data=data).settings
    clock = Clock()

    async def work(desk: Desk) -> KeyRecord:
        return await KeyIssuer(desk.keys, clock, actor()).revoke(pick(await desk.keys.every(), key, clock.now_us()))

    record = with_desk(settings, work)
    ctx.obj.line("revoked {id} ({name}); a running gateway refuses it within a second", id=record.key_id, name=record.name)
