"""The numbers add up, their labels are bounded, and the page and the answer come from one table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from tests.observe.making import make_exchange
from yumen.claude import RequestView, Usage
from yumen.errors import CallerLeft
from yumen.exchange import Attempt, Outcome, Step, Why
from yumen.observe import TABLE, Exposition, Log, Metrics, Observe, Redactor, metrics_page
from yumen.observe.histogram import LIMITS_US, Histogram
from yumen.observe.metric_table import JOURNAL_BYTES, LOG_DROPPED
from yumen.observe.metrics import MAX_NAMES


@pytest.fixture
def metrics() -> Metrics:
    """Numbers at nothing."""
    return Metrics()


@pytest.fixture
def log() -> Log:
    """A log that nobody writes."""
    return Log(Redactor(), file=None, console=None)


def shown(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample of the answer to `GET /metrics`, as a scraper reads it."""
    text = Exposition(metrics, {JOURNAL_BYTES: lambda: 7, LOG_DROPPED: lambda: 3}).text().decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_an_exchange_is_counted(metrics: Metrics, log: Log) -> None:
    """One exchange is one request, its tokens, its money and its times."""
    observe = Observe(metrics, log)
    exchange = make_exchange(usage=Usage(10, 20, 3, 4, 5, 6))
    observe.opened(exchange)
    observe(exchange)
    samples = shown(metrics)
    labels = (("endpoint", "messages"), ("model", "claude-opus-5-5"), ("outcome", "answered"), ("status", "200"))
    assert samples["yumen_requests_total", labels] == 1
    classes = {"input": 10, "output": 20, "cache_read": 3, "cache_write_5m": 4, "cache_write_1h": 5, "thinking": 6}
    for name, count in classes.items():
        assert samples["yumen_tokens_total", (("class", name), ("model", "claude-opus-5-5"))] == count
    assert samples["yumen_cost_usd_total", (("model", "claude-opus-5-5"),)] == pytest.approx(0.0004405)
    assert samples["yumen_overhead_seconds_count", ()] == 1
    assert samples["yumen_overhead_seconds_bucket", (("le", "0.0001"),)] == 1
    assert samples["yumen_overhead_seconds_bucket", (("le", "5e-05"),)] == 0
    assert samples["yumen_time_to_first_byte_seconds_sum", (("endpoint", "messages"),)] == pytest.approx(0.004)
    assert samples["yumen_journal_undrained_bytes", ()] == 7
    assert samples["yumen_log_dropped_lines_total", ()] == 3
    assert any(name == "process_resident_memory_bytes" for name, _ in samples)


def test_open_exchanges_go_up_and_down(metrics: Metrics, log: Log) -> None:
    """What was sent is open until it ends; what never was sent does not count down."""
    observe = Observe(metrics, log)
    stream = make_exchange(1, view=RequestView(model="claude-opus-5-5", stream=True))
    observe.opened(stream)
    observe.opened(make_exchange(2))
    observe(make_exchange(3, outcome=Outcome.REFUSED))
    assert (metrics.open_exchanges, metrics.open_streams) == (2, 1)
    observe(stream)
    observe(stream)
    assert (metrics.open_exchanges, metrics.open_streams) == (1, 0)


def test_faults_estimates_and_unknown_prices_show(metrics: Metrics, log: Log) -> None:
    """What deserves an alert has a counter of its own."""
    Observe(metrics, log)(make_exchange(fault=CallerLeft(), estimated=True, cost=None, outcome=Outcome.CANCELLED))
    samples = shown(metrics)
    assert samples["yumen_faults_total", (("fault", "CallerLeft"),)] == 1
    assert samples["yumen_estimated_requests_total", ()] == 1
    assert samples["yumen_unpriced_requests_total", (("model", "claude-opus-5-5"),)] == 1


def test_retries_and_replays_are_counted(metrics: Metrics, log: Log) -> None:
    """Each attempt that another followed by its upstream and reason; a replay is no overhead of the gateway's."""
    observe = Observe(metrics, log)
    tries = [
        Attempt("a", 529, 1, step=Step.ELSEWHERE, why=Why.BUSY),
        Attempt("b", None, 1, "UpstreamUnreachable", step=Step.AGAIN, why=Why.NOT_SENT),
        Attempt("b", 500, 1, step=Step.GIVE_UP, why=Why.ATTEMPTS),
    ]
    observe(make_exchange(attempts=tries))
    observe(make_exchange(attempts=[], replay_of="req_first", outcome=Outcome.REPLAYED))
    samples = shown(metrics)
    retries = {labels: value for (name, labels), value in samples.items() if name == "yumen_retries_total"}
    assert retries == {(("upstream", "a"), ("why", "busy")): 1, (("upstream", "b"), ("why", "not_sent")): 1}
    assert samples["yumen_replays_total", ()] == 1
    assert samples["yumen_overhead_seconds_count", ()] == 1


def test_callers_cannot_choose_labels(metrics: Metrics, log: Log) -> None:
    """Ten thousand invented models are one label, and the names remembered are bounded."""
    observe = Observe(metrics, log)
    for number in range(MAX_NAMES + 100):
        observe(make_exchange(model_answered=None, view=RequestView(model=f"invented-{number}")))
    observe(make_exchange(model_answered=None, view=RequestView()))
    assert {key[1] for key in metrics.requests} == {"other", "none"}
    assert len(metrics._labels) <= MAX_NAMES


def test_strangers_cannot_fill_the_log(metrics: Metrics, log: Log) -> None:
    """Refusals of keys that were not accepted are logged ten times a second; the others are counted."""
    observe = Observe(metrics, log)
    for number in range(100):
        observe(make_exchange(number, principal=None, outcome=Outcome.REFUSED))
    assert len(log._queue) == 10
    assert metrics.unlogged == 90
    observe(make_exchange(principal=None, outcome=Outcome.REFUSED, started_us=make_exchange().started_us + 1_000_000))
    assert len(log._queue) == 11


@given(st.lists(st.integers(0, 10**9), max_size=50))
def test_a_histogram_counts_each_value_once(values: list[int]) -> None:
    """Cumulative counts rise to the number of values; a value that is a limit is below it; the sum is exact."""
    histogram = Histogram()
    for value in values:
        histogram.add(value)
    buckets = histogram.buckets()
    assert [count for _, count in buckets] == [sum(value <= limit for value in values) for limit in [*LIMITS_US, 10**10]]
    assert histogram.sum_us == sum(values)


def test_the_answer_and_the_page_come_from_one_table(metrics: Metrics) -> None:
    """Every name that is shown stands on the page, and the page names nothing twice."""
    page = metrics_page()
    for name, _ in shown(metrics):
        assert name.startswith(("process_", "python_")) or any(name.startswith(row.name) for row in TABLE)
    assert len({row.name for row in TABLE}) == len(TABLE)
    assert all(f"| `{row.name}` |" in page for row in TABLE)
