"""The line that a person types on, driven key by key through prompt_toolkit's own pipe."""

from __future__ import annotations

import io
import stat
from contextlib import suppress
from pathlib import Path

import pytest
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from yumen.assistants.chat import PlainLines
from yumen.assistants.chat.commands import COMMANDS
from yumen.assistants.chat.prompt import Commands, PromptLines
from yumen.errors import OperatorError


def read(keys: str, history: Path | None = None) -> list[str]:
    """Return what was typed, input by input, until Ctrl-D."""
    typed: list[str] = []
    with create_pipe_input() as pipe:
        pipe.send_text(keys + "\x04")
        lines = PromptLines(history, ends=(pipe, DummyOutput()))
        with suppress(EOFError):
            while True:
                typed.append(lines.read("> "))
    return typed


@pytest.mark.parametrize(
    ("keys", "typed"),
    [
        ("hello\r", ["hello"]),
        ("one\\\rtwo\r", ["one\ntwo"]),
        ("one\x1b\rtwo\rthree\r", ["one\ntwo", "three"]),
        ("helo\x1b[Dl\r", ["hello"]),
        ("wrong\x15right\r", ["right"]),
        ("你好\r", ["你好"]),
    ],
)
def test_keys(keys: str, typed: list[str]) -> None:
    """Enter ends; a backslash before it, or Escape, begins another line; arrows edit."""
    assert read(keys) == typed


def test_ctrl_c_is_told() -> None:
    """The line is given up."""
    with create_pipe_input() as pipe:
        pipe.send_text("half\x03")
        with pytest.raises(KeyboardInterrupt):
            PromptLines(None, ends=(pipe, DummyOutput())).read("> ")


def test_what_was_typed_is_there_the_next_time_and_nobody_elses(tmp_path: Path) -> None:
    """The history is kept in a file of mode 0600, also where it was wider before."""
    history = tmp_path / "history"
    history.touch(mode=0o644)
    read("one\\\rtwo\r", history)
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    assert list(FileHistory(str(history)).load_history_strings()) == ["one\ntwo"]


def test_a_history_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """Before anything is typed; a link is not followed."""
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for path in (tmp_path / "no" / "history", tmp_path / "link"):
        with pytest.raises(OperatorError, match="cannot be written"):
            PromptLines(path)
    assert not (tmp_path / "elsewhere").exists()


def offered(typed: str) -> list[str]:
    """Return what completes a text."""
    completer = Commands(lambda command: ["formal", "friendly", "terse"] if command == "style" else [])
    return [each.text for each in completer.get_completions(Document(typed), None)]  # type: ignore[arg-type]


def test_completion() -> None:
    """Commands after a slash, names after a command; nothing within a question."""
    assert offered("/") == [command.name for command in COMMANDS]
    assert offered("/se") == ["sessions"]
    assert offered("/style f") == ["formal", "friendly"]
    assert offered("hello /se") == offered("/help x") == []


def test_plain_lines_of_a_pipe() -> None:
    """A line an input; a backslash goes on; the end is the end."""
    lines = PlainLines(io.StringIO("one\r\ntwo\\\nthree\nlast"))
    assert [lines.read("> ") for _ in range(3)] == ["one", "two\nthree", "last"]
    with pytest.raises(EOFError):
        lines.read("> ")
