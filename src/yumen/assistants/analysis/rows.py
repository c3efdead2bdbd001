"""Rows of Excel and SQLite files, which DuckDB cannot read without a download: written to a plain file with the types that they have."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from urllib.parse import quote
from zipfile import BadZipFile

import msgspec

from yumen.assistants.analysis.extra import extra
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SEPARATOR, QUOTE = ",", '"'


class Sheet(msgspec.Struct, frozen=True):
    """A table's name, its columns, and its rows, which are read once."""

    name: str
    columns: tuple[str, ...]
    rows: Iterable[Sequence[object]]


def sheets(path: Path) -> Iterator[Sheet]:
    """Yield the sheets of an Excel file that hold anything; the first row that is not empty has the names. A formula is its value."""
    openpyxl = extra("openpyxl")
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (OSError, ValueError, KeyError, openpyxl.utils.exceptions.InvalidFileException, BadZipFile) as error:
        raise OperatorError("{path} is not an Excel file that can be read: {reason}", path=path, reason=error) from error
    with closing(book):
        for sheet in book.worksheets:
            rows = (row for row in sheet.iter_rows(values_only=True) if any(cell is not None for cell in row))
            head = next(rows, None)
            if head is not None:
                name = path.stem if len(book.worksheets) == 1 else f"{path.stem}_{sheet.title}"
                yield Sheet(name, named(head), rows)


def tables(path: Path) -> Iterator[Sheet]:
    """Yield the tables of a SQLite file, which is opened for reading alone."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)) as line:
            found = line.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
            for (name,) in found.fetchall():
                rows = line.execute(f'SELECT * FROM "{name.replace(QUOTE, QUOTE * 2)}"')  # noqa: S608  (a name cannot be a parameter)
                yield Sheet(name, named([column[0] for column in rows.description]), rows)
    except sqlite3.Error as error:
        raise OperatorError("{path} is not a SQLite file that can be read: {reason}", path=path, reason=error) from error


def named(head: Sequence[object]) -> tuple[str, ...]:
    """Return the columns' names: none empty, none twice."""
    names: list[str] = []
    taken: set[str] = set()
    for place, cell in enumerate(head, 1):
        plain = "" if cell is None else " ".join(str(cell).split())
        name = plain or f"column{place}"
        while name.casefold() in taken:
            name += "_"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)


def write(sheet: Sheet, path: Path) -> tuple[str, ...]:
    """Write a sheet's rows to a file, every value in quotes but what is missing; return DuckDB's type of each column."""
    kinds: list[set[str]] = [set() for _ in sheet.columns]
    with path.open("w", encoding="utf-8", newline="") as file:
        for row in sheet.rows:
            cells = [*row, *[None] * len(sheet.columns)][: len(sheet.columns)]
            for seen, cell in zip(kinds, cells, strict=True):
                if cell is not None:
                    seen.add(kind_of(cell))
            file.write(SEPARATOR.join(map(written, cells)) + "\n")
    return tuple(map(type_of, kinds))


def kind_of(cell: object) -> str:
    """Return DuckDB's type for one value."""
    if isinstance(cell, bool):
        return "BOOLEAN"
    if isinstance(cell, int):
        return "BIGINT" if -(2**63) <= cell < 2**63 else "DOUBLE"
    if isinstance(cell, datetime):
        return "TIMESTAMP" if cell.time() != time() else "DATE"
    kinds = {float: "DOUBLE", date: "DATE", time: "TIME"}
    return next((kind for python, kind in kinds.items() if isinstance(cell, python)), "VARCHAR")


def type_of(kinds: set[str]) -> str:
    """Return the type that holds all those of a column; what does not go together is text."""
    if len(kinds) == 1:
        return next(iter(kinds))
    for together, holds in (({"BIGINT", "DOUBLE"}, "DOUBLE"), ({"DATE", "TIMESTAMP"}, "TIMESTAMP")):
        if kinds and kinds <= together:
            return holds
    return "VARCHAR"


def written(cell: object) -> str:
    """Return a value as it stands in the file."""
    if cell is None:
        return ""
    text = cell.hex() if isinstance(cell, bytes) else cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)
    return QUOTE + text.replace(QUOTE, QUOTE * 2).replace("\0", "") + QUOTE
