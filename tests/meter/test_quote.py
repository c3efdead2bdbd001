"""quote: what a request may use and cost, estimated and bounded, over all its candidates."""

from __future__ import annotations

import json
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.claude import RequestView, Usage, find_endpoint, view_request
from yumen.claude.completions import ModelMapping, dialect_of, translate_completion
from yumen.claude.extent import BASE_TOKENS
from yumen.exchange import Candidate
from yumen.http.head import Head
from yumen.meter import TOKENS_ALONE, Need, Price, Prices, Quoting, UpstreamPrices
from yumen.meter.quote import quote_of

NOW_US = 1_795_651_200_000_000
BOUND = Need(money=True, bound=True)
EXPECTED = Need(money=True, bound=False)
MESSAGE = {"model": "claude-opus-5", "max_tokens": 100, "messages": [{"role": "user", "content": "Hello"}]}
PRICES = Prices({"mine": Price(Decimal(1), Decimal(2))})


def exchange_of(fields: dict[str, Any], path: str = "/v1/messages", **more: Any) -> Any:  # noqa: ANN401  (a double)
    """A request that was read and resolved."""
    match = find_endpoint("POST", path)
    assert match is not None
    body = json.dumps(fields).encode()
    view = view_request(body)
    plain = {
        "endpoint": match.endpoint,
        "body": body,
        "view": view,
        "candidates": (Candidate("default", view.model),),
        "started_us": NOW_US,
        "request": SimpleNamespace(head=Head([])),
        "quote": None,
        "spool": None,
    }
    return SimpleNamespace(**(plain | more))


def test_a_plain_request_is_estimated_and_bounded() -> None:
    """Expected is the estimated input; the bound is every byte at the dearest class, and all of max_tokens."""
    exchange = exchange_of(MESSAGE)
    quote = quote_of(exchange, BOUND, PRICES)
    assert quote.input_tokens < 10
    assert quote.expected_nanousd == quote.input_tokens * 5000
    assert quote.output_nanousd == 25_000
    assert quote.bound_nanousd == (len(exchange.body) + BASE_TOKENS) * 10_000 + 100 * 25_000
    assert (quote.max_output_tokens, quote.requests, quote.unbounded) == (100, 1, None)


def test_the_window_and_the_models_own_maximum_bound_what_is_longer() -> None:
    """No input is longer than the window, and no answer longer than the model's longest."""
    long = [{"role": "user", "content": "x" * 300_000}]
    quote = quote_of(exchange_of(MESSAGE | {"model": "claude-haiku-4-5", "messages": long, "max_tokens": 10**9}), BOUND, PRICES)
    assert quote.bound_nanousd == 200_000 * 2000 + 64_000 * 5000
    assert quote.max_output_tokens == 64_000


def test_long_prompts_cost_their_tiers() -> None:
    """Where the prompt may reach a dearer tier, all of it counts at that; the long window is that of the beta header."""
    document = [{"type": "document", "source": {"type": "url", "url": "https://example.com"}}]
    fields = MESSAGE | {"model": "claude-sonnet-4-5", "messages": [{"role": "user", "content": document}]}
    assert quote_of(exchange_of(fields), BOUND, PRICES).bound_nanousd == 200_000 * 6000 + 100 * 15_000
    head = SimpleNamespace(head=Head([(b"anthropic-beta", b"a,context-1m-2025-08-07")]))
    assert quote_of(exchange_of(fields, request=head), BOUND, PRICES).bound_nanousd == 1_000_000 * 12_000 + 2_250_000


def test_longer_answers_by_a_beta_header_are_bounded_by_what_is_asked() -> None:
    """Where a beta header lets a model answer longer than its maximum, what was asked bounds it."""
    head = SimpleNamespace(head=Head([(b"anthropic-beta", b"output-300k-2026-03-24")]))
    fields = MESSAGE | {"max_tokens": 300_000}
    plain, long = (quote_of(exchange_of(fields, **more), BOUND, PRICES).bound_nanousd for more in ({}, {"request": head}))
    assert (long or 0) - (plain or 0) == (300_000 - 128_000) * 25_000


