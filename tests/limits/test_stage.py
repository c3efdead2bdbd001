"""admit: who passes, who is refused, how that is said, and what is left behind."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import msgspec
import pytest

from tests.limits.desk import BOB, CAROL, DOLLAR, QUOTE, SCOPES, Broken, Desk, headers, limit
from yumen.claude import Usage
from yumen.claude.endpoints import ALIASES, ENDPOINTS
from yumen.errors import Fault, Forbidden, InvalidRequest, LimitNeverFits, QuotaExhausted, RateLimited, SpendLimitReached
from yumen.exchange.states import State
from yumen.exchange.values import Quote
from yumen.limits import Kind, Limit, LimitOptions, Line, Mode, ScopeKind

MINUTE_US = 60_000_000
NOT_ALICE = {
    ScopeKind.ORGANIZATION: None,
    ScopeKind.WORKSPACE: CAROL,
    ScopeKind.KEY: BOB,
    ScopeKind.MEMBER: BOB,
    ScopeKind.LABEL: CAROL,
}
"""Who is outside of a scope in which Alice is."""
THREE = {
    Kind.REQUESTS_PER_SECOND: (3, RateLimited, 1_000_000),
    Kind.REQUESTS_PER_MINUTE: (3, RateLimited, MINUTE_US),
    Kind.INPUT_TOKENS_PER_MINUTE: (3990, RateLimited, 20_000_000),
    Kind.CONCURRENT_REQUESTS: (3, RateLimited, None),
    Kind.REQUESTS_PER_MONTH: (3, QuotaExhausted, None),
    Kind.SPEND_PER_DAY: (300_000_000, SpendLimitReached, None),
    Kind.SPEND_PER_MONTH: (399_999_999, SpendLimitReached, None),
}
"""For each kind: a value under which three of our requests pass and the fourth does not, how it is refused, after what it passes."""


@pytest.mark.parametrize("scope", ScopeKind)
@pytest.mark.parametrize("kind", THREE)
async def test_each_limit_in_each_scope(kind: Kind, scope: ScopeKind) -> None:
    """Three pass, the fourth does not, and who is outside of the scope is not touched by it."""
    value, fault, _ = THREE[kind]
    desk = Desk(Line(SCOPES[scope], limit(kind, value)))
    assert await desk.admitted(3) == 3
    refused, _ = await desk.refusal()
    assert type(refused) is fault
    outside = NOT_ALICE[scope]
    if outside is not None:
        await desk.ask(outside)
    else:
        assert await desk.admitted(1, CAROL) == 0


@pytest.mark.parametrize("kind", [kind for kind, (_, _, wait_us) in THREE.items() if wait_us])
async def test_waiting_exactly_so_long_is_enough(kind: Kind) -> None:
    """`retry-after-ms` later it passes, and a millisecond before it does not; `retry-after` is the next whole second."""
    value, _, _ = THREE[kind]
    desk = Desk(limit(kind, value))
    await desk.admitted(3)
    desk.clock.move(123_456)
    refused, shown = await desk.refusal()
    wait_ms = int(shown["retry-after-ms"])
    assert refused.retry_after_s == -(-wait_ms // 1000)
    assert refused.should_retry
    desk.clock.move((wait_ms - 1) * 1000)
    await desk.refusal()
    desk.clock.move(1000)
    await desk.ask()


async def test_output_tokens_count_as_they_are_produced() -> None:
    """While a token is left, a request passes, however much it may answer; what it produced is missing afterwards."""
    desk = Desk(limit(Kind.OUTPUT_TOKENS_PER_MINUTE, 600))
    first, second = await desk.ask(), await desk.ask()
    desk.end(first, usage=Usage(input_tokens=10, output_tokens=700))
    refused, shown = await desk.refusal()
    assert "rate limit of 600 output tokens per minute" in refused.message
    assert shown["anthropic-ratelimit-output-tokens-remaining"] == "0"
    desk.clock.move(int(shown["retry-after-ms"]) * 1000)
    await desk.ask()
    desk.end(second, usage=Usage(output_tokens=1))


async def test_never_more_than_n_in_any_minute() -> None:
    """Of a caller who hammers for ten minutes at random times, no sixty seconds ever contain more than the limit."""
    desk = Desk(limit(Kind.REQUESTS_PER_MINUTE, 20))
    draw = random.Random(4)  # noqa: S311  (the same times at every run)
    passed: list[int] = []
    end_us = desk.clock.now_us() + 10 * MINUTE_US
    while desk.clock.now_us() < end_us:
        try:
            desk.end(await desk.ask())
            passed.append(desk.clock.now_us())
        except RateLimited:
            pass
        desk.clock.move(draw.choice((1, 1000, 100_000, 900_000)))
    assert all(later - earlier >= MINUTE_US for earlier, later in zip(passed, passed[20:], strict=False))
    assert len(passed) >= 10 * 20 - 20


async def test_two_hundred_at_once_admit_exactly_ten() -> None:
    """However many ask at the same moment, ten are admitted."""
    desk = Desk(limit(Kind.REQUESTS_PER_MINUTE, 10))
    outcomes = await asyncio.gather(*(desk.ask() for _ in range(200)), return_exceptions=True)
    assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 10
    assert {type(outcome) for outcome in outcomes if isinstance(outcome, BaseException)} == {RateLimited}


async def test_a_dollar_under_bound_is_never_passed() -> None:
    """What is reserved and what was spent never exceed the limit by a nano-dollar; what was not spent is free again."""
    desk = Desk(limit(Kind.SPEND_PER_MONTH, DOLLAR))
    draw = random.Random(7)  # noqa: S311  (the same at every run)
    spent = 0
    running: list[Any] = []
    for _ in range(400):
        try:
            running.append(await desk.ask())
        except SpendLimitReached:
            assert spent + 100_000_000 * (len(running) + 1) > DOLLAR
        if running and draw.random() < 0.5:
            cost = draw.randint(0, 100_000_000) // 10
            desk.end(running.pop(draw.randrange(len(running))), usage=Usage(10, 10), nanousd=cost)
            spent += cost
        assert spent + 100_000_000 * len(running) <= DOLLAR
    assert spent > DOLLAR // 2


async def test_all_limits_or_none() -> None:
    """A request that one limit refuses leaves no trace in the others: every counter stands as before."""
    lines = [Line(SCOPES[scope], limit(kind, value * 100)) for scope in ScopeKind for kind, (value, _, _) in THREE.items()]
    desk = Desk(*lines, limit(Kind.FILES_PER_MINUTE, 5))
    await desk.ask()
    before = await standings(desk)
    desk.set(*lines, Line(SCOPES[ScopeKind.KEY], limit(Kind.CONCURRENT_REQUESTS, 1)))
    await desk.watch.poll()
    await desk.refusal()
    assert await standings(desk) == before


async def standings(desk: Desk) -> list[Any]:
    """How every counter of the first hold stands."""
    exchange = next(iter(desk.counting.holds._by_id.values()))
    return await desk.store.read(exchange.hold.organization_id, exchange.hold.demands)


async def test_what_was_refused_later_leaves_no_trace() -> None:
    """A request that was admitted and then never sent is as if nobody had asked, its place in the minute included."""
    desk = Desk(limit(Kind.REQUESTS_PER_MINUTE, 1), limit(Kind.REQUESTS_PER_MONTH, 1), limit(Kind.SPEND_PER_DAY, 100_000_000))
    desk.end(await desk.ask(), State.REFUSED)
    desk.end(await desk.ask(), usage=Usage(1, 1), nanousd=1)
    await desk.refusal()


async def test_who_has_no_limits_costs_one_look() -> None:
    """Without limits nothing is asked of the store, nothing is held and nothing is shown."""
    desk = Desk(Line(SCOPES[ScopeKind.KEY], limit(Kind.REQUESTS_PER_MINUTE, 1)), store=Broken(None))
    for _ in range(3):
        exchange = await desk.ask(BOB)
        assert (exchange.hold, exchange.shown) == (None, [])
    assert (desk.store.calls, desk.terms.reads) == ([], 1)


async def test_groups_have_minutes_of_their_own() -> None:
    """count_tokens, batches and files do not use up the minute of messages, nor one another's; a value of their own counts there."""
    desk = Desk(limit(Kind.REQUESTS_PER_MINUTE, 1), limit(Kind.FILES_PER_MINUTE, 2))
    for path, method, times in [
        ("/v1/messages", "POST", 1),
        ("/v1/messages/count_tokens", "POST", 1),
        ("/v1/messages/batches", "GET", 1),
        ("/v1/files", "GET", 2),
    ]:
        for _ in range(times):
            await desk.ask(path=path, method=method)
        with pytest.raises(RateLimited):
            await desk.ask(path=path, method=method)
    with pytest.raises(RateLimited):
        await desk.ask(path="/v1/models", method="GET")


