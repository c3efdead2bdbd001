"""Data files of every kind, small, with the same sales in each."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest

from yumen.assistants.analysis.engine import LocalEngine
from yumen.assistants.analysis.values import Bounds

SALES = [
    ("华东", "Tea", 120.5, 3, date(2026, 1, 5)),
    ("华东", "Silk", 300.0, 1, date(2026, 1, 9)),
    ("华北", "Tea", 80.25, 2, date(2026, 2, 2)),
    ("华北", "Jade", None, 1, date(2026, 2, 8)),
    ("西域", "Jade", 999.0, 1, date(2026, 3, 1)),
]
NAMES = ("region", "product", "amount", "quantity", "day")


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same rows as CSV, in UTF-8 and GB 18030, Parquet, JSON, Excel and SQLite."""
    folder = tmp_path_factory.mktemp("data")
    lines = [",".join(NAMES), *(",".join("" if cell is None else str(cell) for cell in row) for row in SALES)]
    found = {kind: folder / f"sales.{kind}" for kind in ("csv", "json", "jsonl", "parquet", "xlsx", "sqlite")} | {"gbk": folder / "gbk.csv"}
    found["csv"].write_text("\n".join(lines) + "\n", encoding="utf-8")
    found["gbk"].write_text("\n".join(lines) + "\n", encoding="gb18030")
    objects = [dict(zip(NAMES, row, strict=True)) | {"day": row[4].isoformat()} for row in SALES]
    found["json"].write_text(json.dumps(objects), encoding="utf-8")
    found["jsonl"].write_text("\n".join(map(json.dumps, objects)), encoding="utf-8")
    duckdb.sql(f"COPY (SELECT * FROM '{found['csv']}') TO '{found['parquet']}'")  # noqa: S608  (its own paths)
    book = openpyxl.Workbook()
    for row in ((None,), NAMES, *SALES):
        book.active.append(row)
    book.save(found["xlsx"])
    with closing(sqlite3.connect(found["sqlite"])) as line:
        line.execute("CREATE TABLE sales (region TEXT, product TEXT, amount REAL, quantity INTEGER, day TEXT)")
        line.executemany("INSERT INTO sales VALUES (?, ?, ?, ?, ?)", [(*row[:4], row[4].isoformat()) for row in SALES])
        line.commit()
    return found


@pytest.fixture(scope="module")
def nearby() -> Iterator[None]:
    """Hold the data in this process where a process of its own would prove nothing more: each costs a third of a second."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("yumen.assistants.analysis.talk.ProcessEngine", LocalEngine)
        yield


@pytest.fixture(scope="session")
def shared_engine(files: dict[str, Path]) -> Iterator[LocalEngine]:
    """An engine with the sales, for questions that change nothing."""
    engine = LocalEngine([str(files["csv"])], Bounds(seconds=5, rows=50, memory_mb=512))
    yield engine
    engine.close()
