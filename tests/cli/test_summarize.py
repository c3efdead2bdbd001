"""`yumen summarize` from the command line, on the sandbox of this process."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.cli.command import Ran
from yumen.cli.console import Console
from yumen.cli.documents import documents_named
from yumen.cli.program import run
from yumen.errors import OperatorError
from yumen.words import words_for

FILES = Path(__file__).parents[1] / "docs" / "files"
REPORT = str(FILES / "report.md")


def command(*arguments: str, language: str = "C.UTF-8") -> Ran:
    """Run `yumen summarize` within this process."""
    out, err = io.StringIO(), io.StringIO()
    environ = {"LC_ALL": language, "YUMEN_PIECES": "/nowhere"}
    code = run(["summarize", *arguments, "--environment", "sandbox"], Console(words_for(environ), environ, out, err))
    return Ran(code, out.getvalue(), err.getvalue())


def test_the_first_line_says_whose_words_these_are() -> None:
    """Offline the summary is the text's own sentences, and is marked in the operator's language; so it is in JSON."""
    ran = command(REPORT, "--length", "short")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[0] == "(sandbox, not Claude)"
    assert "4,312 travellers" in ran.out.splitlines()[1]
    assert command(REPORT, language="zh_CN.UTF-8").out.startswith("（沙箱输出，并非 Claude）\n")
    assert json.loads(command(REPORT, "--form", "json").out)["sandbox"] is True
    assert "translates nothing" in command(REPORT, "--language", "French").err


def test_out(tmp_path: Path) -> None:
    """A file gets the whole, and nothing is printed; one that cannot be written is named."""
    ran = command(REPORT, "--form", "bullets", "--out", str(tmp_path / "s.md"))
    assert (ran.code, ran.out) == (0, "")
    assert "\n- " in (tmp_path / "s.md").read_text()
    assert command(REPORT, "--out", str(tmp_path / "no" / "s.md")).code == 1


def test_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files, patterns, folders and standard input are documents, each once; what leads to none is said."""
    (tmp_path / "a.md").write_text("# A\n\nfirst")
    (tmp_path / "b.txt").write_text("second")
    (tmp_path / "image.png").write_bytes(b"\x89PNG")
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr("sys.stdin", io.StringIO("# Head\n\nthird\n"))
    found = documents_named([str(tmp_path / "*"), str(tmp_path / "a.md"), str(tmp_path), "-"])
    assert [(each.path.name, each.text.split("\n")[-1]) for each in found] == [("a.md", "first"), ("b.txt", "second"), ("-", "third")]
    for name in ("empty", "*.pdf", "image.png", "missing.md"):
        with pytest.raises(OperatorError):
            documents_named([str(tmp_path / name)])
