"""Files of every kind become the same table."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from yumen.assistants.analysis.engine import LocalEngine
from yumen.errors import OperatorError


@pytest.mark.parametrize("kind", ["csv", "gbk", "json", "jsonl", "parquet", "xlsx", "sqlite"])
def test_every_kind(kind: str, files: dict[str, Path]) -> None:
    """The same rows, with numbers as numbers, what is missing as missing, and Chinese as it was."""
    engine = LocalEngine([str(files[kind])])
    (table,) = engine.tables
    assert [column.name for column in table.columns] == ["region", "product", "amount", "quantity", "day"]
    result = engine.query(f"SELECT count(*), count(amount), sum(amount), sum(quantity), min(day), max(region) FROM {table.name}")  # noqa: S608  (a name just made)
    assert result.rows == ((5, 4, 1499.75, 8, "2026-01-05", "西域"),)
    assert table.columns[0].values == ("华东", "华北", "西域")
    if kind != "sqlite":
        assert table.columns[4].is_time
    engine.close()


def test_a_name_is_no_pattern(tmp_path: Path) -> None:
    """What a browser saved as `data[1].csv` is read, not `data1.csv` beside it; `*.csv` is one file."""
    for number, name in enumerate(("data1.csv", "data[1].csv", "*.csv")):
        (tmp_path / name).write_text(f"number\n{number}\n")
    engine = LocalEngine([str(tmp_path / "data[1].csv"), str(tmp_path / "*.csv")])
    assert [engine.query(f"SELECT * FROM {table.name}").rows for table in engine.tables] == [((1,),), ((2,),)]  # noqa: S608  (names just made)
    assert [table.source for table in engine.tables] == ["data[1].csv", "*.csv"]
    engine.close()


def test_several_files_and_sheets(files: dict[str, Path], tmp_path: Path) -> None:
    """Each table has a name of its own that needs no quotes; columns without a name, or with the same, get one."""
    book = openpyxl.Workbook()
    book.active.title = "一月"
    for row in (("a", None, "a"), (1, datetime(2026, 1, 1, 8, 30), "x"), (2.5, None, 3)):  # noqa: DTZ001  (a sheet knows no zone)
        book.active.append(row)
    book.create_sheet("empty")
    book.create_sheet("2月").append(("only", "a head"))
    book.save(tmp_path / "2026 report.xlsx")
    engine = LocalEngine([str(files["csv"]), str(tmp_path / "2026 report.xlsx"), str(files["json"])])
    assert [table.name for table in engine.tables] == ["sales", "t_2026_report_一月", "t_2026_report_2月", "sales_2"]
    columns = [(column.name, column.type) for column in engine.tables[1].columns]
    assert columns == [("a", "DOUBLE"), ("column2", "TIMESTAMP"), ("a_", "VARCHAR")]
    assert engine.query("SELECT * FROM t_2026_report_一月").rows == ((1.0, "2026-01-01 08:30:00", "x"), (2.5, None, "3"))
    assert engine.tables[2].rows == 0
    engine.close()


def test_text_stays_text(tmp_path: Path) -> None:
    """What SQLite holds as text keeps its zeros, quotes, line ends and emptiness."""
    path = tmp_path / "a.db"
    rows = [("007", 'say "hi"', ""), ("1", "two\nlines, with a comma", None)]
    with closing(sqlite3.connect(path)) as line:
        line.execute('CREATE TABLE "odd ""name" (code, said, empty)')
        line.executemany('INSERT INTO "odd ""name" VALUES (?, ?, ?)', rows)
        line.commit()
    engine = LocalEngine([str(path)])
    assert engine.query("SELECT * FROM odd_name ORDER BY code").rows == tuple(rows)
    engine.close()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.csv", None, "there is no file"),
        ("a.exe", b"x", "of no kind that can be read"),
        ("a.xlsx", b"x", "not an Excel file"),
        ("a.db", b"x" * 2000, "not a SQLite file"),
        ("a.parquet", b"x", "cannot be read"),
        ("a.json", b"{", "cannot be read"),
        ("a.csv", b"\xff\xfe\xfa\xff\x81", "neither UTF-8 nor GB 18030"),
        ("empty.db", b"", "no table"),
    ],
)
def test_what_cannot_be_read(name: str, content: bytes | None, said: str, tmp_path: Path) -> None:
    """A file that cannot be read is named in one sentence."""
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(OperatorError, match=said):
        LocalEngine([str(path)])