def test_searches_and_speed_are_bounded_by_what_is_asked() -> None:
    """Each use of a server's tool is one more round, each search has its price, and fast answers theirs."""
    tool = {"type": "web_search_20250305", "name": "web_search", "max_uses": 2}
    quote = quote_of(exchange_of(MESSAGE | {"tools": [tool]}), BOUND, PRICES)
    assert quote.bound_nanousd == 3 * (1_000_000 * 10_000 + 100 * 25_000) + 2 * 10_000_000
    fast, slow = (quote_of(exchange_of(MESSAGE | {"speed": speed}), BOUND, PRICES) for speed in ("fast", "full"))
    assert (fast.bound_nanousd, fast.output_nanousd) == (2 * (slow.bound_nanousd or 0), 50_000)


def test_the_dearest_candidate_counts() -> None:
    """Whichever answers, it does not cost more."""
    candidates = (Candidate("a", "claude-haiku-4-5"), Candidate("b", "claude-opus-5"))
    cheap = quote_of(exchange_of(MESSAGE | {"model": "claude-haiku-4-5"}), BOUND, PRICES)
    both = quote_of(exchange_of(MESSAGE | {"model": "claude-haiku-4-5"}, candidates=candidates), BOUND, PRICES)
    assert (both.output_nanousd, cheap.output_nanousd) == (25_000, 5000)
    assert (both.bound_nanousd or 0) > (cheap.bound_nanousd or 0)


def test_a_request_of_2023_costs_what_answers_it() -> None:
    """A retired model's price does not count where today's model answers."""
    asked = json.dumps({"model": "claude-2", "prompt": "\n\nHuman: Hi\n\nAssistant:", "max_tokens_to_sample": 50}).encode()
    translation = translate_completion(asked, dialect_of(None), ModelMapping({}, "claude-haiku-4-5"))
    view = RequestView(model="claude-2", max_tokens=50, prompt_characters=20, prompt_bytes=20)
    exchange = exchange_of(MESSAGE, "/v1/complete", body=translation.body, view=view, candidates=(Candidate("default", "claude-2"),))
    quote = quote_of(exchange, EXPECTED, PRICES)
    assert (quote.model, quote.output_nanousd, quote.max_output_tokens) == ("claude-haiku-4-5", 5000, 50)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"model": "of-nobody"}, "the price of the model of-nobody is not known"),
        ({"model": None}, "the price of the model  is not known"),
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "max_uses"),
        ({"model": "mine", "max_tokens": None}, "the model mine is not known here"),
    ],
)
def test_what_has_no_price_or_bound_says_why(fields: dict[str, Any], why: str) -> None:
    """The sentence names what is missing, and there is no amount."""
    quote = quote_of(exchange_of(MESSAGE | fields), BOUND, PRICES)
    assert quote.bound_nanousd is None
    assert why in (quote.unbounded or "")


def test_the_operators_own_model_has_a_bound_where_the_request_says_enough() -> None:
    """A model that only the operator's prices know is bounded by the request alone."""
    exchange = exchange_of(MESSAGE | {"model": "mine"})
    assert quote_of(exchange, BOUND, PRICES).bound_nanousd == (len(exchange.body) + BASE_TOKENS) * 2000 + 100 * 2000


def test_by_expectation_and_for_tokens_the_body_is_not_read_again() -> None:
    """Nothing but what was read already is needed; without money there are no amounts."""
    quote = quote_of(exchange_of(MESSAGE, body=b"not looked at"), EXPECTED, PRICES)
    assert (quote.bound_nanousd, quote.unbounded) == (None, None)
    tokens = quote_of(exchange_of(MESSAGE | {"model": "of-nobody"}, body=b"not looked at"), TOKENS_ALONE, PRICES)
    assert (tokens.input_tokens > 0, tokens.expected_nanousd, tokens.unbounded) == (True, None, None)


