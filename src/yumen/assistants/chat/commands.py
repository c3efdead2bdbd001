"""The commands of a chat: what begins with a slash is one, and two slashes begin a question that begins with one."""

from __future__ import annotations

from difflib import get_close_matches

import msgspec

SLASH = "/"


class Command(msgspec.Struct, frozen=True):
    """A command as /help shows it."""

    name: str
    takes: str
    """What stands after it, in capitals; in brackets what may be left out."""
    help: str


COMMANDS = (
    Command("help", "", "show the commands"),
    Command("model", "[MODEL]", "show or choose the model that answers"),
    Command("style", "[NAME]", "show or choose the style"),
    Command("system", "[TEXT]", "show or set the system prompt"),
    Command("new", "[NAME]", "begin a new conversation"),
    Command("resume", "NAME", "go on with another conversation"),
    Command("sessions", "", "list the conversations"),
    Command("fork", "NAME", "go on with a copy of this conversation"),
    Command("history", "", "show what was said"),
    Command("export", "FILE", "write this conversation to a Markdown file"),
    Command("tokens", "", "show how long the prompt has become"),
    Command("cost", "", "show what this conversation has used"),
    Command("quit", "", "leave; so does Ctrl-D"),
)
BY_NAME = {command.name: command for command in COMMANDS}
OTHER_NAMES = {"exit": "quit", "q": "quit", "?": "help", "list": "sessions", "usage": "cost"}


class Question(msgspec.Struct, frozen=True):
    """Something to ask."""

    text: str


class Typed(msgspec.Struct, frozen=True):
    """A command and what stands after it."""

    command: Command
    argument: str


class Unknown(msgspec.Struct, frozen=True):
    """No command; `near` may have been meant."""

    name: str
    near: str | None


def parsed(text: str) -> Question | Typed | Unknown | None:
    """Return what a line says; None: nothing."""
    text = text.strip()
    if not text.startswith(SLASH):
        return Question(text) if text else None
    if text.startswith(SLASH * 2):
        return Question(text[1:])
    name, _, argument = text[1:].partition(" ")
    name = OTHER_NAMES.get(name.lower(), name.lower())
    if name in BY_NAME:
        return Typed(BY_NAME[name], argument.strip())
    return Unknown(name, next(iter(get_close_matches(name, BY_NAME, 1)), None))
