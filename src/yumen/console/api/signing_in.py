"""Signing in and out, and a new password for whoever has forgotten the old one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from yumen.console.api.account import FactorCode
from yumen.console.api.fields import Email, OrganizationId, Password
from yumen.console.api.operation import Nothing, Operation
from yumen.console.api.sessions_shown import SecondStepShown, SessionShown, session_shown, step_shown
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.console.api.call import Call

Token = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class OpenSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An address and its password."""

    email: Email
    password: Password
    organization_id: OrganizationId | None = None


class ConfirmSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token that the password gave, and a code of the second factor or a recovery code."""

    token: Token
    code: FactorCode


class SignedOut(msgspec.Struct, frozen=True, kw_only=True):
    """The session's key counts no longer."""

    type: Literal["session_deleted"] = "session_deleted"


class AskReset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The address whose password was forgotten."""

    email: Email


class ResetAsked(msgspec.Struct, frozen=True, kw_only=True):
    """If somebody has that address, a link is on its way; `by_mail` is false where no mail can be sent, and the operator gives tokens."""

    type: Literal["password_reset"] = "password_reset"
    by_mail: bool


class CompleteReset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token of the link, and the new password."""

    token: Token
    password: Password


class ResetDone(msgspec.Struct, frozen=True, kw_only=True):
    """The new password counts, and all sessions have ended."""

    type: Literal["password_reset_done"] = "password_reset_done"


async def sign_in(call: Call, asked: OpenSession) -> SessionShown | SecondStepShown:
    """Open a session, or say that a code is to come."""
    return step_shown(await call.services.offices.sign_in.open(asked.email, asked.password, call.actor.address, asked.organization_id))


async def confirm(call: Call, asked: ConfirmSession) -> SessionShown:
    """Open the session by a code."""
    return session_shown(await call.services.offices.sign_in.confirm(asked.token, asked.code, call.actor.address))


async def sign_out(call: Call, _: Nothing) -> SignedOut:
    """Close the session of the key that is sent."""
    await call.services.offices.sign_in.close(call.actor, call.caller.key_id)
    return SignedOut()


async def ask_reset(call: Call, asked: AskReset) -> ResetAsked:
    """Send a link to whoever has that address."""
    resets = call.services.offices.resets
    await resets.ask(asked.email, call.actor.address)
    return ResetAsked(by_mail=resets.by_mail)


async def complete_reset(call: Call, asked: CompleteReset) -> ResetDone:
    """Set a new password."""
    await call.services.offices.resets.complete(asked.token, asked.password, call.actor.address)
    return ResetDone()


OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/organizations/sign_in",
        name="sign_in.create",
        summary="Sign in with address and password: the answer holds an admin key of twelve hours, or asks for the second factor's code",
        action=None,
        handler=sign_in,
        asked=OpenSession,
        answer=SessionShown | SecondStepShown,
    ),
    Operation(
        method="POST",
        path="/v1/organizations/sign_in/confirm",
        name="sign_in.confirm",
        summary="Complete signing in by a code of the second factor or a recovery code",
        action=None,
        handler=confirm,
        asked=ConfirmSession,
        answer=SessionShown,
    ),
    Operation(
        method="POST",
        path="/v1/organizations/sign_out",
        name="sign_out.create",
        summary="Revoke the admin key that is sent",
        action=Action.ORGANIZATION_READ,
        handler=sign_out,
        answer=SignedOut,
    ),
    Operation(
        method="POST",
        path="/v1/organizations/password_reset",
        name="password_reset.create",
        summary="Send a link for a new password to whoever has that address; the answer is the same where nobody has",
        action=None,
        handler=ask_reset,
        asked=AskReset,
        answer=ResetAsked,
    ),
    Operation(
        method="POST",
        path="/v1/organizations/password_reset/complete",
        name="password_reset.complete",
        summary="Set a new password by the token of the link; all sessions end",
        action=None,
        handler=complete_reset,
        asked=CompleteReset,
        answer=ResetDone,
    ),
)
