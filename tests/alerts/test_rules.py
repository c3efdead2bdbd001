"""When something is news: property by property."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.alerts.levels import MAX_REMEMBERED, Crossing, Levels, Use
from yumen.alerts.rules import Burst, expiring, is_calendar, is_upstream_error, network_of, reached, usable_percents
from yumen.alerts.values import DAY_US, HOUR_US, KeyFact
from yumen.errors import CallerLeft, Internal, Truncated, UpstreamTimeout
from yumen.exchange.values import Outcome

PERCENTS = (50, 80, 95, 100)
NOW = 1_800_000_000_000_000
MONTH_END = NOW + 20 * DAY_US


class Times:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.us = NOW

    def now_us(self) -> int:
        """As a clock has it."""
        return self.us


def use(remaining: int, kind: str = "spend_per_month", reset_us: int = MONTH_END, limit: int = 1000) -> Use:
    """How a key's limit stands."""
    return Use("org_1", "key", "apikey_1", kind, limit, remaining, reset_us)


def seen(levels: Levels, looked: Use) -> Crossing | None:
    """Look as the stage does."""
    if (looked.limit - looked.remaining) * 100 < 50 * looked.limit:
        levels.below(looked.organization_id, looked.scope_kind, looked.scope_id, looked.kind, looked.limit)
        return None
    return levels.above(looked)


@pytest.mark.parametrize(
    ("remaining", "count"), [(1000, 0), (501, 0), (500, 1), (201, 1), (200, 2), (51, 2), (50, 3), (1, 3), (0, 4), (-7, 4)]
)
def test_a_part_is_reached_exactly(remaining: int, count: int) -> None:
    """Exactly at the part, not a unit before."""
    assert reached(1000, remaining, PERCENTS) == count


@given(st.lists(st.integers(0, 1000), max_size=60))
def test_each_part_is_told_once_a_period(fractions: list[int]) -> None:
    """However a budget goes up and down within its period: each part at most once, and what is told last is the highest reached."""
    levels = Levels(PERCENTS, Times().now_us)
    crossings = [crossing for used in fractions if (crossing := seen(levels, use(1000 - used)))]
    percents = [percent for crossing in crossings for percent in crossing.percents]
    highest = max((reached(1000, 1000 - used, PERCENTS) for used in fractions), default=0)
    assert percents == list(PERCENTS[:highest])
    assert all(first.percents[-1] < second.percents[-1] for first, second in pairwise(crossings))


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 3 * 60)), max_size=80))
def test_a_rate_is_told_once_an_hour_and_only_from_below(looks: list[tuple[int, int]]) -> None:
    """For a limit without periods a part is told when it is reached from below, and not again within an hour."""
    times = Times()
    levels = Levels(PERCENTS, times.now_us)
    told: dict[int, int] = {}
    before = 0
    for used, minutes in looks:
        times.us += minutes * 60_000_000
        crossing = seen(levels, use(1000 - used, "requests_per_minute", times.us + 1))
        level = reached(1000, 1000 - used, PERCENTS)
        if crossing is not None:
            assert level > before
            for percent in crossing.percents:
                assert times.us - told.get(percent, 0) >= HOUR_US
                told[percent] = times.us
        elif level > before:
            assert times.us - told[PERCENTS[level - 1]] < HOUR_US
        before = level


def test_a_new_period_begins_anew() -> None:
    """In the next month the same parts are news, even where the first look finds much used already."""
    levels = Levels(PERCENTS, Times().now_us)
    first = seen(levels, use(30))
    second = seen(levels, use(400, reset_us=MONTH_END + 30 * DAY_US))
    assert first is not None
    assert second is not None
    assert first.percents == (50, 80, 95)
    assert second.percents == (50,)
    assert not {news.name for news in first.news} & {news.name for news in second.news}


def test_a_raised_budget_begins_anew() -> None:
    """Parts of another limit are other parts."""
    levels = Levels(PERCENTS, Times().now_us)
    assert seen(levels, use(100)) is not None
    assert seen(levels, use(1100, limit=2000)) is None
    again = seen(levels, use(400, limit=2000))
    assert again is not None
    assert again.percents == (50, 80)


