"""Reads what `/metrics` answers back into numbers, for whoever shows them: the command line and the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.observe.metric_table import Metric

INFINITE = "+Inf"
US_PER_S = 1_000_000


class Figures:
    """The samples of one answer."""

    def __init__(self, text: str) -> None:
        """Read them. Raises ValueError where that is no answer of `/metrics`."""
        self._samples: dict[str, list[tuple[Mapping[str, str], float]]] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                self._samples.setdefault(sample.name.removesuffix("_total"), []).append((sample.labels, sample.value))

    def of(self, metric: Metric | str, **labels: str) -> list[tuple[Mapping[str, str], float]]:
        """Return a metric's samples that have those labels, and their values."""
        name = metric if isinstance(metric, str) else metric.name
        return [(own, value) for own, value in self._samples.get(name, ()) if labels.items() <= own.items()]

    def one(self, metric: Metric | str, **labels: str) -> float | None:
        """Return a metric's value; None where it is not there."""
        return next((value for _, value in self.of(metric, **labels)), None)

    def quantile_us(self, metric: Metric, part: float, **labels: str) -> int | None:
        """Return the time below which that part of a histogram of seconds lies, in microseconds; None where it counted nothing."""
        buckets = [(own["le"], value) for own, value in self.of(f"{metric.name}_bucket", **labels)]
        return quantile_us([(float("inf") if limit == INFINITE else float(limit), count) for limit, count in buckets], part)


def quantile_us(buckets: list[tuple[float, float]], part: float) -> int | None:
    """Return a quantile of cumulative counts by their limits in seconds; between two limits it is taken to rise evenly."""
    ordered = sorted(buckets)
    if not ordered or not ordered[-1][1]:
        return None
    wanted = part * ordered[-1][1]
    below_s, below = 0.0, 0.0
    for limit_s, count in ordered:
        if count >= wanted:
            if limit_s == float("inf") or count == below:
                return round(below_s * US_PER_S)
            return round((below_s + (limit_s - below_s) * (wanted - below) / (count - below)) * US_PER_S)
        below_s, below = limit_s, count
    return None
