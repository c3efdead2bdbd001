"""Reading the audit log, an organization's part or all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yumen.audit import Recorded
    from yumen.organizations.store import Store


class AuditLog:
    """Shows acts; it cannot change them."""

    def __init__(self, store: Store) -> None:
        """Read that store."""
        self._store = store

    async def page(self, organization_id: str | None = None, *, before: int | None = None, limit: int = 100) -> list[Recorded]:
        """Return a page of acts, the newest first: those before a number."""
        return await self._store.acts(organization_id, before, limit)
