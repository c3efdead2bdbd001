"""`yumen`: finds the command, loads it alone, and turns whatever goes wrong into one sentence and an exit code."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, cast

import typer
from typer.core import TyperCommand, TyperGroup

from yumen import __version__
from yumen.cli.console import Console
from yumen.errors import Fault, OperatorError
from yumen.words import Words, printable, words_for

if TYPE_CHECKING:
    from types import TracebackType

TRACEBACK_VARIABLE = "YUMEN_TRACEBACK"
FAILED = 1
INTERRUPTED = 130


class Listed(NamedTuple):
    """A command before it is loaded."""

    module: str
    help: str


COMMANDS: dict[str, Listed] = {
    "serve": Listed("yumen.cli.serve", "Run the gateway."),
    "ask": Listed("yumen.cli.ask", "Ask Claude one question."),
    "batch": Listed("yumen.cli.batch", "Ask Claude many questions, from a file."),
    "tokens": Listed("yumen.cli.tokens", "Count the tokens of a prompt, and see whether it fits."),
    "keys": Listed("yumen.cli.keys", "Make, show, change, replace and revoke keys."),
    "limits": Listed("yumen.cli.limits", "Show and set rate limits, quotas and spend limits."),
    "logs": Listed("yumen.cli.logs", "Show the ledger: one line for each call."),
    "usage": Listed("yumen.cli.usage", "Add up tokens and money."),
    "models": Listed("yumen.cli.models", "Show the models in use and when they end; set aliases."),
    "policy": Listed("yumen.cli.policy", "Store, attach and try out content policies."),
    "alerts": Listed("yumen.cli.alerts", "Try the channels of alerts, and show what was told."),
    "organizations": Listed("yumen.cli.organizations", "List, make, change and suspend organizations."),
    "workspaces": Listed("yumen.cli.workspaces", "List, make, rename and archive workspaces."),
    "members": Listed("yumen.cli.members", "List, invite, change and remove an organization's members."),
    "plans": Listed("yumen.cli.plans", "List, set and delete the plans that organizations are on."),
    "signups": Listed("yumen.cli.signups", "Show sign-ups and their codes; approve, decline, invite."),
    "requests": Listed("yumen.cli.requests", "Answer members' requests for more."),
    "audit": Listed("yumen.cli.audit", "Show who did what, and what was before and after."),
    "upstreams": Listed("yumen.cli.upstreams", "Show every upstream, its circuit and its quota."),
    "secrets": Listed("yumen.cli.secrets", "Try the references to secrets in the settings."),
    "doctor": Listed("yumen.cli.doctor", "Check that all is well, and say what to do where it is not."),
    "backup": Listed("yumen.cli.backup", "Write everything to one file."),
    "restore": Listed("yumen.cli.restore", "Fill an empty place from a back-up."),
    "analyze": Listed("yumen.cli.analyze", "Answer questions about data files."),
    "lab": Listed("yumen.cli.lab", "Make experiments with Claude."),
    "check": Listed("yumen.cli.check", "Check whether a server speaks Claude's protocol."),
    "summarize": Listed("yumen.cli.summarize", "Sum up documents."),
    "write": Listed("yumen.cli.write", "Write a text from a brief."),
    "code": Listed("yumen.cli.code", "Explain code, and help with it."),
    "chat": Listed("yumen.cli.chat", "Talk with Claude in the terminal."),
    "support": Listed("yumen.cli.support", "Answer customers from a folder of documents."),
    "sessions": Listed("yumen.cli.sessions", "List, show, export and delete conversations that are kept."),
    "sandbox": Listed("yumen.cli.sandbox", "Run the offline Claude alone."),
    "env": Listed("yumen.cli.env", "Print the shell exports that point a client at the gateway."),
}
HELP = "A gate between your programs and Claude: keys, a ledger, byte-for-byte forwarding, and an offline Claude for tests."


class Program(TyperGroup):
    """The group of all commands. To list them none is loaded; to run one, that one is."""

    words = Words({})

    def speak(self, words: Words) -> None:
        """Speak those words."""
        self.words = words
        self.commands = {name: TyperCommand(name, help=listed.help) for name, listed in COMMANDS.items()}
        translate(self, words)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: ANN401  (Typer keeps its types to itself)
        """Load the command that is called."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, found and load(name or "", self.words), rest


def program(words: Words) -> Program:
    """Return the group, speaking those words."""
    app = typer.Typer(cls=Program, rich_markup_mode=None, add_completion=False)
    app.callback(help=HELP)(root)
    group: Any = typer.main.get_command(app)
    group.speak(words)
    return cast("Program", group)


def root(
    *,
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=lambda wanted: show_version(wanted=wanted), help="Show the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def show_version(*, wanted: bool) -> None:
    """Print the version and leave."""
    if wanted:
        typer.echo(f"yumen {__version__}")
        raise typer.Exit


def load(name: str, words: Words) -> Any:  # noqa: ANN401  (the same)
    """Import a command's module and return the command with its help in the operator's language."""
    from yumen.settings import OPTIONS

    words.learn({option.english: option.chinese for option in OPTIONS.values()})
    app: typer.Typer = import_module(COMMANDS[name].module).build()
    command = typer.main.get_command(app)
    command.name, command.help = name, command.help or COMMANDS[name].help
    translate(command, words)
    return command


def translate(command: Any, words: Words) -> None:  # noqa: ANN401  (the same)
    """Say a command's help, its options' and its sub-commands' in the operator's language."""
    command.help = words.say(command.help or "")
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = words.say(parameter.help)
    for inner in getattr(command, "commands", {}).values():
        translate(inner, words)


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.excepthook = say_unexpected
    sys.exit(run(sys.argv[1:], Console(words_for(os.environ))))


def run(arguments: list[str], console: Console) -> int:
    """Run a command line; return 0, 1 where it failed, 2 where it was misused, or what the command gave."""
    try:
        code = program(console.words).main(arguments or ["--help"], "yumen", standalone_mode=False, obj=console)
    except typer.TyperException as misuse:
        say_misuse(misuse, console)
        return misuse.exit_code
    except OperatorError as error:
        console.note("{said}", said=console.words.error(error))
        return FAILED
    except Fault as fault:
        console.note("{said}", said=console.words.fault(fault))
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def say_misuse(misuse: typer.TyperException, console: Console) -> None:
    """Say in one line what is wrong with a command line."""
    context = getattr(misuse, "ctx", None)
    path = "yumen" if context is None else context.command_path
    console.note("{reason} (see {path} --help)", reason=misuse.format_message().rstrip("."), path=path)


def say_unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say in one line that the program itself has a defect; with YUMEN_TRACEBACK set, show where."""
    if os.environ.get(TRACEBACK_VARIABLE):
        sys.__excepthook__(kind, error, trace)
        return
    words = words_for(os.environ)
    said = words.say("a defect of the program: {error}; set {variable}=1 to see where", error=repr(error), variable=TRACEBACK_VARIABLE)
    typer.echo(f"yumen: {printable(said)}", err=True)
