"""One's own sessions, and the organizations that one can change over to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from yumen.clock import iso
from yumen.console.api.account import ROOT, me_of
from yumen.console.api.fields import KeyRole, OrganizationId, time_or_none
from yumen.console.api.operation import Nothing, Operation
from yumen.console.api.sessions_shown import SessionShown, session_shown
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.console.api.call import Call

SESSIONS = f"{ROOT}/sessions"


class OwnSession(msgspec.Struct, frozen=True, kw_only=True):
    """One of one's own sessions; `id` is its key's."""

    id: str
    type: Literal["own_session"] = "own_session"
    organization_id: str
    role: KeyRole
    opened_at: str
    expires_at: str
    address: str | None
    last_used_at: str | None
    """To five minutes."""
    current: bool


class OwnSessions(msgspec.Struct, frozen=True, kw_only=True):
    """One's own sessions, the newest first."""

    data: list[OwnSession]


class SessionsEnded(msgspec.Struct, frozen=True, kw_only=True):
    """How many sessions ended."""

    type: Literal["sessions_ended"] = "sessions_ended"
    count: int


class OwnOrganization(msgspec.Struct, frozen=True, kw_only=True):
    """An organization that one can work in."""

    id: str
    type: Literal["own_organization"] = "own_organization"
    name: str
    role: KeyRole
    suspended: bool
    current: bool


class OwnOrganizations(msgspec.Struct, frozen=True, kw_only=True):
    """The organizations that one can work in, by name."""

    data: list[OwnOrganization]


class ChangeOver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The organization to go on in."""

    organization_id: OrganizationId


async def every(call: Call, _: Nothing) -> OwnSessions:
    """List one's own sessions."""
    found = await call.services.offices.own_account.sessions(me_of(call))
    return OwnSessions(
        data=[
            OwnSession(
                id=each.key_id,
                organization_id=each.organization_id,
                role=each.role.value,
                opened_at=iso(each.created_us),
                expires_at=iso(each.expires_us),
                address=each.address,
                last_used_at=time_or_none(each.seen_us),
                current=each.current,
            )
            for each in found
        ]
    )


async def end(call: Call, _: Nothing) -> SessionsEnded:
    """End one of one's own sessions."""
    await call.services.offices.own_account.end(me_of(call), call.path["api_key_id"])
    return SessionsEnded(count=1)


async def end_others(call: Call, _: Nothing) -> SessionsEnded:
    """End all one's own sessions but this one."""
    return SessionsEnded(count=await call.services.offices.own_account.end_others(me_of(call)))


async def organizations(call: Call, _: Nothing) -> OwnOrganizations:
    """List the organizations that one can work in."""
    found = await call.services.offices.own_account.places(me_of(call))
    return OwnOrganizations(
        data=[
            OwnOrganization(
                id=each.organization.id,
                name=each.organization.name,
                role=each.role.value,
                suspended=each.organization.suspended_us is not None,
                current=each.current,
            )
            for each in found
        ]
    )


async def change_over(call: Call, asked: ChangeOver) -> SessionShown:
    """Go on in another organization."""
    return session_shown(await call.services.offices.sign_in.change_over(me_of(call), asked.organization_id))


OPERATIONS = (
    Operation(
        method="GET",
        path=SESSIONS,
        name="account.sessions.list",
        summary="List one's own sessions",
        action=Action.ACCOUNT_OWN,
        handler=every,
        answer=OwnSessions,
    ),
    Operation(
        method="DELETE",
        path=f"{SESSIONS}/{{api_key_id}}",
        name="account.sessions.end",
        summary="End one of one's own sessions",
        action=Action.ACCOUNT_OWN,
        handler=end,
        answer=SessionsEnded,
    ),
    Operation(
        method="POST",
        path=f"{ROOT}/end_other_sessions",
        name="account.sessions.end_others",
        summary="End all one's own sessions but the one that asks",
        action=Action.ACCOUNT_OWN,
        handler=end_others,
        answer=SessionsEnded,
    ),
    Operation(
        method="GET",
        path=f"{ROOT}/organizations",
        name="account.organizations.list",
        summary="List the organizations that one can work in",
        action=Action.ACCOUNT_OWN,
        handler=organizations,
        answer=OwnOrganizations,
    ),
    Operation(
        method="POST",
        path=f"{ROOT}/change_over",
        name="account.change_over",
        summary="Go on in another organization: a new session there, until this one would have ended; this one ends now",
        action=Action.ACCOUNT_OWN,
        handler=change_over,
        asked=ChangeOver,
        answer=SessionShown,
    ),
)
