"""What a Message Batch may use: the sum over its requests, read one by one from the disk, at the batch's prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude.batch_requests import batch_requests
from yumen.claude.extent import Extent, extent_of
from yumen.claude.request import RequestView, view_request
from yumen.exchange.values import Candidate, Quote
from yumen.meter.bounds import NO_CEILING, NO_PRICE, SHOWN_CHARACTERS, bound_nanousd, ceiling_of
from yumen.meter.need import Need
from yumen.meter.rules import estimated_input, most_output, rates_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from yumen.meter.prices import Prices
    from yumen.meter.tariff import Tariff

TIER = "batch"


class Asked(msgspec.Struct, frozen=True):
    """What is wanted of a batch's quote, when it was made, and which upstreams may take it."""

    need: Need
    time_us: int
    upstreams: tuple[str, ...] = ("",)


class Sums(msgspec.Struct):
    """What the requests add up to so far."""

    requests: int = 0
    model: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    expected_nanousd: int = 0
    output_nanousd: int = 0
    bound_nanousd: int = 0
    unpriced: str | None = None
    unbounded: str | None = None


def quote_batch(pieces: Iterable[bytes], asked: Asked, prices: Prices) -> Quote:
    """Return what a batch may use. Raises InvalidRequest where the body is none. Takes long: to be called in a thread.

    `output_nanousd` is what one token of every request's answer costs together, so that a likely length counts for each of them.
    """
    sums = Sums()
    for params in batch_requests(pieces):
        add(sums, params, asked, prices)
    money = asked.need.money and sums.unpriced is None
    return Quote(
        sums.model,
        sums.input_tokens,
        sums.expected_nanousd if money else None,
        sums.bound_nanousd if money and asked.need.bound and sums.unbounded is None else None,
        sums.output_nanousd if money else None,
        sums.output_tokens,
        max(sums.requests, 1),
        sums.unpriced or sums.unbounded,
    )


def add(sums: Sums, params: bytes, asked: Asked, prices: Prices) -> None:
    """Add one request."""
    sums.requests += 1
    view = view_request(params)
    sums.model = sums.model or view.model
    input_tokens = estimated_input(view.model, view.prompt_characters, view.prompt_bytes)
    sums.input_tokens += input_tokens
    sums.output_tokens = max(sums.output_tokens, most_output(view.model, view.max_tokens))
    if not asked.need.money:
        return
    found = [prices.tariff(Candidate(upstream, view.model), asked.time_us, tier=TIER) for upstream in asked.upstreams]
    tariffs = [tariff for tariff in found if tariff is not None]
    if len(tariffs) < len(found):
        sums.unpriced = sums.unpriced or NO_PRICE.format(model=(view.model or "")[:SHOWN_CHARACTERS])
        return
    rates = [(tariff, rates_for(input_tokens, tariff)) for tariff in tariffs]
    sums.expected_nanousd += max(tariff.nanousd(input_tokens * each.input_pico) for tariff, each in rates)
    sums.output_nanousd += max(tariff.nanousd(each.output_pico) for tariff, each in rates)
    if asked.need.bound:
        add_bound(sums, extent_of(params), view, tariffs)


def add_bound(sums: Sums, extent: Extent, view: RequestView, tariffs: Sequence[Tariff]) -> None:
    """Add the most that one request can cost at the dearest upstream, or the reason why nothing bounds it."""
    model = view.model or ""
    ceiling = ceiling_of(model, extent, extended=True)
    bounds = [bound for tariff in tariffs if (bound := bound_nanousd(extent, ceiling, tariff)) is not None]
    if len(bounds) < len(tariffs):
        sums.unbounded = sums.unbounded or extent.unbounded or NO_CEILING.format(model=model[:SHOWN_CHARACTERS])
    else:
        sums.bound_nanousd += max(bounds)
