"""The charts of usage: from the pieces that the admin API tells to what assets/charts.js draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from yumen.console.api.limit_fields import nanodollars
from yumen.console.pages.times import us_of_text
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from yumen.console.api.usage_series import SeriesPiece
    from yumen.console.pages.overview.spans import Stretch
    from yumen.console.pages.visit import Visit

US_PER_S = 1_000_000
STACK, LINES, BARS = "stack", "lines", "bars"


class Drawn(msgspec.Struct, frozen=True):
    """How a chart is drawn, and of what."""

    kind: str
    unit: str
    lines: tuple[str, ...]

    @property
    def is_sum(self) -> bool:
        """Whether nothing is 0, rather than not there."""
        return self.kind != LINES


DRAWN = {
    "requests": Drawn(STACK, "count", ("answered", "errors", "refused")),
    "tokens": Drawn(STACK, "tokens", ("input", "cache_write", "cache_read", "output")),
    "money": Drawn(BARS, "money", ("cost",)),
    "latency": Drawn(LINES, "ms", ("latency_p50", "latency_p95")),
    "first_token": Drawn(LINES, "ms", ("first_p50", "first_p95")),
    "cache": Drawn(LINES, "percent", ("cache",)),
}
KINDS = {name: drawn.kind for name, drawn in DRAWN.items()}
TITLE_SENTENCES = {
    "requests": "Requests",
    "tokens": "Tokens",
    "money": "Cost",
    "latency": "Latency",
    "first_token": "Time to first token",
    "cache": "Cache-hit rate",
}
LINE_SENTENCES = {
    "answered": "Answered",
    "errors": "Errors",
    "refused": "Refused",
    "input": "Input",
    "cache_write": "Written to the cache",
    "cache_read": "Read from the cache",
    "output": "Output",
    "cost": "Cost",
    "latency_p50": "p50",
    "latency_p95": "p95",
    "first_p50": "p50",
    "first_p95": "p95",
    "cache": "Cache-hit rate",
}
MEASURES: dict[str, Callable[[SeriesPiece], float | None]] = {
    "answered": lambda row: max(row.requests - row.errors - row.refused, 0),
    "errors": lambda row: row.errors,
    "refused": lambda row: row.refused,
    "input": lambda row: row.uncached_input_tokens,
    "cache_write": lambda row: row.cache_creation_input_tokens,
    "cache_read": lambda row: row.cache_read_input_tokens,
    "output": lambda row: row.output_tokens,
    "cost": lambda row: nano(row.cost_usd),
    "latency_p50": lambda row: row.latency_ms.p50,
    "latency_p95": lambda row: row.latency_ms.p95,
    "first_p50": lambda row: row.time_to_first_token_ms.p50,
    "first_p95": lambda row: row.time_to_first_token_ms.p95,
    "cache": lambda row: row.cache_hit_rate,
}


def charts_of(visit: Visit, stretch: Stretch, pieces: Iterable[SeriesPiece]) -> dict[str, dict[str, Any]]:
    """Return the data of each chart, by its name. Money is not among them for whoever may not see costs."""
    known = {us_of_text(piece.starting_at): piece for piece in pieces}
    rows = [known.get(start_us) for start_us in stretch.starts_us]
    times = [start_us // US_PER_S for start_us in stretch.starts_us]
    names = [name for name in DRAWN if name != "money" or visit.may(Action.COST_READ)]
    return {name: {"times": times, "unit": DRAWN[name].unit, "series": series_of(visit, DRAWN[name], rows)} for name in names}


def series_of(visit: Visit, drawn: Drawn, rows: Sequence[SeriesPiece | None]) -> list[dict[str, Any]]:
    """Return the series of one chart; where there was nothing, sums are 0 and times are missing."""
    absent = 0 if drawn.is_sum else None
    return [
        {"label": visit.say(LINE_SENTENCES[name]), "values": [absent if row is None else MEASURES[name](row) for row in rows]}
        for name in drawn.lines
    ]


def nano(cost_usd: str | None) -> int | None:
    """Return a cost in nano-dollars; None where the visitor may not see it."""
    return None if cost_usd is None else nanodollars("cost", cost_usd)
