"""`yumen keys`: make, list, replace and revoke the keys of callers, beside a running gateway or without one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, TypeVar

import msgspec
import typer

from yumen.cli.durations import parse_duration
from yumen.cli.opened import opened_keys, resolved_settings
from yumen.cli.options import AsJson, Config, Data
from yumen.clock import Clock, iso
from yumen.keys import KeyIssuer, KeyOrder, pick, status_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from yumen.cli.console import Console
    from yumen.keys import IssuedKey, KeyRecord, KeyStore
    from yumen.settings import Settings

Result = TypeVar("Result")
Named = Annotated[str, typer.Argument(metavar="KEY", help="a key's id or name")]


class KeyLine(msgspec.Struct, frozen=True):
    """One key in JSON, without its text."""

    id: str
    name: str
    environment: str
    status: str
    hint: str
    created_at: str
    expires_at: str | None
    allowed_paths: tuple[str, ...]


class NewKey(msgspec.Struct, frozen=True):
    """A new key in JSON: the only place where its text stands."""

    id: str
    name: str
    environment: str
    key: str
    expires_at: str | None


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command("create", help="Make a key and show it, this once.")(create)
    app.command("list", help="List the keys; their text is not kept.")(list_keys)
    app.command("rotate", help="Make a key that takes another's place; the old one works until the grace has passed.")(rotate)
    app.command("revoke", help="Let a key count no longer; a running gateway refuses it within a second.")(revoke)
    return app


def create(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="what the key is for, such as the program's name")],
    *,
    environment: Annotated[str, typer.Option("--environment", metavar="ENVIRONMENT", help="production or staging")] = "production",
    expires: Annotated[
        str | None, typer.Option("--expires", metavar="DURATION", help="when it ends, such as 90d; without it, never")
    ] = None,
    allow_path: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-path", metavar="PATH", help="a path beyond the known endpoints that it may use; a * at the end: all that begin so"
        ),
    ] = None,
    as_json: AsJson = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Make a key."""
    lifetime_us = None if expires is None else parse_duration(expires, "--expires")
    order = KeyOrder(name, environment, lifetime_us, tuple(allow_path or ()))
    settings = resolved_settings(ctx.obj, config, data=data).settings
    issued = with_store(settings, lambda store: KeyIssuer(store, Clock()).create(order), make=True)
    show_new(ctx.obj, issued, as_json=as_json)


def list_keys(ctx: typer.Context, *, as_json: AsJson = False, data: Data = None, config: Config = None) -> None:
    """List the keys."""
    settings = resolved_settings(ctx.obj, config, data=data).settings
    lines = [line_of(record, Clock().now_us()) for record in with_store(settings, lambda store: store.every())]
    console: Console = ctx.obj
    if as_json:
        for line in lines:
            console.raw(msgspec.json.encode(line).decode())
        return
    columns = ("id", "name", "environment", "status", "created_at", "expires_at")
    console.table(columns, [[getattr(line, column) for column in columns] for line in lines])


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

    async def work(store: KeyStore) -> IssuedKey:
        return await KeyIssuer(store, clock).rotate(pick(await store.every(), key, clock.now_us()), grace_us)

    show_new(ctx.obj, with_store(settings, work), as_json=as_json)


def revoke(ctx: typer.Context, key: Named, *, data: Data = None, config: Config = None) -> None:
    """Revoke a key."""
    settings = resolved_settings(ctx.obj, config, data=data).settings
    clock = Clock()

    async def work(store: KeyStore) -> KeyRecord:
        return await KeyIssuer(store, clock).revoke(pick(await store.every(), key, clock.now_us()))

    record = with_store(settings, work)
    ctx.obj.line("revoked {id} ({name}); a running gateway refuses it within a second", id=record.key_id, name=record.name)


def with_store(settings: Settings, work: Callable[[KeyStore], Awaitable[Result]], *, make: bool = False) -> Result:
    """Do something with the data folder's keys."""

    async def opened() -> Result:
        async with opened_keys(settings, make=make) as store:
            return await work(store)

    return asyncio.run(opened())


def line_of(record: KeyRecord, now_us: int) -> KeyLine:
    """Return a record as it is shown."""
    return KeyLine(
        record.key_id,
        record.name,
        record.environment,
        status_of(record, now_us),
        record.hint,
        iso(record.created_at_us),
        None if record.expires_at_us is None else iso(record.expires_at_us),
        record.allowed_paths,
    )


def show_new(console: Console, issued: IssuedKey, *, as_json: bool) -> None:
    """Show a new key, this once."""
    record = issued.record
    expires_at = None if record.expires_at_us is None else iso(record.expires_at_us)
    if as_json:
        new = NewKey(record.key_id, record.name, record.environment, issued.text, expires_at)
        console.raw(msgspec.json.encode(new).decode())
        return
    console.note("the key of {name} ({id}) is shown this once: keep it where secrets are kept", name=record.name, id=record.key_id)
    console.raw(issued.text)
