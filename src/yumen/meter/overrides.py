"""The operator's own prices, in place of the published ones: for contracts, for models that the price list lacks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal

import msgspec

from yumen.errors import OperatorError
from yumen.meter.tariff import PICO_PER_NANO, PICO_PER_UNIT, TOKENS_PER_MTOK, Rates, Tariff

CACHE_READ = Decimal("0.1")
CACHE_WRITE_5M = Decimal("1.25")
CACHE_WRITE_1H = Decimal(2)
"""Claude's usual multipliers of the input price, for what the operator did not state."""
SEARCHES = 1000
DOLLAR = "USD"


class Price(msgspec.Struct, frozen=True):
    """What a model costs by the operator's word: for a million tokens, and a thousand web searches; in dollars, or in its upstream's."""

    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write_5m: Decimal | None = None
    cache_write_1h: Decimal | None = None
    web_search: Decimal = Decimal(10)


class UpstreamPrices(msgspec.Struct, frozen=True):
    """What an upstream charges: its own prices by its own model names, in its currency, and what that is worth."""

    prices: Mapping[str, Price]
    currency: str = "USD"
    usd_per_unit: Decimal | None = None
    """Dollars for one unit of the currency; None: it is the dollar."""


def own_tariff(model: str, price: Price) -> Tariff:
    """Return the operator's price as a tariff; its version is a digest of the price. Raises `OperatorError` for an impossible one."""
    return Tariff(own_rates(model, price), f"operator {digest_of(model, price)}")


def upstream_tariffs(upstream: str, own: UpstreamPrices) -> dict[str, Tariff]:
    """Return an upstream's prices as tariffs, whose versions name it, its currency and the rate. Raises `OperatorError`."""
    rate = Decimal(1) if own.usd_per_unit is None and own.currency == DOLLAR else own.usd_per_unit
    if rate is None:
        raise OperatorError(
            "the prices of {upstream} are in {currency}: usd_per_unit must say its worth", upstream=upstream, currency=own.currency
        )
    if not rate.is_finite() or rate <= 0:
        raise OperatorError("usd_per_unit of {upstream} must be above 0", upstream=upstream)
    times, by = rate.as_integer_ratio()
    unit = own.currency if rate == 1 else f"{own.currency} at {rate}"
    return {
        model: Tariff(
            rates=own_rates(model, price),
            version=f"{upstream} {unit} {digest_of(model, price)}",
            currency=own.currency,
            usd_per_unit=rate,
            nano_ratio=(times, by * PICO_PER_NANO),
        )
        for model, price in own.prices.items()
    }


def digest_of(model: str, price: Price) -> str:
    """Return what changes with the price."""
    return hashlib.sha256(msgspec.json.encode((model, price))).hexdigest()[:8]


def own_rates(model: str, price: Price) -> Rates:
    """Return the rates of a price. Raises `OperatorError` for an impossible one."""
    try:
        return Rates(
            input_pico=per_token(price.input),
            output_pico=per_token(price.output),
            cache_read_pico=per_token(stated(price.cache_read, price.input * CACHE_READ)),
            cache_write_5m_pico=per_token(stated(price.cache_write_5m, price.input * CACHE_WRITE_5M)),
            cache_write_1h_pico=per_token(stated(price.cache_write_1h, price.input * CACHE_WRITE_1H)),
            web_search_pico=whole_pico(price.web_search, SEARCHES),
        )
    except ValueError as error:
        raise OperatorError("the price of {model} is not usable: {reason}", model=model, reason=error) from error


def stated(value: Decimal | None, otherwise: Decimal) -> Decimal:
    """Return what was stated, else what follows from the input price."""
    return otherwise if value is None else value


def per_token(per_mtok: Decimal) -> int:
    """Return a price for a million tokens as trillionths for one."""
    return whole_pico(per_mtok, TOKENS_PER_MTOK)


def whole_pico(price: Decimal, per: int) -> int:
    """Return a price for so many as whole trillionths for one. Raises `ValueError` where it is negative or not that exact."""
    pico = price * PICO_PER_UNIT / per
    if not pico.is_finite() or pico < 0 or pico != int(pico):
        msg = f"{price} for {per} is negative, or finer than a trillionth each"
        raise ValueError(msg)
    return int(pico)
