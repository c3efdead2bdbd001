"""Meter charges Claude's last word where it came, an estimate that says so where it did not, nothing where nothing is due."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from yumen.claude import RequestView, Usage, find_endpoint
from yumen.errors import CallerLeft, Truncated, UpstreamTimeout, UpstreamUnreachable
from yumen.exchange import Attempt, Candidate, Outcome, Step, Why
from yumen.meter import FREE, Meter, Price, Prices, UpstreamPrices

NOW_US = 1_795_651_200_000_000
SEEN = Usage(input_tokens=1000, output_tokens=1)


def make_exchange(path: str = "/v1/messages", method: str = "POST", **fields: object) -> SimpleNamespace:
    """Something with the fields of an exchange of which the meter reads."""
    match = find_endpoint(method, path)
    assert match is not None
    plain = {
        "endpoint": match.endpoint,
        "outcome": Outcome.ANSWERED,
        "fault": None,
        "attempts": [Attempt("claude", 200, 1000)],
        "sent_ns": 1,
        "usage": Usage(input_tokens=1000, output_tokens=100),
        "estimated": False,
        "output_estimate_tokens": 0,
        "cost": None,
        "view": RequestView(model="claude-opus-5", prompt_characters=4000, prompt_bytes=4000),
        "candidate": Candidate("claude", None),
        "model_answered": "claude-opus-5",
        "started_us": NOW_US,
    }
    return SimpleNamespace(**(plain | fields))


@pytest.fixture
def meter() -> Meter:
    """A meter with the published prices."""
    return Meter(Prices())


def test_an_answer_costs_what_claude_says(meter: Meter) -> None:
    """The usage of a whole answer is taken as it stands."""
    exchange = make_exchange()
    meter(exchange)
    assert exchange.cost.nanousd == 1000 * 5000 + 100 * 25_000
    assert exchange.estimated is False


@pytest.mark.parametrize(
    "exchange",
    [
        make_exchange("/v1/models", "GET"),
        make_exchange("/v1/messages/count_tokens"),
        make_exchange(outcome=Outcome.ERROR, attempts=[Attempt("claude", 400, 1)], usage=None),
        make_exchange(attempts=[Attempt("claude", 301, 1)], usage=None),
        make_exchange(attempts=[Attempt("claude", 204, 1)], usage=None),
        make_exchange(outcome=Outcome.REFUSED, attempts=[], sent_ns=0, usage=None),
        make_exchange(outcome=Outcome.FAILED, attempts=[Attempt("claude", None, 1)], usage=None, fault=UpstreamUnreachable()),
        make_exchange(outcome=Outcome.CANCELLED, attempts=[], sent_ns=0, usage=None, fault=CallerLeft()),
    ],
)
def test_what_is_free_costs_nothing(meter: Meter, exchange: SimpleNamespace) -> None:
    """Free is 0, and not an estimate; None is kept for prices that are not known."""
    meter(exchange)
    assert exchange.cost == FREE
    assert exchange.cost.nanousd == 0
    assert exchange.estimated is False


@pytest.mark.parametrize("outcome", [Outcome.TRUNCATED, Outcome.CANCELLED])
def test_a_broken_stream_costs_what_was_seen(meter: Meter, outcome: Outcome) -> None:
    """Input by `message_start`, output by the estimate over the text that came, marked as an estimate."""
    exchange = make_exchange(outcome=outcome, usage=SEEN, estimated=True, output_estimate_tokens=321, fault=Truncated())
    meter(exchange)
    assert exchange.usage == Usage(input_tokens=1000, output_tokens=321)
    assert exchange.estimated is True
    assert exchange.cost.nanousd == 1000 * 5000 + 321 * 25_000


def test_an_estimate_never_lowers_what_claude_said(meter: Meter) -> None:
    """Where Claude has counted more than the text that we saw, its number stands."""
    exchange = make_exchange(outcome=Outcome.TRUNCATED, usage=Usage(1000, 500), estimated=True, output_estimate_tokens=321)
    meter(exchange)
    assert exchange.usage.output_tokens == 500


def test_a_stream_left_after_its_end_is_no_estimate(meter: Meter) -> None:
    """A caller that leaves after the last word of usage came is charged by that word."""
    exchange = make_exchange(outcome=Outcome.CANCELLED, fault=CallerLeft())
    meter(exchange)
    assert exchange.estimated is False
    assert exchange.usage == Usage(1000, 100)


def test_what_was_sent_and_lost_is_charged_by_estimate(meter: Meter) -> None:
    """Without a word from the upstream, the prompt's length is all there is."""
    exchange = make_exchange(
        outcome=Outcome.FAILED, usage=None, model_answered=None, fault=UpstreamTimeout(), attempts=[Attempt("claude", None, 1)]
    )
    meter(exchange)
    assert exchange.estimated is True
    assert exchange.usage.input_tokens > 500
    assert exchange.cost.nanousd == exchange.usage.input_tokens * 5000


def test_an_estimate_stays_within_the_models_window(meter: Meter) -> None:
    """A prompt that is longer than the model can take was never worked on as a whole."""
    view = RequestView(model="claude-haiku-4-5", prompt_characters=30_000_000, prompt_bytes=30_000_000)
    exchange = make_exchange(
        outcome=Outcome.FAILED, usage=None, model_answered=None, fault=UpstreamTimeout(), view=view, attempts=[Attempt("claude", None, 1)]
    )
    meter(exchange)
    assert exchange.usage.input_tokens == 200_000
    assert Prices().estimate(Candidate("claude", "claude-haiku-4-5"), 30_000_000, 30_000_000, NOW_US)[0] == exchange.usage


