"""The rules of limits, case by case: whose lines apply, which counters are asked, periods, headers and words."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.limits.desk import ALICE, BOB, QUOTE, SCOPES, limit
from yumen.claude import find_endpoint
from yumen.limits import Kind, Limit, Line, Mode, ScopeKind
from yumen.limits.headers import headers_of
from yumen.limits.periods import period_of
from yumen.limits.rules import Call, Claim, claims_of
from yumen.limits.terms import OrganizationTerms, Terms
from yumen.limits.terms.rules import lines_for, terms_for
from yumen.limits.values import Demand, Form, Measure, Standing
from yumen.limits.wording import day, dollars, milliseconds, moment, rfc3339, seconds

NOW_US = 1_795_651_200_000_000
DAY_US = 86_400_000_000
ORGANIZATION, WORKSPACE, KEY, MEMBER, LABEL = (SCOPES[kind] for kind in ScopeKind)


def us(text: str, zone: str = "UTC") -> int:
    """A moment of a time zone as UTC microseconds."""
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * 1_000_000


def demands(*lines: Line, method: str = "POST", path: str = "/v1/messages", zone: str = "UTC", now_us: int = NOW_US) -> list[Demand]:
    """What a request asks for."""
    match = find_endpoint(method, path)
    assert match is not None
    quote = QUOTE if match.endpoint.billable else None
    return [claim.demand for claim in claims_of(Terms("org_1", zone, lines), Call(match.endpoint, now_us, quote, "claude-opus-5", 40))]


def test_a_limit_of_the_organization_takes_the_place_of_its_plans() -> None:
    """Of the same kind the one that was set counts; of other kinds, and of narrower scopes, both count."""
    plan = (Limit(Kind.REQUESTS_PER_MINUTE, 20), Limit(Kind.REQUESTS_PER_MONTH, 5000))
    own = Line(ORGANIZATION, Limit(Kind.REQUESTS_PER_MINUTE, 90))
    key = Line(KEY, Limit(Kind.REQUESTS_PER_MINUTE, 5))
    others = Line(SCOPES[ScopeKind.MEMBER], Limit(Kind.REQUESTS_PER_MINUTE, 1))
    organization = OrganizationTerms("UTC", plan, (own, key, others))
    assert set(lines_for(organization, ALICE)) == {own, Line(ORGANIZATION, plan[1]), key, others}
    assert set(lines_for(organization, BOB)) == {own, Line(ORGANIZATION, plan[1])}


def test_terms_say_what_must_be_known() -> None:
    """Tokens and money are quoted only where a limit counts them; shadow limits open no path to be closed."""
    plain = terms_for(OrganizationTerms(plan=(Limit(Kind.REQUESTS_PER_MINUTE, 1),)), ALICE)
    assert (plain.tokens, plain.money, plain.bound, plain.metered) == (False, False, False, False)
    shadow = terms_for(OrganizationTerms(plan=(limit(Kind.SPEND_PER_DAY, 1, mode=Mode.SHADOW),)), ALICE)
    assert (shadow.tokens, shadow.money, shadow.bound, shadow.metered) == (False, True, True, False)
    tokens = terms_for(OrganizationTerms(plan=(Limit(Kind.OUTPUT_TOKENS_PER_MINUTE, 1),)), ALICE)
    assert (tokens.tokens, tokens.money, tokens.bound, tokens.metered) == (True, False, False, True)


@pytest.mark.parametrize(
    ("kind", "demand"),
    [
        (Kind.REQUESTS_PER_SECOND, Demand("key:apikey_alice:requests_per_second", Form.WINDOW, Measure.REQUESTS, 9, 1, 1_000_000)),
        (Kind.REQUESTS_PER_MINUTE, Demand("key:apikey_alice:requests_per_minute", Form.WINDOW, Measure.REQUESTS, 9, 1, 60_000_000)),
        (Kind.COUNT_TOKENS_PER_MINUTE, None),
        (Kind.BATCHES_PER_MINUTE, None),
        (Kind.FILES_PER_MINUTE, None),
        (
            Kind.INPUT_TOKENS_PER_MINUTE,
            Demand("key:apikey_alice:input_tokens_per_minute:opus-5", Form.BUCKET, Measure.INPUT_TOKENS, 9, 1000, 60_000_000),
        ),
        (
            Kind.OUTPUT_TOKENS_PER_MINUTE,
            Demand("key:apikey_alice:output_tokens_per_minute:opus-5", Form.BUCKET, Measure.OUTPUT_TOKENS, 9, 0, 60_000_000),
        ),
        (Kind.CONCURRENT_REQUESTS, Demand("key:apikey_alice:concurrent_requests", Form.LEASES, Measure.REQUESTS, 9, 1)),
        (
            Kind.REQUESTS_PER_MONTH,
            Demand("key:apikey_alice:requests_per_month:2026-11", Form.PERIOD, Measure.REQUESTS, 9, 1, 30 * DAY_US, us("2026-12-01")),
        ),
        (
            Kind.SPEND_PER_DAY,
            Demand("key:apikey_alice:spend_per_day:2026-11-26", Form.PERIOD, Measure.NANOUSD, 9, 100_000_000, DAY_US, us("2026-11-27")),
        ),
        (
            Kind.SPEND_PER_MONTH,
            Demand("key:apikey_alice:spend_per_month:2026-11", Form.PERIOD, Measure.NANOUSD, 9, 100_000_000, 30 * DAY_US, us("2026-12-01")),
        ),
    ],
)
def test_what_a_message_asks_of_each_kind(kind: Kind, demand: Demand | None) -> None:
    """The counter's name, its form, and how much of it."""
    assert demands(Line(KEY, limit(kind, 9))) == ([] if demand is None else [demand])