async def test_the_month_counts_what_makes_tokens() -> None:
    """count_tokens, models and files are free of the month's requests."""
    desk = Desk(limit(Kind.REQUESTS_PER_MONTH, 1))
    for path, method in [("/v1/messages/count_tokens", "POST"), ("/v1/models", "GET"), ("/v1/files", "GET")]:
        await desk.ask(path=path, method=method)
    exchange = await desk.ask()
    assert headers(exchange)["x-yumen-requests-per-month-remaining"] == "0"
    refused, shown = await desk.refusal()
    assert not refused.should_retry
    assert "crossed its monthly limit of 1 requests" in refused.message
    assert "retry-after-ms" not in shown
    assert shown["x-yumen-requests-per-month-reset"].endswith("-01T00:00:00Z")


async def test_what_is_left_is_shown_on_every_answer() -> None:
    """Calls that the month and the money do not count show how these stand too, and use nothing of them."""
    desk = Desk(limit(Kind.REQUESTS_PER_MONTH, 5), limit(Kind.SPEND_PER_DAY, DOLLAR), limit(Kind.REQUESTS_PER_MINUTE, 9))
    desk.end(await desk.ask(), usage=Usage(1, 1), nanousd=1000)
    for path, method in [("/v1/messages/count_tokens", "POST"), ("/v1/models", "GET"), ("/v1/files", "GET")]:
        shown = headers(await desk.ask(path=path, method=method))
        assert (shown["x-yumen-requests-per-month-remaining"], shown["x-yumen-spend-per-day-remaining"]) == ("4", "0.999999")
        assert shown["x-ratelimit-remaining"] in ("8", "7")
    desk.set(limit(Kind.REQUESTS_PER_MONTH, 5))
    await desk.watch.poll()
    exchange = await desk.ask(path="/v1/files", method="GET")
    assert (exchange.hold, headers(exchange)["x-yumen-requests-per-month-remaining"]) == (None, "4")


