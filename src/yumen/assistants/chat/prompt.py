"""The line that a person types on: editing, history in a file of his own, several lines, completion of commands."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.filters import completion_is_selected
from prompt_toolkit.history import FileHistory, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings

from yumen.assistants.chat.commands import COMMANDS, SLASH
from yumen.errors import OperatorError
from yumen.storage.folder import FILE_MODE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document
    from prompt_toolkit.input import Input
    from prompt_toolkit.key_binding import KeyPressEvent
    from prompt_toolkit.output import Output

GO_ON = "… "


class PromptLines:
    """Lets a person type. Enter ends the input; Alt-Enter (Escape, Enter) or a backslash before Enter begins another line."""

    is_person = True

    def __init__(
        self,
        history: Path | None,
        offers: Callable[[str], Sequence[str]] = lambda _: (),
        *,
        ends: tuple[Input, Output] | None = None,
    ) -> None:
        """Keep what is typed in that file, its owner's alone. `offers` returns what may stand after a command; `ends` are for tests.

        Raises OperatorError where the file cannot be written.
        """
        if history is not None:
            make_own(history)
        self._session: PromptSession[str] = PromptSession(
            history=InMemoryHistory() if history is None else FileHistory(str(history)),
            completer=Commands(offers),
            complete_while_typing=False,
            key_bindings=keys(),
            multiline=True,
            prompt_continuation=GO_ON,
            input=None if ends is None else ends[0],
            output=None if ends is None else ends[1],
        )

    def read(self, prompt: str) -> str:
        """Return what is typed next. Raises EOFError at Ctrl-D, KeyboardInterrupt at Ctrl-C."""
        return self._session.prompt(prompt)


class Commands(Completer):
    """Completes commands, and what may stand after them."""

    def __init__(self, offers: Callable[[str], Sequence[str]]) -> None:
        """Ask that function for what may stand after a command."""
        self._offers = offers

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """Yield what the word before the cursor may become."""
        del complete_event
        typed = document.text_before_cursor
        if not typed.startswith(SLASH) or "\n" in typed:
            return
        name, space, argument = typed[1:].partition(" ")
        found = self._offers(name) if space else [command.name for command in COMMANDS]
        begun = argument if space else name
        yield from (Completion(each, -len(begun)) for each in found if each.startswith(begun))


def keys() -> KeyBindings:
    """Return what the keys do beyond their usual meaning."""
    bindings = KeyBindings()

    @bindings.add("enter", filter=~completion_is_selected)
    def end(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.document.text_before_cursor.endswith("\\"):
            buffer.delete_before_cursor()
            buffer.insert_text("\n")
        else:
            buffer.validate_and_handle()

    @bindings.add("enter", filter=completion_is_selected)
    def choose(event: KeyPressEvent) -> None:
        event.current_buffer.complete_state = None

    @bindings.add("escape", "enter")
    def begin_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    unused: tuple[Any, ...] = (end, choose, begin_line)
    del unused
    return bindings


def make_own(path: Path) -> None:
    """Make a file that only its owner can read, or make it so. Raises OperatorError."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE))
        path.chmod(FILE_MODE)
    except OSError as error:
        raise OperatorError("{path} cannot be written: {reason}", path=path, reason=error.strerror) from error
