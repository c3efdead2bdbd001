"""The budget of retries of one upstream: so many in a hundred of its requests, so that its outage is not amplified."""

from __future__ import annotations

WINDOW_NS = 10_000_000_000
"""Requests and retries count for one to two of these."""
FLOOR = 10
"""So many retries may be made in that time beside, so that a quiet gateway can retry at all."""


class Budget:
    """Counts in two windows, the running and the last one, without a timer: what passes with them is forgotten."""

    __slots__ = ("_floor", "_percent", "_requests", "_requests_before", "_retries", "_retries_before", "_window")

    def __init__(self, percent: int) -> None:
        """Allow so many retries in a hundred requests; 0: none at all."""
        self._percent = percent
        self._floor = FLOOR if percent else 0
        self._window = 0
        self._requests = self._requests_before = 0
        self._retries = self._retries_before = 0

    def request(self, now_ns: int) -> None:
        """Count a request's first attempt at this upstream."""
        if now_ns // WINDOW_NS != self._window:
            self._turn(now_ns)
        self._requests += 1

    def room(self, now_ns: int) -> bool:
        """Tell whether there is room for a retry."""
        self._turn(now_ns)
        allowed = self._floor + (self._requests + self._requests_before) * self._percent // 100
        return self._retries + self._retries_before < allowed

    def retry(self, now_ns: int) -> None:
        """Count a retry."""
        self._turn(now_ns)
        self._retries += 1

    def _turn(self, now_ns: int) -> None:
        window = now_ns // WINDOW_NS
        if window == self._window:
            return
        follows = window == self._window + 1
        self._requests_before, self._retries_before = (self._requests, self._retries) if follows else (0, 0)
        self._requests = self._retries = 0
        self._window = window
