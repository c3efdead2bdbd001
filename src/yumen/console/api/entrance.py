"""What is open to those who have no key yet: the first administrator, signing up, accepting an invitation, signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from yumen.console.api.fields import Email, Name, Password, Prose
from yumen.console.api.operation import Nothing, Operation
from yumen.console.api.users import UserShown, shown
from yumen.organizations.values import Application, Channel, Kind, SignUpStep

if TYPE_CHECKING:
    from yumen.console.api.call import Call

Token = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
Country = Annotated[str, msgspec.Meta(max_length=2)]
Phone = Annotated[str, msgspec.Meta(min_length=3, max_length=32)]
SignUpId = Annotated[str, msgspec.Meta(pattern="^signup_[0-9A-Za-z_-]{1,64}$")]
ChannelName = Literal["email", "phone"]


class SetUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first administrator, and the token that the first start gave out."""

    token: Token
    email: Email
    name: Name
    password: Password


class SetUpShown(msgspec.Struct, frozen=True, kw_only=True):
    """The administrator that was made."""

    type: Literal["operator"] = "operator"
    user_id: str
    email: str
    name: str


class SetUpState(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the first administrator is still to be made."""

    type: Literal["set_up"] = "set_up"
    pending: bool


class StartSignUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What somebody who signs up fills in."""

    kind: Literal["enterprise", "individual"]
    organization_name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    name: Name
    email: Email
    purpose: Prose
    password: Password
    country: Country = ""
    phone: Phone | None = None
    invitation: Token | None = None


class SendAgain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The sign-up whose code is wanted once more."""

    sign_up_id: SignUpId


class Verify(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code that came by mail or as a text message."""

    sign_up_id: SignUpId
    channel: ChannelName
    code: Code


class StepShown(msgspec.Struct, frozen=True, kw_only=True):
    """Where a sign-up stands: the same for addresses that are known and that are not."""

    id: str
    type: Literal["sign_up_step"] = "sign_up_step"
    waits_for: ChannelName | None
    status: Literal["verifying", "waiting", "approved", "declined"]
    organization_id: str | None


class AcceptInvite(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An invitation's token, and who comes: a newcomer with a name and a new password, others with the password that they have."""

    token: Token
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    password: Password


async def set_up_state(call: Call, _: Nothing) -> SetUpState:
    """Say whether the first administrator is still to be made."""
    return SetUpState(pending=await call.services.offices.setup.pending())


async def set_up(call: Call, asked: SetUp) -> SetUpShown:
    """Make the first administrator."""
    user = await call.services.offices.setup.claim(asked.token, asked.email, asked.name, asked.password, call.actor.address)
    return SetUpShown(user_id=user.id, email=user.email, name=user.name)


async def sign_up(call: Call, asked: StartSignUp) -> StepShown:
    """Begin a sign-up."""
    application = Application(
        kind=Kind(asked.kind),
        organization_name=asked.organization_name,
        name=asked.name,
        email=asked.email,
        purpose=asked.purpose,
        password=asked.password,
        country=asked.country,
        phone=asked.phone,
        invitation=asked.invitation,
    )
    return step(await call.services.offices.sign_ups.start(application, call.actor.address))


async def send_again(call: Call, asked: SendAgain) -> StepShown:
    """Send a code once more."""
    return step(await call.services.offices.sign_ups.send_again(asked.sign_up_id, call.actor.address))


async def verify(call: Call, asked: Verify) -> StepShown:
    """Confirm a code."""
    return step(await call.services.offices.sign_ups.confirm(asked.sign_up_id, Channel(asked.channel), asked.code, call.actor.address))


def step(made: SignUpStep) -> StepShown:
    """Show where a sign-up stands."""
    waits_for: ChannelName | None = None if made.waits_for is None else made.waits_for.value
    return StepShown(id=made.sign_up_id, waits_for=waits_for, status=made.status.value, organization_id=made.organization_id)


async def accept(call: Call, asked: AcceptInvite) -> UserShown:
    """Become a member."""
    return shown(await call.services.offices.invitations.accept(asked.token, asked.name, asked.password, call.actor.address))


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/organizations/set_up",
        name="set_up.retrieve",
        summary="Say whether the first administrator is still to be made",
        action=None,
        handler=set_up_state,
        answer=SetUpState,
    ),
    Operation(
        method="POST",
        path="/v1/organizations/set_up",
        name="set_up.create",
        summary="Make the first administrator with the set-up token of the first start",
        action=None,
        handler=set_up,
        asked=SetUp,
        answer=SetUpShown,
    ),
    Operation(
        method="POST",
        path="/v1/organizations/sign_up",
        name="sign_up.create",
        summary="Sign up: a code is sent to the address",
        action=None,
        handler=sign_up,
        asked=StartSignUp,
        answer=StepShown,
    ),
    Operation(
        method="POST",
        path="/v1/organizations/sign_up/resend",
        name="sign_up.resend",
        summary="Send the code of a sign-up once more; the earlier one counts no longer",
        action=None,
        handler=send_again,
        asked=SendAgain,
        answer=StepShown,
    ),
    Operation(
        method="POST",
        path="/v1/organizations/sign_up/verify",
        name="sign_up.verify",
        summary="Confirm a code; the last one completes the sign-up, or hands it to whoever approves",
        action=None,
        handler=verify,
        asked=Verify,
        answer=StepShown,
    ),
    Operation(
        method="POST",
        path="/v1/organizations/invites/accept",
        name="invites.accept",
        summary="Accept an invitation by its token",
        action=None,
        handler=accept,
        asked=AcceptInvite,
        answer=UserShown,
    ),
)
