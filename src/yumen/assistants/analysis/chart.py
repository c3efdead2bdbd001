"""Draws a result as PNG or SVG. In SVG letters stay letters, so every reader's own fonts show them; for PNG a font is looked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from yumen.assistants.analysis.extra import extra
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from yumen.assistants.analysis.values import Cell, Drawing, Result

KINDS = ("bar", "line", "scatter")
SUFFIXES = (".png", ".svg")
MOST_BARS = 40
NO_FONT = "no font with Chinese letters was found, so the chart's are boxes: draw an SVG, or install one (such as Noto Sans CJK)"
NOTHING = "there was nothing to draw: a chart needs a column of names or days, and one of numbers"
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_CJK_FONTS = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"),
    *(
        "PingFang SC",
        "Hiragino Sans GB",
        "Heiti SC",
        "STHeiti",
        "Microsoft YaHei",
        "SimHei",
        "SimSun",
        "Arial Unicode MS",
        "Droid Sans Fallback",
    ),
)
_TURNED_AT = 8
"""Beyond so many labels below the axis they are written slantwise."""


def check_place(path: Path) -> None:
    """Raise OperatorError where a chart cannot be drawn into a file of that name, or the library is missing."""
    if path.suffix.lower() not in SUFFIXES:
        raise OperatorError("a chart is a .png or a .svg, and {path} is neither", path=path)
    extra("matplotlib")


def draw(result: Result, drawing: Drawing, path: Path) -> str | None:
    """Draw a result into a file; return what is to be known of it, None where all is well. NOTHING: no file was written."""
    axes = columns_of(result, drawing)
    if axes is None:
        return NOTHING
    matplotlib, figures = extra("matplotlib"), extra("matplotlib.figure")
    written = [drawing.title or "", *result.columns, *(str(row[axes[0]]) for row in result.rows)]
    wide = _WIDE.search(" ".join(written)) is not None
    font = cjk_font() if wide else None
    family = [*([font] if font else []), "DejaVu Sans", "sans-serif"] if path.suffix.lower() == ".png" else ["sans-serif"]
    with matplotlib.rc_context({"font.family": family, "svg.fonttype": "none", "svg.hashsalt": "yumen", "axes.unicode_minus": False}):
        figure = figures.Figure(figsize=(8, 4.5), layout="constrained")
        _plot(figure.subplots(), result, drawing, axes)
        _save(figure, path, quiet=wide and font is None)
    return NO_FONT if wide and font is None and path.suffix.lower() == ".png" else None


def columns_of(result: Result, drawing: Drawing) -> tuple[int, int] | None:
    """Return the places of the two columns that are drawn: those asked for, else the first of names and the first of numbers after it."""
    numbers = [place for place in range(len(result.columns)) if _numbers(result.rows, place)]
    y = _place(result, drawing.y)
    y = y if y in numbers else next((place for place in numbers if place or len(numbers) == 1), None)
    x = _place(result, drawing.x)
    if x is None or x == y:
        x = next((place for place in range(len(result.columns)) if place != y), None)
    return None if x is None or y is None or not result.rows else (x, y)


def _place(result: Result, name: str | None) -> int | None:
    return result.columns.index(name) if name in result.columns else None


def _numbers(rows: Sequence[Sequence[Cell]], place: int) -> bool:
    cells = [row[place] for row in rows if row[place] is not None]
    return bool(cells) and all(as_number(cell) is not None for cell in cells)


def as_number(cell: Cell) -> float | None:
    """Return a cell as a number; exact decimals come as text. None where it is no number."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, str):
        return float(cell) if re.fullmatch(r"-?\d+(\.\d+)?", cell) else None
    return float(cell)


def kind_of(result: Result, drawing: Drawing, x: int) -> str:
    """Return how to draw it: as asked, a line over days, bars otherwise."""
    if drawing.kind in KINDS:
        return str(drawing.kind)
    dates = all(isinstance(row[x], str) and re.match(r"\d{4}-\d\d", str(row[x])) for row in result.rows)
    return "line" if dates or len(result.rows) > MOST_BARS else "bar"


def _plot(axes: Any, result: Result, drawing: Drawing, places: tuple[int, int]) -> None:  # noqa: ANN401  (the library is optional)
    x, y = places
    pairs = [(row[x], as_number(row[y])) for row in result.rows if as_number(row[y]) is not None]
    kind = kind_of(result, drawing, x)
    heights = [height for _, height in pairs]
    if kind == "scatter" and _numbers(result.rows, x):
        axes.scatter([as_number(label) for label, _ in pairs], heights, color="#1d7a5f")
    else:
        spots = range(len(pairs))
        axes.bar(spots, heights, color="#1d7a5f") if kind == "bar" else axes.plot(spots, heights, color="#1d7a5f", marker="o")
        step = max(1, len(pairs) // MOST_BARS + 1)
        turned = {"rotation": 40, "ha": "right"} if len(pairs) > _TURNED_AT else {}
        axes.set_xticks(list(spots)[::step], [_plain(label) for label, _ in pairs][::step], **turned)
    axes.set_xlabel(_plain(result.columns[x]))
    axes.set_ylabel(_plain(result.columns[y]))
    axes.set_title(_plain(drawing.title or ""))
    axes.spines[["top", "right"]].set_visible(False)


def _plain(label: Cell) -> str:
    """Return a label that is no formula: a dollar sign would begin one."""
    text = "–" if label is None else str(label)
    return (text if len(text) <= 30 else text[:29] + "…").replace("$", r"\$")  # noqa: PLR2004


def _save(figure: Any, path: Path, *, quiet: bool) -> None:  # noqa: ANN401  (the same)
    warnings = extra("warnings")
    try:
        with warnings.catch_warnings():
            if quiet:
                # The library warns of each letter without a form; `draw` says it once.
                warnings.filterwarnings("ignore", message=r"Glyph .* missing")
            figure.savefig(path, format=path.suffix.lower()[1:], metadata={"Date": None} if path.suffix.lower() == ".svg" else None)
    except OSError as error:
        raise OperatorError("{path} cannot be written: {reason}", path=path, reason=error.strerror) from error


def cjk_font() -> str | None:
    """Return a font of this machine that has Chinese letters; None where there is none."""
    known = {font.name for font in extra("matplotlib.font_manager").fontManager.ttflist}
    return next((name for name in _CJK_FONTS if name in known), None)