async def test_models_of_one_class_share_their_tokens() -> None:
    """One class's tokens are counted together, another class's apart, and all unknown models as one."""
    desk = Desk(limit(Kind.INPUT_TOKENS_PER_MINUTE, 1000))
    for first, second in [("claude-opus-4-8", "claude-opus-4-5"), ("claude-sonnet-5", "claude-sonnet-5-5"), ("mine", "yours")]:
        await desk.ask(quote=msgspec.structs.replace(QUOTE, model=first))
        with pytest.raises(RateLimited):
            await desk.ask(quote=msgspec.structs.replace(QUOTE, model=second))


async def test_more_than_a_limit_holds_is_said_to_be_hopeless() -> None:
    """A request that no waiting helps is refused for good, with a sentence."""
    desk = Desk(limit(Kind.INPUT_TOKENS_PER_MINUTE, 999))
    refused, shown = await desk.refusal()
    assert isinstance(refused, LimitNeverFits)
    assert not refused.should_retry
    assert "asks for 1,000, more than the limit ever holds" in refused.message
    assert "retry-after-ms" not in shown


async def test_concurrency_is_said_in_claudes_words() -> None:
    """A place is missing for a second at a time, and is there when one has ended."""
    desk = Desk(limit(Kind.CONCURRENT_REQUESTS, 1))
    first = await desk.ask()
    refused, _ = await desk.refusal()
    assert refused.message.startswith("Number of concurrent connections has exceeded your rate limit. Please try again later")
    assert (refused.status, refused.retry_after_s, refused.should_retry) == (429, 1, True)
    desk.end(first)
    await desk.ask()


async def test_a_lease_that_nobody_renews_is_free_again() -> None:
    """A crash frees the places and the money that it held when the lease ends, and renewed holds stay."""
    desk = Desk(limit(Kind.CONCURRENT_REQUESTS, 1), limit(Kind.SPEND_PER_DAY, 100_000_000))
    await desk.ask()
    for _ in range(5):
        desk.clock.move(20_000_000)
        await desk.renewal.renew()
        await desk.refusal()
    desk.clock.move(30_000_000)
    await desk.ask()