@pytest.mark.parametrize(
    ("method", "path", "counters"),
    [
        ("POST", "/v1/messages", ["requests_per_minute", "requests_per_second", "concurrent_requests", "requests_per_month:2026-11"]),
        ("POST", "/v1/complete", ["requests_per_minute", "requests_per_second", "concurrent_requests", "requests_per_month:2026-11"]),
        (
            "POST",
            "/v1/chat/completions",
            ["requests_per_minute", "requests_per_second", "concurrent_requests", "requests_per_month:2026-11"],
        ),
        ("POST", "/v1/messages/count_tokens", ["count_tokens_per_minute", "requests_per_second:count_tokens", "concurrent_requests"]),
        ("GET", "/v1/models", ["count_tokens_per_minute", "requests_per_second:count_tokens", "concurrent_requests"]),
        ("POST", "/v1/messages/batches", ["batches_per_minute", "requests_per_second:batches", "requests_per_month:2026-11"]),
        ("GET", "/v1/messages/batches", ["batches_per_minute", "requests_per_second:batches", "concurrent_requests"]),
        ("POST", "/v1/files", ["files_per_minute", "requests_per_second:files", "concurrent_requests"]),
    ],
)
def test_which_counters_each_endpoint_asks(method: str, path: str, counters: list[str]) -> None:
    """Groups of calls have windows of their own, of requests_per_minute's value; only what makes tokens counts in the month."""
    kinds = (Kind.REQUESTS_PER_MINUTE, Kind.REQUESTS_PER_SECOND, Kind.CONCURRENT_REQUESTS, Kind.REQUESTS_PER_MONTH)
    asked = demands(*(Line(KEY, limit(kind, 9)) for kind in kinds), method=method, path=path)
    assert [demand.counter.removeprefix("key:apikey_alice:") for demand in asked] == counters


def test_a_groups_own_minute_counts_instead() -> None:
    """Where a scope has a limit for a group's minute, requests_per_minute does not count there; another scope's still does."""
    lines = (
        Line(KEY, limit(Kind.REQUESTS_PER_MINUTE, 9)),
        Line(KEY, limit(Kind.COUNT_TOKENS_PER_MINUTE, 3)),
        Line(WORKSPACE, limit(Kind.REQUESTS_PER_MINUTE, 70)),
    )
    asked = demands(*lines, path="/v1/messages/count_tokens")
    assert [(demand.counter, demand.limit) for demand in asked] == [
        ("key:apikey_alice:count_tokens_per_minute", 3),
        ("workspace:wrkspc_1:count_tokens_per_minute", 70),
    ]


@pytest.mark.parametrize(
    ("kind", "zone", "now", "name", "until"),
    [
        (Kind.SPEND_PER_DAY, "Asia/Shanghai", "2026-11-26T15:59", "2026-11-26", "2026-11-26T16:00"),
        (Kind.SPEND_PER_DAY, "Asia/Shanghai", "2026-11-26T16:00", "2026-11-27", "2026-11-27T16:00"),
        (Kind.SPEND_PER_DAY, "America/New_York", "2026-03-08T12:00", "2026-03-08", "2026-03-09T04:00"),
        (Kind.SPEND_PER_DAY, "America/New_York", "2026-11-01T12:00", "2026-11-01", "2026-11-02T05:00"),
        (Kind.SPEND_PER_DAY, "Asia/Kathmandu", "2026-11-26T18:14", "2026-11-26", "2026-11-26T18:15"),
        (Kind.SPEND_PER_MONTH, "Asia/Shanghai", "2026-12-31T16:00", "2027-01", "2027-01-31T16:00"),
        (Kind.REQUESTS_PER_MONTH, "UTC", "2028-02-29T23:59", "2028-02", "2028-03-01T00:00"),
        (Kind.SPEND_PER_DAY, "No/Where", "2026-11-26T23:59", "2026-11-26", "2026-11-27T00:00"),
    ],
)
def test_periods_are_the_organizations(kind: Kind, zone: str, now: str, name: str, until: str) -> None:
    """Days and months begin and end at the time zone's midnight, over changes of the clocks too; an unknown zone is UTC."""
    period = period_of(kind, zone, us(now))
    assert (period.name, period.until_us) == (name, us(until))
    assert period.from_us <= us(now) < period.until_us


