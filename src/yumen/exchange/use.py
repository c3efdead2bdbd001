"""How many requests an exchange used in the end: the ledger and the limits count it alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.errors import UpstreamBusy, UpstreamUnreachable
from yumen.exchange.values import Outcome

if TYPE_CHECKING:
    from yumen.exchange.exchange import Exchange

NEVER_SENT = (UpstreamUnreachable, UpstreamBusy)
"""Faults that say that the upstream has nothing to charge for."""


def was_sent(exchange: Exchange) -> bool:
    """Return whether the upstream may know of it."""
    return bool(exchange.sent_ns) and not isinstance(exchange.fault, NEVER_SENT)


def requests_used(exchange: Exchange) -> int:
    """Return none where nothing was sent, all of a batch's where it was or may have been made, else one."""
    if exchange.replay_of is not None or not was_sent(exchange):
        return 0
    quote = exchange.quote
    return 1 if quote is None or exchange.outcome is Outcome.ERROR else quote.requests
