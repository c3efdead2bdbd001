"""Adding up the results of a batch, pure: tokens by kind, money by each answer's own model."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from yumen.batches.values import Sum
from yumen.claude.usage import COUNTS, Usage
from yumen.exchange.values import Cost

if TYPE_CHECKING:
    from yumen.claude.batch_results import BatchResult

PriceOf = Callable[[str | None, Usage], Cost | None]
"""What a usage of a model costs; None where the price is not known."""

TIER = "batch"
ENDED = "ended"


def add_result(total: Sum, result: BatchResult, price_of: PriceOf) -> Sum:
    """Return the sum with one more result. Only answers cost something: what erred, expired or was cancelled is free."""
    if result.usage is None:
        return msgspec.structs.replace(total, results=total.results + 1)
    usage = msgspec.structs.replace(result.usage, service_tier=TIER)
    cost = price_of(result.model, usage)
    return Sum(
        results=total.results + 1,
        succeeded=total.succeeded + 1,
        model=result.model if total.model == result.model or not total.succeeded else None,
        usage=add_usage(total.usage, usage),
        nanousd=total.nanousd + (cost.nanousd if cost is not None else 0),
        unpriced=total.unpriced + (cost is None),
        price_version=cost.price_version if cost is not None else total.price_version,
    )


def add_usage(left: Usage, right: Usage) -> Usage:
    """Return the tokens of both."""
    return Usage(**{name: getattr(left, name) + getattr(right, name) for name in COUNTS}, service_tier=TIER)
