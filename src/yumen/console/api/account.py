"""One's own account: name, password and second factor; and taking a member's second factor away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from yumen.console.api.fields import Name, Password, time_or_none
from yumen.console.api.operation import Nothing, Operation
from yumen.console.api.users import ONE as ONE_USER
from yumen.console.api.users import refuse_beyond
from yumen.keys.values import Role
from yumen.organizations.faults import NobodysKey
from yumen.organizations.oneself import Oneself
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.console.api.call import Call

ROOT = "/v1/organizations/account"
FACTOR = f"{ROOT}/second_factor"
FactorCode = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class FactorShown(msgspec.Struct, frozen=True, kw_only=True):
    """Whether there is a second factor, and how many recovery codes are left."""

    type: Literal["second_factor"] = "second_factor"
    on: bool
    since: str | None
    recovery_codes_left: int


class AccountShown(msgspec.Struct, frozen=True, kw_only=True):
    """One's own account."""

    id: str
    type: Literal["account"] = "account"
    email: str
    name: str
    has_password: bool
    second_factor: FactorShown


class UpdateAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another name."""

    name: Name


class ChangePassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The old password, and the new one."""

    password: Password
    new_password: Password


class PasswordChanged(msgspec.Struct, frozen=True, kw_only=True):
    """The new password counts, and all other sessions have ended."""

    type: Literal["password_changed"] = "password_changed"


class Enrolling(msgspec.Struct, frozen=True, kw_only=True):
    """A second factor that a code is still to confirm: its secret, and what an app reads from a picture."""

    type: Literal["second_factor_enrolment"] = "second_factor_enrolment"
    secret: str
    uri: str


class ByCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code of the app, or a recovery code where there is a second factor already."""

    code: FactorCode


class SwitchOn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A first code of the app, and the password of whoever has one."""

    code: FactorCode
    password: Password | None = None


class SwitchOff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The password, and a code or a recovery code."""

    password: Password
    code: FactorCode


class RecoveryCodes(msgspec.Struct, frozen=True, kw_only=True):
    """Codes for whoever has lost the app, each once; they are shown this once."""

    type: Literal["recovery_codes"] = "recovery_codes"
    codes: list[str]


def me_of(call: Call) -> Oneself:
    """Return who asks, as a person. Raises NobodysKey."""
    caller = call.caller
    if caller.user_id is None:
        raise NobodysKey
    return Oneself(caller.user_id, caller.key_id, caller.organization_id, call.actor)


async def one(call: Call, _: Nothing) -> AccountShown:
    """Show one's own account."""
    me, offices = me_of(call), call.services.offices
    user = await offices.members.user(me.user_id)
    return AccountShown(
        id=user.id,
        email=user.email,
        name=user.name,
        has_password=await offices.own_account.has_password(me),
        second_factor=await factor_of(call, me.user_id),
    )


async def update(call: Call, asked: UpdateAccount) -> AccountShown:
    """Take another name."""
    await call.services.offices.own_account.rename(me_of(call), asked.name)
    return await one(call, Nothing())


async def change_password(call: Call, asked: ChangePassword) -> PasswordChanged:
    """Take another password."""
    await call.services.offices.own_account.change_password(me_of(call), asked.password, asked.new_password)
    return PasswordChanged()


async def begin_factor(call: Call, _: Nothing) -> Enrolling:
    """Begin to switch a second factor on."""
    enrolment = await call.services.offices.second_factors.begin(me_of(call))
    return Enrolling(secret=enrolment.secret, uri=enrolment.uri)


async def confirm_factor(call: Call, asked: SwitchOn) -> RecoveryCodes:
    """Switch the second factor on."""
    return RecoveryCodes(codes=await call.services.offices.second_factors.confirm(me_of(call), asked.code, asked.password))


async def renew_codes(call: Call, asked: ByCode) -> RecoveryCodes:
    """Make new recovery codes."""
    return RecoveryCodes(codes=await call.services.offices.second_factors.renew_codes(me_of(call), asked.code))


