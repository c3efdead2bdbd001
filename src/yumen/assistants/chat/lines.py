"""Where a chat's lines come from: a person at a terminal, or a program through a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from typing import TextIO


class Lines(Protocol):
    """Gives one input after another."""

    @property
    def is_person(self) -> bool:
        """Whether somebody types, and looks."""

    def read(self, prompt: str) -> str:
        """Return the next one, of one line or several. Raises EOFError at the end, KeyboardInterrupt at Ctrl-C."""


class PlainLines:
    """A question a line, from a pipe or a file; a backslash at the end goes on with the next line."""

    is_person = False

    def __init__(self, stream: TextIO) -> None:
        """Read from that stream."""
        self._stream = stream

    def read(self, prompt: str) -> str:
        """Return the next input; nothing is prompted."""
        del prompt
        lines = [self._line()]
        while lines[-1].endswith("\\"):
            lines[-1] = lines[-1][:-1]
            lines.append(self._line())
        return "\n".join(lines)

    def _line(self) -> str:
        line = self._stream.readline()
        if not line:
            raise EOFError
        return line.rstrip("\r\n")
