"""What an analysis is made of: tables and their columns, results with their bounds, and what a question is answered with."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Protocol

import msgspec

Cell = bool | int | float | str | None
"""A value as JSON has it; dates and exact decimals as text."""


_NUMBER = re.compile(r"(?:U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL\(.*\))$")


class Column(msgspec.Struct, frozen=True):
    """One column; its type is DuckDB's."""

    name: str
    type: str
    values: tuple[str, ...] = ()
    """All values of a text column, where they are few."""

    @property
    def is_number(self) -> bool:
        """Whether it can be added up."""
        return _NUMBER.match(self.type) is not None

    @property
    def is_time(self) -> bool:
        """Whether it is a day or a moment."""
        return self.type.startswith(("DATE", "TIMESTAMP"))


class Table(msgspec.Struct, frozen=True):
    """One table that was loaded, and from where."""

    name: str
    source: str
    columns: tuple[Column, ...]
    rows: int


class Bounds(msgspec.Struct, frozen=True):
    """What a query may take."""

    seconds: float = 10.0
    rows: int = 200
    memory_mb: int = 2048


class Result(msgspec.Struct, frozen=True):
    """What a query gave."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    cut: bool = False
    """Whether there were more rows, or longer texts, than are here."""


class Exhibit(msgspec.Struct, frozen=True):
    """A query with its result: on this an answer rests."""

    sql: str
    result: Result


class Drawing(msgspec.Struct, frozen=True):
    """How a result is drawn; None: as its columns suggest."""

    kind: str | None = None
    title: str | None = None
    x: str | None = None
    y: str | None = None


class Reply(msgspec.Struct, frozen=True):
    """The answer to a question, with what it rests on."""

    text: str
    exhibits: tuple[Exhibit, ...] = ()
    chart: Path | None = None
    chart_note: str | None = None
    """What is to be known of the chart: no font for its letters, nothing to draw."""
    is_sandbox: bool = False


class Refused(Exception):  # noqa: N818  (an answer to whoever asked, not a fault)
    """A query was not carried out; the message says why, and is fit to be read by a model."""


class Engine(Protocol):
    """Holds the tables and answers queries about them."""

    @property
    def tables(self) -> tuple[Table, ...]:
        """What was loaded."""

    def query(self, sql: str) -> Result:
        """Return what a single SELECT gives, within the bounds; raise Refused for anything else."""

    def close(self) -> None:
        """Let go of everything; a second time does nothing."""
