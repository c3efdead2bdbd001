"""Where a chat writes: sentences in the person's language, answers as they come; nothing in them commands the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from yumen.errors import Fault

if TYPE_CHECKING:
    from typing import TextIO

    from yumen.errors import OperatorError

DIM, PLAIN = "\x1b[2m", "\x1b[0m"
KEPT = "\n\t"


class Words(Protocol):
    """Says sentences in a person's language."""

    def say(self, sentence: str, **values: object) -> str:
        """Return a sentence with the values in their places."""

    def error(self, error: OperatorError) -> str:
        """Return an operator's error as it is said."""

    def fault(self, fault: Fault) -> str:
        """Return a fault as it is said."""


class English:
    """Says them as they stand in the program."""

    def say(self, sentence: str, **values: object) -> str:
        """Return a sentence with the values in their places."""
        return sentence.format(**values) if values else sentence

    def error(self, error: OperatorError) -> str:
        """Return an operator's error as it is said."""
        return str(error)

    def fault(self, fault: Fault) -> str:
        """Return a fault as it is said."""
        return fault.message


class Screen:
    """Writes to a stream, and beside it to another: what a program reads holds answers alone."""

    def __init__(self, words: Words, out: TextIO, err: TextIO, *, coloured: bool) -> None:
        """Say sentences so; on a person's terminal both streams are the same."""
        self.words = words
        self._out = out
        self._err = err
        self._coloured = coloured

    def piece(self, text: str) -> None:
        """Write a piece of an answer."""
        print(harmless(text), end="", file=self._out, flush=True)

    def end(self) -> None:
        """End an answer's last line."""
        print(file=self._out, flush=True)

    def line(self, text: str) -> None:
        """Write a line of what was asked for, such as a list."""
        print(harmless(text), file=self._out, flush=True)

    def failure(self, error: OperatorError | Fault) -> None:
        """Say what went wrong."""
        self.note(self.words.fault(error) if isinstance(error, Fault) else self.words.error(error))

    def note(self, said: str) -> None:
        """Write a sentence beside the answers."""
        said = harmless(said)
        print(f"{DIM}{said}{PLAIN}" if self._coloured else said, file=self._err, flush=True)


def harmless(text: str) -> str:
    """Return a text whose control characters, line ends and tabs aside, are replaced."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter in KEPT else "\ufffd" for letter in text)
