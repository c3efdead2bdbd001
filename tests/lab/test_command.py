"""`yumen lab temperature` from the command line, on the sandbox of this process."""

from __future__ import annotations

import io
import json
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.cli.command import Ran
from yumen.cli.console import Console
from yumen.cli.lab import Wished, agree
from yumen.cli.program import run
from yumen.errors import OperatorError
from yumen.lab.run import Bounds
from yumen.words import words_for

ASKED = ("lab", "temperature", "Tell me about the Jade Gate.", "--environment", "sandbox")


def command(*arguments: str, language: str = "C.UTF-8", **environment: str) -> Ran:
    """Run `yumen` within this process."""
    out, err = io.StringIO(), io.StringIO()
    environ = {"LC_ALL": language} | environment
    code = run(list(arguments), Console(words_for(environ), environ, out, err))
    return Ran(code, out.getvalue(), err.getvalue())


def test_a_run_and_its_repetition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command prints the table, writes the report, and a second run adds what is missing to what is there."""
    monkeypatch.chdir(tmp_path)
    first = command(*ASKED, "--samples", "2", "--temperatures", "0,1")
    assert first.code == 0, first.err
    head, *rows = first.out.splitlines()[1:]
    assert head.split("\t")[:4] == ["setting", "samples", "distinct", "similarity"]
    assert [row.split("\t")[:2] for row in rows] == [["0", "2"], ["1", "2"]]
    assert "not Claude" in first.out
    (folder,) = (tmp_path / "lab").iterdir()
    assert {path.name for path in folder.iterdir()} == {"samples.jsonl", "report.html", "results.json"}
    before = (folder / "samples.jsonl").read_text()
    second = command(*ASKED, "--samples", "3", "--temperatures", "0,1", "--json")
    assert "4 samples are there already; 2 are missing" in second.err
    assert (folder / "samples.jsonl").read_text().startswith(before)
    found = json.loads(second.out)
    assert found["sandbox"] is True
    assert [result["samples"] for result in found["results"]] == [3, 3]


def test_in_chinese(tmp_path: Path) -> None:
    """A Chinese reader gets a Chinese table, and a Chinese report."""
    ran = command(*ASKED, "--samples", "2", "--temperatures", "1", "--out", str(tmp_path), language="zh_CN.UTF-8")
    assert ran.out.startswith("沙箱输出，并非 Claude")
    assert "一致率" in ran.out
    assert 'lang="zh-CN"' in (tmp_path / "report.html").read_text()


def test_a_model_that_refuses(tmp_path: Path) -> None:
    """A newer model's refusal of the parameter is plain and offers the effort; by the effort it goes."""
    refused = command(*ASKED, "--model", "claude-sonnet-5-5", "--out", str(tmp_path))
    assert refused.code == 1
    assert "claude-sonnet-5-5 refuses temperature" in refused.err
    assert "--effort low,medium,high,xhigh,max" in refused.err
    gone = command(*ASKED, "--model", "claude-sonnet-5-5", "--effort", "low,high", "--samples", "1", "--out", str(tmp_path))
    assert [row.split("\t")[0] for row in gone.out.splitlines()[2:]] == ["low", "high"]


def test_a_schema(tmp_path: Path) -> None:
    """A schema is asked for and checked; what of it is not checked is said."""
    schema = tmp_path / "schema.json"
    fields = {"when": {"type": "string", "format": "date"}}
    schema.write_text(json.dumps({"type": "object", "properties": fields, "required": ["when"], "additionalProperties": False}))
    ran = command(*ASKED, "--temperatures", "0", "--samples", "2", "--schema", str(schema), "--out", str(tmp_path / "o"))
    assert "checked but for format" in ran.err
    assert "valid" in ran.out.splitlines()[1]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--temperatures", "hot"), "numbers parted by commas"),
        (("--temperatures", "2"), "between 0 and 1"),
        (("--budget", "much"), "takes dollars"),
        (("--budget", "NaN"), "takes dollars"),
        (("--answer", "("), "regular expression"),
        (("--schema", "nowhere.json"), "cannot be read"),
    ],
)
def test_slips(options: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """A slip is one sentence, before anything is asked."""
    ran = command(*ASKED, "--out", str(tmp_path), *options)
    assert ran.code == 1
    assert said in ran.err
    assert list(tmp_path.iterdir()) == []


def test_money_is_asked_for(sandbox_url: str, tmp_path: Path) -> None:
    """Where somebody pays, the ceiling is said and agreed to beforehand; nobody there to agree is no agreement."""
    key, out = tmp_path / "key", tmp_path / "out"
    key.write_text("sandbox")
    key.chmod(0o600)
    place = ("--base-url", sandbox_url, "--api-key", f"file:{key}", "--out", str(out))
    where = ("lab", "temperature", "Hi", "--samples", "2", "--temperatures", "0", *place)
    refused = command(*where)
    assert refused.code == 1
    assert "2 calls cost at most about $0.01" in refused.err
    assert "--yes" in refused.err
    assert not out.exists()
    short = command(*where, "--budget", "0.005")
    assert short.code == 1
    assert "the budget ended the run with 2 samples to go" in short.err
    assert command(*where, "--yes").code == 0


class Tty(io.StringIO):
    """Standard input of somebody at a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize(
    ("stdin", "yes", "fault"),
    [
        (io.StringIO("y\n"), False, "nobody can be asked"),
        (Tty("n\n"), False, "nothing was asked"),
        (Tty("y\n"), False, None),
        (io.StringIO(""), True, None),
    ],
)
def test_what_it_may_cost_is_agreed_beforehand(
    stdin: io.StringIO, monkeypatch: pytest.MonkeyPatch, fault: str | None, *, yes: bool
) -> None:
    """The ceiling is said, and nothing is asked unless somebody says yes to it, at the terminal or before."""
    monkeypatch.setattr("sys.stdin", stdin)
    err = io.StringIO()
    console = Console(words_for({"LC_ALL": "C.UTF-8"}), {}, io.StringIO(), err)
    with pytest.raises(OperatorError, match=fault) if fault else nullcontext():
        agree(console, Bounds(one_nanousd=2_500_000), 8, Wished(None, None, yes, 4, as_json=False))
    assert "8 calls cost at most about $0.0200" in err.getvalue()
