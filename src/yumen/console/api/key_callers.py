"""When keys were used last, and who uses one: for whoever fears that it has leaked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from yumen.clock import iso
from yumen.console.api.fields import KeyId
from yumen.console.api.key_desk import ALL, ONE, record_of
from yumen.console.api.operation import Operation
from yumen.ledger.callers import CallersWanted
from yumen.organizations.faults import Unknown
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


class AskLastUsed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of which keys."""

    api_key_ids: Annotated[tuple[KeyId, ...], msgspec.Meta(min_length=1, max_length=100)]


class LastUse(msgspec.Struct, frozen=True, kw_only=True):
    """When a key was used last."""

    type: Literal["api_key_last_use"] = "api_key_last_use"
    api_key_id: str
    last_used_at: str


class LastUses(msgspec.Struct, frozen=True):
    """The keys that were ever used, as far back as the ledger goes."""

    data: list[LastUse]


async def last_used(call: Call, asked: AskLastUsed) -> LastUses:
    """Tell when keys were used last. Raises Unknown, for another organization's as well."""
    records = await call.services.keys.find(asked.api_key_ids)
    own = {key_id for key_id, record in records.items() if record.organization_id == call.organization_id}
    if own < set(asked.api_key_ids):
        raise Unknown
    found = await call.services.reports.last_used(own)
    return LastUses([LastUse(api_key_id=key_id, last_used_at=iso(found[key_id])) for key_id in asked.api_key_ids if key_id in found])


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
        path=f"{ALL}/last_used",
        name="api_keys.last_used",
        summary="Tell when API keys were used last",
        action=Action.API_KEY_READ,
        handler=last_used,
        asked=AskLastUsed,
        answer=LastUses,
    ),
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
