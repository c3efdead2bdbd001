"""What signing in answers: a session, or that a code of the second factor is to come."""

from __future__ import annotations

import msgspec

from yumen.clock import iso
from yumen.console.api.fields import KeyRole
from yumen.organizations.values import SecondStep, SignedIn


class SessionShown(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="session"):
    """An open session: `key` is an admin key of at most twelve hours, shown this once."""

    key: str
    api_key_id: str
    expires_at: str
    user_id: str
    organization_id: str
    role: KeyRole

    def __repr__(self) -> str:
        """Name the key, not its text."""
        return f"SessionShown({self.api_key_id})"


class SecondStepShown(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="second_step"):
    """The password was right: `sign_in.confirm` opens the session by this token and a code, within five minutes."""

    token: str
    expires_at: str

    def __repr__(self) -> str:
        """Say nothing of the token."""
        return "SecondStepShown()"


def session_shown(session: SignedIn) -> SessionShown:
    """Show a session."""
    return SessionShown(
        key=session.key,
        api_key_id=session.key_id,
        expires_at=iso(session.expires_us),
        user_id=session.user.id,
        organization_id=session.organization_id,
        role=session.role.value,
    )


def step_shown(step: SignedIn | SecondStep) -> SessionShown | SecondStepShown:
    """Show how far signing in has come."""
    return SecondStepShown(token=step.token, expires_at=iso(step.expires_us)) if isinstance(step, SecondStep) else session_shown(step)
