"""`yumen serve`: runs the gateway until SIGTERM, and says where it is."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import typer
import uvloop

from yumen.cli.banner import announce
from yumen.cli.first_run import forget_used_key
from yumen.cli.opened import resolved_settings
from yumen.cli.options import Config, Data
from yumen.errors import OperatorError
from yumen.settings import OPTIONS, Given, known, plan_upstreams


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(help="Run the gateway. SIGTERM lets running exchanges end, then stops it.")(serve)
    return app


def serve(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    *,
    listen: Annotated[str | None, typer.Option("--listen", metavar="HOST:PORT", help=OPTIONS["listen"].english)] = None,
    control: Annotated[str | None, typer.Option("--control", metavar="HOST:PORT", help=OPTIONS["control"].english)] = None,
    data: Data = None,
    upstream: Annotated[str | None, typer.Option("--upstream", metavar="URL", help=OPTIONS["upstream"].english)] = None,
    credential: Annotated[str | None, typer.Option("--credential", metavar="REFERENCE", help=OPTIONS["credential"].english)] = None,
    tls: Annotated[
        str | None, typer.Option("--tls", metavar="local|off", help="local: serve TLS by a local authority made in the data folder")
    ] = None,
    tls_certificate: Annotated[
        str | None, typer.Option("--tls-certificate", metavar="FILE", help=OPTIONS["tls.certificate"].english)
    ] = None,
    tls_key: Annotated[str | None, typer.Option("--tls-key", metavar="FILE", help=OPTIONS["tls.key"].english)] = None,
    policy: Annotated[str | None, typer.Option("--policy", metavar="FILE", help=OPTIONS["policy"].english)] = None,
    workers: Annotated[int | None, typer.Option("--workers", metavar="N", help=OPTIONS["workers"].english)] = None,
    setting: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="any other setting, such as timeouts.drain_s=5")
    ] = None,
    config: Config = None,
) -> int:
    """Run the gateway."""
    given = others(setting or []) | {
        "tls.local": local(tls),
        "tls.certificate": at("--tls-certificate", tls_certificate),
        "tls.key": at("--tls-key", tls_key),
    }
    plain = {"listen": listen, "control": control, "data": data, "upstream": upstream, "credential": credential, "policy": policy}
    given |= {name: value for name, value in (plain | {"workers": workers}).items() if value is not None}
    resolved = resolved_settings(ctx.obj, config, **given)
    settings = resolved.settings
    plan_upstreams(settings, ctx.obj.environ)
    if settings.policy is not None:
        from yumen.policy.document import policy_file  # with what matches text: not for a gateway without a policy

        policy_file(settings.policy)
    if settings.workers > 1 and settings.redis.url is None:
        ctx.obj.note(
            "{workers} workers and no redis.url: each would count limits for itself, so keys with limits are refused; "
            "set redis.url, or serve with one worker",
            workers=settings.workers,
        )
    elif settings.database.url is not None and settings.redis.url is None:
        ctx.obj.note("limits are counted in this process alone: before a second machine shares the database, set redis.url")
    uvloop.run(forget_used_key(settings))
    from yumen import app  # the whole gateway: after everything that can be wrong with the command line

    return uvloop.run(app.serve(settings, resolved.sources, partial(announce, ctx.obj)))


def others(settings: list[str]) -> dict[str, Any]:
    """Read `--set NAME=VALUE`."""
    given = {}
    for text in settings:
        name, equals, value = text.partition("=")
        if not equals:
            raise OperatorError("--set takes NAME=VALUE, not {value}", value=repr(name))
        given[known(name.strip(), "option --set")] = Given(value, "option --set")
    return given


def local(tls: str | None) -> Given | None:
    """Read `--tls`."""
    if tls not in (None, "local", "off"):
        raise OperatorError(
            "--tls takes local or off, not {value}; a certificate of your own goes to --tls-certificate and --tls-key", value=repr(tls)
        )
    return None if tls is None else Given(tls == "local", "option --tls")


def at(option: str, value: str | None) -> Given | None:
    """Return an option's value with its own name."""
    return None if value is None else Given(value, f"option {option}")
