"""quote: what a request may use and cost, before it is sent; only where a limit asks for it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from yumen.claude import Shape
from yumen.claude.extent import Extent, extent_of
from yumen.exchange.values import Quote
from yumen.meter.bounds import NO_CEILING, NO_PRICE, SHOWN_CHARACTERS, bound_nanousd, ceiling_of, whole_nano
from yumen.meter.need import TOKENS_ALONE, Need
from yumen.meter.quote_batch import Asked, quote_batch
from yumen.meter.rules import estimated_input, most_output, rates_for

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

    def __init__(self, prices: Prices, need_of: NeedOf) -> None:
        """Price by those, for what is needed."""
        self._prices = prices
        self._need_of = need_of

    async def __call__(self, exchange: Exchange) -> None:
        """Quote one request."""
        if exchange.endpoint.billable:
            need = await self._need_of(exchange)
            if need is not None:
                exchange.quote = quote_of(exchange, need, self._prices)
        elif exchange.endpoint.makes_batch and exchange.spool is not None:
            asked = Asked(need=await self._need_of(exchange) or TOKENS_ALONE, time_us=exchange.started_us)
            exchange.quote = await asyncio.to_thread(quote_batch, exchange.spool.pieces(), asked, self._prices)


def quote_of(exchange: Exchange, need: Need, prices: Prices) -> Quote:
    """Return what a request may use: estimates by its length, and bounds by a second look at its body, where they are wanted."""
    view = exchange.view
    translated = exchange.endpoint.shape is Shape.COMPLETION
    look = extent_of(exchange.body or b"") if need.bound or translated else Extent(view.model, view.max_tokens)
    models = models_of(exchange, look.model) or (None,)
    input_tokens = max(estimated_input(model, view.prompt_characters, view.prompt_bytes) for model in models)
    output_tokens = max(most_output(model, look.max_tokens) for model in models)
    if not need.money:
        return Quote(models[0], input_tokens, None, None, None, output_tokens)
    priced = [(model, prices.tariff(model, exchange.started_us, look.speed)) for model in models]
    unpriced = [model for model, tariff in priced if tariff is None]
    if unpriced:
        why = NO_PRICE.format(model=(unpriced[0] or "")[:SHOWN_CHARACTERS])
        return Quote(models[0], input_tokens, None, None, None, output_tokens, unbounded=why)
    tariffs = [(model or "", tariff) for model, tariff in priced if tariff is not None]
    rates = [rates_for(input_tokens, tariff) for _, tariff in tariffs]
    bound, why_not = bound_of(exchange, look, tariffs) if need.bound else (None, None)
    return Quote(
        models[0],
        input_tokens,
        max(whole_nano(input_tokens * each.input_picousd) for each in rates),
        bound,
        max(whole_nano(each.output_picousd) for each in rates),
        output_tokens,
        unbounded=why_not,
    )


def models_of(exchange: Exchange, in_body: str | None) -> tuple[str | None, ...]:
    """Return the models that may answer, each once: those of the candidates, where one that was asked under an old name is today's."""
    asked = exchange.view.model
    names = [in_body if candidate.model in (None, asked) else candidate.model for candidate in exchange.candidates]
    return tuple(dict.fromkeys(names or [in_body]))


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
