"""What was used before a store knew it: asked of the ledger when counters are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from yumen.limits.values import Loaded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.limits.terms import OrganizationTerms
    from yumen.limits.values import Ask, Demand


class History(Protocol):
    """Knows what was used, from the ledger and what is on its way there. Raises `LimitsUnavailable` where it cannot tell."""

    async def used(self, organization_id: str, demands: Sequence[Demand]) -> list[Loaded]:
        """Return a counter for each demand of a period: what was used in it."""

    async def recent(self, organization_id: str, organization: OrganizationTerms, now_us: int) -> list[Loaded]:
        """Return the windows and buckets from which anybody in the organization drew within the last span, and when.

        Leases are never in it: what was open elsewhere has a hold of its own, or is gone.
        """

    async def held(self, organization_id: str, demands: Sequence[Demand]) -> list[Ask]:
        """Return what is still reserved of these counters, each as a hold of its own that is never refused: that of batches under way."""


class NoHistory:
    """Nothing was used: for a store that forgets nothing, and for tests."""

    async def used(self, organization_id: str, demands: Sequence[Demand]) -> list[Loaded]:  # noqa: ARG002  (the protocol's signature)
        """Return empty counters."""
        return [Loaded(demand) for demand in demands]

    async def recent(self, organization_id: str, organization: OrganizationTerms, now_us: int) -> list[Loaded]:  # noqa: ARG002  (the same)
        """Return nothing."""
        return []

    async def held(self, organization_id: str, demands: Sequence[Demand]) -> list[Ask]:  # noqa: ARG002  (the same)
        """Return nothing."""
        return []
