"""The room where a person and Claude talk: reads a line, does what it says, and goes on until the person leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.assistants.chat.actions import Actions
from yumen.assistants.chat.commands import Question, Typed, parsed
from yumen.errors import Fault, OperatorError

if TYPE_CHECKING:
    from yumen.assistants.chat.commands import Unknown
    from yumen.assistants.chat.lines import Lines
    from yumen.assistants.chat.screen import Screen
    from yumen.assistants.chat.talks import Choice, Reply, Talk, Talks

PROMPT = "> "
INTERRUPTED = 130


class Room:
    """One chat."""

    def __init__(self, talks: Talks, lines: Lines, screen: Screen) -> None:
        """Talk through those."""
        self._talks = talks
        self._lines = lines
        self._screen = screen
        self._say = screen.words.say
        self.talk: Talk | None = None

    def run(self, name: str, choice: Choice) -> int:
        """Talk in the conversation of that name until the input ends; return 0, 1 where a piped question got no answer."""
        self.talk = self._talks.open(name, choice)
        actions = Actions(self._talks, self._screen, self)
        self._greet()
        code = 0
        while True:
            try:
                typed = parsed(self._lines.read(PROMPT))
                if isinstance(typed, Typed) and typed.command.name == "quit":
                    return code
                self._do(typed, actions)
            except EOFError:
                return code
            except KeyboardInterrupt:
                if not self._lines.is_person:
                    return INTERRUPTED
            except (OperatorError, Fault) as error:
                code = 0 if self._lines.is_person else 1
                self._screen.failure(error)

    def _do(self, typed: Question | Typed | Unknown | None, actions: Actions) -> None:
        if isinstance(typed, Question):
            self._ask(typed.text)
        elif isinstance(typed, Typed):
            actions.do(typed.command, typed.argument)
        elif typed is not None and typed.near is not None:
            self._screen.note(self._say("there is no /{name}; did you mean /{near}?", name=typed.name, near=typed.near))
        elif typed is not None:
            self._screen.note(self._say("there is no /{name}: /help shows the commands", name=typed.name))

    def _ask(self, text: str) -> None:
        """Ask, and write the answer as it comes. Ctrl-C stops it; the chat goes on."""
        talk = self.talk
        if talk is None:
            return
        reply = talk.say(text)
        try:
            self._write(reply)
        except KeyboardInterrupt:
            self._screen.end()
            if not self._lines.is_person:
                raise
            self._screen.note(self._say("stopped; the question counts as not asked"))
        finally:
            reply.close()

    def _write(self, reply: Reply) -> None:
        for piece in reply:
            self._screen.piece(piece)
        self._screen.end()
        if self._talks.is_sandbox:
            self._screen.note(self._say("(sandbox, not Claude)"))

    def _greet(self) -> None:
        """Say to a person where he is."""
        talk = self.talk
        if talk is None or not self._lines.is_person:
            return
        turns = talk.used().turns
        if turns:
            self._screen.note(self._say("{name} goes on; questions so far: {turns}", name=talk.name, turns=turns))
        self._screen.note(self._say("Alt-Enter begins another line, Ctrl-C stops an answer, Ctrl-D leaves, /help shows the commands"))
