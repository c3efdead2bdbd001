"""The audit log: an organization's part, or for the operator all of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from yumen.audit import Sought
from yumen.clock import iso
from yumen.console.api.operation import Operation
from yumen.console.api.pages import ByCursor, CursorPage, cursor, position_of
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.audit import Recorded
    from yumen.console.api.call import Call

LIST = "audit_log"
US_PER_S = 1_000_000
Part = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class ListActs(ByCursor, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which acts are wanted; without a filter, all."""

    actor: Part | None = None
    """A part of the name or id of a person or an admin key, or `gateway`, or `command line`."""
    action: Part | None = None
    """An action such as `api_key.create`, or what it is done to: `api_key`."""
    target: Part | None = None
    """A part of the id of what it was done to."""
    starting_at: Moment | None = None
    ending_at: Moment | None = None


class ActShown(msgspec.Struct, frozen=True, kw_only=True):
    """One administrative act."""

    id: str
    type: Literal["act"] = "act"
    organization_id: str | None
    actor: str
    actor_name: str | None
    """How the person or the admin key is called today; null: neither, or gone."""
    address: str
    action: str
    target: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    created_at: str


def shown(recorded: Recorded, names: dict[str, str]) -> ActShown:
    """Show an act; `names` are those of actors."""
    act = recorded.act
    return ActShown(
        id=f"act_{recorded.sequence}",
        organization_id=act.organization_id,
        actor=act.actor.name,
        actor_name=names.get(act.actor.name),
        address=act.actor.address,
        action=act.action,
        target=act.target,
        before=act.before,
        after=act.after,
        created_at=iso(act.time_us),
    )


async def of_organization(call: Call, asked: ListActs) -> CursorPage[ActShown]:
    """List what was done in the organization."""
    return await page(call, asked, call.organization_id)


async def of_all(call: Call, asked: ListActs) -> CursorPage[ActShown]:
    """List what was done anywhere."""
    return await page(call, asked, None)


async def page(call: Call, asked: ListActs, organization_id: str | None) -> CursorPage[ActShown]:
    """Return a page, the newest first. The cursor is the number of the last act that was shown."""
    before = None if asked.page is None else position_of(asked.page, LIST)
    audit = call.services.offices.audit
    acts = await audit.page(organization_id, before=before, limit=asked.limit + 1, sought=sought(asked))
    kept = acts[: asked.limit]
    names = await audit.names({recorded.act.actor.name for recorded in kept})
    return CursorPage([shown(act, names) for act in kept], cursor(LIST, kept[-1].sequence) if len(acts) > len(kept) else None)


def sought(asked: ListActs) -> Sought:
    """Return which acts are looked for."""
    return Sought(asked.actor, asked.action, asked.target, us_of(asked.starting_at), us_of(asked.ending_at))


def us_of(moment: datetime | None) -> int | None:
    """Return a time in microseconds."""
    return None if moment is None else round(moment.timestamp() * US_PER_S)


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/organizations/audit_log",
        name="audit_log.list",
        summary="List the organization's administrative acts, the newest first",
        action=Action.AUDIT_READ,
        handler=of_organization,
        asked=ListActs,
        answer=CursorPage[ActShown],
    ),
    Operation(
        method="GET",
        path="/v1/organizations/audit_log/all",
        name="audit_log.all",
        summary="List the administrative acts of the whole gateway, the newest first",
        action=Action.AUDIT_READ_ALL,
        handler=of_all,
        asked=ListActs,
        answer=CursorPage[ActShown],
    ),
)
