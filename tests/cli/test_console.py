"""Tables and lines, on a terminal and in a pipe."""

from __future__ import annotations

from io import StringIO

import pytest

from yumen.cli.console import Console, is_number
from yumen.words import Words
from yumen.words.chinese import CHINESE


class Terminal(StringIO):
    """A stream that says somebody looks."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_a_pipe_gets_tabs_and_english_names() -> None:
    """In a pipe names are English in every language, empty cells are empty, and no control character passes."""
    out = StringIO()
    Console(Words(CHINESE), {}, out, StringIO()).table(["time", "model"], [[1, None], ["a\tb", "\x1b"]])
    assert out.getvalue() == "time\tmodel\n1\t\na\ufffdb\t\ufffd\n"


def test_a_terminal_gets_a_drawn_table_in_its_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal names are in the operator's language, and text that looks like markup stays text."""
    monkeypatch.setenv("COLUMNS", "100")
    out = Terminal()
    Console(Words(CHINESE), {"NO_COLOR": "1"}, out, StringIO()).table(["time", "model"], [["1", "[red]x[/red]"], ["22", "y"]])
    lines = [line.split() for line in out.getvalue().splitlines()]
    assert lines == [["时间", "模型"], ["1", "[red]x[/red]"], ["22", "y"]]


def test_a_narrow_terminal_folds_texts_and_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where not all fits, what is long in the cells is folded: the names above what is short stay words."""
    monkeypatch.setenv("COLUMNS", "40")
    out = Terminal()
    columns = ["name", "credential", "environments", "priority"]
    Console(Words({}), {"NO_COLOR": "1"}, out, StringIO()).table(columns, [["a" * 30, "b", "c", "1"]])
    assert out.getvalue().split()[:4] == columns


def test_rows_one_by_one() -> None:
    """A row has tabs between, or is padded to widths."""
    out = StringIO()
    console = Console(Words({}), {}, out, StringIO())
    console.row(["a", None, 3], None)
    console.row(["a", None, 3], [3, 2, 3])
    assert out.getvalue() == "a\t\t3\na        3\n"


@pytest.mark.parametrize(("text", "number"), [("", True), ("1,234", True), ("$0.10", True), ("12 ms", False), ("a1", False)])
def test_what_is_a_number(text: str, *, number: bool) -> None:
    """Numbers stand to the right."""
    assert is_number(text) is number
