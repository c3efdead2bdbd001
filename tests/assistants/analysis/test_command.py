"""`yumen analyze` from the command line, on the sandbox of this process."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tests.cli.command import Ran
from yumen.assistants.analysis import Exhibit, Reply, Result
from yumen.cli.analyze import show
from yumen.cli.console import Console
from yumen.cli.program import run
from yumen.words import words_for

pytestmark = pytest.mark.usefixtures("nearby")

OFFLINE = ("--environment", "sandbox")


def command(*arguments: str, language: str = "C.UTF-8") -> Ran:
    """Run `yumen` within this process."""
    out, err = io.StringIO(), io.StringIO()
    environ = {"LC_ALL": language}
    code = run(["analyze", *arguments], Console(words_for(environ), environ, out, err))
    return Ran(code, out.getvalue(), err.getvalue())


def test_a_question(files: dict[str, Path], tmp_path: Path) -> None:
    """One question is answered with the numbers, the SQL and the chart, and says that no Claude had a part in it."""
    ran = command(str(files["csv"]), "total quantity by region", "--chart", str(tmp_path / "c.svg"), *OFFLINE)
    assert ran.code == 0, ran.err
    assert "- 华东: 4" in ran.out
    assert "(sandbox, not Claude)" in ran.out
    assert '    SELECT "region", sum("quantity") AS "sum of quantity"' in ran.out
    assert "华东\t4" in ran.out
    assert (tmp_path / "c.svg").exists()


def test_nothing_commands_the_terminal() -> None:
    """What a model wrote is shown, and commands nothing."""
    out = io.StringIO()
    reply = Reply("red \x1b[31m\tthen\nnext", (Exhibit("SELECT '\x1b[2J'", Result(("a",), (("\x1b[0m",),))),))
    show(Console(words_for({}), {}, out, out), reply, as_json=False)
    assert "\x1b" not in out.getvalue()
    assert "next" in out.getvalue().splitlines()


def test_json(files: dict[str, Path]) -> None:
    """For programs everything is one object."""
    found = json.loads(command(str(files["parquet"]), "有多少行?", "--json", *OFFLINE).out)
    assert found["sandbox"] is True
    assert found["queries"] == [{"sql": 'SELECT count(*) AS "count"\nFROM "sales"', "columns": ["count"], "rows": [[5]], "cut": False}]


def test_a_conversation(files: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a question the tables are introduced, and every line that comes is one."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("how many rows\n\nmax amount\n"))
    ran = command(str(files["csv"]), str(files["json"]), *OFFLINE)
    assert "sales: 5 rows of region, product, amount, quantity, day" in ran.err
    assert "sales_2: 5 rows" in ran.err
    assert "number of rows: 5" in ran.out
    assert "maximum of amount: 999" in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("how many rows",), "name a data file before the question"),
        (("missing.csv",), "there is no file missing.csv"),
        (("missing.csv", "how many rows"), "there is no file missing.csv"),
        (("missing.csv", "how many rows", "--chart", "a.gif"), "a chart is a .png or a .svg"),
    ],
)
def test_slips(arguments: tuple[str, ...], said: str) -> None:
    """A slip is one sentence."""
    ran = command(*arguments, *OFFLINE)
    assert ran.code == 1
    assert said in ran.err


def test_a_missing_library(monkeypatch: pytest.MonkeyPatch, files: dict[str, Path]) -> None:
    """Without the extra the command says how to install it."""
    monkeypatch.setitem(sys.modules, "duckdb", None)
    ran = command(str(files["csv"]), "how many rows", *OFFLINE)
    assert (ran.code, ran.err) == (1, "yumen: analysis needs duckdb: pip install 'yumen[analyze]'\n")
    assert "数据分析需要 duckdb" in command(str(files["csv"]), "多少行", *OFFLINE, language="zh_CN.UTF-8").err
