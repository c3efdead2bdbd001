"""By which providers of single sign-on one can sign in, and parting from one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from yumen.clock import iso
from yumen.console.api.account import ROOT, me_of
from yumen.console.api.operation import Nothing, Operation
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.console.api.call import Call

IDENTITIES = f"{ROOT}/identities"
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class IdentityShown(msgspec.Struct, frozen=True, kw_only=True):
    """Who one is at a provider: `issuer` and `subject` together."""

    type: Literal["identity"] = "identity"
    issuer: str
    subject: str
    created_at: str


class Identities(msgspec.Struct, frozen=True, kw_only=True):
    """By which providers one can sign in, the first one first."""

    data: list[IdentityShown]


class RemoveIdentity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The identity to part from."""

    issuer: Text
    subject: Text


async def every(call: Call, _: Nothing) -> Identities:
    """List one's own identities."""
    found = await call.services.offices.single_sign_on.identities(me_of(call).user_id)
    return Identities(data=[IdentityShown(issuer=each.issuer, subject=each.subject, created_at=iso(each.created_us)) for each in found])


async def remove(call: Call, asked: RemoveIdentity) -> Identities:
    """Part from one of them."""
    await call.services.offices.single_sign_on.untie(me_of(call), asked.issuer, asked.subject)
    return await every(call, Nothing())


OPERATIONS = (
    Operation(
        method="GET",
        path=IDENTITIES,
        name="account.identities.list",
        summary="List by which providers of single sign-on one can sign in",
        action=Action.ACCOUNT_OWN,
        handler=every,
        answer=Identities,
    ),
    Operation(
        method="POST",
        path=f"{IDENTITIES}/remove",
        name="account.identities.remove",
        summary="Sign in by a provider no longer; the only way in stays",
        action=Action.ACCOUNT_OWN,
        handler=remove,
        asked=RemoveIdentity,
        answer=Identities,
    ),
)
