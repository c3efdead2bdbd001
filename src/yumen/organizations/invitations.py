"""Invitations: into an organization, or to sign up where only the invited may."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yumen.audit import Actor
    from yumen.organizations.values import Invite, Invited, InviteStatus, Person, Role


def status_of(invite: Invite, now_us: int) -> InviteStatus:
    """Say where an invitation stands."""
    raise NotImplementedError


class Invitations:
    """Makes, shows, takes back and accepts invitations."""

    async def create(self, actor: Actor, organization_id: str, email: str, role: Role) -> Invited:
        """Invite somebody by mail; where no mail can be sent the token is shown. Raises NotFound, InvalidRequest, AlreadyMember.

        `NEW_ORGANIZATION` as the organization invites to sign up with an organization of one's own.
        """
        raise NotImplementedError

    async def every(self, organization_id: str) -> list[Invite]:
        """Return all invitations that were not taken back, the newest first."""
        raise NotImplementedError

    async def one(self, organization_id: str, invite_id: str) -> Invite:
        """Return an invitation. Raises NotFound."""
        raise NotImplementedError

    async def delete(self, actor: Actor, organization_id: str, invite_id: str) -> Invite:
        """Take an invitation back. Raises NotFound, or AlreadyDecided where it was accepted."""
        raise NotImplementedError

    async def accept(self, token: str, name: str, password: str, caller: str) -> Person:
        """Become a member: a new user with that name and password, or the one who has this address and proves it by the password.

        Raises WrongCode (unknown, used, taken back, expired), WrongPassword, WeakPassword or TooManyTries.
        """
        raise NotImplementedError
