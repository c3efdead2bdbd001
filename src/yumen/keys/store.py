"""Where keys are kept: what every store of them promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from yumen.audit import Act
    from yumen.keys.values import Change, KeyRecord


class KeyStore(Protocol):
    """Keeps key records. Each method raises KeysUnreadable when the store does not answer; each write raises the revision.

    A write comes with the act that the audit log shall have of it: both happen, or neither.
    """

    async def find(self, key_ids: Collection[str]) -> dict[str, KeyRecord]:
        """Return the records of those ids that exist."""

    async def every(self) -> list[KeyRecord]:
        """Return all records, oldest first."""

    async def add(self, record: KeyRecord, act: Act, replacing: Change | None = None) -> bool:
        """Write a new record and, in the same transaction, the change of the key that it replaces, whose limits it takes over.

        Returns False, with nothing written, where that key was revoked meanwhile, the workspace archived, or the member removed.
        """

    async def change(self, change: Change, act: Act) -> bool:
        """Write what a change changes, and nothing else. Returns False, with nothing written, where the key was revoked meanwhile."""
