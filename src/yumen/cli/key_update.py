"""`yumen keys update`: change a living key. What is named takes the place of what was there; what is not named stays."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yumen.cli.actor import actor
from yumen.cli.durations import parse_duration
from yumen.cli.key_limits import set_limits
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
from yumen.cli.limit_text import parse_limit
from yumen.cli.opened import resolved_settings, with_desk
from yumen.cli.options import Config, Data
from yumen.cli.places import Places
from yumen.clock import Clock
from yumen.errors import OperatorError
from yumen.keys import KeyChange, KeyIssuer, pick
from yumen.keys.restrictions import MaxTokens, OnlyAddresses, OnlyModels, OnlyPaths, Restriction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.cli.opened import Desk
    from yumen.keys import KeyRecord


class KeyState(StrEnum):
    """How a key can be switched."""

    ACTIVE = "active"
    INACTIVE = "inactive"


def update(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    key: Named,
    *,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="another name")] = None,
    expires: Annotated[str | None, typer.Option("--expires", metavar="DURATION", help="let it end so long from now")] = None,
    no_expires: Annotated[bool, typer.Option("--no-expires", help="let it not end")] = False,
    status: Annotated[KeyState | None, typer.Option("--status", metavar="STATUS", help="inactive switches it off, active on again")] = None,
    member: Owner = None,
    no_member: Annotated[bool, typer.Option("--no-member", help="let it be nobody's in particular")] = False,
    limit: Limits = None,
    allow_ip: AllowIp = None,
    no_allow_ip: Annotated[bool, typer.Option("--no-allow-ip", help="let it be used from everywhere")] = False,
    allow_model: AllowModel = None,
    no_allow_model: Annotated[bool, typer.Option("--no-allow-model", help="let it ask every model")] = False,
    only_path: OnlyPath = None,
    no_only_path: Annotated[bool, typer.Option("--no-only-path", help="let it use every known endpoint")] = False,
    allow_path: AllowPath = None,
    no_allow_path: Annotated[bool, typer.Option("--no-allow-path", help="let it use no path beyond the known endpoints")] = False,
    max_tokens: MostTokens = None,
    no_max_tokens: Annotated[bool, typer.Option("--no-max-tokens", help="let its requests ask for any max_tokens")] = False,
    label: Label = None,
    no_label: Annotated[bool, typer.Option("--no-label", help="book its requests on no cost centre")] = False,
    takes_label: Annotated[
        bool | None,
        typer.Option(
            "--takes-label/--no-takes-label", help="whether its requests may name another cost centre in the header x-yumen-label"
        ),
    ] = None,
    on_leave: OnLeave = None,
    content: ContentOption = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Change a key."""
    both: dict[str, tuple[object, bool]] = {
        "expires": (expires, no_expires),
        "member": (member, no_member),
        "label": (label, no_label),
        "allow-ip": (allow_ip, no_allow_ip),
        "allow-model": (allow_model, no_allow_model),
        "only-path": (only_path, no_only_path),
        "allow-path": (allow_path, no_allow_path),
        "max-tokens": (max_tokens, no_max_tokens),
    }
    refuse_both(both)
    limits = [parse_limit(text) for text in limit or ()]
    gone: dict[type[Restriction], bool] = {
        OnlyAddresses: no_allow_ip,
        OnlyModels: no_allow_model,
        OnlyPaths: no_only_path,
        MaxTokens: no_max_tokens,
    }
    wished = Wished(allow_ip, allow_model, only_path, max_tokens, tuple(each for each, goes in gone.items() if goes))
    changes: dict[str, Any] = {} if name is None else {"name": name}
    if expires is not None or no_expires:
        changes["expires_at_us"] = None if expires is None else Clock().now_us() + parse_duration(expires, "--expires")
    if status is not None:
        changes["active"] = status is KeyState.ACTIVE
    if label is not None or no_label:
        changes["label"] = label
    if takes_label is not None:
        changes["takes_label"] = takes_label
    if on_leave is not None:
        changes["drain_s"] = parse_on_leave(on_leave)
    if content is not None:
        changes["content"] = content
    if allow_path or no_allow_path:
        changes["allowed_paths"] = tuple(allow_path or ())
    settings = resolved_settings(ctx.obj, config, data=data).settings

    async def work(desk: Desk) -> KeyRecord:
        old = pick(await desk.keys.every(), key, Clock().now_us())
        if member is not None or no_member:
            changes["user_id"] = None if member is None else (await Places(desk.organizations).member(old.organization_id, member)).id
        change = KeyChange(restrictions=restrictions_of(wished, old.restrictions), **changes)
        new = await KeyIssuer(desk.keys, Clock(), actor()).update(old, change)
        await set_limits(desk, new, limits)
        return new

    record = with_desk(settings, work)
    ctx.obj.line("changed {id} ({name}); a running gateway heeds it within a second", id=record.key_id, name=record.name)


def refuse_both(given: Mapping[str, tuple[object, bool]]) -> None:
    """Raise OperatorError where something shall be set and taken away at once."""
    for name, (value, goes) in given.items():
        if value and goes:
            raise OperatorError("{option} and {other} exclude each other", option=f"--{name}", other=f"--no-{name}")
