"""The holds that this process has open, and how far their requests are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.limits.values import Progress

if TYPE_CHECKING:
    from yumen.exchange import Exchange


class OpenHolds:
    """Every admitted request that is not settled yet."""

    def __init__(self) -> None:
        """Begin with none."""
        self._by_id: dict[str, Exchange] = {}
        self.uncounted: set[str] = set()
        """Requests that passed although their limits could not be counted: they are booked when they end."""

    def __len__(self) -> int:
        return len(self._by_id)

    def add(self, exchange: Exchange) -> None:
        """Remember one that was admitted."""
        self._by_id[exchange.request_id] = exchange

    def drop(self, hold_id: str) -> None:
        """Forget one that is settled."""
        self._by_id.pop(hold_id, None)
        self.uncounted.discard(hold_id)

    def progress(self) -> list[Progress]:
        """Return how far all of them are: what a stream has brought, where somebody reads along."""
        return [progress_of(exchange) for exchange in self._by_id.values()]


def progress_of(exchange: Exchange) -> Progress:
    """Return how far one request is."""
    hold, quote, tap = exchange.hold, exchange.quote, exchange.tap
    assert hold is not None  # noqa: S101  (it was added because it has one)
    produced = 0 if tap is None else tap.output_estimate()
    if quote is None or quote.expected_nanousd is None or not produced:
        return Progress(hold.organization_id, hold.hold_id, produced)
    return Progress(hold.organization_id, hold.hold_id, produced, quote.expected_nanousd + produced * (quote.output_nanousd or 0))
