"""What a model's tokens cost: whole trillionths of a dollar, or of the upstream's own currency, so that every listed price is exact."""

from __future__ import annotations

from decimal import Decimal

import msgspec

PICO_PER_NANO = 1000
PICO_PER_UNIT = 10**12
TOKENS_PER_MTOK = 10**6


class Rates(msgspec.Struct, frozen=True):
    """Trillionths of the currency for one token of each class, and for one web search; 1 $ for a million tokens is a million of them."""

    input_pico: int
    output_pico: int
    cache_read_pico: int
    cache_write_5m_pico: int
    cache_write_1h_pico: int
    web_search_pico: int = 0


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
    currency: str = "USD"
    usd_per_unit: Decimal = Decimal(1)
    nano_ratio: tuple[int, int] = (1, PICO_PER_NANO)
    """By what the rates' unit becomes nano-dollars: times the first, by the second."""

    def nanousd(self, pico: int) -> int:
        """Return an amount in whole nano-dollars: exact, or rounded up, once, where it is not whole."""
        times, by = self.nano_ratio
        return -(-pico * times // by)
