"""What a batch cost is the sum of its answers, each at its own model's price, in nano-dollars."""

from __future__ import annotations

from yumen.batches.poll import add_line
from yumen.batches.rules import add_result
from yumen.batches.values import Sum
from yumen.claude.batch_results import BatchResult
from yumen.claude.usage import Usage
from yumen.exchange.values import Cost


def price(model: str | None, usage: Usage) -> Cost | None:
    """One nano-dollar a token, for one model alone; the batch's tier is asked for."""
    assert usage.service_tier == "batch"
    return Cost(usage.input_tokens + usage.output_tokens, "test") if model != "unknown" else None


def answered(model: str, tokens: int) -> BatchResult:
    """A succeeded request."""
    return BatchResult("succeeded", model, Usage(input_tokens=tokens, output_tokens=1))


def test_answers_add_up_and_others_are_free() -> None:
    """Tokens and money add up; what erred counts as a result and costs nothing."""
    total = Sum()
    for result in (answered("one", 5), BatchResult("errored"), answered("one", 7), BatchResult("expired")):
        total = add_result(total, result, price)
    assert (total.results, total.succeeded, total.model) == (4, 2, "one")
    assert (total.nanousd, total.unpriced, total.price_version) == (14, 0, "test")
    assert (total.usage.input_tokens, total.usage.output_tokens, total.usage.service_tier) == (12, 2, "batch")


def test_several_models_are_named_by_none() -> None:
    """A sum over several models carries no model's name."""
    total = add_result(add_result(Sum(), answered("one", 1), price), answered("two", 1), price)
    assert total.model is None


def test_an_unknown_price_is_counted_not_zero() -> None:
    """An answer without a price is said to be one."""
    assert add_result(Sum(), answered("unknown", 1), price).unpriced == 1


def test_what_is_no_result_counts_for_nothing() -> None:
    """Blank and broken lines change nothing."""
    assert add_line(add_line(Sum(), b"", price), b"{", price) == Sum()