@given(
    st.integers(1_500_000_000, 2_500_000_000),
    st.sampled_from(["UTC", "Asia/Shanghai", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "Europe/London"]),
    st.sampled_from([Kind.SPEND_PER_DAY, Kind.SPEND_PER_MONTH]),
)
def test_periods_follow_one_another(second: int, zone: str, kind: Kind) -> None:
    """Every moment lies in one period, and the next period begins where it ends, under another name."""
    period = period_of(kind, zone, second * 1_000_000)
    assert period.from_us <= second * 1_000_000 < period.until_us
    after = period_of(kind, zone, period.until_us)
    assert (after.from_us, after.name > period.name) == (period.until_us, True)


def claim(kind: Kind, value: int, remaining: int, reset_s: int = 100, *, shadow: bool = False) -> tuple[Claim, Standing]:
    """A claim, and how it stands."""
    demand = Demand(f"key:x:{kind}", Form.WINDOW, Measure.REQUESTS, value, 1, shadow=shadow)
    return Claim(Line(KEY, Limit(kind, value)), demand), Standing(remaining, reset_s * 1_000_000 - 1)


def shown(*pairs: tuple[Claim, Standing]) -> dict[str, str]:
    """The headers of claims."""
    made = headers_of([each for each, _ in pairs], [standing for _, standing in pairs])
    assert len({name for name, _ in made}) == len(made)
    return {name.decode(): value.decode() for name, value in made}


def test_all_twelve_headers_of_the_tightest_limits() -> None:
    """Each axis shows the limit of which the least is left, its exact rest, and the second at which all of it is back."""
    assert shown(
        claim(Kind.REQUESTS_PER_MINUTE, 50, 49),
        claim(Kind.REQUESTS_PER_MINUTE, 20, 7, 60),
        claim(Kind.INPUT_TOKENS_PER_MINUTE, 30_000, 28_123, 70),
        claim(Kind.OUTPUT_TOKENS_PER_MINUTE, 8000, 8000, 50),
        claim(Kind.REQUESTS_PER_MONTH, 5000, 4321, 86_400),
        claim(Kind.SPEND_PER_DAY, 10**9, 5, 86_400),
    ) == {
        "anthropic-ratelimit-requests-limit": "20",
        "anthropic-ratelimit-requests-remaining": "7",
        "anthropic-ratelimit-requests-reset": "1970-01-01T00:01:00Z",
        "x-ratelimit-limit": "20",
        "x-ratelimit-remaining": "7",
        "anthropic-ratelimit-input-tokens-limit": "30000",
        "anthropic-ratelimit-input-tokens-remaining": "28123",
        "anthropic-ratelimit-input-tokens-reset": "1970-01-01T00:01:10Z",
        "anthropic-ratelimit-output-tokens-limit": "8000",
        "anthropic-ratelimit-output-tokens-remaining": "8000",
        "anthropic-ratelimit-output-tokens-reset": "1970-01-01T00:00:50Z",
        "anthropic-ratelimit-tokens-limit": "38000",
        "anthropic-ratelimit-tokens-remaining": "36123",
        "anthropic-ratelimit-tokens-reset": "1970-01-01T00:01:10Z",
        "x-yumen-requests-per-month-limit": "5000",
        "x-yumen-requests-per-month-remaining": "4321",
        "x-yumen-requests-per-month-reset": "1970-01-02T00:00:00Z",
        "x-yumen-spend-per-day-limit": "1.00",
        "x-yumen-spend-per-day-remaining": "0.000000005",
        "x-yumen-spend-per-day-reset": "1970-01-02T00:00:00Z",
    }


def test_an_axis_without_a_limit_says_nothing() -> None:
    """Shadow limits and places among concurrent requests show none; a limit of seconds stands in where there is none of minutes."""
    assert shown(claim(Kind.REQUESTS_PER_MINUTE, 5, 1, shadow=True), claim(Kind.CONCURRENT_REQUESTS, 5, 1)) == {}
    assert shown(claim(Kind.REQUESTS_PER_SECOND, 5, 1))["x-ratelimit-limit"] == "5"
    assert "anthropic-ratelimit-tokens-limit" in shown(claim(Kind.OUTPUT_TOKENS_PER_MINUTE, 5, 1))


@given(st.integers(0, 9 * 10**15))
def test_dollars_are_exact(nanousd: int) -> None:
    """What is written can be read back to the nano-dollar."""
    whole, _, decimals = dollars(nanousd).partition(".")
    assert len(decimals) >= 2
    assert int(whole) * 10**9 + int(decimals.ljust(9, "0")) == nanousd


def test_times_are_rounded_up() -> None:
    """A wait is never told shorter than it is, and moments are written as Claude writes them."""
    assert [seconds(1), seconds(1_000_000), seconds(1_000_001)] == [1, 1, 2]
    assert [milliseconds(1), milliseconds(1000), milliseconds(1001)] == [1, 1, 2]
    at = round(datetime(2026, 12, 1, tzinfo=UTC).timestamp()) * 1_000_000
    assert (rfc3339(at // 1_000_000), moment(at), day(at)) == (b"2026-12-01T00:00:00Z", "2026-12-01 at 00:00 UTC", "Dec 1")
