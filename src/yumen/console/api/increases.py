"""Requests for more: members ask, the operator answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from yumen.clock import iso
from yumen.console.api.fields import Name, Prose, time_or_none
from yumen.console.api.limit_fields import LimitGiven, LimitShown, ScopeShown, read_limit, read_scope, shown_limit, shown_scope
from yumen.console.api.operation import Nothing, Operation
from yumen.console.api.pages import ById, IdPage, page_by_id
from yumen.keys.values import Role
from yumen.organizations.permissions import Action
from yumen.organizations.records import USER
from yumen.organizations.values import IncreaseRequest, RequestStatus, Wanted, WantedLimit

if TYPE_CHECKING:
    from yumen.console.api.call import Call

ALL = "/v1/organizations/increase_requests"
ONE = f"{ALL}/{{increase_request_id}}"
Status = Literal["open", "approved", "declined"]


class WantedLimitGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A limit that is asked for, and whose."""

    scope: ScopeShown
    limit: LimitGiven


class WantedGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked for, or granted."""

    limits: Annotated[tuple[WantedLimitGiven, ...], msgspec.Meta(max_length=20)] = ()
    isolation: bool = False
    policy: Name | None = None


class WantedLimitShown(msgspec.Struct, frozen=True):
    """The same, shown."""

    scope: ScopeShown
    limit: LimitShown


class WantedShown(msgspec.Struct, frozen=True):
    """The same, shown."""

    limits: list[WantedLimitShown]
    isolation: bool
    policy: str | None


class IncreaseShown(msgspec.Struct, frozen=True, kw_only=True):
    """A request for more."""

    id: str
    type: Literal["increase_request"] = "increase_request"
    organization_id: str
    user_id: str | None
    user_name: str | None
    """How whoever asked is called today; null for whoever is gone."""
    wanted: WantedShown
    reason: str
    status: Status
    answer: str | None
    created_at: str
    decided_at: str | None
    decided_by: str | None
    decided_by_name: str | None


class ListIncreases(ById, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which requests are wanted. `all`: of all organizations, for the operator."""

    status: Status | None = None
    all: bool = False


class AskForMore(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked for, and why."""

    wanted: WantedGiven
    reason: Prose


class Approve(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A word to it, and what is granted where it is not what was asked."""

    answer: Prose | UnsetType = UNSET
    granted: WantedGiven | UnsetType = UNSET


class DeclineIncrease(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why not."""

    answer: Prose


async def show(call: Call, found: list[IncreaseRequest]) -> list[IncreaseShown]:
    """Show requests, with the names of whoever asked and decided."""
    names = await call.services.offices.audit.names({actor for one in found for actor in (asker_of(one), one.decided_by) if actor})
    return [shown(one, names) for one in found]


async def show_one(call: Call, one: IncreaseRequest) -> IncreaseShown:
    """Show a request."""
    return (await show(call, [one]))[0]


def asker_of(one: IncreaseRequest) -> str | None:
    """Return who asked, as the audit log has it."""
    return None if one.user_id is None else f"{USER}{one.user_id}"


def shown(one: IncreaseRequest, names: dict[str, str]) -> IncreaseShown:
    """Show a request."""
    limits = [WantedLimitShown(shown_scope(wanted.scope), shown_limit(wanted.limit)) for wanted in one.wanted.limits]
    return IncreaseShown(
        id=one.id,
        organization_id=one.organization_id,
        user_id=one.user_id,
        user_name=names.get(asker_of(one) or ""),
        wanted=WantedShown(limits, one.wanted.isolation, one.wanted.policy),
        reason=one.reason,
        status=one.status.value,
        answer=one.answer,
        created_at=iso(one.created_us),
        decided_at=time_or_none(one.decided_us),
        decided_by=one.decided_by,
        decided_by_name=names.get(one.decided_by or ""),
    )


def read_wanted(given: WantedGiven) -> Wanted:
    """Read what is asked for."""
    limits = tuple(WantedLimit(read_scope(one.scope), read_limit(one.limit)) for one in given.limits)
    return Wanted(limits, given.isolation, given.policy)


def whose(call: Call, *, everybody: bool) -> str | None:
    """Return whose requests are meant: the organization's, or for the operator those of all (None)."""
    return None if everybody and call.caller.role is Role.OPERATOR else call.organization_id


async def every(call: Call, asked: ListIncreases) -> IdPage[IncreaseShown]:
    """List requests."""
    status = None if asked.status is None else RequestStatus(asked.status)
    found = await call.services.offices.requests.every(whose(call, everybody=asked.all), status)
    page = page_by_id(found, asked)
    return IdPage(await show(call, page.data), page.has_more, page.first_id, page.last_id)


async def one(call: Call, _: Nothing) -> IncreaseShown:
    """Show a request."""
    return await show_one(call, await call.services.offices.requests.one(call.path["increase_request_id"], whose(call, everybody=True)))


async def ask(call: Call, asked: AskForMore) -> IncreaseShown:
    """Ask for more."""
    wanted = read_wanted(asked.wanted)
    asking = call.services.offices.requests.ask(call.actor, call.organization_id, call.caller.user_id, wanted, asked.reason)
    return await show_one(call, await asking)


async def approve(call: Call, asked: Approve) -> IncreaseShown:
    """Grant what was asked, or other values."""
    answer = "" if asked.answer is UNSET else asked.answer
    granted = None if asked.granted is UNSET else read_wanted(asked.granted)
    return await show_one(call, await call.services.offices.requests.approve(call.actor, call.path["increase_request_id"], answer, granted))


async def decline(call: Call, asked: DeclineIncrease) -> IncreaseShown:
    """Decline with an answer."""
    return await show_one(call, await call.services.offices.requests.decline(call.actor, call.path["increase_request_id"], asked.answer))


OPERATIONS = (
    Operation(
        method="GET",
        path=ALL,
        name="increase_requests.list",
        summary="List requests for more; an operator sees those of all organizations with all=true",
        action=Action.INCREASE_READ,
        handler=every,
        asked=ListIncreases,
        answer=IdPage[IncreaseShown],
    ),
    Operation(
        method="POST",
        path=ALL,
        name="increase_requests.create",
        summary="Ask for higher limits, isolation or a policy of one's own, with a reason; the operators are told",
        action=Action.INCREASE_ASK,
        handler=ask,
        asked=AskForMore,
        answer=IncreaseShown,
    ),
    Operation(
        method="GET",
        path=ONE,
        name="increase_requests.retrieve",
        summary="Show a request for more",
        action=Action.INCREASE_READ,
        handler=one,
        answer=IncreaseShown,
    ),
    Operation(
        method="POST",
        path=f"{ONE}/approve",
        name="increase_requests.approve",
        summary="Grant what was asked, or other values; it is in force within a second, and who asked is told",
        action=Action.INCREASE_DECIDE,
        handler=approve,
        asked=Approve,
        answer=IncreaseShown,
    ),
    Operation(
        method="POST",
        path=f"{ONE}/decline",
        name="increase_requests.decline",
        summary="Decline with an answer, which who asked is told",
        action=Action.INCREASE_DECIDE,
        handler=decline,
        asked=DeclineIncrease,
        answer=IncreaseShown,
    ),
)
