"""From a client's own limit to what one call asks of each counter. Pure: values in, values out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude import Endpoint
from yumen.claude.model_class import model_class
from yumen.client.limits import LimitReached, nanousd
from yumen.exchange.values import Candidate
from yumen.limits.periods import period_of
from yumen.limits.rules import group_of
from yumen.limits.values import MINUTE_US, SECOND_US, Demand, Form, Kind, Measure
from yumen.meter.rules import rates_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.client.limits import Limit
    from yumen.meter import Prices


class Asked(msgspec.Struct, frozen=True):
    """What is known of a call before it is sent."""

    endpoint: Endpoint
    model: str | None
    input_tokens: int
    """Estimated."""


def calls_demand(limit: Limit, asked: Asked) -> tuple[Demand, ...]:
    """Return what a call asks of the calls in any period.

    It is a lease, not an entry in a window of the store's: a call takes its place before it is sent and keeps it until a whole period
    after its answer began. So the server cannot see more in any period, however long a call was on its way.
    """
    if limit.calls is None:
        return ()
    counter = f"calls:{group_of(asked.endpoint)}:{round(limit.period * SECOND_US)}"
    return (Demand(counter, Form.LEASES, Measure.REQUESTS, limit.calls, 1),)


def other_demands(limit: Limit, asked: Asked, spend_nanousd: int, now_us: int) -> tuple[Demand, ...]:
    """Return what a call asks of all other counters."""
    return tuple(_others(limit, asked, spend_nanousd, now_us))


def _others(limit: Limit, asked: Asked, spend_nanousd: int, now_us: int) -> Iterator[Demand]:
    if limit.concurrent is not None and not asked.endpoint.makes_batch:
        yield Demand("concurrent", Form.LEASES, Measure.REQUESTS, limit.concurrent, 1)
    if not asked.endpoint.billable:
        return
    name = model_class(asked.model)
    if limit.input_tokens_per_minute is not None:
        counter, most = f"input_tokens_per_minute:{name}", limit.input_tokens_per_minute
        yield Demand(counter, Form.BUCKET, Measure.INPUT_TOKENS, most, asked.input_tokens, MINUTE_US)
    if limit.output_tokens_per_minute is not None:
        counter, most = f"output_tokens_per_minute:{name}", limit.output_tokens_per_minute
        yield Demand(counter, Form.BUCKET, Measure.OUTPUT_TOKENS, most, 0, MINUTE_US)
    for kind in (Kind.SPEND_PER_DAY, Kind.SPEND_PER_MONTH):
        most_nanousd = nanousd(getattr(limit, kind.value), kind.value)
        if most_nanousd is not None:
            now = period_of(kind, "UTC", now_us)
            counter = f"{kind.value}:{now.name}"
            yield Demand(
                counter, Form.PERIOD, Measure.NANOUSD, most_nanousd, spend_nanousd, now.until_us - now.from_us, until_us=now.until_us
            )


def limits_spending(limit: Limit) -> bool:
    """Whether money is limited."""
    return limit.spend_per_day is not None or limit.spend_per_month is not None


def expected_nanousd(limit: Limit, asked: Asked, prices: Prices, likely_output_tokens: int, now_us: int) -> int:
    """Return what a call will probably cost; 0 where money is not limited. Raises LimitReached for a model without a price."""
    if not (limits_spending(limit) and asked.endpoint.billable):
        return 0
    tariff = prices.tariff(Candidate("", asked.model), now_us)
    if tariff is None:
        named = "spend_per_day" if limit.spend_per_day is not None else "spend_per_month"
        raise LimitReached("the price of {model} is not known, so the limit {limit} cannot count it", limit=named, model=asked.model)
    rates = rates_for(asked.input_tokens, tariff)
    return tariff.nanousd(asked.input_tokens * rates.input_pico + likely_output_tokens * rates.output_pico)
