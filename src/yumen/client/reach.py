"""What every call of a client has at hand: whom it asks and how, and what is known of whoever answers there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.client.transport import httpx2
from yumen.clock import Clock
from yumen.settings.credential import CLAUDE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.client.limits import Limit
    from yumen.client.quota import Quota
    from yumen.client.retry import Retry
    from yumen.client.retrying import Budgets
    from yumen.client.state import State
    from yumen.meter import Prices

MADE = "x-yumen-attempts"


class Reach:
    """One client's way out. What calls learn of the server, they learn for each other."""

    def __init__(self, state: State, budgets: Budgets, prices: Prices) -> None:
        """Reach the place of a state."""
        url = httpx2.URL(state.place.url)
        self.url = state.place.url
        self.host = url.host
        self.port = url.port or (443 if url.scheme == "https" else 80)
        self.retry: Retry = state.retry
        self.limit: Limit | None = state.limit
        self.quota: Quota = state.known.quota
        self.budgets = budgets
        self.prices = prices
        self.clock = Clock()
        self.may_repeat = not (state.place.local or self.url.rstrip("/") == CLAUDE)
        """Whether it may be a gateway, which makes attempts of its own: until an answer shows that it is none."""

    def counted(self, headers: Mapping[str, str]) -> int:
        """Return how many attempts an answer took: a gateway says it; anybody else made the one that he was asked for."""
        said = headers.get(MADE, "")
        self.may_repeat = bool(said)
        return max(1, int(said)) if said.isascii() and said.isdigit() else 1
