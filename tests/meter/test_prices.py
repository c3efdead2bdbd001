"""Prices are looked up once, the operator's word first, and an unknown price stays unknown."""

import math
import subprocess
import sys
from decimal import Decimal

import pytest

from yumen.claude import Usage
from yumen.errors import OperatorError
from yumen.exchange import Candidate
from yumen.meter import Price, Prices, UpstreamPrices
from yumen.meter.prices import MAX_KEPT

NOW_US = 1_795_651_200_000_000
MILLION = Usage(input_tokens=10**6, output_tokens=10**6)


def test_a_published_price_names_its_version() -> None:
    """The entry can name the price list that it was priced by."""
    cost = Prices().cost("claude-opus-5", MILLION, NOW_US)
    assert cost is not None
    assert cost.nanousd == 30 * 10**9
    assert cost.price_version.startswith("genai-prices ")


@pytest.mark.parametrize("model", ["no-such-model", None])
def test_an_unknown_price_is_none(model: str | None) -> None:
    """Never 0: nobody must take it for free."""
    assert Prices().cost(model, MILLION, NOW_US) is None


def test_the_day_of_the_request_counts() -> None:
    """A price that began on a day does not hold before it: batches are listed at half price since October 2026."""
    prices, batch = Prices(), Usage(input_tokens=10**6, service_tier="batch")
    now = prices.cost("claude-haiku-4-5", batch, NOW_US)
    before = prices.cost("claude-haiku-4-5", batch, NOW_US - 90 * 86_400_000_000)
    assert now is not None
    assert before is not None
    assert (now.nanousd, before.nanousd) == (500_000_000, 1_000_000_000)


def test_the_operators_price_comes_first() -> None:
    """An override holds for its model alone, whatever the list says, and its version changes with the price."""
    prices = Prices({"claude-opus-5": Price(Decimal(1), Decimal("2.5")), "in-house": Price(Decimal(0), Decimal(0))})
    mine = prices.cost("claude-opus-5", Usage(10**6, 10**6, 10**6, 10**6, 10**6, web_search_requests=1), NOW_US)
    assert mine is not None
    assert mine.nanousd == 10**9 * 1 + 10**9 * 25 // 10 + 10**8 + 125 * 10**7 + 2 * 10**9 + 10**7
    free = prices.cost("in-house", MILLION, NOW_US)
    assert free is not None
    assert free.nanousd == 0
    assert mine.price_version.startswith("operator ")
    assert mine.price_version != free.price_version
    other = prices.cost("claude-haiku-4-5", MILLION, NOW_US)
    assert other is not None
    assert other.price_version.startswith("genai-prices ")


@pytest.mark.parametrize("input_price", ["-1", "0.0000001", "NaN", "Infinity"])
def test_an_impossible_price_is_refused_at_the_start(input_price: str) -> None:
    """A negative price, or one finer than the ledger counts, is one sentence for the operator."""
    with pytest.raises(OperatorError, match="in-house"):
        Prices({"in-house": Price(Decimal(input_price), Decimal(1))})


CNY = UpstreamPrices({"deep": Price(Decimal(2), Decimal("8.5"))}, "CNY", Decimal("0.138912345"))


def test_an_upstream_charges_its_own_prices_in_its_own_currency() -> None:
    """Its table counts, converted exactly and rounded up once; the version names upstream, currency and rate."""
    prices = Prices({"deep": Price(Decimal(1), Decimal(1))}, {"far": CNY})
    cost = prices.cost("deep", Usage(3, 7), NOW_US, "far")
    assert cost is not None
    assert cost.nanousd == math.ceil((3 * 2 + 7 * Decimal("8.5")) * 1000 * Decimal("0.138912345"))
    assert cost.price_version.startswith("far CNY at 0.138912345 ")
    elsewhere = prices.cost("deep", Usage(3, 7), NOW_US, "near")
    assert elsewhere is not None
    assert elsewhere.nanousd == 10_000


def test_an_upstream_with_prices_has_no_others() -> None:
    """What its table does not list is unknown there, though Claude's list and the operator's know it."""
    prices = Prices({"deep-2": Price(Decimal(1), Decimal(1))}, {"far": CNY})
    assert prices.cost("claude-opus-5", MILLION, NOW_US, "far") is None
    assert prices.cost("deep-2", MILLION, NOW_US, "far") is None


def test_an_upstream_without_prices_has_claudes() -> None:
    """Claude's models cost what they cost, under the names that Bedrock and Vertex have for them too."""
    prices = Prices(upstreams={"cloud": UpstreamPrices({})})
    plain = prices.cost("claude-haiku-4-5-20251001", MILLION, NOW_US)
    assert plain is not None
    for name in ("anthropic.claude-haiku-4-5-20251001-v1:0", "eu.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5@20251001"):
        assert prices.cost(name, MILLION, NOW_US, "cloud") == plain


def test_the_sandboxes_price_says_so() -> None:
    """What the sandbox answers is priced as the model's, and its version tells it from what is paid."""
    prices = Prices(sandboxes=["play"])
    played, paid = (prices.cost("claude-opus-5", MILLION, NOW_US, name) for name in ("play", "claude"))
    assert played is not None
    assert paid is not None
    assert played.nanousd == paid.nanousd
    assert played.price_version == "sandbox: " + paid.price_version


@pytest.mark.parametrize("rate", [None, Decimal(0), Decimal(-1), Decimal("NaN")])
def test_a_currency_without_a_worth_is_refused_at_the_start(rate: Decimal | None) -> None:
    """Limits count dollars: what another currency is worth must be said."""
    with pytest.raises(OperatorError, match="usd_per_unit"):
        Prices(upstreams={"far": UpstreamPrices(CNY.prices, "CNY", rate)})


def test_names_from_callers_do_not_pile_up() -> None:
    """Whatever names callers think of, the cache is bounded."""
    prices = Prices()
    for number in range(MAX_KEPT + 10):
        prices.cost(f"claude-haiku-4-5-{number}", MILLION, NOW_US)
    assert len(prices._kept) <= MAX_KEPT


def test_an_estimate_is_the_input_alone() -> None:
    """Of a request that nobody saw the end of, its prompt is charged."""
    usage, cost = Prices().estimate(Candidate("claude", "claude-opus-5"), 4000, 4000, NOW_US)
    assert usage.input_tokens > 500
    assert usage.output_tokens == 0
    assert cost is not None
    assert cost.nanousd == usage.input_tokens * 5000


def test_nothing_is_loaded_to_start() -> None:
    """Importing the meter and making its prices does not load the price list; asking does."""
    code = (
        "import sys; from yumen.meter import Prices; p = Prices(); early = 'genai_prices' in sys.modules; p.load(); "
        "sys.exit(early or 'genai_prices' not in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
