"""The numbers that the gateway keeps of itself: plain integers and dictionaries, made for the closing phase of every request."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from yumen.claude.models import find_model
from yumen.observe.histogram import Histogram

if TYPE_CHECKING:
    from yumen.claude import Usage
    from yumen.observe.finished import Finished, Tried

OTHER = "other"
NONE = "none"
FOLLOWED = frozenset({"again", "elsewhere"})
"""The steps that another attempt follows."""
MAX_NAMES = 1000
"""Names of models that are remembered with their label; callers choose them, so there is a bound."""


class Metrics:
    """Counts finished exchanges. Labels come from closed sets: a model that the catalogue lacks is `other`."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.requests: defaultdict[tuple[str, str, int, str], int] = defaultdict(int)
        """By endpoint, model, status, outcome."""
        self.tokens: defaultdict[tuple[str, str], int] = defaultdict(int)
        """By model and class."""
        self.cost_nanousd: defaultdict[str, int] = defaultdict(int)
        self.unpriced: defaultdict[str, int] = defaultdict(int)
        self.faults: defaultdict[str, int] = defaultdict(int)
        self.estimated = 0
        self.unlogged = 0
        self.retries: defaultdict[tuple[str, str], int] = defaultdict(int)
        """By upstream and reason."""
        self.replays = 0
        self.overhead = Histogram()
        self.first_byte: defaultdict[str, Histogram] = defaultdict(Histogram)
        self.duration: defaultdict[str, Histogram] = defaultdict(Histogram)
        self.upstream_head: defaultdict[str, Histogram] = defaultdict(Histogram)
        """By upstream: until the head of each answer."""
        self.open_exchanges = 0
        self.open_streams = 0
        self._labels: dict[str, str] = {}

    def opened(self, exchange: Finished) -> None:
        """Note that an exchange was sent."""
        self.open_exchanges += 1
        self.open_streams += exchange.view.stream

    def closed(self, exchange: Finished, *, opened: bool) -> None:
        """Count an exchange that has ended; `opened`: whether it was sent."""
        if opened:
            self.open_exchanges -= 1
            self.open_streams -= exchange.view.stream
        endpoint = exchange.endpoint.name
        model = self.label(exchange.model_answered or exchange.view.model)
        self.requests[endpoint, model, exchange.status, exchange.outcome or NONE] += 1
        self.duration[endpoint].add(exchange.duration_ns // 1000)
        if exchange.first_byte_ns:
            self.first_byte[endpoint].add((exchange.first_byte_ns - exchange.received_ns) // 1000)
            if exchange.replay_of is None:
                self.overhead.add(exchange.overhead_ns // 1000)
            else:
                self.replays += 1
        for attempt in exchange.attempts:
            self._tried(attempt)
        if exchange.fault is not None:
            self.faults[type(exchange.fault).__name__] += 1
        if exchange.usage is not None:
            self._use(model, exchange.usage)
        self.estimated += exchange.estimated
        if exchange.cost is not None:
            self.cost_nanousd[model] += exchange.cost.nanousd
        elif exchange.principal is not None:
            self.unpriced[model] += 1

    def _tried(self, attempt: Tried) -> None:
        if attempt.status is not None:
            self.upstream_head[attempt.upstream].add(attempt.duration_us)
        if attempt.step in FOLLOWED:
            self.retries[attempt.upstream, attempt.why] += 1

    def _use(self, model: str, usage: Usage) -> None:
        tokens = self.tokens
        tokens[model, "input"] += usage.input_tokens
        tokens[model, "output"] += usage.output_tokens
        if usage.cache_read_tokens or usage.cache_write_5m_tokens or usage.cache_write_1h_tokens or usage.thinking_tokens:
            tokens[model, "cache_read"] += usage.cache_read_tokens
            tokens[model, "cache_write_5m"] += usage.cache_write_5m_tokens
            tokens[model, "cache_write_1h"] += usage.cache_write_1h_tokens
            tokens[model, "thinking"] += usage.thinking_tokens

    def label(self, model: str | None) -> str:
        """Return the label of a model's name: the catalogue's id, `other`, or `none` where no model was asked."""
        if model is None:
            return NONE
        label = self._labels.get(model)
        if label is None:
            known = find_model(model)
            label = OTHER if known is None else known.id
            if len(self._labels) < MAX_NAMES:
                self._labels[model] = label
        return label
