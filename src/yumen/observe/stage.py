"""Observe: the last closing stage, which counts an exchange, writes its log line, and hands it to the traces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from yumen.observe.lines import CallLine

if TYPE_CHECKING:
    from yumen.observe.finished import Finished
    from yumen.observe.log import Log
    from yumen.observe.metrics import Metrics

STRANGERS_A_SECOND = 10
"""Log lines for keys that were not accepted; beyond them they are counted, so that strangers cannot fill the disk."""
SECOND_US = 1_000_000


class Tracer(Protocol):
    """What is told of every exchange when traces are on."""

    def __call__(self, exchange: Finished) -> None:
        """Make a span of it."""


class Observe:
    """`opened` goes with the moment of sending, the call with the closing phase, after record."""

    def __init__(self, metrics: Metrics, log: Log, tracer: Tracer | None = None) -> None:
        """Take where numbers, lines and traces go."""
        self._metrics = metrics
        self._log = log
        self._tracer = tracer
        self._open: set[str] = set()
        self._second = 0
        self._strangers = 0

    def opened(self, exchange: Finished) -> None:
        """Note that an exchange was sent."""
        self._open.add(exchange.request_id)
        self._metrics.opened(exchange)

    def __call__(self, exchange: Finished) -> None:
        """Count the exchange, log it, trace it."""
        opened = exchange.request_id in self._open
        self._open.discard(exchange.request_id)
        self._metrics.closed(exchange, opened=opened)
        if exchange.principal is not None or self._stranger_may_be_logged(exchange.started_us // SECOND_US):
            self._log.put(call_line(exchange))
        else:
            self._metrics.unlogged += 1
        if self._tracer is not None:
            self._tracer(exchange)

    def _stranger_may_be_logged(self, second: int) -> bool:
        if second != self._second:
            self._second, self._strangers = second, 0
        self._strangers += 1
        return self._strangers <= STRANGERS_A_SECOND


def call_line(exchange: Finished) -> CallLine:
    """Return what the log says of an exchange. In the struct's order, without names: it is made for every request."""
    principal, usage, cost, fault = exchange.principal, exchange.usage, exchange.cost, exchange.fault
    view = exchange.view
    return CallLine(
        exchange.started_us + exchange.duration_ns // 1000,
        exchange.request_id,
        None if principal is None else principal.key_id,
        None if principal is None else principal.environment,
        exchange.endpoint.name,
        exchange.model_answered or view.model,
        view.stream,
        exchange.status,
        exchange.outcome or "-",
        None if fault is None else type(fault).__name__,
        view.prompt_characters,
        0 if usage is None else usage.input_tokens,
        0 if usage is None else usage.output_tokens,
        None if cost is None else cost.nanousd,
        (exchange.first_byte_ns - exchange.received_ns) // 1000 if exchange.first_byte_ns else None,
        exchange.duration_ns // 1000,
    )
