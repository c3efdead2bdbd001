"""How commands print: sentences in the operator's language, tables for eyes on a terminal and for programs in a pipe."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from yumen.words import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import TextIO

    from yumen.words import Words


YELLOW, PLAIN = "\x1b[33m", "\x1b[0m"


class Console:
    """Where a command reads its environment and writes its words; every command gets it as its context's object."""

    def __init__(self, words: Words, environ: Mapping[str, str] = os.environ, out: TextIO | None = None, err: TextIO | None = None) -> None:
        """Print to those streams."""
        self.words = words
        self.environ = environ
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._held: list[str] | None = None

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Hold back what is printed and write it in one piece: a program that waits for a word of it finds the rest there too."""
        held: list[str] = []
        self._held = held
        try:
            yield
        finally:
            self._held = None
            print("".join(held), end="", file=self._out, flush=True)

    @property
    def is_terminal(self) -> bool:
        """Whether somebody looks at what is printed."""
        return self._out.isatty()

    @property
    def width(self) -> int:
        """How many characters fit on a line."""
        return shutil.get_terminal_size().columns

    def line(self, sentence: str, **values: object) -> None:
        """Print a sentence."""
        self.raw(self.words.say(sentence, **values))

    def note(self, sentence: str, **values: object) -> None:
        """Print a sentence beside the output, for the operator alone."""
        print(f"yumen: {self.words.say(sentence, **values)}", file=self._err, flush=True)

    def warn(self, sentence: str, **values: object) -> None:
        """Print a sentence beside the output that nobody should overlook, in colour on a terminal."""
        said = self.words.say(sentence, **values)
        coloured = self._err.isatty() and not self.environ.get("NO_COLOR")
        print(f"yumen: {YELLOW}{said}{PLAIN}" if coloured else f"yumen: {said}", file=self._err, flush=True)

    def raw(self, text: str) -> None:
        """Print text as it is."""
        if self._held is None:
            print(text, file=self._out, flush=True)
        else:
            self._held.append(f"{text}\n")

    def text(self, text: str, end: str = "\n") -> None:
        """Print what somebody else wrote, of many lines or a piece of one; on a terminal without what would command it."""
        said = "".join(letter if letter.isprintable() or letter in "\n\t" else "\ufffd" for letter in text) if self.is_terminal else text
        print(said, end=end, file=self._out, flush=True)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print a table: drawn on a terminal; in a pipe a line of names and a line a row, with tabs between."""
        texts = [[printable("" if cell is None else str(cell)) for cell in row] for row in rows]
        if self.is_terminal:
            self._draw(columns, texts)
            return
        for line in (columns, *texts):
            self.raw("\t".join(line))

    def row(self, cells: Sequence[object], widths: Sequence[int] | None) -> None:
        """Print one row as it comes: in columns of those widths, or with tabs between."""
        texts = [printable("" if cell is None else str(cell)) for cell in cells]
        self.raw("\t".join(texts) if widths is None else "  ".join(map(str.ljust, texts, widths)).rstrip())

    def _draw(self, columns: Sequence[str], rows: list[list[str]]) -> None:
        from rich.cells import cell_len
        from rich.console import Console as Terminal
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False, header_style="" if self.environ.get("NO_COLOR") else "bold")
        for place, column in enumerate(columns):
            numbers = bool(rows) and all(is_number(row[place]) for row in rows)
            said = self.words.say(column)
            # A narrow terminal folds long texts, not the words above short ones.
            short = all(cell_len(row[place]) <= cell_len(said) for row in rows)
            table.add_column(said, justify="right" if numbers else "left", overflow="fold", no_wrap=short)
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        Terminal(file=self._out, highlight=False).print(table)


def is_number(text: str) -> bool:
    """Whether a cell is a number, or empty in a column of numbers."""
    return not text or text.replace(",", "").replace(".", "", 1).lstrip("$-").isdecimal()
