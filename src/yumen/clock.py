"""The only file that asks the time or makes an id."""

from __future__ import annotations

import os
import random
import time
from datetime import UTC, datetime, timedelta

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PAIRS = [a + b for a in ALPHABET for b in ALPHABET]
"""Two base62 digits at a time: half the divisions for an id."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_random = random.Random()  # noqa: S311  (ids must be unique, not secret; the system's source costs a system call each)
os.register_at_fork(after_in_child=_random.seed)


class Clock:
    """The real clock. `yumen.testing` has one that jumps; everything takes a clock through its constructor."""

    __slots__ = ()

    now_ns = staticmethod(time.time_ns)
    """Wall time in nanoseconds since 1970, UTC."""
    elapsed_ns = staticmethod(time.perf_counter_ns)
    """A monotonic time in nanoseconds, for differences only."""

    def now_us(self) -> int:
        """Return the wall time in microseconds since 1970, UTC: the unit of every stored time."""
        return self.now_ns() // 1000

    def new_id(self, prefix: str) -> str:
        """Return prefix + 24 base62 characters: ten of the time in microseconds, fourteen random (83 bits)."""
        return prefix + base62_time(self.now_ns() // 1000) + base62_random()


def base62_time(us: int) -> str:
    """Return ten base62 characters that sort as the time does."""
    us, e = divmod(us, 3844)
    us, d = divmod(us, 3844)
    us, c = divmod(us, 3844)
    a, b = divmod(us, 3844)
    return PAIRS[a] + PAIRS[b] + PAIRS[c] + PAIRS[d] + PAIRS[e]


def base62_random() -> str:
    """Return fourteen random base62 characters; an id is unique, not secret."""
    bits = _random.getrandbits(84)
    pairs = []
    for _ in range(7):
        bits, pair = divmod(bits, 3844)
        pairs.append(PAIRS[pair])
    return "".join(pairs)


def iso(us: int) -> str:
    """Return microseconds since 1970 as RFC 3339 in UTC with six decimals."""
    return (EPOCH + timedelta(microseconds=us)).isoformat(timespec="microseconds").replace("+00:00", "Z")