async def switch_off(call: Call, asked: SwitchOff) -> FactorShown:
    """Switch the second factor off."""
    me = me_of(call)
    await call.services.offices.second_factors.switch_off(me, asked.password, asked.code)
    return await factor_of(call, me.user_id)


async def member_factor(call: Call, _: Nothing) -> FactorShown:
    """Say whether a member has a second factor."""
    person = await call.services.offices.members.one(call.organization_id, call.path["user_id"])
    return await factor_of(call, person.user.id)


async def remove_factor(call: Call, _: Nothing) -> FactorShown:
    """Take a member's second factor away."""
    offices, user_id = call.services.offices, call.path["user_id"]
    person = await offices.members.one(call.organization_id, user_id)
    refuse_beyond(call, person.member.role)
    await offices.second_factors.remove(call.actor, call.organization_id, user_id, operator=call.caller.role is Role.OPERATOR)
    return await factor_of(call, user_id)


async def factor_of(call: Call, user_id: str) -> FactorShown:
    """Show where somebody's second factor stands."""
    state = await call.services.offices.second_factors.state(user_id)
    return FactorShown(on=state.since_us is not None, since=time_or_none(state.since_us), recovery_codes_left=state.recovery_codes)


OPERATIONS = (
    Operation(
        method="GET",
        path=ROOT,
        name="account.retrieve",
        summary="Show one's own account",
        action=Action.ACCOUNT_OWN,
        handler=one,
        answer=AccountShown,
    ),
    Operation(
        method="POST",
        path=ROOT,
        name="account.update",
        summary="Change one's own name",
        action=Action.ACCOUNT_OWN,
        handler=update,
        asked=UpdateAccount,
        answer=AccountShown,
    ),
    Operation(
        method="POST",
        path=f"{ROOT}/password",
        name="account.password.update",
        summary="Change one's own password by the old one; all other sessions end",
        action=Action.ACCOUNT_OWN,
        handler=change_password,
        asked=ChangePassword,
        answer=PasswordChanged,
    ),
    Operation(
        method="POST",
        path=FACTOR,
        name="account.second_factor.begin",
        summary="Begin to switch a second factor on: the answer holds the secret for an app",
        action=Action.ACCOUNT_OWN,
        handler=begin_factor,
        answer=Enrolling,
    ),
    Operation(
        method="POST",
        path=f"{FACTOR}/confirm",
        name="account.second_factor.confirm",
        summary="Switch the second factor on by a first code and the password: the answer holds the recovery codes",
        action=Action.ACCOUNT_OWN,
        handler=confirm_factor,
        asked=SwitchOn,
        answer=RecoveryCodes,
    ),
    Operation(
        method="POST",
        path=f"{FACTOR}/remove",
        name="account.second_factor.remove",
        summary="Switch the second factor off by the password and a code",
        action=Action.ACCOUNT_OWN,
        handler=switch_off,
        asked=SwitchOff,
        answer=FactorShown,
    ),
    Operation(
        method="POST",
        path=f"{ROOT}/recovery_codes",
        name="account.recovery_codes.create",
        summary="Make new recovery codes by a code; those before count no longer",
        action=Action.ACCOUNT_OWN,
        handler=renew_codes,
        asked=ByCode,
        answer=RecoveryCodes,
    ),
    Operation(
        method="GET",
        path=f"{ONE_USER}/second_factor",
        name="users.second_factor.retrieve",
        summary="Say whether a member has a second factor",
        action=Action.MEMBER_UPDATE,
        handler=member_factor,
        answer=FactorShown,
    ),
    Operation(
        method="DELETE",
        path=f"{ONE_USER}/second_factor",
        name="users.second_factor.remove",
        summary="Take away the second factor of a member who has lost it",
        action=Action.MEMBER_UPDATE,
        handler=remove_factor,
        answer=FactorShown,
    ),
)
