"""From the limits that apply to a request to what it asks of each counter. Pure: values in, values out."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from yumen.claude import Endpoint
from yumen.claude.model_class import model_class
from yumen.exchange.values import Quote
from yumen.limits.periods import period_of
from yumen.limits.values import MAX_NANOUSD, MINUTE_US, PERIODS, SECOND_US, SPEND, Demand, Form, Kind, Line, Measure, Mode, Reserve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.limits.periods import Period
    from yumen.limits.terms.values import Terms
    from yumen.limits.values import Scope


class Group(StrEnum):
    """Calls whose rates are counted together."""

    REQUESTS = "requests"
    """Whatever makes tokens, or may do so."""
    COUNT_TOKENS = "count_tokens"
    """Calls that are answered without a model's work: count_tokens and the models."""
    BATCHES = "batches"
    FILES = "files"


OWN_MINUTE = {
    Group.COUNT_TOKENS: Kind.COUNT_TOKENS_PER_MINUTE,
    Group.BATCHES: Kind.BATCHES_PER_MINUTE,
    Group.FILES: Kind.FILES_PER_MINUTE,
}
"""The limit of a group's own minute; where it is not set, the value of requests_per_minute counts there, in a window of its own."""
"""It takes no place among concurrent requests: its hold lasts as long as the batch."""
MINUTES = frozenset({Kind.REQUESTS_PER_MINUTE, *OWN_MINUTE.values()})
TOKENS = {Kind.INPUT_TOKENS_PER_MINUTE: Measure.INPUT_TOKENS, Kind.OUTPUT_TOKENS_PER_MINUTE: Measure.OUTPUT_TOKENS}
ALIKE = MINUTES | {Kind.REQUESTS_PER_SECOND, Kind.CONCURRENT_REQUESTS}
"""Limits that every request of an endpoint asks for the same."""


class Call(msgspec.Struct, frozen=True):
    """What rules know of a request."""

    endpoint: Endpoint
    now_us: int
    quote: Quote | None = None
    model: str | None = None
    likely_output_tokens: int = 0
    """How long the key's answers were lately."""


class Claim(msgspec.Struct, frozen=True):
    """A limit that applies to a request, and what it is asked for."""

    line: Line
    demand: Demand


def group_of(endpoint: Endpoint) -> Group:
    """Return the group of calls that an endpoint belongs to."""
    name = endpoint.name
    if name == "count_tokens" or name.startswith("models."):
        return Group.COUNT_TOKENS
    if name.startswith("batches."):
        return Group.BATCHES
    return Group.FILES if name.startswith("files.") else Group.REQUESTS


def claims_of(terms: Terms, call: Call) -> tuple[Claim, ...]:
    """Return all that a request asks for, in the order of the lines."""
    group, prepared = terms.derived.get(call.endpoint.name) or prepare(terms, call)
    claims = [always or claim_of(line, terms, call, group) for line, always in prepared]
    return tuple([claim for claim in claims if claim is not None])


def prepare(terms: Terms, call: Call) -> tuple[Group, list[tuple[Line, Claim | None]]]:
    """Return the lines that may count an endpoint's requests, with the claim of those that count each one alike; the terms keep it."""
    group = group_of(call.endpoint)
    prepared = [(line, claim_of(line, terms, call, group) if line.limit.kind in ALIKE else None) for line in applying(terms, group)]
    terms.derived[call.endpoint.name] = group, prepared
    return group, prepared


def applying(terms: Terms, group: Group) -> Iterator[Line]:
    """Yield the lines of a group: of a scope that has a limit for the group's own minute, requests_per_minute does not count."""
    own = OWN_MINUTE.get(group)
    having = {line.scope for line in terms.lines if line.limit.kind is own}
    for line in terms.lines:
        kind = line.limit.kind
        if kind in MINUTES and kind is not own and (kind is not Kind.REQUESTS_PER_MINUTE or line.scope in having):
            continue
        yield line


