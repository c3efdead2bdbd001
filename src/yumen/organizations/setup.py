"""The first administrator: made once, by whoever has the set-up token that the first start gave out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yumen.organizations.values import User


class Setup:
    """Gives out the set-up token and takes it once."""

    async def token(self) -> str | None:
        """Make the set-up token where nobody is an operator yet, else None. A token that was made before counts no longer."""
        raise NotImplementedError

    async def pending(self) -> bool:
        """Whether the first administrator is still to be made."""
        raise NotImplementedError

    async def claim(self, token: str, email: str, name: str, password: str) -> User:
        """Make the first administrator: an operator, and owner of the default organization.

        Raises WrongCode where the token is not the one, was used, or has run out.
        """
        raise NotImplementedError
