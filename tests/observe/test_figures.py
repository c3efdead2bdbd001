"""What `/metrics` answers is read back as it was, of one process and of several."""

from __future__ import annotations

import io

import pytest

from tests.observe.making import make_exchange
from yumen.observe import Exposition, Log, Metrics, Observe, Redactor
from yumen.observe import metric_table as table
from yumen.observe.figures import Figures, quantile_us
from yumen.observe.summing import Answers
from yumen.observe.upstream_figures import QuotaFigure, figures_of

LIMIT = ("claude", "opus", "requests")
RESETS_S = 1_790_000_000.5


def answer(requests: int, circuit: int, left: int) -> bytes:
    """Return what a process shows that has asked so often."""
    metrics = Metrics()
    observe = Observe(metrics, Log(Redactor(), file=None, console=io.StringIO()), None)
    for number in range(requests):
        observe(make_exchange(number))
    return Exposition(
        metrics,
        {
            table.UPSTREAM_CIRCUIT: lambda: {("claude",): circuit, ("other",): 0},
            table.UPSTREAM_QUOTA_REMAINING: lambda: {LIMIT: left},
            table.UPSTREAM_QUOTA_LIMIT: lambda: {LIMIT: 100},
            table.UPSTREAM_QUOTA_RESET: lambda: {LIMIT: RESETS_S},
            table.UPSTREAM_CONNECTIONS: lambda: {("claude",): 2},
            table.UPSTREAM_REQUESTS: lambda: {("claude", "answered"): requests, ("claude", "error"): 1, ("claude", "broken"): 1},
        },
    ).text()


def test_an_upstreams_numbers_are_its_own() -> None:
    """Circuit, quota, results, connections and times are those of its name, and another's are not mixed in."""
    figures = Figures(answer(3, 1, 40).decode())
    claude = figures_of(figures, "claude")
    assert claude.circuit == "half-open"
    assert claude.quota == (QuotaFigure("opus", "requests", 40, 100, round(RESETS_S * 1_000_000)),)
    assert (claude.requests, claude.failures, claude.connections) == (4, 2, 2)
    assert claude.half_us is not None
    assert claude.half_us <= 50
    assert (figures_of(figures, "other").circuit, figures_of(figures, "other").half_us) == ("closed", None)


def test_workers_are_one_gateway() -> None:
    """Of several workers requests add up, the worst circuit counts, and of a limit what the one says that has least left."""
    both = Answers()
    both.said(1, answer(3, 0, 40))
    both.said(2, answer(4, 2, 7))
    claude = figures_of(Figures(both.together(Exposition(Metrics(), {}).text(), silent=()).decode()), "claude")
    assert (claude.circuit, claude.requests, claude.connections) == ("open", 9, 4)
    assert [each.remaining for each in claude.quota] == [7]


@pytest.mark.parametrize(
    ("buckets", "part", "found"),
    [
        ([], 0.5, None),
        ([(1.0, 0.0), (float("inf"), 0.0)], 0.5, None),
        ([(1.0, 10.0), (2.0, 10.0), (float("inf"), 10.0)], 0.5, 500_000),
        ([(1.0, 10.0), (2.0, 20.0), (float("inf"), 20.0)], 0.95, 1_900_000),
        ([(1.0, 0.0), (2.0, 0.0), (float("inf"), 3.0)], 0.5, 2_000_000),
    ],
)
def test_a_quantile_lies_where_its_part_of_the_counts_is_reached(
    buckets: list[tuple[float, float]], part: float, found: int | None
) -> None:
    """Between two limits counts rise evenly; beyond the last limit nothing is made up; of nothing there is none."""
    assert quantile_us(buckets, part) == found
