"""The numbers of several workers as those of one gateway: what each shows at `/metrics` is read and added up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from yumen.observe.metric_table import TABLE, Together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prometheus_client.metrics_core import Metric as Family

    Labels = tuple[tuple[str, str], ...]

GROWING = frozenset({"counter", "histogram"})
OF_PROCESSES = {"process_start_time_seconds": Together.LEAST, "process_max_fds": Together.LEAST}
"""The process's own, which the table lacks; the others add up."""
WAYS: dict[str, Together] = OF_PROCESSES | {row.name: row.together for row in TABLE}
COMBINE: dict[Together, Callable[[float, float], float]] = {
    Together.SUM: lambda one, other: one + other,
    Together.MOST: max,
    Together.LEAST: min,
}


class Summed(Collector):
    """Adds up the families of several processes' answers."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._families: dict[str, Family] = {}
        self._values: dict[str, dict[tuple[str, Labels], float]] = {}

    def add(self, text: bytes, *, growing_alone: bool = False) -> None:
        """Add what a process answered; of one that is gone only what grows counts on: counters and histograms."""
        for family in text_string_to_metric_families(text.decode()):
            if growing_alone and family.type not in GROWING:
                continue
            self._families.setdefault(family.name, family)
            combine = COMBINE[WAYS.get(family.name, Together.SUM)]
            values = self._values.setdefault(family.name, {})
            for sample in family.samples:
                at = (sample.name, tuple(sample.labels.items()))
                values[at] = combine(values[at], sample.value) if at in values else sample.value

    def text(self) -> bytes:
        """Return all of it in Prometheus' text format."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry)

    def describe(self) -> Iterable[Family]:
        """Return nothing: the registry need not know the names beforehand."""
        return []

    def collect(self) -> Iterator[Family]:
        """Yield every family."""
        for name, family in self._families.items():
            family.samples = []
            for (sample, labels), value in self._values[name].items():
                family.add_sample(sample, dict(labels), value)
            yield family


class Answers:
    """What workers last said of themselves. Nothing that grows falls back when one dies or is silent: its last word counts on."""

    def __init__(self) -> None:
        """Begin without workers."""
        self._last: dict[int, bytes] = {}
        self._gone = Summed()

    def said(self, worker: int, text: bytes) -> None:
        """Keep a worker's answer."""
        self._last[worker] = text

    def died(self, worker: int) -> None:
        """Keep of a dead worker what grows; the one that takes its place begins at nothing."""
        text = self._last.pop(worker, None)
        if text is not None:
            self._gone.add(text, growing_alone=True)

    def together(self, own: bytes, silent: Iterable[int]) -> bytes:
        """Return the supervisor's own numbers and the workers' as one answer; of the silent ones only what grows."""
        quiet = set(silent)
        summed = Summed()
        summed.add(own)
        summed.add(self._gone.text())
        for worker, text in self._last.items():
            summed.add(text, growing_alone=worker in quiet)
        return summed.text()
