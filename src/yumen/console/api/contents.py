"""What one call asked and was answered, where its key let that be kept; the audit log says who looked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from yumen.clock import iso
from yumen.console.api.operation import Nothing, Operation
from yumen.contents import read_of
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.console.api.call import Call
    from yumen.contents import Shown

ONE = "/v1/organizations/requests/{request_id}/content"
READ = "content.read"


class ContentShown(msgspec.Struct, frozen=True, kw_only=True):
    """One call's content, as the upstream saw it: redacted, with its placeholders."""

    type: Literal["request_content"] = "request_content"
    request_id: str
    time: str
    workspace_id: str
    api_key_id: str
    method: str
    path: str
    status: int
    """What the caller got; 0: nothing was sent."""
    outcome: str
    fault: str | None
    request: str | None
    """What the upstream was sent, from its beginning; null: it passed without being held."""
    request_bytes: int
    """How long it was."""
    request_cut_bytes: int
    """How much of it is not kept."""
    answer: str
    answer_bytes: int
    answer_cut_bytes: int


def shown(found: Shown) -> ContentShown:
    """Show it."""
    row, kept = found.row, found.kept
    return ContentShown(
        request_id=row.request_id,
        time=iso(row.time_us),
        workspace_id=row.workspace_id,
        api_key_id=row.key_id,
        method=kept.method,
        path=kept.path,
        status=kept.status,
        outcome=kept.outcome,
        fault=kept.fault,
        request=None if kept.request is None else kept.request.decode(errors="replace"),
        request_bytes=kept.request_bytes,
        request_cut_bytes=kept.request_bytes - len(kept.request or b""),
        answer=kept.answer.decode(errors="replace"),
        answer_bytes=kept.answer_bytes,
        answer_cut_bytes=kept.answer_bytes - len(kept.answer),
    )


async def one(call: Call, _: Nothing) -> ContentShown:
    """Open what is kept, and write down who looks before it is shown."""
    request_id, organization_id = call.path["request_id"], call.organization_id
    services = call.services
    found = await read_of(services.contents.of(organization_id), organization_id, request_id, services.sealer)
    await services.offices.audit.note(call.actor, READ, (request_id, organization_id))
    return shown(found)


OPERATIONS = (
    Operation(
        method="GET",
        path=ONE,
        name="contents.retrieve",
        summary="Show what one call asked and was answered, where its key let that be kept; the audit log says who looked",
        action=Action.CONTENT_READ,
        handler=one,
        answer=ContentShown,
    ),
)
