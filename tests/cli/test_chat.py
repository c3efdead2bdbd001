"""`yumen chat` as it is typed: at a real terminal, and through a pipe."""

from __future__ import annotations

import io
import os
import stat
import sys
from pathlib import Path

import pytest

from tests.cli.command import YUMEN, Ran, inside
from tests.cli.terminal import terminal
from tests.gateway import PATIENCE_S, clean_environment

RULES = f"""
[[rule]]
name = "slow"
when = {{ text = "never ends" }}
text = "Once upon a time {"there was a gate of jade in the far west " * 50}."
trouble = {{ token_ms = 200 }}
"""


def test_at_a_terminal(tmp_path: Path) -> None:
    """Answers are streamed; a backslash begins a line; Ctrl-C stops an answer and keeps the chat; Ctrl-D leaves; history is private."""
    (tmp_path / "rules.toml").write_text(RULES)
    (tmp_path / "yumen.toml").write_text(f'data = "{tmp_path}/data"\n[sandbox]\nrules = "{tmp_path}/rules.toml"\n')
    environment = clean_environment(HOME=str(tmp_path), XDG_DATA_HOME=str(tmp_path))
    command = [str(YUMEN), "chat", "demo", "--environment", "sandbox", "--config", "yumen.toml"]
    with terminal(command, tmp_path, environment) as screen:
        screen.until(r"/help shows the commands\n(.|\n)*>")
        screen.type("hello\r")
        screen.until(r"hello\n.+\n\(sandbox, not Claude\)\n(.|\n)*>")
        screen.type("a story that never ends\r")
        screen.until("Once")
        screen.type("\x03")
        screen.until(r"stopped; the question counts as not asked\n(.|\n)*>")
        screen.type("two\\\rlines\r")
        screen.until(r"two lines(.|\n)*\(sandbox, not Claude\)\n(.|\n)*>")
        screen.type("/sess\t")
        screen.until("/sessions")
        screen.type("\r")
        screen.until(r"\* .* demo\n(.|\n)*>")
        screen.type("\x04")
        assert screen.process.wait(PATIENCE_S) == 0
    history = tmp_path / "data" / "chat-history"
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    assert "never ends" in history.read_text()


def piped(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, *arguments: str) -> Ran:
    """Chat through a pipe, within this process."""
    for name in [name for name in os.environ if name.startswith(("ANTHROPIC_", "CLAUDE_", "YUMEN_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("YUMEN_SESSIONS", f"sqlite:///{folder}/sessions.db")
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    language = {"LC_ALL": os.environ.get("CHAT_LANGUAGE", "C.UTF-8")}
    ran = inside(folder, "chat", *arguments, **language)
    written = capsys.readouterr()
    return Ran(ran.code, written.out, ran.err + written.err)


def test_through_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Each line is a question, and only answers are written; --resume goes on where the last chat ended."""
    first = piped(tmp_path, monkeypatch, capsys, "hello\n", "one")
    assert first.code == 0
    assert first.out.strip()
    assert "offline sandbox answers" in first.err
    assert "hello" in piped(tmp_path, monkeypatch, capsys, "/history\n", "--resume").out


def test_it_speaks_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """In a Chinese environment commands, errors and the sandbox's mark are Chinese."""
    monkeypatch.setenv("CHAT_LANGUAGE", "zh_CN.UTF-8")
    ran = piped(tmp_path, monkeypatch, capsys, "你好\n/help\n/xyzzy\n", "一")
    assert "沙箱输出，并非 Claude" in ran.err
    assert "显示命令" in ran.out
    assert "没有 /xyzzy" in ran.err


def test_a_style_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It is one sentence and exit code 1, before anything is asked."""
    ran = piped(tmp_path, monkeypatch, capsys, "hello\n", "one", "--style", "nosuch")
    assert ran.code == 1
    assert "there is no style nosuch" in ran.err
    assert ran.out == ""
