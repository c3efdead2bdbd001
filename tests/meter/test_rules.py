"""Money is exact: whole nano-dollars, the published price to the last digit, rounded up once where it cannot be whole."""

from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal

import genai_prices
import pytest
from genai_prices.data_snapshot import get_snapshot
from hypothesis import given, settings
from hypothesis import strategies as st

from yumen.claude import Usage
from yumen.exchange import Outcome
from yumen.meter.published import VERSION, published_tariff
from yumen.meter.rules import MAX_COUNT, charged, cost_nanousd, plausible
from yumen.meter.tariff import Rates, Tariff, Tier

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
PROVIDER = next(provider for provider in get_snapshot().providers if provider.id == "anthropic")
MODELS = [model.id for model in PROVIDER.models]
CONTEXTS = [{}, {"processing": "batch"}, {"speed": "fast"}, {"processing": "standard", "speed": "standard"}]
counts = st.integers(0, 300_000)
usages = st.builds(
    Usage,
    input_tokens=counts,
    output_tokens=counts,
    cache_read_tokens=counts,
    cache_write_5m_tokens=counts,
    cache_write_1h_tokens=counts,
    web_search_requests=st.integers(0, 50),
    thinking_tokens=counts,
    service_tier=st.none(),
    speed=st.none(),
    inference_geo=st.none(),
)


def published_nanousd(usage: Usage, model: str, context: dict[str, str]) -> int:
    """What the price list's own calculation says, rounded up to whole nano-dollars."""
    given_usage = genai_prices.Usage(
        input_tokens=usage.prompt_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        cache_write_1h_tokens=usage.cache_write_1h_tokens,
        web_searches=usage.web_search_requests,
    )
    price = genai_prices.calc_price(given_usage, model, provider_id="anthropic", genai_request_timestamp=NOW, price_context=context)
    return int((price.total_price * 10**9).to_integral_value(ROUND_CEILING))


@settings(max_examples=300, deadline=None)
@given(usages, st.sampled_from(MODELS), st.sampled_from(CONTEXTS))
def test_the_cost_is_the_published_one(usage: Usage, model: str, context: dict[str, str]) -> None:
    """For every model, kind of request and usage, our integers say what the price list's own decimals say."""
    tariff = published_tariff(model, NOW, context)
    assert tariff is not None
    assert tariff.version == VERSION
    assert cost_nanousd(usage, tariff) == published_nanousd(usage, model, context)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("prompt", [99_999, 100_000, 100_001, 200_000, 200_001])
def test_a_longer_prompt_costs_what_the_list_says(model: str, prompt: int) -> None:
    """At the edges of the tiers, the limit itself belongs to the cheaper one."""
    tariff = published_tariff(model, NOW, {})
    assert tariff is not None
    usage = Usage(input_tokens=prompt - 5, cache_read_tokens=5, output_tokens=7)
    assert cost_nanousd(usage, tariff) == published_nanousd(usage, model, {})


def test_every_listed_price_is_exact() -> None:
    """No published price is finer than a pico-dollar a token: compiling one that is would raise, and an update would be noticed."""
    for model in MODELS:
        for context in CONTEXTS:
            assert published_tariff(model, NOW, context) is not None


def test_rounding_is_up_and_once() -> None:
    """Three tokens of 312.5 nano-dollars are 937.5, so 938; rounded one by one they would be 939."""
    tariff = Tariff(Rates(312_500, 0, 0, 0, 0), "test")
    assert cost_nanousd(Usage(input_tokens=3), tariff) == 938
    assert cost_nanousd(Usage(input_tokens=2), tariff) == 625
    assert cost_nanousd(Usage(), tariff) == 0


def test_a_tier_counts_the_whole_prompt() -> None:
    """What is read from the cache and written to it belongs to the prompt's length."""
    tariff = Tariff(Rates(1000, 0, 0, 0, 0), "test", (Tier(10, Rates(5000, 0, 0, 0, 0)), Tier(20, Rates(9000, 0, 0, 0, 0))))
    assert cost_nanousd(Usage(input_tokens=10), tariff) == 10
    assert cost_nanousd(Usage(input_tokens=10, cache_write_1h_tokens=1), tariff) == 50
    assert cost_nanousd(Usage(input_tokens=10, cache_read_tokens=11), tariff) == 90


def test_a_model_that_is_not_listed_has_no_price() -> None:
    """None says that the price is not known; it is never 0."""
    assert published_tariff("no-such-model", NOW, {}) is None


@pytest.mark.parametrize(
    ("outcome", "sent", "upstream_refused", "expected"),
    [
        (Outcome.ANSWERED, True, False, True),
        (Outcome.TRUNCATED, True, False, True),
        (Outcome.CANCELLED, True, False, True),
        (Outcome.CANCELLED, False, False, False),
        (Outcome.CANCELLED, True, True, False),
        (Outcome.FAILED, True, False, True),
        (Outcome.FAILED, False, False, False),
        (Outcome.ERROR, True, True, False),
        (Outcome.TRUNCATED, True, True, False),
        (Outcome.REFUSED, False, False, False),
        (Outcome.INTERRUPTED, True, False, True),
    ],
)
def test_what_is_charged(outcome: Outcome, sent: bool, upstream_refused: bool, expected: bool) -> None:  # noqa: FBT001
    """A refusal and an error status are free; what was sent and may have been worked on is not."""
    assert charged(outcome, sent=sent, upstream_refused=upstream_refused) is expected


@given(st.integers(), st.integers())
def test_impossible_counts_are_not_believed(one: int, other: int) -> None:
    """A broken upstream cannot make a negative cost, or one that no column holds."""
    usage = plausible(Usage(input_tokens=one, output_tokens=other))
    assert 0 <= usage.input_tokens <= MAX_COUNT
    assert 0 <= usage.output_tokens <= MAX_COUNT
    dearest = Tariff(Rates(*[75 * 10**6] * 5, 10**10), "test")
    assert cost_nanousd(usage, dearest) < 2**63


def test_believable_counts_stay() -> None:
    """A usage that can be true is the very same object."""
    usage = Usage(input_tokens=1)
    assert plausible(usage) is usage


def test_published_prices_are_dollars() -> None:
    """A million tokens in and out of a model listed at 5 and 25 dollars cost 30."""
    tariff = published_tariff("claude-opus-5", NOW, {})
    assert tariff is not None
    assert Decimal(cost_nanousd(Usage(input_tokens=10**6, output_tokens=10**6), tariff)) / 10**9 == 30
