"""What a model's tokens cost: whole pico-dollars each, so that every listed price is exact."""

from __future__ import annotations

import msgspec

PICO_PER_NANO = 1000
PICO_PER_USD = 10**12
TOKENS_PER_MTOK = 10**6


class Rates(msgspec.Struct, frozen=True):
    """Pico-dollars for one token of each class, and for one web search; 1 $ for a million tokens is a million of them."""

    input_picousd: int
    output_picousd: int
    cache_read_picousd: int
    cache_write_5m_picousd: int
    cache_write_1h_picousd: int
    web_search_picousd: int = 0


class Tier(msgspec.Struct, frozen=True):
    """Rates for a request whose whole prompt is longer than a limit; they hold for all its tokens."""

    above_tokens: int
    rates: Rates


class Tariff(msgspec.Struct, frozen=True):
    """The rates of one model on one day, and where they come from."""

    rates: Rates
    version: str
    tiers: tuple[Tier, ...] = ()
    """By rising limits."""
