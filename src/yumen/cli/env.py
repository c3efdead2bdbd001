"""`yumen env`: the shell exports that point a client at the gateway: `eval "$(yumen env)"`."""

from __future__ import annotations

import asyncio
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from yumen.cli.actor import actor
from yumen.cli.first_run import key_file
from yumen.cli.opened import data_path, opened_keys, resolved_settings
from yumen.cli.options import Config, Data
from yumen.clock import Clock
from yumen.http.local_authority import authority_file
from yumen.keys import KeyIssuer, KeyOrder
from yumen.settings import OPTIONS, Address, parse_address
from yumen.storage.folder import present

if TYPE_CHECKING:
    from pathlib import Path

    from yumen.settings import Settings

WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (replaced, not bound)


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(help='Print the shell exports that point a client at the gateway: eval "$(yumen env)".')(env)
    return app


def env(
    ctx: typer.Context,
    *,
    new: Annotated[str | None, typer.Option("--new", metavar="NAME", help="make a key of that name and export it")] = None,
    listen: Annotated[str | None, typer.Option("--listen", metavar="HOST:PORT", help=OPTIONS["listen"].english)] = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Print exports."""
    settings = resolved_settings(ctx.obj, config, listen=listen, data=data).settings
    path = data_path(settings)
    lines = [f"export ANTHROPIC_BASE_URL={quote(base_url(settings))}"]
    if new is not None:
        lines.append(f"export ANTHROPIC_API_KEY={asyncio.run(new_key(settings, new))}")
    elif present(key_file(path)):
        lines.append(f'export ANTHROPIC_API_KEY="$(cat {quote(str(key_file(path)))})"')
    else:
        ctx.obj.note("ANTHROPIC_API_KEY is not among them: keys are not kept; --new NAME makes one")
    if settings.tls.local:
        lines += trust(authority_file(path))
    ctx.obj.raw("\n".join(lines))


async def new_key(settings: Settings, name: str) -> str:
    """Make a key and return its text."""
    async with opened_keys(settings, make=True) as store:
        return (await KeyIssuer(store, Clock(), actor()).create(KeyOrder(name))).text


def base_url(settings: Settings) -> str:
    """Return the address that a client on this machine uses."""
    if settings.public_url:
        return settings.public_url
    address = parse_address(settings.listen, "listen")
    scheme = "https" if settings.tls.local or settings.tls.certificate else "http"
    return f"{scheme}://{Address(WILDCARDS.get(address.host, address.host), address.port)}"


def trust(authority: Path) -> list[str]:
    """Return the exports that make clients trust the local authority: Python, Node, curl."""
    return [f"export {name}={quote(str(authority))}" for name in ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE")]
