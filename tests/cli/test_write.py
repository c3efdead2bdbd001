"""`yumen write` from the command line, on the sandbox of this process."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.cli.command import Ran
from yumen.cli.console import Console
from yumen.cli.program import run
from yumen.words import words_for

BRIEF = "A note on gates. Explain how permits are checked. Say what the toll is."


def command(*arguments: str, language: str = "C.UTF-8") -> Ran:
    """Run `yumen write` within this process."""
    out, err = io.StringIO(), io.StringIO()
    environ = {"LC_ALL": language, "YUMEN_PIECES": "/nowhere"}
    code = run(["write", *arguments, "--environment", "sandbox"], Console(words_for(environ), environ, out, err))
    return Ran(code, out.getvalue(), err.getvalue())


def test_the_outline_is_shown_and_the_text_is_marked() -> None:
    """The outline goes beside the output; the first line of the output says that no Claude wrote it."""
    ran = command(BRIEF)
    assert ran.code == 0, ran.err
    assert ran.out.startswith("(sandbox, not Claude)\n# A note on gates\n")
    assert "## Say what the toll is" in ran.err
    assert command(BRIEF, language="zh_CN.UTF-8").out.startswith("（沙箱输出，并非 Claude）\n")


def test_an_outline_goes_out_and_comes_back(tmp_path: Path) -> None:
    """What `--outline-only` wrote, `--outline` takes; then it is not shown again."""
    path = tmp_path / "outline.md"
    assert command(BRIEF, "--outline-only", "--out", str(path)).code == 0
    ran = command(BRIEF, "--outline", str(path))
    assert "## Explain how permits are checked" in ran.out
    assert ran.err == ""


def test_a_brief_in_a_file_or_by_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the brief is, the text is the same."""
    (tmp_path / "brief.md").write_text(BRIEF)
    monkeypatch.setattr("sys.stdin", io.StringIO(BRIEF))
    assert command(BRIEF).out == command("--brief", str(tmp_path / "brief.md")).out == command("--brief", "-").out


@pytest.mark.parametrize("arguments", [[], ["x", "--brief", "y"], ["--brief", "missing.md"], ["x", "--outline", "missing.md"], [" "]])
def test_what_cannot_be_meant_is_said(arguments: list[str]) -> None:
    """No brief, two of them, and files that are not there."""
    ran = command(*arguments)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("yumen: ")
