"""What the server said last of its limits, and how long a call waits so that none is passed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from yumen.claude.model_class import model_class
from yumen.client.forking import ForkLock
from yumen.clock import Clock
from yumen.routes import quota as said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.routes.quota import Left

US_PER_S = 1_000_000
OK = 200
LITTLE = 0.1
"""Below this part of a limit calls are spread."""
LONGEST_US = 60 * US_PER_S
"""No call is held back for longer: beyond that the server is to say so itself."""


class Rate(msgspec.Struct, frozen=True):
    """How one of the server's limits stood."""

    limit: int | None
    remaining: int
    reset: datetime
    """When it is whole again, UTC."""


class Quota:
    """The server's limits, as its answers say them; those of one class of models, if not said otherwise of the one that answered last."""

    def __init__(self, clock: Clock | None = None) -> None:
        """Know nothing."""
        self._clock = clock or Clock()
        self._lock = ForkLock()
        self._classes: dict[str, said.Quota] = {}
        self._last = ""
        self._next_us = 0
        """Before it no call goes that is held back."""
        self._refused_until_us: dict[str, int] = {}

    def __repr__(self) -> str:
        rates = {name: rate for name in said.KINDS if (rate := self._rate(name)) is not None}
        shown = ", ".join(f"{name.replace('-', '_')}={rate.remaining}/{rate.limit}" for name, rate in rates.items())
        return f"Quota({shown or 'nothing known'})"

    @property
    def requests(self) -> Rate | None:
        """Requests a minute; None: nothing is known, or the limit is whole again."""
        return self._rate("requests")

    @property
    def tokens(self) -> Rate | None:
        """Tokens a minute, of both kinds."""
        return self._rate("tokens")

    @property
    def input_tokens(self) -> Rate | None:
        """Input tokens a minute."""
        return self._rate("input-tokens")

    @property
    def output_tokens(self) -> Rate | None:
        """Output tokens a minute."""
        return self._rate("output-tokens")

    def left(self, model: str | None = None) -> float | None:
        """Return the part of the limit that is left, of the one of which least is; None where nothing is known."""
        with self._lock:
            quota = self._classes.get(self._last if model is None else model_class(model))
            return None if quota is None else quota.left(self._clock.now_us())

    def note(self, model: str | None, status: int, headers: Sequence[tuple[bytes, bytes]]) -> None:
        """Take an answer's headers."""
        fields, now, name = list(headers), self._clock.now_us(), model_class(model)
        final = any(key.lower() == b"x-should-retry" and value.lower() == b"false" for key, value in fields)
        with self._lock:
            if status == said.LIMITED and not final:
                self._refused_until_us[name] = now + said.retry_after_us(fields)
            if said.read_lefts(fields, now):
                self._last = name
                quota = self._classes.setdefault(name, said.Quota())
                quota.note(OK, fields, now)
                quota.left(now)  # read now: an answer need not name every limit

    def pause_us(self, model: str | None, tokens: int) -> int:
        """Return how long a call of so many input tokens waits before it goes, microseconds; 0 as long as there is enough."""
        name = model_class(model)
        with self._lock:
            now = self._clock.now_us()
            quota = self._classes.get(name)
            lefts = {} if quota is None else quota.lefts(now)
            apart = max([needed_us(left, 1 if kind == "requests" else tokens, now) for kind, left in lefts.items()], default=0)
            if apart:
                self._next_us = max(now, self._next_us) + min(apart, LONGEST_US)
            until = max(self._next_us if apart else 0, self._refused_until_us.get(name, 0))
            return max(0, min(until - now, LONGEST_US))

    def _rate(self, kind: str) -> Rate | None:
        with self._lock:
            quota = self._classes.get(self._last)
            left = None if quota is None else quota.lefts(self._clock.now_us()).get(kind)
        return None if left is None else Rate(left.limit, left.remaining, datetime.fromtimestamp(left.reset_us / US_PER_S, UTC))


def needed_us(left: Left, units: int, now_us: int) -> int:
    """Return how long the server needs to regain what a call takes, where little is left; 0 where enough is.

    A limit of which L - r units lack is whole again at its reset, so that it regains a unit in (reset - now) / (L - r).
    """
    limit, remaining = left.limit, left.remaining
    if not limit or remaining >= limit or (remaining > limit * LITTLE and remaining > units):
        return 0
    return (left.reset_us - now_us) * min(units, limit) // (limit - remaining)
