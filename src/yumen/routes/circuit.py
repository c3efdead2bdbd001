"""The circuit before one upstream: opened by failures in a row, closed by an answer, probed gently in between. It never asks the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.routes.states import MOVES, Circuit

if TYPE_CHECKING:
    from yumen.routes.values import CircuitOptions

NS_PER_S = 1_000_000_000
LONGEST = 16
"""So many times the first pause is the longest."""


class Breaker:
    """Counts failures in a row, and says whether a request may go. Times are monotonic nanoseconds."""

    def __init__(self, options: CircuitOptions) -> None:
        """Begin closed."""
        self._open_after = options.open_after
        self._open_ns = int(options.open_s * NS_PER_S)
        self.state = Circuit.CLOSED
        self.failures = 0
        """In a row, before there was an answer."""
        self.broken = 0
        """In a row: answers that began and did not reach their end. A head alone does not begin the row anew."""
        self._probes = 0
        """That failed since it opened."""
        self._opened_ns = self._due_ns = 0

    def lets(self, now_ns: int, *, alone: bool = False) -> bool:
        """Tell whether a request may go: all while it is closed, and one when it is time for a probe.

        `alone`: nobody else can take the request. Then the pause does not grow, since it would only keep callers from an upstream that is
        well again.
        """
        due_ns = min(self._due_ns, self._opened_ns + self._open_ns) if alone else self._due_ns
        return self.state is Circuit.CLOSED or (self.state is Circuit.OPEN and now_ns >= due_ns)

    def until_probe_ns(self, now_ns: int) -> int:
        """Return how long no request may go while others can take it; 0: one may go now, or once the probe that is under way has ended."""
        return max(0, self._due_ns - now_ns) if self.state is Circuit.OPEN else 0

    def probe(self) -> None:
        """Let the probe go."""
        self._move(Circuit.HALF_OPEN)

    def give_back(self) -> None:
        """Take note that the probe told nothing, since its caller left or it was not sent: another may go at once."""
        if self.state is Circuit.HALF_OPEN:
            self._move(Circuit.OPEN)

    def good(self) -> None:
        """Take note of an answer's head, whoever got it."""
        self.failures = 0
        if not self.broken:
            self._probes = 0
        if self.state is not Circuit.CLOSED:
            self._move(Circuit.CLOSED)

    def whole(self) -> None:
        """Take note that an answer reached its end."""
        if self.broken:
            self.broken = self._probes = 0

    def broke(self, now_ns: int) -> None:
        """Take note that an answer which had begun broke. Once a row of them opened it, one more after a probe's good head is enough."""
        self.broken += 1
        if self.state is Circuit.CLOSED and self.broken >= self._open_after:
            self._probes += self.broken > self._open_after
            self._open(now_ns)

    def bad(self, now_ns: int) -> None:
        """Take note of a failure. While it is open, those of requests that were sent before change nothing."""
        self.failures += 1
        if self.state is Circuit.HALF_OPEN:
            self._probes += 1
        elif self.state is Circuit.OPEN or self.failures < self._open_after:
            return
        self._open(now_ns)

    def _open(self, now_ns: int) -> None:
        self._opened_ns = now_ns
        self._due_ns = now_ns + self._open_ns * min(1 << min(self._probes, LONGEST), LONGEST)
        self._move(Circuit.OPEN)

    def _move(self, state: Circuit) -> None:
        if state not in MOVES[self.state]:
            msg = f"no move from {self.state} to {state}"
            raise AssertionError(msg)
        self.state = state
