"""What was used before a store knew it: asked of the ledger when counters are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from yumen.limits.values import Loaded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.limits.values import Ask, Demand


class History(Protocol):
    """Knows what was used, from the ledger and what is on its way there. Raises `LimitsUnavailable` where it cannot tell."""

    async def used(self, organization_id: str, demands: Sequence[Demand], now_us: int) -> list[Loaded]:
        """Return a counter for each demand: what PERIOD counters used, and the times of the last span for the others.

        Leases are never in it: what was open elsewhere has a hold of its own, or is gone.
        """

    async def held(self, organization_id: str, demands: Sequence[Demand]) -> list[Ask]:
        """Return what is still reserved of these counters, each as a hold of its own that is never refused: that of batches under way."""


class NoHistory:
    """Nothing was used: for a store that forgets nothing, and for tests."""

    async def used(self, organization_id: str, demands: Sequence[Demand], now_us: int) -> list[Loaded]:  # noqa: ARG002  (the protocol's signature)
        """Return empty counters."""
        return [Loaded(demand) for demand in demands]

    async def held(self, organization_id: str, demands: Sequence[Demand]) -> list[Ask]:  # noqa: ARG002  (the same)
        """Return nothing."""
        return []
