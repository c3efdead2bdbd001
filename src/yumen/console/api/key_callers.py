"""Who uses a key: for whoever fears that it has leaked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from yumen.clock import iso
from yumen.console.api.key_desk import ONE, record_of
from yumen.console.api.operation import Operation
from yumen.ledger.callers import CallersWanted
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.console.api.call import Call
    from yumen.ledger.callers import CallerUse

DAY_US = 86_400_000_000
MAX_DAYS = 90


class AskCallers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far back is looked."""

    days: Annotated[int, msgspec.Meta(ge=1, le=MAX_DAYS)] = 7


class CallerShown(msgspec.Struct, frozen=True, kw_only=True):
    """One address, program and model. `errors` are among `requests`."""

    type: Literal["api_key_caller"] = "api_key_caller"
    address: str
    user_agent: str | None
    model: str | None
    requests: int
    errors: int
    first_seen_at: str
    last_seen_at: str


class CallersShown(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever used the key since then, who came last first; at most 200 lines."""

    type: Literal["api_key_callers"] = "api_key_callers"
    api_key_id: str
    starting_at: str
    data: list[CallerShown]


async def callers(call: Call, asked: AskCallers) -> CallersShown:
    """Tell who uses a key."""
    record = await record_of(call)
    now_us = call.clock.now_us()
    wanted = CallersWanted(call.organization_id, record.key_id, now_us - asked.days * DAY_US, now_us + 1)
    found = await call.services.reports.callers(wanted)
    return CallersShown(api_key_id=record.key_id, starting_at=iso(wanted.since_us), data=[shown(use) for use in found])


def shown(use: CallerUse) -> CallerShown:
    """Show what one caller did."""
    return CallerShown(
        address=use.address,
        user_agent=use.user_agent,
        model=use.model,
        requests=use.requests,
        errors=use.errors,
        first_seen_at=iso(use.first_us),
        last_seen_at=iso(use.last_us),
    )


OPERATIONS = (
    Operation(
        method="GET",
        path=f"{ONE}/callers",
        name="api_keys.callers",
        summary="Tell who uses an API key: by address, program and model, with the first and the last time",
        action=Action.REQUEST_READ,
        handler=callers,
        asked=AskCallers,
        answer=CallersShown,
    ),
)
