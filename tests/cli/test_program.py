"""The program as a whole: help, version, languages, misuse, and what is loaded when."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import yumen
from yumen import __version__
from yumen.cli.program import COMMANDS
from yumen.cli.reference import chinese_page, english_page

DOCS = Path(__file__).parents[2] / "docs"


def test_help_lists_every_command(tmp_path: Path) -> None:
    """`yumen --help`, and `yumen` alone, list the commands with their sentences."""
    ran = yumen(tmp_path, "--help")
    assert ran.code == 0
    assert all(f"  {name}" in ran.out and listed.help in ran.out for name, listed in COMMANDS.items())
    assert yumen(tmp_path) == ran


def test_help_loads_nothing_heavy() -> None:
    """The list of commands needs neither the database's library, nor prices, nor tables, nor the settings."""
    code = "import sys; from yumen.cli.program import program; from yumen.words import Words; program(Words({})); print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(ran.stdout.split())
    assert not loaded & {
        "sqlalchemy",
        "genai_prices",
        "rich",
        "yumen.settings",
        "yumen.storage",
        "uvloop",
        "asyncio",
        "msgspec",
        "anthropic",
    }


def test_version(tmp_path: Path) -> None:
    """`--version` says the version, by both ways of starting."""
    assert yumen(tmp_path, "--version").out == f"yumen {__version__}\n"
    ran = subprocess.run([sys.executable, "-m", "yumen", "--version"], check=True, capture_output=True, text=True)
    assert ran.stdout == f"yumen {__version__}\n"


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_has_help_in_both_languages(tmp_path: Path, command: str) -> None:
    """`yumen COMMAND --help` works and speaks the operator's language."""
    english, chinese = yumen(tmp_path, command, "--help"), yumen(tmp_path, command, "--help", LC_ALL="zh_CN.UTF-8")
    assert (english.code, chinese.code) == (0, 0)
    assert english.out.isascii()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese.out)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nonsense",), "yumen: No such command 'nonsense' (see yumen --help)"),
        (("key",), "yumen: No such command 'key'. Did you mean 'keys'? (see yumen --help)"),
        (("serve", "--nonsense"), "yumen: No such option: --nonsense (see yumen serve --help)"),
        (("limits",), "yumen: Missing command (see yumen limits --help)"),
        (("keys", "create"), "yumen: Missing argument 'NAME' (see yumen keys create --help)"),
    ],
)
def test_misuse_is_one_sentence(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    """A wrong command line ends with 2 and one sentence on stderr."""
    ran = yumen(tmp_path, *arguments)
    assert (ran.code, ran.out, ran.err) == (2, "", said + "\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("logs", "--data", "none"), "holds no gateway's data yet"),
        (("serve", "--config", "none.toml"), "none.toml cannot be read: No such file or directory"),
        (("serve", "--set", "timeouts.connect_s=soon"), "option --set: timeouts.connect_s takes a number above 0, not 'soon'"),
        (("serve", "--set", "nonsense"), "--set takes NAME=VALUE, not 'nonsense'"),
        (("serve", "--set", "lisen=1"), "option --set: there is no setting lisen; did you mean listen?"),
        (("serve", "--tls", "perhaps"), "--tls takes local or off, not 'perhaps'"),
        (("sandbox", "--listen", "8012"), "--listen takes HOST:PORT"),
        (("env", "--listen", "8012"), "listen takes HOST:PORT"),
        (("keys", "create", "x", "--environment", "test"), "there is no environment 'test': it is one of production, staging"),
        (("keys", "create", "x", "--expires", "soon"), "--expires takes a duration"),
    ],
)
def test_failure_is_one_sentence(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    """What cannot be done ends with 1 and one sentence on stderr, never a traceback."""
    ran = yumen(tmp_path, *arguments)
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_failure_is_said_in_chinese(tmp_path: Path) -> None:
    """The same in Chinese where the environment asks for it."""
    assert "应为 主机:端口" in yumen(tmp_path, "env", "--listen", "8012", LANG="zh_CN.UTF-8", LC_ALL="").err


@pytest.mark.parametrize(("name", "page"), [("commands.md", english_page), ("commands.zh-CN.md", chinese_page)])
def test_the_pages_are_printed_from_the_code(name: str, page: object) -> None:
    """A page that differs from the code has not been printed (`make docs`)."""
    assert callable(page)
    assert (DOCS / name).read_text(encoding="utf-8") == page()
