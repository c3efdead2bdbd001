"""The shut door: whatever SQL is tried, nothing outside is read or written, and nothing inside is changed."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from yumen.assistants.analysis.engine import LONGEST_CELL, LocalEngine
from yumen.assistants.analysis.process import ProcessEngine
from yumen.assistants.analysis.values import Bounds, Refused
from yumen.errors import OperatorError

BREAKOUTS = [
    # Files, read and written, by statement, by function, by a name that is a path.
    "COPY sales TO '{place}'",
    "COPY (SELECT 1) TO '{place}'",
    "EXPORT DATABASE '{place}'",
    "IMPORT DATABASE '{place}'",
    "SELECT * FROM read_csv('{file}')",
    "SELECT * FROM read_csv_auto('{file}')",
    "SELECT * FROM read_json('{file}')",
    "SELECT * FROM read_parquet('{file}')",
    "SELECT * FROM read_text('{file}')",
    "SELECT * FROM read_blob('{file}')",
    "SELECT * FROM sniff_csv('{file}')",
    "SELECT * FROM parquet_metadata('{file}')",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM '{file}'",
    'SELECT * FROM "{file}"',
    "SELECT * FROM query('SELECT * FROM read_text(''{file}'')')",
    "SELECT * FROM query('COPY sales TO ''{place}''')",
    "SELECT * FROM query_table('{file}')",
    "SELECT (SELECT content FROM read_text('{file}'))",
    "WITH x AS (SELECT * FROM read_text('{file}')) SELECT * FROM x",
    "SELECT * FROM read_text('https://127.0.0.1:1/')",
    "SELECT * FROM read_duckdb('{place}')",
    "SELECT getenv('HOME')",
    # Other databases, extensions, secrets.
    "ATTACH '{place}' AS other",
    "ATTACH ':memory:' AS other",
    "INSTALL httpfs",
    "LOAD httpfs",
    "FORCE INSTALL sqlite FROM community",
    "CREATE SECRET (TYPE s3)",
    "SELECT * FROM duckdb_secrets()",
    # Settings.
    "SET enable_external_access = true",
    "SET GLOBAL lock_configuration = false",
    "RESET lock_configuration",
    "SET memory_limit = '90GB'",
    "SET VARIABLE x = 1",
    "PRAGMA database_list",
    "PRAGMA enable_profiling",
    "PRAGMA memory_limit = '90GB'",
    "SELECT * FROM enable_logging()",
    "CALL enable_logging(storage => 'file')",
    # The data.
    "INSERT INTO sales SELECT * FROM sales",
    "WITH x AS (INSERT INTO sales SELECT * FROM sales RETURNING *) SELECT * FROM x",
    "WITH x AS (DELETE FROM sales RETURNING *) SELECT * FROM x",
    "UPDATE sales SET amount = 0",
    "DELETE FROM sales",
    "DROP TABLE sales",
    "ALTER TABLE sales ADD COLUMN x INT",
    "CREATE TABLE mine AS SELECT 1",
    "CREATE TEMP TABLE mine AS SELECT 1",
    "CREATE MACRO mine() AS 1",
    "CREATE OR REPLACE VIEW sales AS SELECT 1",
    # More than one, or none; and closing what was opened for it.
    "SELECT 1; DROP TABLE sales",
    "SELECT 1) LIMIT 1; DROP TABLE sales; SELECT * FROM (SELECT 1",
    "COMMIT",
    "ROLLBACK",
    "BEGIN TRANSACTION",
    "PREPARE p AS DROP TABLE sales",
    "EXECUTE p",
    "EXPLAIN ANALYZE DELETE FROM sales",
    "CHECKPOINT",
    "VACUUM",
    "",
    ";",
    "-- nothing",
    # This program's own variables.
    "SELECT * FROM BREAKOUTS",
    "SELECT * FROM frame",
]


@pytest.mark.parametrize("sql", BREAKOUTS)
def test_no_way_out(sql: str, shared_engine: LocalEngine, tmp_path: Path) -> None:
    """An attempt to break out is refused, leaves no file, and the data is afterwards as it was before."""
    file, place = tmp_path / "secret.csv", tmp_path / "written"
    file.write_text("secret\nopen sesame\n")
    frame = {"secret": np.array([1])}
    with pytest.raises(Refused):
        shared_engine.query(sql.replace("{file}", str(file)).replace("{place}", str(place)))
    assert frame
    assert not place.exists()
    assert shared_engine.query("SELECT count(*), sum(amount) FROM sales").rows == ((5, 1499.75),)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1;",
        "SELECT 1 -- a remark",
        "FROM sales",
        "VALUES (1)",
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "SELECT 1 UNION ALL SELECT 2",
        "DESCRIBE sales",
        "SUMMARIZE sales",
        "SELECT region, amount, amount FROM sales ORDER BY amount DESC NULLS LAST",
    ],
)
def test_what_reads_is_carried_out(sql: str, shared_engine: LocalEngine) -> None:
    """Whatever only reads is carried out, however it is written."""
    assert shared_engine.query(sql).rows


def test_order_is_kept(shared_engine: LocalEngine) -> None:
    """The rows come in the order that the query says."""
    assert [row[0] for row in shared_engine.query("SELECT amount FROM sales WHERE amount > 0 ORDER BY 1 DESC").rows] == [
        999,
        300,
        120.5,
        80.25,
    ]


def test_many_rows_are_cut(shared_engine: LocalEngine) -> None:
    """A huge result ends at the bound, at once, and says that there is more; so do long texts."""
    result = shared_engine.query("SELECT * FROM range(1000000000000)")
    assert (len(result.rows), result.cut) == (50, True)
    long = shared_engine.query("SELECT repeat('长', 100000) AS text FROM range(3)")
    assert (len(long.rows[0][0]), long.cut) == (LONGEST_CELL + 1, True)
    assert shared_engine.query("SELECT * FROM range(50)").cut is False


def test_cells(shared_engine: LocalEngine) -> None:
    """Every kind of value is one that JSON has; decimals keep every digit."""
    plain = "SELECT 0.10::DECIMAL(9, 2), 'nan'::DOUBLE, [1, 2], {'a': DATE '2026-01-01'}, TRUE, NULL, '\\xAA'::BLOB"
    sql = f"{plain}, 170141183460469231731687303715884105727"
    assert shared_engine.query(sql).rows == (("0.10", None, "[1,2]", '{"a":"2026-01-01"}', True, None, "aa", 2**127 - 1),)


def test_a_long_query_is_interrupted(files: dict[str, Path]) -> None:
    """A cross join without end is stopped at its time, and the engine answers on."""
    engine = LocalEngine([str(files["csv"])], Bounds(seconds=0.2))
    began = time.monotonic()
    with pytest.raises(Refused, match=r"more than 0\.2 seconds"):
        engine.query("SELECT count(*) FROM range(10000000) a, range(10000000) b, range(1000) c")
    assert time.monotonic() - began < 5
    assert engine.query("SELECT count(*) FROM sales").rows == ((5,),)
    engine.close()


def test_memory_is_bounded(files: dict[str, Path]) -> None:
    """What does not fit the memory is refused, not spilled to the disk."""
    engine = LocalEngine([str(files["csv"])], Bounds(memory_mb=64))
    with pytest.raises(Refused, match="Memory"):
        engine.query("SELECT list(r) FROM range(100000000) t(r)")
    engine.close()


def test_the_process(files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In its own process the engine answers the same, sees no key, is killed where it does not look up, and comes again when asked."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-not-for-the-worker")
    monkeypatch.chdir(tmp_path)
    with ProcessEngine([str(files["csv"])], Bounds(seconds=0.2, memory_mb=256)) as engine:
        assert [table.name for table in engine.tables] == ["sales"]
        assert engine.query("SELECT count(*) FROM sales").rows == ((5,),)
        with pytest.raises(Refused, match="Only a single SELECT"):
            engine.query("DROP TABLE sales")
        assert engine._process is not None
        first = engine._process.pid
        if Path(f"/proc/{first}/environ").exists():
            assert b"sk-ant" not in Path(f"/proc/{first}/environ").read_bytes()
            limits = Path(f"/proc/{first}/limits").read_text().splitlines()
            held = {line[:26].strip(): line[26:].split()[:2] for line in limits}
            assert held["Max file size"] == ["0", "0"]
            assert held["Max address space"] == [str(2304 << 20)] * 2
        # Scalar functions take memory beyond DuckDB's own limit: the process's bound, or its end, holds them.
        with pytest.raises(Refused):
            engine.query("SELECT sum(length(repeat('x', 2000000000 + r::INT))) FROM range(2000) t(r)")
        assert engine.query("SELECT count(*) FROM sales").rows == ((5,),)
    assert engine._process is None


def test_whoever_is_interrupted_gets_no_answer_to_another_question(files: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C between a question and its answer: what is asked next is answered, not what was asked before."""
    with ProcessEngine([str(files["csv"])], Bounds(seconds=5, memory_mb=256)) as engine:
        monkeypatch.setattr("selectors.DefaultSelector.select", interrupt)
        with pytest.raises(KeyboardInterrupt):
            engine.query("SELECT 'the one before'")
        monkeypatch.undo()
        assert engine.query("SELECT 'the next'").rows == (("the next",),)


def interrupt(*_: object) -> None:
    """Be interrupted, as by Ctrl-C."""
    raise KeyboardInterrupt


def test_a_file_that_the_process_cannot_read(tmp_path: Path) -> None:
    """What is wrong with a file is said as it would be in this process, with its values, so that it can be said in Chinese."""
    with pytest.raises(OperatorError) as told:
        ProcessEngine([str(tmp_path / "none.csv")])
    assert told.value.sentence == "there is no file {path}"
    assert told.value.values == {"path": str(tmp_path / "none.csv")}


def test_a_process_that_does_not_look_up(files: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A query that is deaf to its interruption ends with its process."""
    monkeypatch.setattr("yumen.assistants.analysis.process.GRACE_S", 0)
    with ProcessEngine([str(files["csv"])], Bounds(seconds=0.1, memory_mb=256)) as engine:
        first = engine._process
        with pytest.raises(Refused, match="was stopped"):
            engine.query("SELECT sum(length(repeat('x', 100000000 + r::INT))) FROM range(2000) t(r)")
        assert engine._process is None
        assert first is not None
        assert first.returncode is not None
