"""Where keys are kept: what every store of them promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from yumen.keys.values import KeyRecord


class KeyStore(Protocol):
    """Keeps key records. Each method raises KeysUnreadable when the store does not answer; each write raises the revision."""

    async def find(self, key_ids: Collection[str]) -> dict[str, KeyRecord]:
        """Return the records of those ids that exist."""

    async def every(self) -> list[KeyRecord]:
        """Return all records, oldest first."""

    async def add(self, record: KeyRecord, replaced: KeyRecord | None = None) -> None:
        """Write a new record and, in the same transaction, the changed record of the key that it replaces."""

    async def change(self, record: KeyRecord) -> None:
        """Write a record over the one with its id."""
