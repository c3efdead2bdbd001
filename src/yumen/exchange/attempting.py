"""How many attempts a caller leaves to the gateway, and how many it made: so that a client's retries and ours are not multiplied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.errors import InvalidRequest
from yumen.exchange.values import Step, Why

if TYPE_CHECKING:
    from yumen.exchange.exchange import Exchange
    from yumen.http import Headers

ATTEMPTS = b"x-yumen-attempts"
"""Of a request: how many attempts it may take at most. Of its answer: how many it took."""
MOST_DIGITS = 4
WRONG = "x-yumen-attempts: a whole number from 1 to 9999"


def most_attempts(said: bytes | None) -> int | None:
    """Return how many attempts a caller leaves to us; None: it does not say. Raises InvalidRequest for what is no such number."""
    if said is None:
        return None
    if not said.isdigit() or len(said) > MOST_DIGITS or not int(said):
        raise InvalidRequest(WRONG)
    return int(said)


def attempts_made(exchange: Exchange) -> int:
    """Return how many attempts an exchange took. One that had its credential fetched anew is no attempt of its own."""
    return sum(not is_renewal(each.step, each.why) for each in exchange.attempts)


def is_renewal(step: Step, why: Why) -> bool:
    """Tell whether an attempt is followed by another because its credential was fetched anew: that is no retry."""
    return step is Step.AGAIN and why is Why.REFUSED_CREDENTIAL


def attempts_told(exchange: Exchange) -> Headers:
    """Return the answer's header for a caller that counts along, and no header for others."""
    return [] if exchange.most_attempts is None else [(ATTEMPTS, b"%d" % attempts_made(exchange))]