def claim_of(line: Line, terms: Terms, call: Call, group: Group) -> Claim | None:
    """Return what a request asks of one limit; None where that limit does not count it."""
    kind = line.limit.kind
    demand: Demand | None = None
    if kind in MINUTES:
        demand = window(line, OWN_MINUTE.get(group, Kind.REQUESTS_PER_MINUTE), MINUTE_US)
    elif kind is Kind.REQUESTS_PER_SECOND:
        demand = window(line, kind if group is Group.REQUESTS else f"{kind}:{group}", SECOND_US)
    elif kind is Kind.CONCURRENT_REQUESTS:
        if not call.endpoint.makes_batch:
            demand = demand_of(line, kind, Form.LEASES, Measure.REQUESTS, 1)
    elif kind is Kind.REQUESTS_PER_MONTH:
        if call.endpoint.counted:
            demand = period(line, terms, call, (Measure.REQUESTS, 1 if call.quote is None else call.quote.requests))
    elif kind in TOKENS:
        if call.endpoint.billable:
            demand = bucket(line, call, TOKENS[kind])
    elif call.endpoint.billable or (call.quote is not None and call.endpoint.counted):
        demand = period(line, terms, call, (Measure.NANOUSD, min(reserved_nanousd(line, call) or 0, MAX_NANOUSD)))
    return None if demand is None else Claim(line, demand)


def quiet_claims(terms: Terms, call: Call) -> tuple[Claim, ...]:
    """Return claims of nothing on the periods that do not count this request, so that their standing can be shown with its answer."""
    if call.endpoint.counted:
        return ()
    lines = [line for line in terms.lines if line.limit.kind in PERIODS]
    measures = {line: Measure.NANOUSD if line.limit.kind in SPEND else Measure.REQUESTS for line in lines}
    return tuple([Claim(line, period(line, terms, call, (measure, 0))) for line, measure in measures.items()])


def reserved_nanousd(line: Line, call: Call) -> int | None:
    """Return what a spend limit sets aside: the most it can cost, or what it will probably cost; None where nobody can say."""
    quote = call.quote
    if quote is None:
        return None
    if line.limit.reserve is Reserve.BOUND:
        return quote.bound_nanousd
    if quote.expected_nanousd is None:
        return None
    output_tokens = min(call.likely_output_tokens, quote.max_output_tokens)
    return quote.expected_nanousd + output_tokens * (quote.output_nanousd or 0)


def without_amount(terms: Terms, call: Call) -> Line | None:
    """Return a spend limit that is enforced and cannot tell what to set aside for this request; None: there is none."""
    if not terms.money or not (call.endpoint.billable or call.endpoint.makes_batch):
        return None
    enforced = [line for line in terms.lines if line.limit.kind in SPEND and line.limit.mode is Mode.ENFORCE]
    return next((line for line in enforced if reserved_nanousd(line, call) is None), None)


# ── one demand ──────────────────────────────────────────────────────────────


def counter_of(scope: Scope, name: str) -> str:
    """Return a counter's name within its organization."""
    return f"{scope.kind}:{scope.id}:{name}"


def demand_of(  # noqa: PLR0913  (the demand's own fields)
    line: Line, name: str, form: Form, measure: Measure, amount: int, *, span_us: int = 0, until_us: int = 0
) -> Demand:
    """Return a demand of a limit's counter."""
    limit = line.limit
    return Demand(counter_of(line.scope, name), form, measure, limit.value, amount, span_us, until_us, limit.mode is Mode.SHADOW)


def window(line: Line, name: str, span_us: int) -> Demand:
    """Return a demand of one request in any span."""
    return demand_of(line, name, Form.WINDOW, Measure.REQUESTS, 1, span_us=span_us)


def bucket(line: Line, call: Call, measure: Measure) -> Demand:
    """Return a demand of a model class's tokens: all of the estimated input; of the output one left, since it counts as produced."""
    quote = call.quote
    model = call.model if quote is None else quote.model
    amount = 0 if quote is None or measure is Measure.OUTPUT_TOKENS else quote.input_tokens
    return demand_of(line, f"{line.limit.kind}:{model_class(model)}", Form.BUCKET, measure, amount, span_us=MINUTE_US)


def period(line: Line, terms: Terms, call: Call, wanted: tuple[Measure, int]) -> Demand:
    """Return a demand of a calendar period."""
    return period_demand(line, period_of(line.limit.kind, terms.time_zone, call.now_us), wanted)


def period_demand(line: Line, now: Period, wanted: tuple[Measure, int]) -> Demand:
    """Return a demand of a period. A limit that was set within it has a counter of its own: an older one may have missed something."""
    measure, amount = wanted
    name = f"{line.limit.kind}:{now.name}" + (f":{line.since_us}" if line.since_us > now.from_us else "")
    return demand_of(line, name, Form.PERIOD, measure, amount, span_us=now.until_us - now.from_us, until_us=now.until_us)
