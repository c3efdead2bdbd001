"""`yumen sandbox`: the offline Claude alone, for tests of programs in any language."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING, Annotated

import typer
import uvloop

from yumen.cli.opened import resolved_settings
from yumen.cli.options import Config
from yumen.clock import Clock
from yumen.http import ServerOptions, serve
from yumen.sandbox import Sandbox, SandboxOptions
from yumen.settings import OPTIONS, Address, cannot_listen, parse_address
from yumen.settings.sandboxed import sandbox_options

if TYPE_CHECKING:
    from yumen.cli.console import Console

DRAIN_S = 2.0


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(help="Run the offline Claude alone; any key opens it.")(sandbox)
    return app


def sandbox(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    *,
    listen: Annotated[str, typer.Option("--listen", metavar="HOST:PORT", help="where to listen")] = "127.0.0.1:8012",
    strict: Annotated[bool | None, typer.Option("--strict/--lenient", help=OPTIONS["sandbox.strict"].english)] = None,
    rules: Annotated[str | None, typer.Option("--rules", metavar="FILE", help=OPTIONS["sandbox.rules"].english)] = None,
    pace: Annotated[float | None, typer.Option("--pace", metavar="N", help=OPTIONS["sandbox.pace"].english)] = None,
    seed: Annotated[int | None, typer.Option("--seed", metavar="N", help=OPTIONS["sandbox.seed"].english)] = None,
    config: Config = None,
) -> None:
    """Run the sandbox."""
    given = {"sandbox.strict": strict, "sandbox.rules": rules, "sandbox.pace": pace, "sandbox.seed": seed}
    settings = resolved_settings(ctx.obj, config, **given).settings
    uvloop.run(run(ctx.obj, parse_address(listen, "--listen"), sandbox_options(settings)))


async def run(console: Console, address: Address, options: SandboxOptions) -> None:
    """Serve until SIGTERM or SIGINT."""
    sandbox = Sandbox(Clock(), options)
    try:
        server = await serve(sandbox.handle, address.host, address.port, ServerOptions(refuse=sandbox.refuse))
    except OSError as error:
        raise cannot_listen(address, error) from error
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    url = f"http://{Address(address.host, server.port)}"
    console.line("The sandbox, an offline Claude, is ready on {url}; any key opens it.", url=url)
    console.raw(f"\nexport ANTHROPIC_BASE_URL={url}\nexport ANTHROPIC_API_KEY=sandbox\n")
    await stopped.wait()
    await server.drain(DRAIN_S)
    await sandbox.close()
