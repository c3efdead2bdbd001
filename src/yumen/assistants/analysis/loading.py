"""Loads files into DuckDB's memory, each by the reader of its kind, before the door is shut."""

from __future__ import annotations

import codecs
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yumen.assistants.analysis.extra import extra
from yumen.assistants.analysis.names import free_name, quoted
from yumen.assistants.analysis.rows import named, sheets, tables, write
from yumen.assistants.analysis.values import Column, Table
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from yumen.assistants.analysis.rows import Sheet

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".json", ".jsonl", ".ndjson", ".xlsx", ".xlsm", ".sqlite", ".sqlite3", ".db", ".db3")
MOST_VALUES = 50
"""A text column with more different values than this is described without them."""
LONGEST_VALUE = 60
_CHUNK = 1 << 20
_PATTERN = re.compile(r"[*?\[\]{}]|://")


def load(line: Any, paths: Iterable[str]) -> tuple[Table, ...]:  # noqa: ANN401  (DuckDB's connection, which is optional)
    """Load files into tables; return what is there. Raises OperatorError, naming the file, for one that cannot be read."""
    made: list[Table] = []
    with tempfile.TemporaryDirectory() as folder:
        for path in map(Path, paths):
            if not path.is_file():
                raise OperatorError("there is no file {path}", path=path)
            reader = _READERS.get(path.suffix.lower())
            if reader is None:
                raise OperatorError("{path} is of no kind that can be read: {kinds}", path=path, kinds=" ".join(SUFFIXES))
            for name, query, values in reader(path, Path(folder)):
                table = free_name(name, {each.name for each in made})
                made.append(make(line, path, table, (query, values)))
    if not made:
        raise OperatorError("there is no table in these files")
    return tuple(made)


Source = tuple[str, str, list[object]]
"""A table's name, and the query that reads it, with its values."""


def make(line: Any, path: Path, name: str, source: tuple[str, list[object]]) -> Table:  # noqa: ANN401  (the same)
    """Make one table of a query, and describe it."""
    try:
        line.execute(f"CREATE TABLE {quoted(name)} AS {source[0]}", source[1])
        rows = line.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0]  # noqa: S608  (a name cannot be a parameter)
        columns = tuple(describe(line, name))
    except extra("duckdb").Error as error:
        raise OperatorError("{path} cannot be read: {reason}", path=path, reason=str(error).splitlines()[0]) from error
    return Table(name, path.name, columns, rows)


def describe(line: Any, name: str) -> Iterator[Column]:  # noqa: ANN401  (the same)
    """Yield a table's columns; those of text with their values where these are few."""
    for column, kind, *_ in line.execute(f"DESCRIBE {quoted(name)}").fetchall():
        values: tuple[str, ...] = ()
        if kind == "VARCHAR":
            place = quoted(column)
            few = f"SELECT DISTINCT {place} FROM {quoted(name)} WHERE {place} IS NOT NULL ORDER BY 1 LIMIT {MOST_VALUES + 1}"  # noqa: S608
            found = [value for (value,) in line.execute(few).fetchall()]
            if len(found) <= MOST_VALUES and all(len(value) <= LONGEST_VALUE for value in found):
                values = tuple(found)
        yield Column(column, kind, values)


def _csv(path: Path, folder: Path) -> Iterator[Source]:
    yield path.stem, "SELECT * FROM read_csv(?, header = true, sample_size = -1)", [plainly(in_utf8(path, folder), folder)]


def _parquet(path: Path, folder: Path) -> Iterator[Source]:
    yield path.stem, "SELECT * FROM read_parquet(?)", [plainly(path, folder)]


def _json(path: Path, folder: Path) -> Iterator[Source]:
    yield path.stem, "SELECT * FROM read_json(?, sample_size = -1)", [plainly(path, folder)]


def _excel(path: Path, folder: Path) -> Iterator[Source]:
    yield from _written(sheets(path), folder)


def _sqlite(path: Path, folder: Path) -> Iterator[Source]:
    yield from _written(tables(path), folder)


def _written(found: Iterable[Sheet], folder: Path) -> Iterator[Source]:
    for number, sheet in enumerate(found):
        path = folder / f"{number}.csv"
        columns = dict(zip(named(sheet.columns), write(sheet, path), strict=True))
        form = "auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false"
        yield sheet.name, f"SELECT * FROM read_csv(?, {form}, max_line_size = 33554432, columns = ?)", [str(path), columns]  # noqa: S608


_READERS: Mapping[str, Callable[[Path, Path], Iterator[Source]]] = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), _csv),
    **dict.fromkeys((".json", ".jsonl", ".ndjson"), _json),
    **dict.fromkeys((".xlsx", ".xlsm"), _excel),
    **dict.fromkeys((".sqlite", ".sqlite3", ".db", ".db3"), _sqlite),
    ".parquet": _parquet,
}


def plainly(path: Path, folder: Path) -> str:
    """Return a name of the file in which nothing is a pattern: DuckDB takes `data[1].csv`, as browsers call it, for `data1.csv`."""
    if not _PATTERN.search(str(path)):
        return str(path)
    plain = folder / f"plain{path.suffix.lower()}"
    plain.unlink(missing_ok=True)
    plain.symlink_to(path.absolute())
    return str(plain)


def in_utf8(path: Path, folder: Path) -> Path:
    """Return a file that holds the same text in UTF-8: Excel in China writes CSV in GB 18030."""
    if _decodes(path, "utf-8"):
        return path
    if not _decodes(path, "gb18030"):
        raise OperatorError("{path} is neither UTF-8 nor GB 18030", path=path)
    copy = folder / f"utf8-{path.name}"
    with path.open(encoding="gb18030", newline="") as source, copy.open("w", encoding="utf-8", newline="") as target:
        while piece := source.read(_CHUNK):
            target.write(piece)
    return copy


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while piece := file.read(_CHUNK):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    except OSError as error:
        raise OperatorError("{path} cannot be read: {reason}", path=path, reason=error.strerror) from error
    return True