async def test_spend_refusals_have_claude_codes_shape() -> None:
    """A 429 billing_error that forbids a retry, with the reset and the ceiling, what is left, and the other way."""
    desk = Desk(limit(Kind.SPEND_PER_DAY, 150_000_000))
    await desk.ask()
    refused, shown = await desk.refusal()
    assert (refused.status, refused.error_type, refused.should_retry) == (429, "billing_error", False)
    assert refused.message.startswith("spend limit reached · resets ")
    for part in ("$0.15 a day", "has $0.05 left", "can cost up to $0.10", "reserve = expected"):
        assert part in refused.message
    assert shown["anthropic-ratelimit-unified-status"] == "rejected"
    assert shown["anthropic-ratelimit-unified-overage-period"] == "daily"
    assert int(shown["anthropic-ratelimit-unified-reset"]) % 86_400 == 0
    assert shown["x-yumen-spend-per-day-remaining"] == "0.05"


async def test_money_by_expectation_learns_from_the_keys_answers() -> None:
    """Reserved is the input's cost and the key's usual answer; a limit by expectation lets more pass than one by the bound."""
    desk = Desk(Limit(Kind.SPEND_PER_DAY, DOLLAR))
    first = await desk.ask()
    assert first.hold.demands[0].amount == 5_000_000 + 1000 * 25_000
    desk.end(first, usage=Usage(1000, 40), nanousd=6_000_000)
    assert (await desk.ask()).hold.demands[0].amount == 5_000_000 + 40 * 25_000


@pytest.mark.parametrize(
    ("quote", "fault", "why"),
    [
        (msgspec.structs.replace(QUOTE, bound_nanousd=None, unbounded="its tool states no max_uses"), InvalidRequest, "no max_uses"),
        (msgspec.structs.replace(QUOTE, expected_nanousd=None, bound_nanousd=None, unbounded="the price is not known"), Forbidden, "price"),
        (None, Forbidden, "cannot be told"),
    ],
)
async def test_what_has_no_bound_or_price_is_refused_under_a_spend_limit(quote: Quote | None, fault: type[Fault], why: str) -> None:
    """The reason is in the sentence; a limit in shadow mode, which never refuses, lets it pass."""
    desk = Desk(limit(Kind.SPEND_PER_DAY, DOLLAR))
    with pytest.raises(fault, match=why):
        await desk.ask(quote=quote)
    desk.set(limit(Kind.SPEND_PER_DAY, DOLLAR, mode=Mode.SHADOW))
    await desk.watch.poll()
    await desk.ask(quote=quote)


PATHS = sorted(
    {(row.method, row.path.replace("{id}", "x_1")) for row in ENDPOINTS} | {("POST", path) for path in ALIASES if "models" not in path}
)


@pytest.mark.parametrize("kind", [Kind.INPUT_TOKENS_PER_MINUTE, Kind.SPEND_PER_MONTH])
@pytest.mark.parametrize(("method", "path"), [*PATHS, ("POST", "/v1/skills"), ("GET", "/v1/organizations/x")])
async def test_there_is_no_way_around(method: str, path: str, kind: Kind) -> None:
    """Under a used-up limit of tokens or money nothing that makes tokens passes: it is metered, or closed."""
    desk = Desk(limit(kind, 0))
    free = method != "POST" or "count_tokens" in path or path == "/v1/files" or path.endswith("/cancel")
    if path in ("/v1/skills", "/v1/organizations/x"):
        with pytest.raises(Forbidden, match="cannot be metered"):
            await desk.ask(path=path, method=method)
    elif free or (path == "/v1/messages/batches" and kind is Kind.INPUT_TOKENS_PER_MINUTE):
        await desk.ask(path=path, method=method)
    else:
        with pytest.raises((RateLimited, Forbidden)):
            await desk.ask(path=path, method=method)


async def test_the_operator_can_open_a_path_by_name() -> None:
    """A path on the list, or under its beginning, is open although it cannot be metered."""
    desk = Desk(limit(Kind.SPEND_PER_MONTH, 1), options=LimitOptions(open_paths=("/v1/skills*",)))
    await desk.ask(path="/v1/skills/x")
    with pytest.raises(Forbidden):
        await desk.ask(path="/v1/other")


async def test_shadow_counts_and_reports_and_lets_pass(caplog: pytest.LogCaptureFixture) -> None:
    """A shadow limit refuses nothing, shows no header, and is told of once a minute in the log and at once in the counts."""
    desk = Desk(limit(Kind.REQUESTS_PER_MINUTE, 1, mode=Mode.SHADOW))
    for _ in range(5):
        assert (await desk.ask()).shown == []
    assert desk.tally.shadowed == 4
    assert caplog.text.count("shadow limit key:apikey_alice:requests_per_minute of org_1 (1)") == 1
    desk.clock.move(MINUTE_US)
    await desk.ask()
    assert "would have refused 3 requests" in caplog.text
