"""The register of organizations: made, renamed, moved to another plan, suspended and resumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET, UnsetType

if TYPE_CHECKING:
    from yumen.audit import Actor
    from yumen.organizations.values import Kind, Organization


class OrganizationChange(msgspec.Struct, frozen=True):
    """What shall be otherwise; what is not set stays."""

    name: str | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    plan: str | UnsetType = UNSET
    isolated: bool | UnsetType = UNSET
    policy: str | UnsetType | None = UNSET


class Registry:
    """Shows and changes organizations."""

    async def every(self) -> list[Organization]:
        """Return all organizations, the oldest first."""
        raise NotImplementedError

    async def one(self, organization_id: str) -> Organization:
        """Return an organization. Raises NotFound."""
        raise NotImplementedError

    async def create(self, actor: Actor, name: str, kind: Kind, plan: str) -> Organization:
        """Make an organization without members, with the workspaces production and staging. Raises InvalidRequest."""
        raise NotImplementedError

    async def update(self, actor: Actor, organization_id: str, change: OrganizationChange) -> Organization:
        """Change an organization. Raises NotFound or InvalidRequest (no such time zone or plan; isolation beyond the plan)."""
        raise NotImplementedError

    async def suspend(self, actor: Actor, organization_id: str) -> Organization:
        """Let an organization's keys be refused, from within a second on. Raises NotFound; DefaultOrganization for the operator's own."""
        raise NotImplementedError

    async def resume(self, actor: Actor, organization_id: str) -> Organization:
        """Let a suspended organization's keys work again. Raises NotFound."""
        raise NotImplementedError
