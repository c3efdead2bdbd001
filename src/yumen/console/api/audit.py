"""The audit log: an organization's part, or for the operator all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from yumen.clock import iso
from yumen.console.api.operation import Operation
from yumen.console.api.pages import ByCursor, CursorPage, cursor, position_of
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.audit import Recorded
    from yumen.console.api.call import Call

LIST = "audit_log"


class ActShown(msgspec.Struct, frozen=True, kw_only=True):
    """One administrative act."""

    id: str
    type: Literal["act"] = "act"
    organization_id: str | None
    actor: str
    address: str
    action: str
    target: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    created_at: str


def shown(recorded: Recorded) -> ActShown:
    """Show an act."""
    act = recorded.act
    return ActShown(
        id=f"act_{recorded.sequence}",
        organization_id=act.organization_id,
        actor=act.actor.name,
        address=act.actor.address,
        action=act.action,
        target=act.target,
        before=act.before,
        after=act.after,
        created_at=iso(act.time_us),
    )


async def of_organization(call: Call, asked: ByCursor) -> CursorPage[ActShown]:
    """List what was done in the organization."""
    return await page(call, asked, call.organization_id)


async def of_all(call: Call, asked: ByCursor) -> CursorPage[ActShown]:
    """List what was done anywhere."""
    return await page(call, asked, None)


async def page(call: Call, asked: ByCursor, organization_id: str | None) -> CursorPage[ActShown]:
    """Return a page, the newest first. The cursor is the number of the last act that was shown."""
    before = None if asked.page is None else position_of(asked.page, LIST)
    acts = await call.services.offices.audit.page(organization_id, before=before, limit=asked.limit + 1)
    kept = acts[: asked.limit]
    return CursorPage([shown(act) for act in kept], cursor(LIST, kept[-1].sequence) if len(acts) > len(kept) else None)


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/organizations/audit_log",
        name="audit_log.list",
        summary="List the organization's administrative acts, the newest first",
        action=Action.AUDIT_READ,
        handler=of_organization,
        asked=ByCursor,
        answer=CursorPage[ActShown],
    ),
    Operation(
        method="GET",
        path="/v1/organizations/audit_log/all",
        name="audit_log.all",
        summary="List the administrative acts of the whole gateway, the newest first",
        action=Action.AUDIT_READ_ALL,
        handler=of_all,
        asked=ByCursor,
        answer=CursorPage[ActShown],
    ),
)
