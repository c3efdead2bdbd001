"""One measure over the settings as a drawing: inline SVG without a script, whose colours are the page's."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

import msgspec

from yumen.lab.intervals import Interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


WIDTH, HEIGHT = 360, 220
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 16, 36
_TICKS = 4
_STEPS = (1, 2, 2.5, 5, 10)


class Series(msgspec.Struct, frozen=True):
    """What is drawn: a title, and for each setting its interval; None: nothing was measured there."""

    title: str
    labels: tuple[str, ...]
    intervals: tuple[Interval | None, ...]
    top: float | None = None
    """The end of the scale; None: as far as the bounds reach."""


def plot(series: Series) -> str:
    """Return the drawing: a dot for each setting, with a bar from bound to bound."""
    step, top = scale(series)
    parts = [*_grid(step, top), *_dots(series, top)]
    title = escape(series.title, quote=True)
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}"><title>{title}</title>{"".join(parts)}</svg>'


def scale(series: Series) -> tuple[float, float]:
    """Return the step between two lines of the grid and the end of the scale, which begins at 0."""
    if series.top is not None:
        return series.top / _TICKS, series.top
    highest = max((max(each.value, each.high or 0) for each in series.intervals if each is not None), default=0.0)
    if highest <= 0:
        return 1 / _TICKS, 1.0
    magnitude = 10.0 ** math.floor(math.log10(highest / _TICKS))
    step = next(factor * magnitude for factor in _STEPS if factor * magnitude * _TICKS >= highest * 0.999)
    return step, step * math.ceil(highest * 0.999 / step)


def _y(value: float, top: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - min(max(value, 0.0), top) / top)


def _grid(step: float, top: float) -> Iterator[str]:
    for number in range(round(top / step) + 1):
        y = _y(number * step, top)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="tick" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{number * step:g}</text>'


def _dots(series: Series, top: float) -> Iterator[str]:
    width = (WIDTH - LEFT - RIGHT) / max(len(series.labels), 1)
    places: list[tuple[float, float]] = []
    for number, (label, interval) in enumerate(zip(series.labels, series.intervals, strict=True)):
        x = LEFT + width * (number + 0.5)
        yield f'<text class="tick" x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{escape(label)}</text>'
        if interval is not None:
            yield from _dot(x, interval, top)
            places.append((x, _y(interval.value, top)))
    yield f'<polyline class="line" points="{_points(places)}"/>'


def _dot(x: float, interval: Interval, top: float) -> Iterator[str]:
    if interval.low is not None and interval.high is not None:
        low, high = _y(interval.low, top), _y(interval.high, top)
        yield f'<path class="bar" d="M{x:.1f} {low:.1f}V{high:.1f}M{x - 5:.1f} {low:.1f}h10M{x - 5:.1f} {high:.1f}h10"/>'
    yield f'<circle class="dot" cx="{x:.1f}" cy="{_y(interval.value, top):.1f}" r="4"><title>{interval.value:.3g}</title></circle>'


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
