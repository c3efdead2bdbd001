"""API keys in Claude's shapes; making and replacing them is ours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from yumen.clock import EPOCH, iso
from yumen.console.api.fields import KeyRole, UserId, WorkspaceId, time_or_none
from yumen.console.api.pages import ById
from yumen.console.api.restriction_fields import RestrictionsShown, shown_restrictions
from yumen.errors import InvalidRequest
from yumen.keys import status_of
from yumen.keys.order import MAX_DRAIN_S
from yumen.organizations.sign_in import is_session

if TYPE_CHECKING:
    from yumen.console.api.call import Call
    from yumen.keys.values import KeyRecord

Status = Literal["active", "inactive", "archived", "expired"]
SECOND_US = 1_000_000
MICROSECOND = timedelta(microseconds=1)
MAX_GRACE_S = 30 * 86_400
KeyName = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
KeyLabel = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Paths = Annotated[tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=500)], ...], msgspec.Meta(max_length=100)]
DrainSeconds = Annotated[int, msgspec.Meta(ge=0, le=MAX_DRAIN_S)]
KeyKind = Literal["api", "admin", "session"]
"""For Claude's API, for the admin API, or of somebody who is signed in."""
KeyContent = Literal["off", "errors", "all"]
Time = Annotated[datetime, msgspec.Meta(tz=True)]

STATUS: dict[str, Status] = {"active": "active", "expiring": "active", "inactive": "inactive", "expired": "expired", "revoked": "archived"}
"""Our words for where a key stands, in Claude's."""


class Creator(msgspec.Struct, frozen=True):
    """Who made a key."""

    id: str
    type: Literal["user"] = "user"


class UserActor(msgspec.Struct, frozen=True):
    """The member whose key it is."""

    user_id: str
    type: Literal["user_actor"] = "user_actor"


class KeyScope(msgspec.Struct, frozen=True):
    """Where a key belongs. An admin key has no workspace."""

    type: Literal["workspace", "organization"]
    workspace_id: str | UnsetType = UNSET


class KeyShown(msgspec.Struct, frozen=True, kw_only=True):
    """A key. Ours are environment, kind, role (of admin keys), label, restrictions, `drain_seconds`, content and what has replaced it."""

    id: str
    type: Literal["api_key"] = "api_key"
    name: str
    status: Status
    partial_key_hint: str
    created_at: str
    created_by: Creator | None
    expires_at: str | None
    principal: UserActor | None
    scope: KeyScope | UnsetType = UNSET
    """From API version 2026-10-21 on."""
    workspace_id: str | UnsetType | None = UNSET
    """Before API version 2026-10-21."""
    environment: str
    kind: KeyKind
    role: KeyRole | None
    label: str | None
    takes_label: bool
    restrictions: RestrictionsShown
    allowed_paths: list[str]
    drain_seconds: float | None
    """How long an answer is read on after its caller has left; 0: to its end, null: not at all."""
    content: KeyContent
    """What of its requests and answers is written down, encrypted."""
    replaced_by: str | None


class KeyMade(KeyShown, frozen=True, kw_only=True):
    """A new key, with its text, which is shown this once."""

    key: str


class ListKeys(ById, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which keys are wanted."""

    status: Status | None = None
    workspace_id: WorkspaceId | None = None
    created_by_user_id: UserId | None = None
    kind: KeyKind | None = None
    """Only keys for Claude's API, only admin keys that somebody made to last, or only those of open sessions."""
    name: KeyName | None = None
    """Only keys that have this in their name, in whatever case."""
    include_archived: bool = True

    def wants(self, record: KeyRecord) -> bool:
        """Whether a key is wanted, whatever its status."""
        return (
            self.workspace_id in (None, record.workspace_id)
            and self.created_by_user_id in (None, record.created_by)
            and self.kind in (None, kind_of(record))
            and (self.name is None or self.name.casefold() in record.name.casefold())
            and (self.include_archived or record.revoked_at_us is None)
        )


def kind_of(record: KeyRecord) -> KeyKind:
    """Return what a key is for."""
    if record.role is None:
        return "api"
    return "session" if is_session(record) else "admin"


def shown_fields(call: Call, record: KeyRecord) -> dict[str, object]:
    """Return what is shown of a key, in the shape of the version that is asked for."""
    workspace_id = record.workspace_id or None
    scope = KeyScope("organization") if workspace_id is None else KeyScope("workspace", workspace_id)
    return {
        "id": record.key_id,
        "name": record.name,
        "status": STATUS[status_of(record, call.clock.now_us())],
        "partial_key_hint": record.hint,
        "created_at": iso(record.created_at_us),
        "created_by": None if record.created_by is None else Creator(record.created_by),
        "expires_at": time_or_none(record.expires_at_us),
        "principal": None if record.user_id is None else UserActor(record.user_id),
        "scope": UNSET if call.is_old else scope,
        "workspace_id": workspace_id if call.is_old else UNSET,
        "environment": record.environment,
        "kind": kind_of(record),
        "role": None if record.role is None else record.role.value,
        "label": record.label,
        "takes_label": record.takes_label,
        "restrictions": shown_restrictions(record.restrictions),
        "allowed_paths": list(record.allowed_paths),
        "drain_seconds": record.drain_s,
        "content": record.content.value,
        "replaced_by": record.replaced_by,
    }


def shown(call: Call, record: KeyRecord) -> KeyShown:
    """Show a key."""
    return KeyShown(**shown_fields(call, record))  # type: ignore[arg-type]  # the fields by their names


def made(call: Call, record: KeyRecord, text: str) -> KeyMade:
    """Show a new key with its text."""
    return KeyMade(key=text, **shown_fields(call, record))  # type: ignore[arg-type]  # the same


def us_of(name: str, time: datetime) -> int:
    """Return a time in microseconds since 1970."""
    try:
        return (time - EPOCH) // MICROSECOND
    except OverflowError:
        raise InvalidRequest(f"{name}: Input should be a time such as 2026-11-26T08:00:00Z") from None
