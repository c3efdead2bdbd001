"""Charts: which columns are drawn, and that letters stay letters."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from yumen.assistants.analysis import chart
from yumen.assistants.analysis.values import Drawing, Result
from yumen.errors import OperatorError

PLAIN = Result(("region", "total"), (("East", 3.5), ("West", 2)))
CHINESE = Result(("地区", "合计"), (("华东", 3.5), (None, 2)))


@pytest.mark.parametrize(
    ("result", "drawing", "expected"),
    [
        (PLAIN, Drawing(), (0, 1)),
        (Result(("n", "a", "b"), ((1, 2, 3),)), Drawing(), (0, 1)),
        (Result(("n", "a", "b"), ((1, 2, 3),)), Drawing(x="a", y="b"), (1, 2)),
        (Result(("n", "a"), ((1, "0.50"),)), Drawing(x="nowhere"), (0, 1)),
        (Result(("total", "region"), ((1, "East"),)), Drawing(), (1, 0)),
        (Result(("total",), ((1,),)), Drawing(), None),
        (Result(("a", "b"), (("x", "y"),)), Drawing(), None),
        (Result(("a", "b"), ()), Drawing(), None),
    ],
)
def test_which_columns(result: Result, drawing: Drawing, expected: tuple[int, int] | None) -> None:
    """Those that were asked for, else names against numbers; without both there is nothing to draw."""
    assert chart.columns_of(result, drawing) == expected


@pytest.mark.parametrize(
    ("rows", "drawing", "kind"),
    [
        ([("East", 1)], Drawing(), "bar"),
        ([("2026-01-05", 1)], Drawing(), "line"),
        ([("2026-01-05", 1)], Drawing(kind="bar"), "bar"),
        ([(str(n), n) for n in range(60)], Drawing(), "line"),
        ([("East", 1)], Drawing(kind="pie"), "bar"),
    ],
)
def test_which_kind(rows: list[tuple[str, int]], drawing: Drawing, kind: str) -> None:
    """As asked, where that is known; a line over days and over many, bars otherwise."""
    assert chart.kind_of(Result(("a", "b"), tuple(rows)), drawing, 0) == kind


def test_svg_keeps_letters(tmp_path: Path) -> None:
    """In SVG Chinese is text, so no font is needed; a dollar sign is no formula; the same result gives the same bytes."""
    title = "2026 年 $a$ & <b>"
    for name in ("a.svg", "b.svg"):
        assert chart.draw(CHINESE, Drawing(title=title), tmp_path / name) is None
    texts = [text.strip() for text in ET.parse(tmp_path / "a.svg").getroot().itertext() if text.strip()]  # noqa: S314  (our own)
    assert {"华东", "地区", "合计", title} <= set(texts)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_png(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PNG is one; where no font has Chinese letters that is said, once, and not where none is needed."""
    assert chart.draw(PLAIN, Drawing(), tmp_path / "a.png") is None
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    monkeypatch.setattr(chart, "cjk_font", lambda: None)
    assert chart.draw(CHINESE, Drawing(), tmp_path / "b.png") == chart.NO_FONT


def test_nothing_to_draw(tmp_path: Path) -> None:
    """Where there is nothing to draw no file is written."""
    assert chart.draw(Result(("a",), (("x",),)), Drawing(), tmp_path / "a.svg") == chart.NOTHING
    assert list(tmp_path.iterdir()) == []


def test_slips(tmp_path: Path) -> None:
    """A name that is no picture's, and a folder that is not there, are told in one sentence."""
    with pytest.raises(OperatorError, match=r"\.png or a \.svg"):
        chart.check_place(tmp_path / "a.gif")
    with pytest.raises(OperatorError, match="cannot be written"):
        chart.draw(PLAIN, Drawing(), tmp_path / "nowhere" / "a.svg")
