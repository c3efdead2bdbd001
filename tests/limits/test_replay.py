"""What a limit would have done: replayed over what was used, by tables."""

from __future__ import annotations

import pytest

from yumen.limits.replay import WORST, Certainty, Used, replay_buckets, replay_period, replay_window, suspicious
from yumen.limits.values import MINUTE_US, Kind, Limit, Reserve

HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US
MIDNIGHT_US = 1_764_028_800_000_000
"""The beginning of a day, UTC."""


def minutes(*amounts: int, requests: int | None = None) -> list[Used]:
    """Return one minute after the other."""
    return [Used(MIDNIGHT_US + n * MINUTE_US, amount if requests is None else requests, amount) for n, amount in enumerate(amounts)]


def hours(*amounts: int, from_us: int = MIDNIGHT_US) -> list[Used]:
    """Return one hour after the other, of ten requests each."""
    return [Used(from_us + n * HOUR_US, 10, amount) for n, amount in enumerate(amounts)]


@pytest.mark.parametrize(
    ("amounts", "refused", "certainty"),
    [
        ((), 0, Certainty.EXACT),
        ((5, 5), 0, Certainty.EXACT),
        ((6,), 0, Certainty.AT_LEAST),  # with the minute beside it, any sixty seconds may have more than ten
        ((10, 10), 0, Certainty.AT_LEAST),
        ((11, 3, 15), 6, Certainty.AT_LEAST),
    ],
)
def test_a_rate_refuses_what_is_above_it_in_each_minute(amounts: tuple[int, ...], refused: int, certainty: Certainty) -> None:
    """What is above the rate is refused, and below its half it is certain that nothing is."""
    found = replay_window(Limit(Kind.REQUESTS_PER_MINUTE, 10), minutes(*amounts))
    assert (found.refused, found.refused_requests, found.certainty) == (refused, refused, certainty)
    assert found.requests == sum(amounts)
    assert found.highest == max(amounts, default=0)


def test_a_rate_says_when() -> None:
    """The first moment and the worst ones are told, in the order of time."""
    found = replay_window(Limit(Kind.REQUESTS_PER_MINUTE, 1), minutes(*range(1, 20)))
    assert found.first_us == MIDNIGHT_US + MINUTE_US
    assert len(found.moments) == WORST
    assert [moment.used for moment in found.moments] == list(range(10, 20))


@pytest.mark.parametrize(
    ("amounts", "refused"),
    [
        ((100,), 0),
        ((200,), 0),  # the bucket was full, and refilled in that minute
        ((201,), 1),
        ((150, 150), 0),  # a half is left, and it refills
        ((200, 150), 50),  # nothing is left
        ((200, 0, 200), 0),  # full again
        ((50, 250), 50),  # never fuller than full
        ((300, 100, 100), 100),
    ],
)
def test_a_bucket_refills_in_a_minute(amounts: tuple[int, ...], refused: int) -> None:
    """Beyond what is left and what flows in, tokens are refused; what is refused empties nothing."""
    assert replay_buckets(Limit(Kind.INPUT_TOKENS_PER_MINUTE, 100), [minutes(*amounts)]).refused == refused


def test_a_bucket_is_full_after_a_pause() -> None:
    """Between pieces that do not follow one another it refills."""
    pieces = [Used(MIDNIGHT_US, 1, 200), Used(MIDNIGHT_US + 2 * MINUTE_US, 1, 200)]
    assert replay_buckets(Limit(Kind.INPUT_TOKENS_PER_MINUTE, 100), [pieces]).refused == 0


def test_classes_of_models_have_buckets_of_their_own() -> None:
    """What one class uses takes nothing from another."""
    limit = Limit(Kind.OUTPUT_TOKENS_PER_MINUTE, 100)
    found = replay_buckets(limit, [minutes(200, requests=4), minutes(300, requests=4)])
    assert (found.refused, found.refused_requests, found.amount, found.requests) == (100, 2, 500, 8)
    assert found.certainty is Certainty.ESTIMATE


def test_a_day_fills_up_and_begins_anew() -> None:
    """What is above a day's limit is refused, by proportion where it fills up; the next day begins with nothing."""
    found = replay_period(Limit(Kind.SPEND_PER_DAY, 100), "UTC", hours(*[10] * 30), MIDNIGHT_US)
    assert found.refused == 14 * 10
    assert found.refused_requests == 14 * 10
    assert found.highest == 240
    assert found.first_us == MIDNIGHT_US + 10 * HOUR_US
    cut = replay_period(Limit(Kind.SPEND_PER_DAY, 95), "UTC", hours(*[10] * 10), MIDNIGHT_US)
    assert (cut.refused, cut.refused_requests, cut.certainty) == (5, 5, Certainty.ESTIMATE)


def test_days_are_those_of_the_time_zone() -> None:
    """In Shanghai the day ends at 16:00 UTC."""
    used = hours(*[10] * 24)
    assert replay_period(Limit(Kind.SPEND_PER_DAY, 160), "UTC", used, MIDNIGHT_US).refused == 80
    assert replay_period(Limit(Kind.SPEND_PER_DAY, 160), "Asia/Shanghai", used, MIDNIGHT_US).refused == 0


def test_what_came_before_only_fills_up() -> None:
    """Refusals before the week that is told are not counted, but what was used then is."""
    since_us = MIDNIGHT_US + 20 * HOUR_US
    found = replay_period(Limit(Kind.REQUESTS_PER_MONTH, 100), "UTC", hours(*[10] * 24), since_us)
    assert (found.refused, found.requests, found.first_us) == (40, 40, since_us)


@pytest.mark.parametrize(("reserve", "certainty"), [(Reserve.BOUND, Certainty.ESTIMATE), (Reserve.EXPECTED, Certainty.EXACT)])
def test_a_bound_refuses_before_its_limit(reserve: Reserve, certainty: Certainty) -> None:
    """Where the most that a request can cost is set aside, sums cannot tell that nothing is refused."""
    assert replay_period(Limit(Kind.SPEND_PER_DAY, 100, reserve=reserve), "UTC", hours(10), MIDNIGHT_US).certainty is certainty


def test_half_of_a_rate_is_not_suspicious() -> None:
    """Two pieces beside one another of half the rate stay within it."""
    limit = Limit(Kind.REQUESTS_PER_MINUTE, 10)
    assert not suspicious(limit, 5)
    assert suspicious(limit, 6)
