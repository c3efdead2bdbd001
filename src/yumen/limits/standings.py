"""How limits stand when nobody asks for anything: the counters of a limit, and the tightest of what they say. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.claude.model_class import UNKNOWN, model_class
from yumen.claude.models import MODELS
from yumen.limits.periods import period_of
from yumen.limits.rules import MINUTES, TOKENS, demand_of, period_demand, window
from yumen.limits.values import MINUTE_US, SECOND_US, SPEND, Demand, Form, Kind, Line, Measure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.limits.values import Standing

CLASSES = (*dict.fromkeys(model_class(model.id) for model in MODELS), UNKNOWN)
"""Every class of models has token buckets of its own."""


def demands_of(line: Line, zone: str, now_us: int) -> list[Demand]:
    """Return what would be asked of a limit's counters, with nothing to charge."""
    kind = line.limit.kind
    if kind in MINUTES:
        return [window(line, str(kind), MINUTE_US)]
    if kind is Kind.REQUESTS_PER_SECOND:
        return [window(line, str(kind), SECOND_US)]
    if kind is Kind.CONCURRENT_REQUESTS:
        return [demand_of(line, str(kind), Form.LEASES, Measure.REQUESTS, 1)]
    if kind in TOKENS:
        return [demand_of(line, f"{kind}:{name}", Form.BUCKET, TOKENS[kind], 0, span_us=MINUTE_US) for name in CLASSES]
    return [period_demand(line, period_of(kind, zone, now_us), (Measure.NANOUSD if kind in SPEND else Measure.REQUESTS, 0))]


def tightest(standings: Iterable[Standing | None]) -> Standing | None:
    """Return the one with the least left; None where nothing is counted yet."""
    found = [standing for standing in standings if standing is not None]
    return min(found, key=lambda standing: (standing.remaining, standing.reset_us)) if found else None
