"""Reading the audit log, an organization's part or all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yumen.audit import Recorded


class AuditLog:
    """Shows acts; it cannot change them."""

    async def page(self, organization_id: str | None = None, *, before: int | None = None, limit: int = 100) -> list[Recorded]:
        """Return a page of acts, the newest first: those before a number."""
        raise NotImplementedError
