"""What `GET /metrics` answers: our plain numbers in Prometheus' text format, made only when somebody looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from yumen.observe import metric_table as table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_client.metrics_core import Metric as Family

    from yumen.observe.histogram import Histogram
    from yumen.observe.metric_table import Metric
    from yumen.observe.metrics import Metrics

    Reader = Callable[[], float | Mapping[tuple[str, ...], float]]
    """Returns a metric's value, or its values by their labels."""

NANO = 10**9
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Exposition(Collector):
    """Turns the numbers into Prometheus' families. Safe to call from another thread: it copies before it walks."""

    def __init__(self, metrics: Metrics, readers: Mapping[Metric, Reader]) -> None:
        """Take the gateway's numbers, and readers for those of `metric_table.READINGS` that this gateway has."""
        self._metrics = metrics
        self._readers = readers
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def text(self) -> bytes:
        """Return the answer to `GET /metrics`."""
        return generate_latest(self._registry)

    def describe(self) -> list[Family]:
        """Return nothing: the registry need not know the names beforehand."""
        return []

    def collect(self) -> Iterator[Family]:
        """Yield every family."""
        yield from self._exchanges()
        for row, read in self._readers.items():
            found = read()
            yield samples(row, found if isinstance(found, Mapping) else {(): found})

    def _exchanges(self) -> Iterator[Family]:
        metrics = self._metrics
        yield samples(table.REQUESTS, metrics.requests.copy())
        yield samples(table.TOKENS, metrics.tokens.copy())
        yield samples(table.COST, {(model,): nanousd / NANO for model, nanousd in metrics.cost_nanousd.copy().items()})
        yield samples(table.UNPRICED, {(model,): count for model, count in metrics.unpriced.copy().items()})
        yield samples(table.ESTIMATED, {(): metrics.estimated})
        yield samples(table.FAULTS, {(fault,): count for fault, count in metrics.faults.copy().items()})
        yield samples(table.RETRIES, metrics.retries.copy())
        yield samples(table.REPLAYS, {(): metrics.replays})
        yield histograms(table.OVERHEAD, {(): metrics.overhead})
        yield histograms(table.FIRST_BYTE, {(endpoint,): times for endpoint, times in metrics.first_byte.copy().items()})
        yield histograms(table.DURATION, {(endpoint,): times for endpoint, times in metrics.duration.copy().items()})
        yield histograms(table.UPSTREAM_HEAD, {(upstream,): times for upstream, times in metrics.upstream_head.copy().items()})
        yield samples(table.OPEN_EXCHANGES, {(): metrics.open_exchanges})
        yield samples(table.OPEN_STREAMS, {(): metrics.open_streams})
        yield samples(table.UNKNOWN_CALLS_UNLOGGED, {(): metrics.unlogged})


def samples(row: Metric, values: Mapping[Any, float]) -> Family:
    """Return a family of plain numbers by their labels."""
    family: CounterMetricFamily | GaugeMetricFamily
    if row.kind is table.Kind.COUNTER:
        family = CounterMetricFamily(row.name, row.meaning, labels=row.labels)
    else:
        family = GaugeMetricFamily(row.name, row.meaning, labels=row.labels)
    for labels, value in values.items():
        family.add_metric([str(label) for label in labels], value)
    return family


def histograms(row: Metric, values: Mapping[tuple[str, ...], Histogram]) -> Family:
    """Return a family of histograms by their labels."""
    family = HistogramMetricFamily(row.name, row.meaning, labels=row.labels)
    for labels, times in values.items():
        family.add_metric(labels, times.buckets(), times.sum_us / 1_000_000)
    return family
