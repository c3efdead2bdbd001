"""Where limits and plans are kept, as the gateway reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from yumen.limits.terms.values import OrganizationTerms


class TermsStore(Protocol):
    """Reads limits. Raises `LimitsUnavailable` where they cannot be read, or where what stands there has no meaning."""

    async def read(self, organization_ids: Collection[str]) -> dict[str, OrganizationTerms]:
        """Return all limits of those organizations; one that is not there has none."""
