"""Begins a stream before there is an answer, for callers of short patience, and keeps it alive with pings until there is one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yumen.exchange.exchange import Exchange

PING = b'event: ping\ndata: {"type": "ping"}\n\n'
"""As Claude writes it: every client passes over it, wherever it stands."""
OK = 200
NS_PER_S = 1_000_000_000


class Early:
    """The timer of one exchange. Whoever makes it stops it: when an answer is here, and at the close."""

    __slots__ = ("_exchange", "_interval_s", "_timer", "begun")

    def __init__(self, exchange: Exchange, interval_s: float) -> None:
        """Begin the stream that long after the request's arrival, and ping as often."""
        self._exchange: Exchange | None = exchange
        self._interval_s = interval_s
        waited_s = (exchange.clock.elapsed_ns() - exchange.received_ns) / NS_PER_S
        self._timer = asyncio.get_running_loop().call_later(max(interval_s - waited_s, 0), self._ping)
        self.begun = False
        """Whether the caller has seen a status: from here on, an error is an event."""

    def _ping(self) -> None:
        exchange = self._exchange
        if exchange is None:
            return
        reply = exchange.reply
        if not self.begun:
            self.begun = True
            headers = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-cache")]
            reply.start(OK, [*headers, (b"request-id", exchange.request_id.encode()), *exchange.shown], None)
        reply.write(PING)
        self._timer = asyncio.get_running_loop().call_later(self._interval_s, self._ping)

    @property
    def stopped(self) -> bool:
        """Whether it pings no more."""
        return self._exchange is None

    def stop(self) -> None:
        """Ping no more."""
        self._timer.cancel()
        self._exchange = None  # else the two hold each other, and wait for the garbage collector
