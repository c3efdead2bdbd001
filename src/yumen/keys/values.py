"""The nouns of who asks: a key's record, a credential as it was sent, and the reasons to refuse one."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from yumen.exchange.values import DEFAULT_ORGANIZATION, Content
from yumen.keys.restrictions import Restriction

KEY_ID_PREFIX = "apikey_"
ENVIRONMENTS = ("production", "staging")
ADMIN = "admin"
"""Stands where the environment stands: a key for the admin API, which opens no model."""

WORKSPACES = {
    "production": "wrkspc_00000000000000production",
    "staging": "wrkspc_00000000000000000staging",
}
"""The workspaces of the organization `default`, one for each environment: the owners of what its keys create."""


class Role(StrEnum):
    """What a member, or an admin key, may do. `operator` stands above all organizations."""

    OPERATOR = "operator"
    OWNER = "owner"
    ADMIN = "admin"
    DEVELOPER = "developer"
    BILLING = "billing"
    VIEWER = "viewer"


class Reason(StrEnum):
    """Why a credential is refused."""

    MISSING = "missing"
    FOREIGN = "foreign"
    """Something was sent, but no key of ours."""
    MALFORMED = "malformed"
    MISTYPED = "mistyped"
    """The form is right, the checksum is not."""
    DIFFERENT = "different"
    """Two headers carry two different keys."""
    ADMIN_KEY = "admin_key"
    NO_ADMIN_KEY = "no_admin_key"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"
    INACTIVE = "inactive"
    SUSPENDED = "suspended"
    """Its organization is."""


class Workspace(msgspec.Struct, frozen=True):
    """Where a key belongs."""

    id: str
    organization_id: str
    environment: str
    name: str = ""
    archived: bool = False


class Credential(msgspec.Struct, frozen=True):
    """A well-formed key as a caller sent it: what it claims, and the hash that proves it. The key itself is not kept."""

    key_id: str
    environment: str
    digest: bytes
    """SHA-256 of the key's text."""
    trimmed: bool = False
    """Whether white space or a line break stood around it."""


class KeyRecord(msgspec.Struct, frozen=True):
    """A key as it is stored: never its text. Times are UTC microseconds, None: never."""

    key_id: str
    name: str
    environment: str
    workspace_id: str
    digest: bytes
    created_at_us: int
    expires_at_us: int | None = None
    revoked_at_us: int | None = None
    allowed_paths: tuple[str, ...] = ()
    replaced_by: str | None = None
    """The id of the key that took this one's place."""
    organization_id: str = DEFAULT_ORGANIZATION
    user_id: str | None = None
    """The member whose key it is: limits and reports count by it."""
    created_by: str | None = None
    """The user who made it."""
    label: str | None = None
    """The cost centre that its requests are booked on."""
    takes_label: bool = False
    """Whether a request may name another in `x-yumen-label`."""
    restrictions: tuple[Restriction, ...] = ()
    role: Role | None = None
    """Of an admin key: what it may do. None: a key for Claude's API."""
    inactive_at_us: int | None = None
    """When it was switched off; unlike a revoked key it can be switched on again."""
    drain_s: float | None = None
    """How many seconds an answer is read on after its caller has left; 0: to its end, None: not at all."""
    content: Content = Content.OFF
    """What of its requests is written down."""
    suspended: bool = False
    """Whether its organization is; this, and what follows, is read with the key, and never written."""
    isolated: bool = False
    """Whether its organization is."""
    keeps_content: bool = False
    """Whether an isolated organization lets content be stored all the same."""

    @property
    def public_id(self) -> str:
        """The part of the id that stands in the key."""
        return self.key_id.removeprefix(KEY_ID_PREFIX)

    @property
    def hint(self) -> str:
        """What may be shown of the key: its beginning."""
        return f"yk-{self.environment}-{self.public_id}-…"


class Change(msgspec.Struct, frozen=True):
    """A key's record before and after."""

    before: KeyRecord
    after: KeyRecord
