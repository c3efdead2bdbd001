"""One request's time as parts that stand beside each other: what took how long, from when on. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.ledger.rules import LEAST_FAILED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.exchange.values import Attempt
    from yumen.ledger.entry import Entry


class Bar(msgspec.Struct, frozen=True):
    """A part. `kind` is its name for programs: read, gateway, wait, attempt, pause, after, stream."""

    kind: str
    begun_us: int
    took_us: int
    number: int = 0
    """An attempt's."""
    upstream: str = ""
    failed: bool = False
    """Of an attempt: it brought no good answer."""


def bars(entry: Entry) -> list[Bar]:
    """Return the parts that took any time, in order. What the ledger has no times of is not there."""
    return [bar for bar in all_bars(entry) if bar.took_us > 0]


def all_bars(entry: Entry) -> Iterator[Bar]:
    """Yield all parts."""
    times = entry.times
    read_us = times.read_us or 0
    yield Bar("read", 0, read_us)
    begun_us = entry.tries[0].begun_us if entry.tries else entry.duration_us
    if times.admitted_us is not None and entry.limit_wait_us:
        waited_from_us = max(times.admitted_us - entry.limit_wait_us, read_us)
        yield Bar("gateway", read_us, waited_from_us - read_us)
        yield Bar("wait", waited_from_us, times.admitted_us - waited_from_us)
        yield Bar("gateway", times.admitted_us, begun_us - times.admitted_us)
    else:
        yield Bar("gateway", read_us, begun_us - read_us)
    yield from attempts(entry.tries)
    yield from answer(entry)


def attempts(tries: tuple[Attempt, ...]) -> Iterator[Bar]:
    """Yield each attempt until the head of its answer, and the pause behind it."""
    for number, attempt in enumerate(tries, 1):
        if attempt.upstream:
            is_good = attempt.status is not None and attempt.status < LEAST_FAILED
            yield Bar("attempt", attempt.begun_us, attempt.duration_us, number, attempt.upstream, not is_good)
            yield Bar("pause", attempt.begun_us + attempt.duration_us, attempt.wait_us or 0)


def answer(entry: Entry) -> Iterator[Bar]:
    """Yield what came after the head of the answer."""
    if entry.ttft_us is not None and entry.tries:
        if entry.times.head_us is not None:
            yield Bar("after", entry.times.head_us, entry.ttft_us - entry.times.head_us)
        yield Bar("stream", entry.ttft_us, entry.duration_us - entry.ttft_us)
