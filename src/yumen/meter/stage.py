"""Meter: what the exchange used, completed by an estimate where Claude's last word never came, and what that costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude import Usage
from yumen.exchange.use import was_sent
from yumen.exchange.values import Outcome
from yumen.meter.prices import FREE
from yumen.meter.rules import charged, estimated_input, plausible

if TYPE_CHECKING:
    from yumen.exchange import Exchange
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
        if not exchange.endpoint.billable or not is_charged(exchange):
            exchange.cost = FREE
            return
        usage, whole = used(exchange)
        exchange.usage = usage
        exchange.estimated = not whole
        exchange.cost = self._prices.cost(priced_model(exchange), usage, exchange.started_us)


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
        input_tokens = estimated_input(priced_model(exchange), view.prompt_characters, view.prompt_bytes)
        return Usage(input_tokens=input_tokens, output_tokens=estimated_output(exchange)), False
    seen = plausible(seen)
    if not exchange.estimated:
        return seen, True
    return msgspec.structs.replace(seen, output_tokens=max(seen.output_tokens, estimated_output(exchange))), False


def estimated_output(exchange: Exchange) -> int:
    """Return the tokens of the text that was seen, estimated: never more than were asked for."""
    asked = exchange.view.max_tokens
    return exchange.output_estimate_tokens if asked is None else min(exchange.output_estimate_tokens, max(asked, 0))


def priced_model(exchange: Exchange) -> str | None:
    """Return the model whose price counts: the one that answered, else the one that was asked of the upstream."""
    if exchange.model_answered:
        return exchange.model_answered
    asked = None if exchange.candidate is None else exchange.candidate.model
    return asked or exchange.view.model
