"""The operator's own prices, in place of the published ones: for contracts, for models that the price list lacks."""

from __future__ import annotations

import hashlib
from decimal import Decimal

import msgspec

from yumen.errors import OperatorError
from yumen.meter.tariff import PICO_PER_USD, TOKENS_PER_MTOK, Rates, Tariff

CACHE_READ = Decimal("0.1")
CACHE_WRITE_5M = Decimal("1.25")
CACHE_WRITE_1H = Decimal(2)
"""Claude's usual multipliers of the input price, for what the operator did not state."""
SEARCHES = 1000


class Price(msgspec.Struct, frozen=True):
    """What a model costs by the operator's word: dollars for a million tokens, and for a thousand web searches."""

    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write_5m: Decimal | None = None
    cache_write_1h: Decimal | None = None
    web_search: Decimal = Decimal(10)


def own_tariff(model: str, price: Price) -> Tariff:
    """Return the operator's price as a tariff; its version is a digest of the price. Raises `OperatorError` for an impossible one."""
    digest = hashlib.sha256(msgspec.json.encode((model, price))).hexdigest()[:8]
    try:
        rates = Rates(
            input_picousd=per_token(price.input),
            output_picousd=per_token(price.output),
            cache_read_picousd=per_token(stated(price.cache_read, price.input * CACHE_READ)),
            cache_write_5m_picousd=per_token(stated(price.cache_write_5m, price.input * CACHE_WRITE_5M)),
            cache_write_1h_picousd=per_token(stated(price.cache_write_1h, price.input * CACHE_WRITE_1H)),
            web_search_picousd=whole_picousd(price.web_search, SEARCHES),
        )
    except ValueError as error:
        raise OperatorError("the price of {model} is not usable: {reason}", model=model, reason=error) from error
    return Tariff(rates, f"operator {digest}")


def stated(value: Decimal | None, otherwise: Decimal) -> Decimal:
    """Return what was stated, else what follows from the input price."""
    return otherwise if value is None else value


def per_token(usd_per_mtok: Decimal) -> int:
    """Return dollars for a million tokens as pico-dollars for one."""
    return whole_picousd(usd_per_mtok, TOKENS_PER_MTOK)


def whole_picousd(usd: Decimal, per: int) -> int:
    """Return a price for so many as whole pico-dollars for one. Raises `ValueError` where it is negative or not that exact."""
    picousd = usd * PICO_PER_USD / per
    if not picousd.is_finite() or picousd < 0 or picousd != int(picousd):
        msg = f"{usd} $ for {per} is negative, or finer than a pico-dollar each"
        raise ValueError(msg)
    return int(picousd)
