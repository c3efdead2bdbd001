"""Meter: what the exchange used, completed by an estimate where Claude's last word never came, and what that costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude import Usage
from yumen.exchange.use import was_sent
from yumen.exchange.values import Candidate, Cost, Outcome, Why
from yumen.meter.prices import FREE
from yumen.meter.rules import charged, estimated_input, plausible

if TYPE_CHECKING:
    from yumen.exchange import Exchange
    from yumen.exchange.values import Attempt
    from yumen.meter.prices import Prices

OK = 200
"""The one status under which tokens are made: a redirect, or an answer without a body, is as free as an error."""


class Meter:
    """The meter's place in the closing phase, before record. It sets `usage`, `estimated` and `cost`."""

    def __init__(self, prices: Prices) -> None:
        """Price by those."""
        self._prices = prices

    def __call__(self, exchange: Exchange) -> None:
        """Charge the exchange for what it used, or nothing where Claude charges nothing."""
        if not exchange.endpoint.billable:
            exchange.cost = FREE
            return
        if is_charged(exchange):
            usage, whole = used(exchange)
            exchange.usage = usage
            exchange.estimated = not whole
            upstream = last_upstream(exchange)
            model = self._prices.name_of(upstream, exchange.model_answered, asked_model(exchange))
            exchange.cost = self._prices.cost(model, usage, exchange.started_us, upstream)
        else:
            exchange.cost = FREE
        for attempt in exchange.attempts:
            if attempt.why is Why.RESENT:
                self._add_resent(exchange, attempt)

    def _add_resent(self, exchange: Exchange, attempt: Attempt) -> None:
        """Add an attempt that was sent and lost before the same was sent again: what it is charged, if it is, is its input, estimated."""
        view, before, total = exchange.view, exchange.cost, exchange.usage or Usage()
        asked = Candidate(attempt.upstream, attempt.model or view.model)
        usage, cost = self._prices.estimate(asked, view.prompt_characters, view.prompt_bytes, exchange.started_us)
        exchange.usage = msgspec.structs.replace(total, input_tokens=total.input_tokens + usage.input_tokens)
        exchange.estimated = True
        if before is None or cost is None:
            exchange.cost = None
        else:
            exchange.cost = Cost(before.nanousd + cost.nanousd, cost.price_version if before is FREE else before.price_version)


def is_charged(exchange: Exchange) -> bool:
    """Return whether Claude charges for this exchange."""
    last = exchange.attempts[-1].status if exchange.attempts else None
    return charged(
        exchange.outcome or Outcome.FAILED,
        sent=was_sent(exchange),
        upstream_refused=last is not None and last != OK,
    )


def used(exchange: Exchange) -> tuple[Usage, bool]:
    """Return what was used, and whether that is Claude's last word rather than an estimate."""
    seen = exchange.usage
    if seen is None:
        view = exchange.view
        input_tokens = estimated_input(exchange.model_answered or asked_model(exchange), view.prompt_characters, view.prompt_bytes)
        return Usage(input_tokens=input_tokens, output_tokens=estimated_output(exchange)), False
    seen = plausible(seen)
    if not exchange.estimated:
        return seen, True
    return msgspec.structs.replace(seen, output_tokens=max(seen.output_tokens, estimated_output(exchange))), False


def estimated_output(exchange: Exchange) -> int:
    """Return the tokens of the text that was seen, estimated: never more than were asked for."""
    asked = exchange.view.max_tokens
    return exchange.output_estimate_tokens if asked is None else min(exchange.output_estimate_tokens, max(asked, 0))


def last_upstream(exchange: Exchange) -> str | None:
    """Return the upstream whose prices count: the one that answered, or was asked last."""
    if exchange.attempts:
        return exchange.attempts[-1].upstream
    return None if exchange.candidate is None else exchange.candidate.upstream


def asked_model(exchange: Exchange) -> str | None:
    """Return the model that was asked of the upstream."""
    asked = None if exchange.candidate is None else exchange.candidate.model
    return asked or exchange.view.model
