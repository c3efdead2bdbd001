"""Where batches under way are remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from yumen.batches.values import OpenBatch


class BatchStore(Protocol):
    """Keeps batches until they are charged. Each method raises `DatabaseUnavailable` where the database does not answer."""

    async def add(self, batch: OpenBatch) -> None:
        """Remember a batch; doing it twice changes nothing."""

    async def unsettled(self) -> list[OpenBatch]:
        """Return the batches that are not charged yet, oldest first."""

    async def claim(self, batch_id: str, now_us: int, interval_us: int) -> bool:
        """Take the right to look at a batch now; of several processes that ask within the interval, one gets it."""

    async def settle(self, batch_id: str, now_us: int) -> None:
        """Note that a batch is charged."""

    async def forget(self, before_us: int) -> int:
        """Delete batches that were charged before a time; return how many."""