def test_the_model_that_answered_is_priced(meter: Meter) -> None:
    """An alias or a route may end at another model: that one's price counts, else the one that was asked of the upstream."""
    exchange = make_exchange(model_answered="claude-haiku-4-5-20251001")
    meter(exchange)
    assert exchange.cost.nanousd == 1000 * 1000 + 100 * 5000
    exchange = make_exchange(model_answered=None, candidate=Candidate("claude", "claude-haiku-4-5"))
    meter(exchange)
    assert exchange.cost.nanousd == 1000 * 1000 + 100 * 5000


def resent(upstream: str = "claude", model: str | None = None) -> Attempt:
    """An attempt that was sent and lost, after which the same was sent again."""
    return Attempt(upstream, None, 1, "UpstreamTimeout", 0, model, Step.AGAIN, Why.RESENT)


def test_what_may_be_charged_twice_is_counted_twice(meter: Meter) -> None:
    """The input of each attempt that was lost and sent again is added, estimated, and the entry says so."""
    plain, twice = make_exchange(), make_exchange(attempts=[resent(), resent(), Attempt("claude", 200, 1)])
    meter(plain)
    meter(twice)
    estimated = Prices().estimate(Candidate("claude", "claude-opus-5"), 4000, 4000, NOW_US)[0].input_tokens
    assert twice.usage.input_tokens == plain.usage.input_tokens + 2 * estimated
    assert twice.cost.nanousd == plain.cost.nanousd + 2 * estimated * 5000
    assert (plain.estimated, twice.estimated) == (False, True)


def test_a_resent_attempt_counts_even_where_the_last_one_is_free(meter: Meter) -> None:
    """An error answer costs nothing; the attempt before it that was lost may have cost something."""
    exchange = make_exchange(outcome=Outcome.ERROR, attempts=[resent(), Attempt("claude", 529, 1)], usage=None, model_answered=None)
    meter(exchange)
    assert exchange.usage.input_tokens > 500
    assert exchange.cost.nanousd == exchange.usage.input_tokens * 5000
    assert exchange.estimated is True


def test_a_resent_attempt_is_priced_where_it_was_lost() -> None:
    """At the upstream, the model and the currency of that attempt; without a price there, the whole is unknown."""
    own = {"far": UpstreamPrices({"deep": Price(Decimal(1), Decimal(1))}, "CNY", Decimal("0.5"))}
    exchange = make_exchange(attempts=[resent("far", "deep"), Attempt("claude", 200, 1)])
    Meter(Prices(upstreams=own))(exchange)
    estimated = exchange.usage.input_tokens - 1000
    assert exchange.cost.nanousd == 1000 * 5000 + 100 * 25_000 + estimated * 500
    exchange = make_exchange(attempts=[resent("far", "other"), Attempt("claude", 200, 1)])
    Meter(Prices(upstreams=own))(exchange)
    assert exchange.cost is None


def test_the_answering_upstreams_prices_count() -> None:
    """After a failover the one that answered is paid, in its own currency."""
    own = {"far": UpstreamPrices({"deep": Price(Decimal(1), Decimal(2))}, "CNY", Decimal("0.5"))}
    exchange = make_exchange(attempts=[Attempt("claude", 529, 1), Attempt("far", 200, 1)], model_answered="deep")
    Meter(Prices(upstreams=own))(exchange)
    assert exchange.cost.nanousd == (1000 + 200) * 500
    assert exchange.cost.price_version.startswith("far CNY at 0.5 ")


@pytest.mark.parametrize(
    ("asked", "answered", "dollars"),
    [
        ("deep", "deep-0905", 2),
        ("deep", "claude-haiku-4-5", 9),
        ("deep", None, 2),
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5-20251001", 7),
        ("us.anthropic.claude-opus-4-7", "claude-opus-4-7", 5),
        ("nowhere", "nowhere-2", None),
    ],
)
def test_an_answer_under_another_name_is_priced_as_asked(asked: str, answered: str | None, dollars: int | None) -> None:
    """An upstream's table need not list the name by which it answers, where it lists the one by which it is asked; never another list."""
    names = {"deep": 2, "claude-haiku-4-5": 9, "us.anthropic.claude-opus-4-7": 5, "claude-haiku-4-5-20251001": 7}
    own = {"far": UpstreamPrices({name: Price(Decimal(price), Decimal(price)) for name, price in names.items()})}
    exchange = make_exchange(
        attempts=[Attempt("far", 200, 1)], candidate=Candidate("far", asked), model_answered=answered, usage=Usage(input_tokens=10**6)
    )
    Meter(Prices(upstreams=own))(exchange)
    assert (exchange.cost and exchange.cost.nanousd) == (None if dollars is None else dollars * 10**9)


def test_an_unknown_model_has_no_cost(meter: Meter) -> None:
    """Usage is kept, the cost is None."""
    exchange = make_exchange(model_answered="somebody-elses")
    meter(exchange)
    assert exchange.cost is None
    assert exchange.usage.output_tokens == 100
