"""What the gateway itself took of an exchange's time. Pure: it reads the times that the stages have noted."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.exchange.exchange import Exchange
    from yumen.exchange.values import Attempt

NS_PER_US = 1000


def overhead_ns(exchange: Exchange) -> int:
    """Return how long an exchange that has ended was in the gateway's own hands; 0 where another one's answer was passed on.

    It begins with the body's end. Waiting for room in a limit, for the turn before it, for a connection, for an upstream's answer and
    between attempts is not in it; nor is anything after the answer's first byte.
    """
    if exchange.replay_of is not None:
        return 0
    begin_ns = exchange.read_ns or exchange.received_ns
    outside_ns = (exchange.limit_wait_us + exchange.session_wait_us) * NS_PER_US
    after_ns = exchange.first_byte_ns - exchange.head_ns if exchange.first_byte_ns and exchange.head_ns else 0
    attempts = exchange.attempts
    if not attempts:
        return max(exchange.ended_ns - begin_ns - outside_ns, 0)
    if len(attempts) == 1 and exchange.first_sent_ns:
        return max(exchange.first_sent_ns - begin_ns - outside_ns - exchange.connecting_ns, 0) + after_ns
    first_ns = exchange.received_ns + attempts[0].begun_us * NS_PER_US - begin_ns
    return max(first_ns - outside_ns, 0) + between_us(attempts) * NS_PER_US + after_ns


def between_us(attempts: Sequence[Attempt]) -> int:
    """Return what passed between attempts beyond the pauses that were meant."""
    gaps = [later.begun_us - one.begun_us - one.duration_us - one.wait_us for one, later in pairwise(attempts)]
    return sum(max(gap, 0) for gap in gaps)
