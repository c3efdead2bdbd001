"""The records that nobody is shown as they are: codes, tries, keys, limits, and what stands behind invitations and sign-ups."""

from __future__ import annotations

import msgspec

from yumen.keys.values import Role
from yumen.limits.values import Kind, Limit, Mode, Reserve, Scope, ScopeKind
from yumen.organizations.values import Invite, SignUp

SECRET_FIELDS = frozenset({"password_hash", "hash", "code_hash", "shown_code", "sealed"})
"""Never in an audit log, a text or an error."""


class Code(msgspec.Struct, frozen=True):
    """A code that was sent, or is still to be sent: only its hash, unless nothing could send it."""

    subject: str
    """Whose it is: a sign-up's id, or `setup`."""
    channel: str
    hash: bytes
    shown_code: str | None
    tries_left: int
    sent: int
    """How often codes were sent; 0: none yet."""
    sent_us: int
    expires_us: int
    used_us: int | None = None

    def __repr__(self) -> str:
        """Name whose it is, and no more."""
        return f"Code({self.subject}, {self.channel})"


class Attempt(msgspec.Struct, frozen=True):
    """Somebody tried something whose number is limited."""

    id: str
    what: str
    subject: str
    """By whom, or for which address."""
    time_us: int


class Identity(msgspec.Struct, frozen=True):
    """Who somebody is at a provider of OpenID Connect."""

    issuer: str
    subject: str
    user_id: str
    created_us: int


class SealedInvite(Invite, frozen=True, kw_only=True):
    """An invitation with the hash of its token."""

    code_hash: bytes

    def __repr__(self) -> str:
        """Name the invitation."""
        return f"SealedInvite({self.id})"

    def open(self) -> Invite:
        """Return it as it is shown."""
        return Invite(**{name: getattr(self, name) for name in Invite.__struct_fields__})


class Applied(SignUp, frozen=True, kw_only=True):
    """A sign-up with the hash of the password that was chosen."""

    password_hash: str

    def __repr__(self) -> str:
        """Name the sign-up."""
        return f"Applied({self.id})"

    def shown(self) -> SignUp:
        """Return it as it is shown."""
        return SignUp(**{name: getattr(self, name) for name in SignUp.__struct_fields__})


class KeyHandle(msgspec.Struct, frozen=True):
    """What organizations need to know of a key."""

    id: str
    organization_id: str
    workspace_id: str
    user_id: str | None
    created_by: str | None
    role: Role | None
    revoked_us: int | None
    name: str
    created_us: int
    expires_us: int | None


class SecondFactor(msgspec.Struct, frozen=True):
    """The secret of somebody's app."""

    user_id: str
    sealed: bytes
    created_us: int
    confirmed_us: int | None
    """When a first code came; until then it counts for nothing."""
    last_step: int
    """The step of the last code that was used: none before it counts any more."""

    def __repr__(self) -> str:
        """Name whose it is."""
        return f"SecondFactor({self.user_id})"


class RecoveryCode(msgspec.Struct, frozen=True):
    """A code for whoever has lost the second factor."""

    user_id: str
    number: int
    hash: bytes
    used_us: int | None

    def __repr__(self) -> str:
        """Name whose it is."""
        return f"RecoveryCode({self.user_id}, {self.number})"


class SessionRow(msgspec.Struct, frozen=True):
    """What is known of a session beside its key."""

    key_id: str
    address: str
    """Where it was opened from."""
    seen_us: int
    expires_us: int


class LimitRow(msgspec.Struct, frozen=True):
    """A limit that was set beside those of a plan."""

    organization_id: str
    scope_kind: ScopeKind
    scope_id: str
    kind: Kind
    value: int
    mode: Mode
    wait_ms: int
    reserve: Reserve


def limit_row(organization_id: str, scope: Scope, limit: Limit) -> LimitRow:
    """Return a limit as it is stored."""
    return LimitRow(organization_id, scope.kind, scope.id, limit.kind, limit.value, limit.mode, limit.wait_ms, limit.reserve)
