"""The budget bounds how much retries add to what an upstream gets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from yumen.upstream.budget import FLOOR, WINDOW_NS, Budget


def take(budget: Budget, now_ns: int) -> bool:
    """Retry where there is room."""
    if not budget.room(now_ns):
        return False
    budget.retry(now_ns)
    return True


def test_a_quiet_gateway_can_retry() -> None:
    """With hardly a request there is room for the floor, and again when its time has passed."""
    budget = Budget(20)
    budget.request(0)
    assert [take(budget, 1) for _ in range(FLOOR + 1)] == [True] * FLOOR + [False]
    assert not budget.room(2 * WINDOW_NS - 1)
    assert budget.room(2 * WINDOW_NS)


def test_in_an_outage_so_many_in_a_hundred_are_retries() -> None:
    """Where every request fails, the retries stay at the setting's share of the requests."""
    budget = Budget(20)
    retries = 0
    for moment in range(10_000):
        budget.request(moment)
        retries += take(budget, moment)
    assert retries == 2_000 + FLOOR


def test_none_in_a_hundred_is_none() -> None:
    """With 0 there is no retry at that upstream, not even the floor's."""
    budget = Budget(0)
    budget.request(0)
    assert not budget.room(0)


@given(st.integers(0, 200), st.lists(st.tuples(st.integers(0, 3 * WINDOW_NS // 2), st.integers(0, 60)), max_size=60))
def test_the_load_is_bounded_whatever_comes(percent: int, spells: list[tuple[int, int]]) -> None:
    """In all, retries are never more than the share of the requests, and the floor of each window that had any."""
    budget = Budget(percent)
    now_ns = requests = retries = 0
    windows = set()
    for later_ns, count in spells:
        now_ns += later_ns
        windows.add(now_ns // WINDOW_NS)
        for _ in range(count):
            budget.request(now_ns)
            requests += 1
            while take(budget, now_ns):
                retries += 1
    assert retries <= requests * percent / 100 + FLOOR * len(windows)
