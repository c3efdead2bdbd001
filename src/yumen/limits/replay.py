"""What a limit would have done to what was used: replayed over equal pieces of time. Pure.

The ledger knows when each request came, but a week of them is read in sums. So a rate is replayed by the clock's minutes (or seconds),
though the gateway counts any sixty seconds: at least so many would have been refused. A bucket of tokens is replayed as it refills, with
everything of a minute at once. A day's or month's limit is replayed as it fills up, and where a piece of time is cut, by proportion.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from yumen.limits.periods import period_of
from yumen.limits.values import MINUTE_US, PERIODS, SECOND_US, SPEND, Kind, Reserve

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from yumen.limits.values import Limit

WORST = 10
"""How many of the worst pieces of time are told."""
WINDOWS = {Kind.REQUESTS_PER_SECOND: SECOND_US, Kind.REQUESTS_PER_MINUTE: MINUTE_US}
BUCKETS = frozenset({Kind.INPUT_TOKENS_PER_MINUTE, Kind.OUTPUT_TOKENS_PER_MINUTE})
REPLAYED = (*WINDOWS, *sorted(BUCKETS), *sorted(PERIODS))
"""The kinds that the ledger's sums can say something of: not how many ran at once, nor calls that make no tokens."""


class Certainty(StrEnum):
    """How exact a replay is."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    ESTIMATE = "estimate"


class Used(msgspec.Struct, frozen=True):
    """What was used in a piece of time; for buckets, of one class of models."""

    start_us: int
    requests: int
    """Those that count against limits."""
    amount: int
    """In the limit's own unit: requests, tokens or nano-dollars."""


class Moment(msgspec.Struct, frozen=True):
    """A piece of time in which something would have been refused."""

    start_us: int
    used: int
    refused: int
    refused_requests: int


class Replayed(msgspec.Struct, frozen=True):
    """What a limit would have done. Amounts are in the limit's own unit."""

    requests: int
    """How many there were, in the pieces that were looked at."""
    amount: int
    highest: int
    """The most that was used in one minute, second, day or month."""
    refused_requests: int
    refused: int
    first_us: int | None
    """When the first would have been refused; None: none would."""
    moments: tuple[Moment, ...]
    """The worst, in the order of time."""
    certainty: Certainty


def suspicious(limit: Limit, amount: int) -> bool:
    """Whether so much in an hour could have met a rate: what stays below half of it cannot, not even across a minute's end."""
    return amount * 2 > limit.value


def replay_window(limit: Limit, pieces: Sequence[Used]) -> Replayed:
    """Replay a rate of requests over pieces as long as its window."""
    moments = [Moment(piece.start_us, piece.amount, over, over) for piece in pieces if (over := piece.amount - limit.value) > 0]
    highest = max((piece.amount for piece in pieces), default=0)
    certainty = Certainty.AT_LEAST if suspicious(limit, highest) else Certainty.EXACT
    return replayed(pieces, moments, highest, certainty)


def replay_buckets(limit: Limit, classes: Iterable[Sequence[Used]]) -> Replayed:
    """Replay a rate of tokens over pieces of a minute, each class of models with a bucket of its own."""
    moments: list[Moment] = []
    everything: list[Used] = []
    for pieces in classes:
        moments += emptied(limit.value, pieces)
        everything += pieces
    highest = max((piece.amount for piece in everything), default=0)
    certainty = Certainty.ESTIMATE if suspicious(limit, highest) else Certainty.EXACT
    return replayed(everything, moments, highest, certainty)


def emptied(size: int, pieces: Sequence[Used]) -> list[Moment]:
    """Return where a bucket that refills wholly in a minute would have been empty."""
    moments = []
    left, before_us = size, -MINUTE_US
    for piece in pieces:
        room = size + (left if piece.start_us - before_us <= MINUTE_US else size)
        over = max(piece.amount - room, 0)
        left, before_us = min(size, room - piece.amount + over), piece.start_us
        if over:
            moments.append(Moment(piece.start_us, piece.amount, over, share(piece, over)))
    return moments


def replay_period(limit: Limit, zone: str, pieces: Sequence[Used], since_us: int) -> Replayed:
    """Replay a day's or month's limit. Pieces before `since_us` only fill it up."""
    sums: dict[int, int] = {}
    moments = []
    for piece in pieces:
        start_us = period_of(limit.kind, zone, piece.start_us).from_us
        before = sums.get(start_us, 0)
        sums[start_us] = before + piece.amount
        over = min(max(before + piece.amount - limit.value, 0), piece.amount)
        if over and piece.start_us >= since_us:
            moments.append(Moment(piece.start_us, piece.amount, over, share(piece, over)))
    told = [piece for piece in pieces if piece.start_us >= since_us]
    bound = limit.kind in SPEND and limit.reserve is Reserve.BOUND
    certainty = Certainty.ESTIMATE if moments or bound else Certainty.EXACT
    return replayed(told, moments, max(sums.values(), default=0), certainty)


def share(piece: Used, over: int) -> int:
    """Return how many of a piece's requests a part of what it used stands for, rounded up."""
    return min(-(-piece.requests * over // piece.amount), piece.requests)


def replayed(pieces: Sequence[Used], moments: Sequence[Moment], highest: int, certainty: Certainty) -> Replayed:
    """Put a replay together."""
    worst = sorted(moments, key=lambda moment: (-moment.refused, moment.start_us))[:WORST]
    return Replayed(
        requests=sum(piece.requests for piece in pieces),
        amount=sum(piece.amount for piece in pieces),
        highest=highest,
        refused_requests=sum(moment.refused_requests for moment in moments),
        refused=sum(moment.refused for moment in moments),
        first_us=min((moment.start_us for moment in moments), default=None),
        moments=tuple(sorted(worst, key=lambda moment: moment.start_us)),
        certainty=certainty,
    )
