"""`yumen secrets check`: tries every reference in the settings, and says what it found without showing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import typer

from yumen.checks.secrets import look_at_secrets
from yumen.cli.listing import Checking
from yumen.cli.opened import resolved_settings
from yumen.cli.options import AsJson, Config, Data

if TYPE_CHECKING:
    from yumen.checks.secrets import Look
    from yumen.cli.console import Console

COLUMNS = ("setting", "source", "state", "found")
CHECK_HELP = "Try every reference in the settings, and say what it leads to without showing it; exit code 1 where one fails."


def build() -> typer.Typer:
    """Return the command with its sub-commands."""
    app = typer.Typer(cls=Checking, rich_markup_mode=None, add_completion=False)
    app.callback(help="Try the references to secrets in the settings.")(group)
    app.command("check", help=CHECK_HELP)(check)
    return app


def group() -> None:
    """Hold the sub-commands."""


def check(ctx: typer.Context, *, as_json: AsJson = False, data: Data = None, config: Config = None) -> int:
    """Try them all."""
    console: Console = ctx.obj
    settings = resolved_settings(console, config, data=data).settings
    looks = list(look_at_secrets(settings, console.environ))
    if as_json:
        for look in looks:
            console.raw(msgspec.json.encode(shown(look, console)).decode())
    elif looks:
        console.table(COLUMNS, [[look.setting, look.source, console.words.say(look.state), found(look, console)] for look in looks])
    else:
        console.line("the settings hold no reference: no secret is needed")
    return 0 if all(look.ok for look in looks) else 1


def shown(look: Look, console: Console) -> dict[str, object]:
    """Return a look as JSON has it."""
    return {
        "setting": look.setting,
        "source": look.source,
        "state": look.state,
        "found": console.words.say(look.sentence, **look.values),
        "version": None if look.about is None else look.about.version,
        "since": None if look.about is None else look.about.since,
        "warnings": [console.words.say(warning, source=look.source) for warning in look.warnings],
    }


def found(look: Look, console: Console) -> str:
    """Return what was found, in one line."""
    said = [console.words.say(look.sentence, **look.values)]
    if look.about is not None:
        said.append(console.words.say("version {version}, there since {since}", version=look.about.version, since=look.about.since))
    said += [console.words.say(warning, source=look.source) for warning in look.warnings]
    return "; ".join(said)
