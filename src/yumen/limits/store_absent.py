"""The store where limits cannot be counted at all: several workers without Redis. Each would count for itself, so none does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from yumen.errors import LimitsNotShared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.limits.values import Ask, Demand, Loaded, Progress, Settlement


class AbsentLimitStore:
    """A `LimitStore` that refuses whoever has a limit, and says why; who has none never asks it."""

    async def open(self, ask: Ask) -> NoReturn:  # noqa: ARG002  (the protocol's signature)
        """Refuse: N workers that count for themselves let N times the limit through."""
        raise LimitsNotShared

    def close(self, settlement: Settlement) -> None:
        """Settle nothing, since nothing was ever held."""

    async def renew(self, progress: Sequence[Progress], lease_us: int) -> None:
        """Renew nothing."""

    async def load(self, organization_id: str, counters: Sequence[Loaded]) -> None:
        """Take nothing."""

    async def read(self, organization_id: str, demands: Sequence[Demand]) -> NoReturn:  # noqa: ARG002  (the protocol's signature)
        """Refuse: nobody counts, so nothing can be told."""
        raise LimitsNotShared
