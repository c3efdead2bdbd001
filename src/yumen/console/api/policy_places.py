"""What content policies are attached to, and what they found."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from yumen.clock import EPOCH, iso
from yumen.console.api.fields import time_or_none
from yumen.console.api.operation import Nothing, Operation
from yumen.console.api.pages import ByCursor, CursorPage, cursor, marked
from yumen.console.api.policies import PolicyMeant, PolicyName, Version, stored
from yumen.keys.values import Role
from yumen.organizations.permissions import Action
from yumen.organizations.policies import Attaching, Place
from yumen.policy.store import FlagFilter
from yumen.policy.values import Scope

if TYPE_CHECKING:
    from yumen.console.api.call import Call
    from yumen.policy.store import FlagRow
    from yumen.policy.values import Attachment

ALL = "/v1/organizations/policy_attachments"
FLAGS = "/v1/organizations/policy_flags"

Counted = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
PlaceId = Annotated[str, msgspec.Meta(pattern="^(org|wrkspc|apikey)_[0-9A-Za-z_-]{1,64}$")]


class AttachmentShown(msgspec.Struct, frozen=True, kw_only=True):
    """An attachment."""

    type: Literal["policy_attachment"] = "policy_attachment"
    policy: str
    """The policy's name."""
    policy_id: str
    version: int | None
    """Null: always the newest."""
    scope: Scope
    scope_id: str
    shadow: bool
    created_at: str | None


class AttachPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A policy, by its name or id, and what shall be under it."""

    policy: PolicyMeant
    scope: Scope
    scope_id: PlaceId
    version: Version | None = None
    """Without it, always the newest."""
    shadow: bool = False
    """Whether it only counts."""


class DetachPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A policy, by its name or id, and what shall be under it no longer."""

    policy: PolicyMeant
    scope: Scope
    scope_id: PlaceId


class PolicyDetached(msgspec.Struct, frozen=True, kw_only=True):
    """What was detached."""

    type: Literal["policy_detached"] = "policy_detached"
    policy: str
    scope: Scope
    scope_id: str


class FlagShown(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule found in a request or its answer; not the words."""

    type: Literal["policy_flag"] = "policy_flag"
    request_id: str
    time: str
    workspace_id: str
    api_key_id: str
    policy: str
    version: int
    """0: of the operator's file."""
    rule: str
    action: str
    shadow: bool
    """Whether nothing was done about it."""
    on: str
    place: str
    kind: str
    count: int


class FlagPlace(msgspec.Struct, frozen=True, array_like=True):
    """Where the last flag of a page stands."""

    time_us: Counted
    request_id: str
    number: Counted


class AskFlags(ByCursor, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which flags."""

    starting_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    policy: PolicyName | None = None


def shown(attachment: Attachment, name: str) -> AttachmentShown:
    """Show an attachment."""
    return AttachmentShown(
        policy=name,
        policy_id=attachment.policy_id,
        version=attachment.version,
        scope=attachment.scope,
        scope_id=attachment.scope_id,
        shadow=attachment.shadow,
        created_at=time_or_none(attachment.created_us),
    )


def flag_shown(row: FlagRow) -> FlagShown:
    """Show a flag."""
    flag = row.flag
    return FlagShown(
        request_id=row.request_id,
        time=iso(row.time_us),
        workspace_id=row.workspace_id,
        api_key_id=row.key_id,
        policy=flag.policy,
        version=flag.version,
        rule=flag.rule,
        action=flag.action,
        shadow=flag.shadow,
        on=flag.on,
        place=flag.place,
        kind=flag.kind,
        count=flag.count,
    )


async def every(call: Call, _: Nothing) -> list[AttachmentShown]:
    """List attachments."""
    found = await call.services.offices.policies.attachments(call.organization_id)
    return [shown(each, policy.name) for each, policy in found]


async def attach(call: Call, asked: AttachPolicy) -> AttachmentShown:
    """Attach a policy."""
    place = Place(asked.scope, asked.scope_id, call.organization_id)
    wanted = Attaching(asked.policy, asked.version, asked.shadow)
    within = call.caller.role is not Role.OPERATOR
    attached = await call.services.offices.policies.attach(call.actor, place, wanted, within_plan=within)
    return shown(attached, (await stored(call, asked.policy, None)).name)


async def detach(call: Call, asked: DetachPolicy) -> PolicyDetached:
    """Detach a policy."""
    place = Place(asked.scope, asked.scope_id, call.organization_id)
    within = call.caller.role is not Role.OPERATOR
    await call.services.offices.policies.detach(call.actor, place, asked.policy, within_plan=within)
    return PolicyDetached(policy=(await stored(call, asked.policy, None)).name, scope=asked.scope, scope_id=asked.scope_id)


def since_of(time: datetime | None) -> int:
    """Return a time in UTC microseconds; 0: from the beginning."""
    return 0 if time is None else (time - EPOCH) // timedelta(microseconds=1)


async def flags(call: Call, asked: AskFlags) -> CursorPage[FlagShown]:
    """List flags, the newest first."""
    last = None if asked.page is None else marked(asked.page, FLAGS, FlagPlace)
    before = None if last is None else (last.time_us, last.request_id, last.number)
    wanted = FlagFilter(since_of(asked.starting_at), call.organization_id, asked.policy)
    rows = await call.services.flags.of(call.organization_id).flags(wanted, before, asked.limit + 1)
    kept = rows[: asked.limit]
    more = len(rows) > len(kept)
    end = cursor(FLAGS, FlagPlace(kept[-1].time_us, kept[-1].request_id, kept[-1].number)) if more else None
    return CursorPage([flag_shown(row) for row in kept], end)


OPERATIONS = (
    Operation(
        method="GET",
        path=ALL,
        name="policy_attachments.list",
        summary="List what content policies are attached to in the organization",
        action=Action.POLICY_READ,
        handler=every,
        answer=list[AttachmentShown],
    ),
    Operation(
        method="POST",
        path=ALL,
        name="policy_attachments.create",
        summary="Put the organization, a workspace or a key under a content policy; running gateways follow within a second",
        action=Action.POLICY_UPDATE,
        handler=attach,
        asked=AttachPolicy,
        answer=AttachmentShown,
    ),
    Operation(
        method="DELETE",
        path=ALL,
        name="policy_attachments.delete",
        summary="Let the organization, a workspace or a key be under a content policy no longer",
        action=Action.POLICY_UPDATE,
        handler=detach,
        asked=DetachPolicy,
        answer=PolicyDetached,
    ),
    Operation(
        method="GET",
        path=FLAGS,
        name="policy_flags.list",
        summary="List what content policies found, the newest first",
        action=Action.POLICY_READ,
        handler=flags,
        asked=AskFlags,
        answer=CursorPage[FlagShown],
    ),
)
