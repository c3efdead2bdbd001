"""Signing up: an application, codes that prove its addresses, an administrator's word where it is asked for, then an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yumen.audit import Actor
    from yumen.organizations.values import Application, Channel, ShownCode, SignUp, SignUpStatus, SignUpStep


class SignUps:
    """Takes sign-ups. What it answers is the same whether an address is known or not."""

    async def start(self, application: Application, caller: str) -> SignUpStep:
        """Take an application from a caller's address and send the first code.

        Raises SignUpClosed, InvitationNeeded, faults of single fields (InvalidRequest), or TooManyTries.
        """
        raise NotImplementedError

    async def send_again(self, sign_up_id: str, caller: str) -> SignUpStep:
        """Send the code that is waited for again; the earlier one counts no longer. Raises TooManyTries."""
        raise NotImplementedError

    async def confirm(self, sign_up_id: str, channel: Channel, code: str, caller: str) -> SignUpStep:
        """Confirm a code; the last one completes the sign-up, or hands it to an administrator. Raises WrongCode or TooManyTries."""
        raise NotImplementedError

    async def approve(self, actor: Actor, sign_up_id: str) -> SignUp:
        """Make the organization of a sign-up that waits, and tell the applicant. Raises NotFound or AlreadyDecided."""
        raise NotImplementedError

    async def decline(self, actor: Actor, sign_up_id: str, reason: str) -> SignUp:
        """Decline a sign-up that waits, and tell the applicant why. Raises NotFound or AlreadyDecided."""
        raise NotImplementedError

    async def every(self, status: SignUpStatus | None = None) -> list[SignUp]:
        """Return sign-ups, the newest first."""
        raise NotImplementedError

    async def shown_codes(self) -> list[ShownCode]:
        """Return the codes that nothing could send and that still count."""
        raise NotImplementedError
