"""A batch is quoted as the sum of its requests, at half the price of a message."""

from __future__ import annotations

import json

import pytest

from yumen.errors import InvalidRequest
from yumen.meter import TOKENS_ALONE, Need, Prices
from yumen.meter.quote_batch import Asked, quote_batch

NOW_US = 1_795_000_000_000_000
MONEY = Asked(Need(money=True, bound=True), NOW_US)


def body(*params: dict[str, object]) -> list[bytes]:
    """A batch's body in two pieces."""
    whole = json.dumps({"requests": [{"custom_id": str(number), "params": one} for number, one in enumerate(params)]}).encode()
    return [whole[:40], whole[40:]]


def asked(model: str = "claude-haiku-4-5", max_tokens: int = 100, **more: object) -> dict[str, object]:
    """The params of one request."""
    return {"model": model, "max_tokens": max_tokens, "messages": [{"role": "user", "content": "Hello " * 20}], **more}


def test_every_request_counts() -> None:
    """Requests, input, and the most they can cost add up; what one output token costs is that of all of them."""
    prices = Prices()
    one, three = (quote_batch(body(*[asked()] * count), MONEY, prices) for count in (1, 3))
    assert (one.requests, three.requests) == (1, 3)
    assert three.input_tokens == 3 * one.input_tokens
    assert three.bound_nanousd == 3 * (one.bound_nanousd or 0)
    # Haiku's 1 and 5 dollars a million tokens, halved.
    assert one.output_nanousd == 2500
    assert three.output_nanousd == 7500
    assert one.expected_nanousd == one.input_tokens * 500
    assert (one.bound_nanousd or 0) >= 100 * 2500


@pytest.mark.parametrize(
    ("params", "why"),
    [
        (asked("model-of-nobody"), "price of the model model-of-nobody is not known"),
        (asked(tools=[{"type": "web_search_20250305", "name": "web_search"}]), "states no max_uses"),
    ],
)
def test_one_request_without_a_bound_leaves_the_batch_without(params: dict[str, object], why: str) -> None:
    """The reason is that request's, in a sentence for the caller."""
    quote = quote_batch(body(asked(), params, asked()), MONEY, Prices())
    assert quote.bound_nanousd is None
    assert why in (quote.unbounded or "")


def test_without_a_need_of_money_requests_are_counted_alone() -> None:
    """A limit of requests needs no price."""
    quote = quote_batch(body(asked(), asked("model-of-nobody")), Asked(TOKENS_ALONE, NOW_US), Prices())
    assert (quote.requests, quote.expected_nanousd, quote.bound_nanousd) == (2, None, None)


def test_what_is_no_batch_is_refused() -> None:
    """A body that cannot be read cannot be held to a limit."""
    with pytest.raises(InvalidRequest):
        quote_batch([b'{"requests": [{"params": {"model": '], MONEY, Prices())