def test_what_is_told_of_a_jump() -> None:
    """A jump over several parts is one crossing: the highest is told, those below are taken with it."""
    crossing = seen(Levels(PERCENTS, Times().now_us), use(0))
    assert crossing is not None
    assert [news.facts["percent"] for news in crossing.news] == [50, 80, 95, 100]
    assert all(news.members and news.rearm_us == 0 for news in crossing.news)


def test_levels_remember_within_bounds() -> None:
    """Any number of keys costs bounded memory."""
    levels = Levels(PERCENTS, Times().now_us)
    for number in range(MAX_REMEMBERED + 1000):
        levels.above(Use("org_1", "key", f"apikey_{number}", "spend_per_month", 100, 50, MONTH_END))
    assert len(levels._levels) == len(levels._told) == MAX_REMEMBERED


def test_usable_percents() -> None:
    """Whatever the operator writes: each once, in order, between 1 and 100."""
    assert usable_percents((95, 50, 0, 50, 101, -3, 100)) == (50, 95, 100)


def test_which_limits_have_a_calendar() -> None:
    """Months and days have one; a class of models behind a colon changes nothing."""
    assert is_calendar("spend_per_day")
    assert is_calendar("requests_per_month")
    assert not is_calendar("requests_per_minute")
    assert not is_calendar("input_tokens_per_minute:model_per_month")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", None),
        ("unix", None),
    ],
)
def test_networks(address: str, network: str | None) -> None:
    """A network is a /24, or a /48; an IPv4 address in IPv6's clothes is an IPv4 address."""
    assert network_of(address) == network


@given(st.lists(st.integers(0, 90), max_size=60), st.integers(1, 6))
def test_a_burst_is_so_many_in_a_minute(gaps: list[int], many: int) -> None:
    """A burst is reported exactly where the last so many errors since the burst before lie within a minute."""
    burst, since, now = Burst(many), [], NOW
    for gap in gaps:
        now += gap * 1_000_000
        since.append(now)
        expected = len(since) >= many and now - since[-many] < 60_000_000
        assert burst.add(now) is expected
        if expected:
            since.clear()


def test_a_burst_lies_within_less_than_a_minute() -> None:
    """A whole minute between the first and the last is none."""
    apart, within = Burst(2), Burst(2)
    assert [apart.add(NOW), apart.add(NOW + 60_000_000)] == [False, False]
    assert [within.add(NOW), within.add(NOW + 59_999_999)] == [False, True]


@pytest.mark.parametrize(
    ("outcome", "status", "fault", "counts"),
    [
        (Outcome.ERROR, 500, None, True),
        (Outcome.ERROR, 529, None, True),
        (Outcome.ERROR, 429, None, True),
        (Outcome.ERROR, 401, None, True),
        (Outcome.ERROR, 400, None, False),
        (Outcome.ERROR, 404, None, False),
        (Outcome.FAILED, 504, UpstreamTimeout(), True),
        (Outcome.TRUNCATED, 200, Truncated(), True),
        (Outcome.FAILED, 500, Internal(), False),
        (Outcome.CANCELLED, 499, CallerLeft(), False),
        (Outcome.ANSWERED, 200, None, False),
        (Outcome.REFUSED, 429, None, False),
    ],
)
def test_which_errors_count(outcome: Outcome, status: int, fault: Exception | None, *, counts: bool) -> None:
    """The upstream's own count, and what it says of the operator's credential and limits; a caller's mistakes do not."""
    assert is_upstream_error(outcome, status, fault) is counts  # type: ignore[arg-type]


def test_expiring_keys() -> None:
    """Keys that end within the days are news; what has no end, a far one, has ended already, or ends on purpose is none."""
    keys = [
        KeyFact("apikey_soon", "soon", "org_1", NOW + DAY_US),
        KeyFact("apikey_edge", "edge", "org_1", NOW + 7 * DAY_US),
        KeyFact("apikey_far", "far", "org_1", NOW + 7 * DAY_US + 1),
        KeyFact("apikey_past", "past", "org_1", NOW),
        KeyFact("apikey_never", "never", "org_1"),
        KeyFact("apikey_replaced", "replaced", "org_1", NOW + DAY_US, ends_on_purpose=True),
    ]
    news = expiring(keys, NOW, 7)
    assert [each.facts["key"] for each in news] == ["apikey_soon", "apikey_edge"]
    assert len({each.name for each in news}) == 2
    assert expiring(keys, NOW, 0) == []
