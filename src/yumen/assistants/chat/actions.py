"""What the commands of a chat do."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from yumen.assistants.chat.commands import COMMANDS
from yumen.assistants.chat.talks import Choice
from yumen.clock import Clock, iso
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from yumen.assistants.chat.commands import Command
    from yumen.assistants.chat.screen import Screen
    from yumen.assistants.chat.talks import Exchange, Talk, Talks

NANOS = 1_000_000_000
MOST_LISTED = 30


class Seat(Protocol):
    """Who sits in a conversation, and may change to another."""

    talk: Talk | None


class Actions:
    """Does commands."""

    def __init__(self, talks: Talks, screen: Screen, seat: Seat) -> None:
        """Do them there."""
        self._talks = talks
        self._screen = screen
        self._say = screen.words.say
        self._seat = seat
        self._table: dict[str, Callable[[Talk, str], None]] = {
            "help": self.help,
            "model": self.model,
            "style": self.style,
            "system": self.system,
            "new": self.new,
            "resume": self.resume,
            "sessions": self.sessions,
            "fork": self.fork,
            "history": self.history,
            "export": self.export,
            "tokens": self.tokens,
            "cost": self.cost,
        }

    def do(self, command: Command, argument: str) -> None:
        """Do one. Raises OperatorError where what stands after it will not do."""
        if self._seat.talk is None:
            return
        if not argument and command.takes and not command.takes.startswith("["):
            raise OperatorError("/{name} takes {what}", name=command.name, what=command.takes)
        self._table[command.name](self._seat.talk, argument)

    def help(self, talk: Talk, argument: str) -> None:
        """Show the commands."""
        del talk, argument
        width = max(len(f"{command.name} {command.takes}") for command in COMMANDS) + 3
        for command in COMMANDS:
            self._screen.line(f"/{command.name} {command.takes}".ljust(width) + self._say(command.help))

    def model(self, talk: Talk, argument: str) -> None:
        """Show or choose the model."""
        if argument:
            talk.choose(Choice(model=argument))
        self._screen.note(self._say("model: {name}", name=talk.choice.model or "-"))

    def style(self, talk: Talk, argument: str) -> None:
        """Show or choose the style."""
        if argument:
            talk.choose(Choice(style=argument))
        self._screen.note(self._say("style: {name}", name=talk.choice.style or "-"))
        if not argument:
            self._screen.note(self._say("there are: {names}", names=", ".join(self._talks.styles())))

    def system(self, talk: Talk, argument: str) -> None:
        """Show or set the system prompt."""
        if argument:
            talk.choose(Choice(system=argument))
        self._screen.line(talk.choice.system or "-")

    def new(self, talk: Talk, argument: str) -> None:
        """Begin a conversation, held as this one is."""
        name = argument or new_name()
        if any(each.name == name for each in self._talks.listed()):
            raise OperatorError("there is a conversation {name} already: /resume {name} goes on with it", name=name)
        self._seat.talk = self._talks.open(name, talk.choice)
        self._screen.note(self._say("a new conversation: {name}", name=name))

    def resume(self, talk: Talk, argument: str) -> None:
        """Go on with another conversation."""
        del talk
        if all(each.name != argument for each in self._talks.listed()):
            raise OperatorError("there is no conversation {name}: /sessions lists them", name=argument)
        resumed = self._talks.open(argument, Choice())
        self._seat.talk = resumed
        self._screen.note(self._say("{name} goes on; questions so far: {turns}", name=argument, turns=resumed.used().turns))

    def sessions(self, talk: Talk, argument: str) -> None:
        """List the conversations, the last used first."""
        del argument
        for each in self._talks.listed()[:MOST_LISTED]:
            mark = "*" if each.name == talk.name else " "
            self._screen.line(f"{mark} {iso(each.used_us)[:16].replace('T', ' ')}  {each.turns:>5}  {each.name}")

    def fork(self, talk: Talk, argument: str) -> None:
        """Go on with a copy."""
        self._talks.fork(talk.name, argument)
        self._seat.talk = self._talks.open(argument, Choice())
        self._screen.note(self._say("this is {copy} now, a copy of {name}", copy=argument, name=talk.name))

    def history(self, talk: Talk, argument: str) -> None:
        """Show what was said."""
        del argument
        for each in talk.exchanges():
            self._screen.line(f"> {each.question}\n{each.answer}\n")

    def export(self, talk: Talk, argument: str) -> None:
        """Write what was said to a file, which must be new."""
        path = Path(argument).expanduser()
        write_new(path, markdown(talk.name, talk.exchanges()))
        self._screen.note(self._say("written to {path}", path=path))

    def tokens(self, talk: Talk, argument: str) -> None:
        """Show how long the prompt has become."""
        del argument
        count, exact = talk.tokens()
        said = self._say("{count} tokens", count=count) if exact else self._say("about {count} tokens", count=count)
        self._screen.note(said)

    def cost(self, talk: Talk, argument: str) -> None:
        """Show what the conversation has used."""
        del argument
        used = talk.used()
        self._screen.note(
            self._say(
                "questions: {turns}; tokens of input: {input}, of these from the cache: {cached}; of output: {output}",
                turns=used.turns,
                input=used.input_tokens,
                cached=used.cached_tokens,
                output=used.output_tokens,
            )
        )
        if used.cost_nanousd is not None:
            self._screen.note(self._say("it cost ${dollars}", dollars=f"{Decimal(used.cost_nanousd) / NANOS:.6f}"))
        if self._talks.is_sandbox:
            self._screen.note(self._say("(sandbox, not Claude)"))


def new_name() -> str:
    """Return a name for a conversation that was given none: its time, to the second."""
    return iso(Clock().now_us())[:19].replace("T", "-").replace(":", "")


def markdown(name: str, exchanges: Sequence[Exchange]) -> str:
    """Return a conversation as a page."""
    parts = [f"# {name}"]
    for each in exchanges:
        parts += ["\n".join(f"> {line}" for line in each.question.split("\n")), each.answer]
    return "\n\n".join(parts) + "\n"


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet, for its owner alone. Raises OperatorError."""
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise OperatorError("{path} cannot be written: {reason}", path=path, reason=error.strerror) from error
