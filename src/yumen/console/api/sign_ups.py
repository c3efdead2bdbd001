"""Sign-ups as whoever approves them sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from yumen.clock import iso
from yumen.console.api.fields import Prose, time_or_none
from yumen.console.api.operation import Nothing, Operation
from yumen.console.api.pages import ById, IdPage, page_by_id
from yumen.organizations.permissions import Action
from yumen.organizations.values import SignUp, SignUpStatus

if TYPE_CHECKING:
    from yumen.console.api.call import Call

ALL = "/v1/organizations/sign_ups"
ONE = f"{ALL}/{{sign_up_id}}"
Status = Literal["verifying", "waiting", "approved", "declined"]


class SignUpShown(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-up. Its code, where nothing could send it, is shown by `yumen signups` alone."""

    id: str
    type: Literal["sign_up"] = "sign_up"
    kind: Literal["enterprise", "individual"]
    organization_name: str
    name: str
    email: str
    phone: str | None
    purpose: str
    status: Status
    address: str
    organization_id: str | None
    reason: str | None
    created_at: str
    decided_at: str | None
    decided_by: str | None
    decided_by_name: str | None
    """How whoever decided is called today; null for whoever is gone."""


class ListSignUps(ById, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which sign-ups are wanted."""

    status: Status | None = None


class DeclineSignUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why not."""

    reason: Prose


async def show(call: Call, found: list[SignUp]) -> list[SignUpShown]:
    """Show sign-ups, with the names of whoever decided."""
    names = await call.services.offices.audit.names({one.decided_by for one in found if one.decided_by})
    return [shown(one, names) for one in found]


def shown(one: SignUp, names: dict[str, str]) -> SignUpShown:
    """Show a sign-up."""
    return SignUpShown(
        id=one.id,
        kind=one.kind.value,
        organization_name=one.organization_name,
        name=one.name,
        email=one.email,
        phone=one.phone,
        purpose=one.purpose,
        status=one.status.value,
        address=one.address,
        organization_id=one.organization_id,
        reason=one.reason,
        created_at=iso(one.created_us),
        decided_at=time_or_none(one.decided_us),
        decided_by=one.decided_by,
        decided_by_name=names.get(one.decided_by or ""),
    )


async def every(call: Call, asked: ListSignUps) -> IdPage[SignUpShown]:
    """List sign-ups."""
    status = None if asked.status is None else SignUpStatus(asked.status)
    page = page_by_id(await call.services.offices.sign_ups.every(status), asked)
    return IdPage(await show(call, page.data), page.has_more, page.first_id, page.last_id)


async def approve(call: Call, _: Nothing) -> SignUpShown:
    """Approve a sign-up."""
    return (await show(call, [await call.services.offices.sign_ups.approve(call.actor, call.path["sign_up_id"])]))[0]


async def decline(call: Call, asked: DeclineSignUp) -> SignUpShown:
    """Decline a sign-up."""
    return (await show(call, [await call.services.offices.sign_ups.decline(call.actor, call.path["sign_up_id"], asked.reason)]))[0]


OPERATIONS = (
    Operation(
        method="GET",
        path=ALL,
        name="sign_ups.list",
        summary="List sign-ups",
        action=Action.SIGN_UP_READ,
        handler=every,
        asked=ListSignUps,
        answer=IdPage[SignUpShown],
    ),
    Operation(
        method="POST",
        path=f"{ONE}/approve",
        name="sign_ups.approve",
        summary="Approve a sign-up that waits: its organization is made, and the applicant is told",
        action=Action.SIGN_UP_DECIDE,
        handler=approve,
        answer=SignUpShown,
    ),
    Operation(
        method="POST",
        path=f"{ONE}/decline",
        name="sign_ups.decline",
        summary="Decline a sign-up that waits, with a reason that the applicant is told",
        action=Action.SIGN_UP_DECIDE,
        handler=decline,
        asked=DeclineSignUp,
        answer=SignUpShown,
    ),
)
