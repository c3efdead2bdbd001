"""`yumen upstreams` without a gateway: what the settings say."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

from tests.cli.command import inside
from yumen.cli.console import Console
from yumen.cli.program import run
from yumen.words import Words

TABLES = """
control = "127.0.0.1:9"
[upstreams.claude]
url = "https://api.anthropic.com"
credential = "env:KEY"
[upstreams.local]
url = "sandbox"
"""


class Terminal(StringIO):
    """A stream that says somebody looks."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.fixture
def config(tmp_path: Path) -> str:
    """Return a settings file of two upstreams."""
    path = tmp_path / "yumen.toml"
    path.write_text(TABLES)
    return str(path)


def test_a_pipe_has_every_column(tmp_path: Path, config: str) -> None:
    """Programs find each value in its place, whatever is known."""
    ran = inside(tmp_path, "upstreams", "--config", config, KEY="sk-ant-nobody-may-see-this")
    head, claude, local = (line.split("\t") for line in ran.out.splitlines())
    assert head[:3] == ["name", "url", "credential"]
    assert (claude[:3], local[:3]) == (["claude", "https://api.anthropic.com", "environment KEY"], ["local", "sandbox", ""])
    assert len(head) == len(claude) == len(local) == 11
    assert "no gateway answers at 127.0.0.1:9" in ran.err
    assert "nobody-may-see-this" not in ran.out + ran.err


def test_a_terminal_has_what_is_known(tmp_path: Path, config: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns that say nothing of any upstream are left out there, so that the others fit into 80 characters."""
    monkeypatch.setenv("COLUMNS", "80")
    out = Terminal()
    environ = {"NO_COLOR": "1"}
    run(["upstreams", "--config", config, "--data", str(tmp_path / "data")], Console(Words({}), environ, out, StringIO()))
    assert [line.split() for line in out.getvalue().splitlines()] == [
        ["name", "url", "credential", "priority", "weight"],
        ["claude", "https://api.anthropic.com", "environment", "KEY", "1", "1"],
        ["local", "sandbox", "1", "1"],
    ]
