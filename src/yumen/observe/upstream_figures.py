"""How each upstream does, by the gateway's own numbers: one reading for the command line and the console."""

from __future__ import annotations

import msgspec

from yumen.observe import metric_table as table
from yumen.observe.figures import US_PER_S, Figures

CIRCUITS = ("closed", "half-open", "open")
BROKEN = "broken"
"""Counted beside `answered`, since it was one at first."""
FAILURES = ("unauthorized", "error", "failed", BROKEN)


class QuotaFigure(msgspec.Struct, frozen=True):
    """What is left of one limit."""

    model_class: str
    kind: str
    remaining: int
    limit: int | None
    resets_us: int | None


class UpstreamFigures(msgspec.Struct, frozen=True):
    """One upstream's numbers. Times are microseconds."""

    circuit: str | None = None
    """`closed`, `half-open` or `open`; of several workers the worst. None: nobody says."""
    quota: tuple[QuotaFigure, ...] = ()
    results: dict[str, int] = {}
    """Attempts by what came of them."""
    connections: int = 0
    half_us: int | None = None
    """Half of all heads of answers came within this time; None: none came."""
    most_us: int | None = None
    """95 of 100 did within this."""

    @property
    def requests(self) -> int:
        """All attempts."""
        return sum(count for result, count in self.results.items() if result != BROKEN)

    @property
    def failures(self) -> int:
        """Those that the upstream is to blame for."""
        return sum(self.results.get(result, 0) for result in FAILURES)

    @property
    def least(self) -> QuotaFigure | None:
        """The limit of which the least is left."""
        return min(self.quota, key=lambda each: each.remaining / each.limit if each.limit else 1.0, default=None)


def figures_of(figures: Figures, name: str) -> UpstreamFigures:
    """Return the numbers of the upstream of that name."""
    circuit = figures.one(table.UPSTREAM_CIRCUIT, upstream=name)
    return UpstreamFigures(
        circuit=None if circuit is None else CIRCUITS[int(circuit)],
        quota=tuple(quota_of(figures, name)),
        results={labels["result"]: int(value) for labels, value in figures.of(table.UPSTREAM_REQUESTS, upstream=name)},
        connections=int(figures.one(table.UPSTREAM_CONNECTIONS, upstream=name) or 0),
        half_us=figures.quantile_us(table.UPSTREAM_HEAD, 0.5, upstream=name),
        most_us=figures.quantile_us(table.UPSTREAM_HEAD, 0.95, upstream=name),
    )


def quota_of(figures: Figures, name: str) -> list[QuotaFigure]:
    """Return what is known of an upstream's own limits."""
    found = []
    for labels, value in figures.of(table.UPSTREAM_QUOTA_REMAINING, upstream=name):
        of = {key: labels[key] for key in ("upstream", "class", "kind")}
        limit = figures.one(table.UPSTREAM_QUOTA_LIMIT, **of)
        resets_s = figures.one(table.UPSTREAM_QUOTA_RESET, **of)
        found.append(
            QuotaFigure(
                labels["class"],
                labels["kind"],
                int(value),
                None if limit is None else int(limit),
                None if resets_s is None else round(resets_s * US_PER_S),
            )
        )
    return found
