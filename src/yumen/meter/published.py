"""Published prices, from the package `genai-prices`, as tariffs; the only file that knows that package.

Importing it takes 0.3 s and some 30 MB, so nothing imports this file to start: `Prices` does when the first price is needed.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from genai_prices import __version__
from genai_prices.data_snapshot import get_snapshot
from genai_prices.types import TieredPrices

from yumen.meter.overrides import per_token, whole_pico
from yumen.meter.tariff import Rates, Tariff, Tier

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from genai_prices.types import ModelPrice

PROVIDER = "anthropic"
VERSION = f"genai-prices {__version__}"
SEARCHES = 1000


CLAUDE = next(provider for provider in get_snapshot().providers if provider.id == PROVIDER)
"""Looked up here, so that importing this file loads the price list too, which that package puts off to its first use."""


def published_tariff(model: str, when: datetime, context: Mapping[str, str]) -> Tariff | None:
    """Return what a model costs at a time, for requests of a kind (`processing`, `speed`); None where no price is known."""
    found = CLAUDE.find_model(model)
    if found is None:
        return None
    price = found.get_prices(when, context)
    if price.input_mtok is None or price.output_mtok is None:
        return None
    limits = sorted({tier.start for value in vars(price).values() if isinstance(value, TieredPrices) for tier in value.tiers})
    return Tariff(rates_above(price, 0), VERSION, tuple(Tier(limit, rates_above(price, limit + 1)) for limit in limits))


def rates_above(price: ModelPrice, prompt_tokens: int) -> Rates:
    """Return the rates for a prompt of that length. A class without a price of its own counts as the one that contains it."""
    fresh = at(price.input_mtok, prompt_tokens, Decimal(0))
    write = at(price.cache_write_mtok, prompt_tokens, fresh)
    return Rates(
        input_pico=per_token(fresh),
        output_pico=per_token(at(price.output_mtok, prompt_tokens, Decimal(0))),
        cache_read_pico=per_token(at(price.cache_read_mtok, prompt_tokens, fresh)),
        cache_write_5m_pico=per_token(at(price.cache_write_5m_mtok, prompt_tokens, write)),
        cache_write_1h_pico=per_token(at(price.cache_write_1h_mtok, prompt_tokens, write)),
        web_search_pico=whole_pico(at(price.web_searches_kcount, prompt_tokens, Decimal(0)), SEARCHES),
    )


def at(price: Decimal | TieredPrices | None, prompt_tokens: int, otherwise: Decimal) -> Decimal:
    """Return a price for a prompt of that length."""
    if price is None:
        return otherwise
    if isinstance(price, Decimal):
        return price
    reached = [tier.price for tier in price.tiers if prompt_tokens > tier.start]
    return reached[-1] if reached else price.base