@pytest.mark.parametrize("path", ["/v1/messages/count_tokens", "/v1/messages/batches", "/v1/files"])
async def test_only_what_makes_tokens_is_quoted(path: str) -> None:
    """Of everything else nobody even asks what is needed."""

    async def need_of(exchange: object) -> Need:
        raise AssertionError(exchange)

    exchange = exchange_of(MESSAGE, path)
    await Quoting(PRICES, need_of)(exchange)
    assert exchange.quote is None


async def test_nothing_is_quoted_where_nobody_needs_it() -> None:
    """Without a limit of tokens or money there is no quote."""
    needs: list[Need | None] = [None, EXPECTED]

    async def need_of(_: object) -> Need | None:
        return needs.pop(0)

    exchange = exchange_of(MESSAGE)
    await Quoting(PRICES, need_of)(exchange)
    assert exchange.quote is None
    await Quoting(PRICES, need_of)(exchange)
    assert exchange.quote is not None


@given(
    st.sampled_from(["claude-opus-5", "claude-sonnet-4-5", "claude-haiku-4-5", "claude-fable-5-2"]),
    st.text(max_size=50),
    st.integers(1, 10**6),
    st.data(),
)
def test_no_usage_within_the_ceiling_costs_more_than_the_bound(model: str, text: str, max_tokens: int, data: st.DataObject) -> None:
    """However the input is split over the classes, and however long the answer is, the cost is at most the bound."""
    exchange = exchange_of({"model": model, "max_tokens": max_tokens, "messages": [{"role": "user", "content": text}]})
    quote = quote_of(exchange, BOUND, PRICES)
    most = len(exchange.body) + BASE_TOKENS
    fresh = data.draw(st.integers(0, most))
    read = data.draw(st.integers(0, most - fresh))
    write = data.draw(st.integers(0, most - fresh - read))
    usage = Usage(fresh, data.draw(st.integers(0, quote.max_output_tokens)), read, write, most - fresh - read - write)
    cost = PRICES.cost(model, usage, NOW_US)
    assert cost is not None
    assert cost.nanousd <= (quote.bound_nanousd or 0)


def test_the_dearest_upstream_counts() -> None:
    """The same model may cost more at one of the upstreams that could answer: the quote is for that one."""
    own = {"dear": UpstreamPrices({"claude-opus-5": Price(Decimal(100), Decimal(200))}, "CNY", Decimal("0.5"))}
    prices = Prices(upstreams=own)
    both = (Candidate("default", "claude-opus-5"), Candidate("dear", "claude-opus-5"))
    quote = quote_of(exchange_of(MESSAGE, candidates=both), BOUND, prices)
    alone = quote_of(exchange_of(MESSAGE, candidates=both[1:]), BOUND, prices)
    assert quote == alone
    assert quote.output_nanousd == 100_000
    assert quote.expected_nanousd == quote.input_tokens * 50_000


def test_one_upstream_without_a_price_leaves_the_request_without() -> None:
    """A spend limit cannot hold what nobody can say."""
    prices = Prices(upstreams={"far": UpstreamPrices({"other": Price(Decimal(1), Decimal(1))})})
    both = (Candidate("default", "claude-opus-5"), Candidate("far", "claude-opus-5"))
    quote = quote_of(exchange_of(MESSAGE, candidates=both), BOUND, prices)
    assert (quote.expected_nanousd, quote.bound_nanousd) == (None, None)
    assert "claude-opus-5" in (quote.unbounded or "")


def test_what_may_be_charged_twice_is_bounded_too() -> None:
    """Where lost requests are sent again, the bound holds the input of each time: what the meter adds never passes it."""
    once, thrice = (quote_of(exchange_of(MESSAGE), BOUND, PRICES, resends) for resends in (0, 2))
    assert (thrice.bound_nanousd or 0) - (once.bound_nanousd or 0) == 2 * (once.expected_nanousd or 0) > 0
    assert thrice.expected_nanousd == once.expected_nanousd
