"""quote: what a request may use and cost, before it is sent; only where a limit asks for it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from yumen.claude import Shape
from yumen.claude.extent import Extent, extent_of
from yumen.exchange.values import Candidate, Quote
from yumen.meter.bounds import NO_CEILING, NO_PRICE, SHOWN_CHARACTERS, bound_nanousd, ceiling_of
from yumen.meter.need import TOKENS_ALONE, Need
from yumen.meter.quote_batch import Asked, quote_batch
from yumen.meter.rules import estimated_input, most_output, plain_model, rates_for

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from yumen.exchange import Exchange
    from yumen.meter.prices import Prices
    from yumen.meter.tariff import Tariff

    NeedOf = Callable[[Exchange], Awaitable["Need | None"]]
    """Tells what must be known of a request; None: nothing."""

EXTENDING = (b"context-1m", b"output-")
"""Beta headers that make a model's window or its answers longer."""


class Quoting:
    """Sets `exchange.quote` of what makes tokens, where somebody needs it, and of every batch: it stands for many requests."""

    def __init__(self, prices: Prices, need_of: NeedOf, resends: int = 0) -> None:
        """Price by those, for what is needed; `resends`: how often a request may be sent again that was lost, and may be charged twice."""
        self._prices = prices
        self._resends = resends
        self._need_of = need_of

    async def __call__(self, exchange: Exchange) -> None:
        """Quote one request."""
        if exchange.endpoint.billable:
            need = await self._need_of(exchange)
            if need is not None:
                exchange.quote = quote_of(exchange, need, self._prices, self._resends)
        elif exchange.endpoint.makes_batch and exchange.spool is not None:
            upstreams = tuple(dict.fromkeys(candidate.upstream for candidate in exchange.candidates))
            asked = Asked(await self._need_of(exchange) or TOKENS_ALONE, exchange.started_us, upstreams or ("",))
            exchange.quote = await asyncio.to_thread(quote_batch, exchange.spool.pieces(), asked, self._prices)


def quote_of(exchange: Exchange, need: Need, prices: Prices, resends: int = 0) -> Quote:
    """Return what a request may use: estimates by its length, and bounds by a second look at its body, where they are wanted."""
    view = exchange.view
    translated = exchange.endpoint.shape is Shape.COMPLETION
    look = extent_of(exchange.body or b"") if need.bound or translated else Extent(view.model, view.max_tokens)
    candidates = candidates_of(exchange, look.model)
    models = [None if candidate.model is None else plain_model(candidate.model) for candidate in candidates]
    input_tokens = max(estimated_input(model, view.prompt_characters, view.prompt_bytes) for model in models)
    output_tokens = max(most_output(model, look.max_tokens) for model in models)
    if not need.money:
        return Quote(models[0], input_tokens, None, None, None, output_tokens)
    priced = [(candidate.model, prices.tariff(candidate, exchange.started_us, look.speed)) for candidate in candidates]
    unpriced = [model for model, tariff in priced if tariff is None]
    if unpriced:
        why = NO_PRICE.format(model=(unpriced[0] or "")[:SHOWN_CHARACTERS])
        return Quote(models[0], input_tokens, None, None, None, output_tokens, unbounded=why)
    tariffs = [(model or "", tariff) for model, (_, tariff) in zip(models, priced, strict=True) if tariff is not None]
    rates = [(tariff, rates_for(input_tokens, tariff)) for _, tariff in tariffs]
    bound, why_not = bound_of(exchange, look, tariffs) if need.bound else (None, None)
    input_nanousd = max(tariff.nanousd(input_tokens * each.input_pico) for tariff, each in rates)
    return Quote(
        models[0],
        input_tokens,
        input_nanousd,
        None if bound is None else bound + resends * input_nanousd,
        max(tariff.nanousd(each.output_pico) for tariff, each in rates),
        output_tokens,
        unbounded=why_not,
    )


def candidates_of(exchange: Exchange, in_body: str | None) -> tuple[Candidate, ...]:
    """Return what may answer, each once: upstreams and their models, where one that was asked under an old name is today's."""
    asked = exchange.view.model
    found = [Candidate(each.upstream, in_body if each.model in (None, asked) else each.model) for each in exchange.candidates]
    return tuple(dict.fromkeys(found or [Candidate("", in_body)]))


def bound_of(exchange: Exchange, look: Extent, tariffs: Sequence[tuple[str, Tariff]]) -> tuple[int | None, str | None]:
    """Return the dearest candidate's bound, or why there is none."""
    if look.unbounded is not None:
        return None, look.unbounded
    extended = any(name in value for value in exchange.request.head.values(b"anthropic-beta") for name in EXTENDING)
    bounds = [(model, bound_nanousd(look, ceiling_of(model, look, extended=extended), tariff)) for model, tariff in tariffs]
    for model, bound in bounds:
        if bound is None:
            return None, NO_CEILING.format(model=model[:SHOWN_CHARACTERS])
    return max(bound for _, bound in bounds if bound is not None), None
