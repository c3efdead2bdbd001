"""Several workers' numbers are one gateway's: counters and histograms add up, and nothing that grows ever falls."""

from __future__ import annotations

import io
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from tests.observe.making import make_exchange
from yumen.observe import Exposition, Log, Metrics, Observe, Redactor, metric_table
from yumen.observe.summing import Answers, Summed


def answer(requests: int, outages: int = 0, connections: int = 0) -> bytes:
    """What a worker shows that has answered so many requests."""
    metrics = Metrics()
    observe = Observe(metrics, Log(Redactor(), file=None, console=io.StringIO()), None)
    for number in range(requests):
        exchange = make_exchange(number)
        observe.opened(exchange)
        observe(exchange)
    readers = {metric_table.DRAIN_OUTAGES: lambda: outages, metric_table.CONNECTIONS: lambda: connections}
    return Exposition(metrics, readers).text()


def values(text: bytes) -> dict[str, float]:
    """Sum the samples of a text by their names, histograms' buckets by their limits too."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            name = sample.name + (sample.labels.get("le", ""))
            found[name] = found.get(name, 0) + sample.value
    return found


def test_the_sum_of_one_is_itself() -> None:
    """What is read and written again is what it was, to the last sample."""
    one = answer(7, 1, 2)
    summed = Summed()
    summed.add(one)
    assert sorted(summed.text().splitlines()) == sorted(one.splitlines())


def test_counters_and_histograms_add_up() -> None:
    """Two workers' requests, tokens, times and connections add up; of failures in a row and of starts one is told."""
    both = Answers()
    both.said(1, answer(3, outages=2, connections=5))
    both.said(2, answer(4, outages=1, connections=6))
    found = values(both.together(answer(0), silent=()))
    assert found["yumen_requests_total"] == 7
    assert found["yumen_duration_seconds_count"] == found["yumen_duration_seconds_bucket+Inf"] == 7
    assert found["yumen_connections"] == 11
    assert found["yumen_drain_failures_in_a_row"] == 2
    assert found["process_start_time_seconds"] == values(answer(0))["process_start_time_seconds"]
    assert found["process_resident_memory_bytes"] > 2 * values(answer(0))["process_resident_memory_bytes"]


def test_of_a_silent_worker_only_its_counters_count() -> None:
    """A worker that does not answer in time has its last counters in the sum, and no connections that nobody knows of."""
    both = Answers()
    both.said(1, answer(3, connections=5))
    both.said(2, answer(4, connections=6))
    found = values(both.together(answer(0), silent=[1]))
    assert (found["yumen_requests_total"], found["yumen_connections"]) == (7, 6)


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["serves", "dies"])), max_size=12))
def test_counters_never_fall(steps: list[tuple[int, str]]) -> None:
    """Whatever workers serve and die, no counter falls from one look to the next."""
    counts = dict.fromkeys((1, 2, 3), 0)
    answers = Answers()
    seen = [0.0]
    for worker, step in steps:
        if step == "serves":
            counts[worker] += 1
            answers.said(worker, answer(counts[worker]))
        else:
            counts[worker] = 0
            answers.died(worker)
        seen.append(values(answers.together(answer(0), silent=())).get("yumen_requests_total", 0.0))
    assert all(before <= after for before, after in pairwise(seen))
    assert seen[-1] == sum(step == "serves" for _, step in steps)
