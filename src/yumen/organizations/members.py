"""Who belongs to an organization, and what each may do there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yumen.audit import Actor
    from yumen.organizations.values import Person, Role, User


class Members:
    """Shows and changes memberships. An organization keeps at least one owner."""

    async def every(self, organization_id: str) -> list[Person]:
        """Return all members, the oldest first."""
        raise NotImplementedError

    async def one(self, organization_id: str, user_id: str) -> Person:
        """Return a member. Raises NotFound."""
        raise NotImplementedError

    async def add(self, actor: Actor, organization_id: str, user_id: str, role: Role) -> Person:
        """Make an existing user a member. Raises NotFound or AlreadyMember."""
        raise NotImplementedError

    async def change(self, actor: Actor, organization_id: str, user_id: str, role: Role) -> Person:
        """Give a member another role; its open sessions have it at once. Raises NotFound or LastOwner."""
        raise NotImplementedError

    async def remove(self, actor: Actor, organization_id: str, user_id: str) -> Person:
        """Remove a member and revoke the keys that are its own. Raises NotFound or LastOwner."""
        raise NotImplementedError

    async def of_user(self, user_id: str) -> list[Person]:
        """Return all memberships of a user."""
        raise NotImplementedError

    async def user(self, email_or_id: str) -> User:
        """Return a user by its address or id. Raises NotFound."""
        raise NotImplementedError
