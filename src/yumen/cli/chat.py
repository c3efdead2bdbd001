"""`yumen chat`: a conversation with Claude in the terminal, kept and resumed by its name."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from yumen.cli.asking import ApiKeyOption, BaseUrlOption, Chosen, EnvironmentOption, ModelChoice, open_claude
from yumen.cli.opened import data_path, resolved_settings
from yumen.cli.options import Config, Data

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from yumen.assistants.chat import Lines, Talks
    from yumen.cli.console import Console
    from yumen.settings import Settings

HISTORY_FILE = "chat-history"
HELP = "Talk with Claude in the terminal; /help shows what can be done. In a pipe each line is a question (docs/chat.md)."

NameArgument = Annotated[str | None, typer.Argument(metavar="[NAME]", help="the conversation to go on with, or to begin")]
ResumeOption = Annotated[bool, typer.Option("--resume", help="go on with the conversation that was used last")]
StyleOption = Annotated[str | None, typer.Option("--style", metavar="NAME", help="how Claude speaks: a style, or a file of one")]
SystemOption = Annotated[str | None, typer.Option("--system", metavar="TEXT", help="the system prompt")]


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(help=HELP)(chat)
    return app


def chat(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    *,
    name: NameArgument = None,
    resume: ResumeOption = False,
    style: StyleOption = None,
    system: SystemOption = None,
    environment: EnvironmentOption = None,
    model: ModelChoice = None,
    base_url: BaseUrlOption = None,
    api_key: ApiKeyOption = None,
    data: Data = None,
    config: Config = None,
) -> int:
    """Talk."""
    from yumen.assistants.chat import Choice, Room
    from yumen.assistants.chat.actions import new_name
    from yumen.assistants.chat.conversations import Conversations
    from yumen.assistants.chat.screen import Screen

    console: Console = ctx.obj
    settings = resolved_settings(console, config, data=data).settings
    with open_claude(console, config, Chosen(environment, model, base_url, api_key)) as claude:
        talks = Conversations(claude)
        screen = Screen(console.words, sys.stdout, sys.stderr, coloured=console.is_terminal and not console.environ.get("NO_COLOR"))
        last = next((each.name for each in talks.listed()), None) if resume and name is None else None
        room = Room(talks, lines_of(settings, talks), screen)
        return room.run(name or last or new_name(), Choice(model, style, system))


def lines_of(settings: Settings, talks: Talks) -> Lines:
    """Return what a person types, or a program pipes in. Raises OperatorError where the file of what was typed cannot be written."""
    from yumen.assistants.chat import PlainLines

    if not sys.stdin.isatty():
        return PlainLines(sys.stdin)
    from yumen.assistants.chat.prompt import PromptLines
    from yumen.storage.folder import DataFolder

    return PromptLines(DataFolder(data_path(settings)).file(HISTORY_FILE), offers(talks))


def offers(talks: Talks) -> Callable[[str], Sequence[str]]:
    """Return what may stand after a command."""

    def offered(command: str) -> Sequence[str]:
        if command == "style":
            return talks.styles()
        return [each.name for each in talks.listed()] if command == "resume" else ()

    return offered
