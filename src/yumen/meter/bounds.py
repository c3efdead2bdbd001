"""What a request cannot cost more than, and what it will probably cost, by one model's tariff. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude.models import find_model

if TYPE_CHECKING:
    from yumen.claude.extent import Extent
    from yumen.meter.tariff import Rates, Tariff

LONG_CONTEXT_TOKENS = 1_000_000
"""The window of a model that is asked for its long one by a beta header."""
LONG_OUTPUT_TOKENS = 300_000
"""The longest answer of a model that is asked for longer ones by a beta header, which batches may have."""

NO_PRICE = "the price of the model {model} is not known"
NO_CEILING = "what it may cost has no bound, since the model {model} is not known here and the request does not say enough"
SHOWN_CHARACTERS = 64
"""So much of a model's name is repeated in a refusal."""


class Ceiling(msgspec.Struct, frozen=True):
    """The most that one model can make of a request. None: nothing bounds it."""

    input_tokens: int | None
    output_tokens: int | None


def ceiling_of(model: str, extent: Extent, *, extended: bool) -> Ceiling:
    """Return the most input and output: the request's own bound or the model's, whichever is smaller. `extended`: by a beta header."""
    known = find_model(model)
    if known is None:
        return Ceiling(extent.input_tokens, extent.max_tokens)
    window = max(known.max_input_tokens, LONG_CONTEXT_TOKENS) if extended else known.max_input_tokens
    longest = max(known.max_tokens, LONG_OUTPUT_TOKENS) if extended else known.max_tokens
    asked = known.max_tokens if extent.max_tokens is None else min(max(extent.max_tokens, 0), longest)
    return Ceiling(window if extent.input_tokens is None else min(extent.input_tokens, window), asked)


def bound_nanousd(extent: Extent, ceiling: Ceiling, tariff: Tariff) -> int | None:
    """Return what it cannot cost more than: all input at the dearest class, all output, every search that is allowed."""
    if extent.unbounded is not None or ceiling.input_tokens is None or ceiling.output_tokens is None:
        return None
    reached = [tariff.rates, *(tier.rates for tier in tariff.tiers if ceiling.input_tokens > tier.above_tokens)]
    once = ceiling.input_tokens * max(map(dearest_input, reached)) + ceiling.output_tokens * max(rates.output_pico for rates in reached)
    searches = extent.searches * max(rates.web_search_pico for rates in reached)
    return tariff.nanousd(extent.rounds * once + searches)


def dearest_input(rates: Rates) -> int:
    """Return what a token of input costs at most."""
    return max(rates.input_pico, rates.cache_read_pico, rates.cache_write_5m_pico, rates.cache_write_1h_pico)
