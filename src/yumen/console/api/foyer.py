"""What those without a key may look at before they do anything: who may sign up, where a sign-up stands, what an invitation is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from yumen.clock import iso
from yumen.console.api.entrance import StepShown, Token, step
from yumen.console.api.fields import OrganizationRole, shown_role
from yumen.console.api.operation import Nothing, Operation
from yumen.organizations.values import NEW_ORGANIZATION, Channel

if TYPE_CHECKING:
    from yumen.console.api.call import Call
    from yumen.organizations.values import Invitation


class SignUpTermsShown(msgspec.Struct, frozen=True, kw_only=True):
    """How sign-ups are taken. Codes that nothing sends are passed on by whoever runs the gateway."""

    type: Literal["sign_up_terms"] = "sign_up_terms"
    mode: Literal["closed", "invitation", "open"]
    approval: bool
    phone_required: list[str]
    """Countries by their ISO codes; `*`: all."""
    sends_mail: bool
    sends_texts: bool


class LookAtInvite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An invitation's token."""

    token: Token


class InvitationShown(msgspec.Struct, frozen=True, kw_only=True):
    """What the invited is told. Without an organization it invites to sign up with one of one's own."""

    type: Literal["invitation"] = "invitation"
    email: str
    role: OrganizationRole
    organization_id: str | None
    organization_name: str | None
    has_account: bool
    """Whether the address has an account already: then its password accepts the invitation."""
    expires_at: str


async def sign_up_terms(call: Call, _: Nothing) -> SignUpTermsShown:
    """Say how sign-ups are taken."""
    sign_ups = call.services.offices.sign_ups
    terms = sign_ups.terms
    return SignUpTermsShown(
        mode=terms.mode,  # type: ignore[arg-type]  # the settings have no other
        approval=terms.approval,
        phone_required=list(terms.phone_required),
        sends_mail=sign_ups.sends(Channel.EMAIL),
        sends_texts=sign_ups.sends(Channel.PHONE),
    )


async def sign_up_step(call: Call, _: Nothing) -> StepShown:
    """Say where a sign-up stands."""
    return step(await call.services.offices.sign_ups.step(call.path["sign_up_id"]))


async def look(call: Call, asked: LookAtInvite) -> InvitationShown:
    """Say what an invitation is for."""
    return shown(await call.services.offices.invitations.look(asked.token))


def shown(invitation: Invitation) -> InvitationShown:
    """Show an invitation to the invited."""
    invite = invitation.invite
    return InvitationShown(
        email=invite.email,
        role=shown_role(invite.role),
        organization_id=None if invite.organization_id == NEW_ORGANIZATION else invite.organization_id,
        organization_name=invitation.organization_name,
        has_account=invitation.has_account,
        expires_at=iso(invite.expires_us),
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/organizations/sign_up",
        name="sign_up.terms",
        summary="Say who may sign up, and how codes are brought",
        action=None,
        handler=sign_up_terms,
        answer=SignUpTermsShown,
    ),
    Operation(
        method="GET",
        path="/v1/organizations/sign_up/{sign_up_id}",
        name="sign_up.retrieve",
        summary="Say where a sign-up stands, to whoever began it",
        action=None,
        handler=sign_up_step,
        answer=StepShown,
    ),
    Operation(
        method="POST",
        path="/v1/organizations/invites/look",
        name="invites.look",
        summary="Say what an invitation is for, by its token",
        action=None,
        handler=look,
        asked=LookAtInvite,
        answer=InvitationShown,
    ),
)
