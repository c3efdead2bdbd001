"""Requests for more: a member asks with a reason, the operator answers in one place, and both are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yumen.audit import Actor
    from yumen.organizations.values import IncreaseRequest, RequestStatus, Wanted


class IncreaseRequests:
    """Takes and decides requests for more."""

    async def ask(self, actor: Actor, organization_id: str, user_id: str | None, wanted: Wanted, reason: str) -> IncreaseRequest:
        """Ask for more; the operators are told. Raises InvalidRequest (nothing wanted, no reason, a limit of a foreign scope)."""
        raise NotImplementedError

    async def every(self, organization_id: str | None = None, status: RequestStatus | None = None) -> list[IncreaseRequest]:
        """Return requests, of one organization or of all, the newest first."""
        raise NotImplementedError

    async def one(self, request_id: str, organization_id: str | None = None) -> IncreaseRequest:
        """Return a request. Raises NotFound, for another organization's as well."""
        raise NotImplementedError

    async def approve(self, actor: Actor, request_id: str, answer: str = "", granted: Wanted | None = None) -> IncreaseRequest:
        """Grant what was asked, or other values; it is in force within a second. Raises NotFound, AlreadyDecided or InvalidRequest."""
        raise NotImplementedError

    async def decline(self, actor: Actor, request_id: str, answer: str) -> IncreaseRequest:
        """Decline with an answer. Raises NotFound or AlreadyDecided."""
        raise NotImplementedError
