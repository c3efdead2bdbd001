"""DuckDB behind a shut door: the files are loaded into memory, then no file, no network, no extension and no setting can be reached.

Three doors, each of which would do for most: a statement must be one SELECT; it runs in a transaction that only reads (since version 2 a
SELECT may hold an INSERT); and the engine itself has no access to anything outside, a lock that it cannot open again.
"""

from __future__ import annotations

import math
from contextlib import suppress
from threading import Timer
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.assistants.analysis.extra import extra
from yumen.assistants.analysis.loading import load
from yumen.assistants.analysis.values import Bounds, Refused, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from yumen.assistants.analysis.values import Cell, Table

LONGEST_CELL = 500
LONGEST_RESULT = 40_000
"""Characters of all cells together."""
_LONGEST_REASON = 600
_BEFORE = ("python_enable_replacements = false", "temp_directory = ''")
"""Else a table's name could find a variable of this program; and what does not fit the memory must not reach the disk."""
_AFTER = ("enable_external_access = false", "lock_configuration = true")


class LocalEngine:
    """Answers queries in this process. `process.py` has the one that can be stopped for certain."""

    def __init__(self, paths: Iterable[str], bounds: Bounds | None = None) -> None:
        """Load the files and shut the door. Raises OperatorError for a file that cannot be read, or where DuckDB is missing."""
        self._bounds = bounds or Bounds()
        self._duckdb = extra("duckdb")
        options = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "memory_limit": f"{self._bounds.memory_mb}MB",
            "threads": "2",
        }
        self._line = self._duckdb.connect(":memory:", config=options)
        self._set(_BEFORE)
        self.tables: tuple[Table, ...] = load(self._line, paths)
        self._set(_AFTER)

    def _set(self, settings: Sequence[str]) -> None:
        for setting in settings:
            self._line.execute(f"SET {setting}")

    def query(self, sql: str) -> Result:
        """Return what a single SELECT gives, within the bounds; raise Refused for anything else."""
        statement = self._one_select(sql)
        timer = Timer(self._bounds.seconds, self._line.interrupt)
        timer.start()
        try:
            self._line.execute("BEGIN TRANSACTION READ ONLY")
            self._line.execute(f"SELECT * FROM (\n{statement}\n) LIMIT {self._bounds.rows + 1}")  # noqa: S608  (it was looked at)
            return bounded([column[0] for column in self._line.description], self._line.fetchall(), self._bounds.rows)
        except self._duckdb.InterruptException as error:
            raise Refused(f"The query took more than {self._bounds.seconds:g} seconds and was stopped.") from error
        except (self._duckdb.Error, MemoryError, UnicodeError) as error:
            raise Refused(str(error)[:_LONGEST_REASON]) from error
        finally:
            timer.cancel()
            with suppress(self._duckdb.Error):
                self._line.execute("ROLLBACK")

    def _one_select(self, sql: str) -> str:
        try:
            statements = self._line.extract_statements(sql)
        except self._duckdb.Error as error:
            raise Refused(str(error)[:_LONGEST_REASON]) from error
        if len(statements) != 1 or statements[0].type != self._duckdb.StatementType.SELECT:
            raise Refused("Only a single SELECT is carried out: the data can be read, and nothing else.")
        return str(statements[0].query).strip().rstrip(";")

    def close(self) -> None:
        """Let go of the tables."""
        self._line.close()


def bounded(columns: Sequence[str], rows: Sequence[Sequence[object]], most: int) -> Result:
    """Return a result of at most so many rows, its texts cut where they are long."""
    cut = len(rows) > most
    kept: list[tuple[Cell, ...]] = []
    characters = 0
    for row in rows[:most]:
        cells = tuple(cell_of(value) for value in row)
        characters += sum(len(cell) if isinstance(cell, str) else 8 for cell in cells)
        if characters > LONGEST_RESULT and kept:
            cut = True
            break
        cut = cut or any(isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in cells)
        kept.append(cells)
    return Result(tuple(columns), tuple(kept), cut)


def cell_of(value: Any) -> Cell:  # noqa: ANN401  (whatever DuckDB has)
    """Return a value as JSON has it; a long text ends in an ellipsis."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes):
        value = value[: LONGEST_CELL + 1].hex()
    elif isinstance(value, list | dict | tuple):
        value = msgspec.json.encode(value, enc_hook=str).decode()
    text = str(value)
    return text if len(text) <= LONGEST_CELL else text[:LONGEST_CELL] + "…"
