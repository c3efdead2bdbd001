"""How many requests an exchange used in the end: the ledger and the limits count it alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.errors import UpstreamBusy, UpstreamUnreachable

if TYPE_CHECKING:
    from yumen.exchange.exchange import Exchange

FIRST_ERROR_STATUS = 400
NEVER_SENT = (UpstreamUnreachable, UpstreamBusy)
"""Faults that say that the upstream has nothing to charge for."""


def was_sent(exchange: Exchange) -> bool:
    """Return whether the upstream may know of it."""
    return bool(exchange.sent_ns) and not isinstance(exchange.fault, NEVER_SENT)


def was_refused(exchange: Exchange) -> bool:
    """Return whether the last that the upstream said is an error status: that is an answer, and free, even where its body did not come."""
    last = exchange.attempts[-1].status if exchange.attempts else None
    return last is not None and last >= FIRST_ERROR_STATUS


def requests_used(exchange: Exchange) -> int:
    """Return none where nothing was sent, all of a batch's where it was or may have been made, else one."""
    if exchange.replay_of is not None or not was_sent(exchange):
        return 0
    quote = exchange.quote
    return 1 if quote is None or was_refused(exchange) else quote.requests
