"""Signing in: an address and a password for a short-lived admin key, without a word about which of the two was wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yumen.audit import Actor
    from yumen.organizations.values import SignedIn

SESSION_US = 12 * 3600 * 1_000_000


class SignIn:
    """Opens and closes sessions. Guessing is limited for each address and each caller."""

    async def open(self, email: str, password: str, caller: str, organization_id: str | None = None) -> SignedIn:
        """Open a session of twelve hours in an organization (None: the one that the user joined first; an operator: the default one).

        Raises WrongPassword (the same for an unknown address) or TooManyTries.
        """
        raise NotImplementedError

    async def close(self, actor: Actor, key_id: str) -> None:
        """Revoke a session's key."""
        raise NotImplementedError
