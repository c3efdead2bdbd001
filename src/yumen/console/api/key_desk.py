"""What is done with API keys, and who may do it to which: nobody gets more than the own role by way of a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from yumen.console.api import api_keys as shapes
from yumen.console.api.fields import KeyRole, UserId, WorkspaceId
from yumen.console.api.limit_fields import LimitGiven, read_limit
from yumen.console.api.operation import Nothing, Operation
from yumen.console.api.pages import IdPage, page_by_id
from yumen.console.api.restriction_fields import RestrictionsShown, read_restrictions
from yumen.errors import Forbidden, InvalidRequest
from yumen.exchange.values import Content
from yumen.keys import KeyChange, KeyIssuer, KeyOrder
from yumen.keys.values import KeyRecord, Role, Workspace
from yumen.limits.terms.setting import check_limit
from yumen.limits.values import Scope, ScopeKind
from yumen.organizations.faults import Unknown
from yumen.organizations.permissions import Action, may, may_grant

if TYPE_CHECKING:
    from yumen.console.api.call import Call

ALL = "/v1/organizations/api_keys"
ONE = f"{ALL}/{{api_key_id}}"


class CreateKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a new key shall be. With a role it is an admin key."""

    name: shapes.KeyName
    workspace_id: WorkspaceId | None = None
    environment: Literal["production", "staging"] = "production"
    """Where no workspace is named: the first one of this environment."""
    expires_at: shapes.Time | None = None
    user_id: UserId | None = None
    label: shapes.KeyLabel | None = None
    takes_label: bool = False
    restrictions: RestrictionsShown = RestrictionsShown()
    allowed_paths: shapes.Paths = ()
    limits: Annotated[tuple[LimitGiven, ...], msgspec.Meta(max_length=20)] = ()
    content: shapes.KeyContent = "off"
    drain_seconds: shapes.DrainSeconds | None = None
    """How long an answer is read on after its caller has left; 0: to its end, null: not at all."""
    role: KeyRole | None = None


class UpdateKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What shall be otherwise. The status `archived` revokes the key for good."""

    name: shapes.KeyName | UnsetType | None = UNSET
    status: Literal["active", "inactive", "archived"] | UnsetType | None = UNSET
    expires_at: shapes.Time | UnsetType | None = UNSET
    user_id: UserId | UnsetType | None = UNSET
    label: shapes.KeyLabel | UnsetType | None = UNSET
    takes_label: bool | UnsetType = UNSET
    restrictions: RestrictionsShown | UnsetType = UNSET
    allowed_paths: shapes.Paths | UnsetType = UNSET
    drain_seconds: shapes.DrainSeconds | UnsetType | None = UNSET
    content: shapes.KeyContent | UnsetType = UNSET


class RotateKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long the old key works on."""

    grace_seconds: Annotated[int, msgspec.Meta(ge=0, le=shapes.MAX_GRACE_S)] = 0


async def every(call: Call, asked: shapes.ListKeys) -> IdPage[shapes.KeyShown]:
    """List the organization's keys, the newest first."""
    records = [record for record in reversed(await call.services.keys.every()) if record.organization_id == call.organization_id]
    found = [shapes.shown(call, record) for record in records if asked.wants(record)]
    return page_by_id([one for one in found if asked.status in (None, one.status)], asked)


async def one(call: Call, _: Nothing) -> shapes.KeyShown:
    """Show a key."""
    return shapes.shown(call, await record_of(call))


async def create(call: Call, asked: CreateKey) -> shapes.KeyMade:
    """Make a key."""
    role = None if asked.role is None else Role(asked.role)
    if asked.limits and not may(call.caller.role, Action.LIMIT_UPDATE):
        raise Forbidden(f"The role {call.caller.role} may not set limits")
    limits = [read_limit(given) for given in asked.limits]
    for limit in limits:
        check_limit(limit)  # before there is a key: none shall be left behind without its limits
    refuse_admin_key(call, role)
    if role is not None and (limits or asked.workspace_id):
        raise InvalidRequest("role: an admin key has neither a workspace nor limits")
    order = KeyOrder(
        name=asked.name,
        lifetime_us=None if asked.expires_at is None else shapes.us_of("expires_at", asked.expires_at) - call.clock.now_us(),
        allowed_paths=asked.allowed_paths,
        workspace=None if role is not None else await home_of(call, asked),
        user_id=await owner_of(call, asked.user_id, role),
        created_by=call.caller.user_id,
        label=asked.label,
        takes_label=asked.takes_label,
        restrictions=read_restrictions(asked.restrictions),
        role=role,
        drain_s=asked.drain_seconds,
        content=Content(asked.content),
        organization_id=call.organization_id,
    )
    issued = await issuer(call).create(order)
    if limits:
        await call.services.limits_by(call.actor).set(call.organization_id, Scope(ScopeKind.KEY, issued.record.key_id), limits)
    return shapes.made(call, issued.record, issued.text)


async def update(call: Call, asked: UpdateKey) -> shapes.KeyShown:
    """Change a key, switch it off or on, or revoke it."""
    record = await record_to_change(call)
    if asked.status == "archived":
        return shapes.shown(call, await issuer(call).revoke(record))
    if record.revoked_at_us is not None:
        raise InvalidRequest("This key is archived, and stays so: make a new one")
    user_id = asked.user_id
    if user_id is not UNSET and user_id != record.user_id:
        refuse_giving_away(call)
        user_id = await owner_of(call, user_id, record.role)
    expires_at_us: int | UnsetType | None = UNSET
    if asked.expires_at is not UNSET:
        expires_at_us = None if asked.expires_at is None else shapes.us_of("expires_at", asked.expires_at)
    change = KeyChange(
        name=UNSET if asked.name is None else asked.name,
        expires_at_us=expires_at_us,
        allowed_paths=asked.allowed_paths,
        label=asked.label,
        takes_label=asked.takes_label,
        restrictions=UNSET if asked.restrictions is UNSET else read_restrictions(asked.restrictions),
        active=UNSET if asked.status in (UNSET, None) else asked.status == "active",
        user_id=user_id,
        drain_s=asked.drain_seconds,
        content=UNSET if asked.content is UNSET else Content(asked.content),
    )
    return shapes.shown(call, await issuer(call).update(record, change))


async def rotate(call: Call, asked: RotateKey) -> shapes.KeyMade:
    """Make a key that takes the place of another."""
    record = await record_to_change(call)
    refuse_other_name(call, record.user_id, record.role)
    if record.user_id != call.caller.user_id:
        refuse_giving_away(call)  # whoever gets a key's text spends by it, beside the limits of the own membership
    issued = await issuer(call).rotate(record, asked.grace_seconds * shapes.SECOND_US)
    return shapes.made(call, issued.record, issued.text)


# ── who may do it to which ──────────────────────────────────────────────────


def issuer(call: Call) -> KeyIssuer:
    """Return what writes keys, in the caller's name."""
    return KeyIssuer(call.services.keys, call.clock, call.actor)


async def record_of(call: Call) -> KeyRecord:
    """Return the key that the path names. Raises Unknown, for another organization's as well."""
    key_id = call.path["api_key_id"]
    record = (await call.services.keys.find([key_id])).get(key_id)
    if record is None or record.organization_id != call.organization_id:
        raise Unknown
    return record


async def record_to_change(call: Call) -> KeyRecord:
    """Return the key that the path names, where the caller may change it."""
    record = await record_of(call)
    refuse_admin_key(call, record.role)
    if record.user_id not in (None, call.caller.user_id):
        refuse_giving_away(call)
    return record


def refuse_admin_key(call: Call, role: Role | None) -> None:
    """Refuse to make, change or see anew an admin key of a role that the caller may not hand out."""
    if role is None:
        return
    own = role is Role.OPERATOR and call.caller.role is Role.OPERATOR
    if not may(call.caller.role, Action.ADMIN_KEY_CREATE) or not (own or may_grant(call.caller.role, role)):
        raise Forbidden(f"The role {call.caller.role} may neither make nor change admin keys of the role {role}")


def refuse_giving_away(call: Call) -> None:
    """Refuse to touch a member's keys to those who may not change members."""
    if not may(call.caller.role, Action.MEMBER_UPDATE):
        raise Forbidden(
            f"The role {call.caller.role} may only change its own member's keys and those of no member, and renew its own alone"
        )


def refuse_other_name(call: Call, user_id: str | None, role: Role | None) -> None:
    """Refuse an admin key of another member: what is done with it stands in the audit log under the member's name."""
    if role is not None and user_id not in (None, call.caller.user_id):
        raise Forbidden("An admin key of a member is in the hands of that member alone: make one of no member, or your own")


async def owner_of(call: Call, user_id: str | None, role: Role | None) -> str | None:
    """Return whose key it will be. Who may not change members makes keys of the own, so that the member's limits hold for them."""
    refuse_other_name(call, user_id, role)
    if not may(call.caller.role, Action.MEMBER_UPDATE):
        if user_id not in (None, call.caller.user_id):
            refuse_giving_away(call)
        return call.caller.user_id
    if user_id is not None:
        await call.services.offices.members.one(call.organization_id, user_id)
    return user_id


async def home_of(call: Call, asked: CreateKey) -> Workspace:
    """Return the workspace that is named, or the first one of the environment."""
    workspaces = call.services.offices.workspaces
    if asked.workspace_id is not None:
        found = await workspaces.one(call.organization_id, asked.workspace_id)
    else:
        fitting = [one for one in await workspaces.every(call.organization_id) if one.environment == asked.environment]
        if not fitting:
            raise InvalidRequest(f"environment: the organization has no workspace of the environment {asked.environment}")
        found = fitting[0]
    return Workspace(found.id, found.organization_id, found.environment, found.name, found.archived_us is not None)


OPERATIONS = (
    Operation(
        method="GET",
        path=ALL,
        name="api_keys.list",
        summary="List API keys, the newest first",
        action=Action.API_KEY_READ,
        handler=every,
        asked=shapes.ListKeys,
        answer=IdPage[shapes.KeyShown],
    ),
    Operation(
        method="POST",
        path=ALL,
        name="api_keys.create",
        summary="Make an API key or, with a role, an admin key; its text is in the answer this once",
        action=Action.API_KEY_CREATE,
        handler=create,
        asked=CreateKey,
        answer=shapes.KeyMade,
    ),
    Operation(
        method="GET",
        path=ONE,
        name="api_keys.retrieve",
        summary="Show an API key",
        action=Action.API_KEY_READ,
        handler=one,
        answer=shapes.KeyShown,
    ),
    Operation(
        method="POST",
        path=ONE,
        name="api_keys.update",
        summary="Change an API key, switch it off or on, or revoke it (status archived)",
        action=Action.API_KEY_UPDATE,
        handler=update,
        asked=UpdateKey,
        answer=shapes.KeyShown,
    ),
    Operation(
        method="POST",
        path=f"{ONE}/rotate",
        name="api_keys.rotate",
        summary="Make a key that takes the place of another, which works on for a while",
        action=Action.API_KEY_UPDATE,
        handler=rotate,
        asked=RotateKey,
        answer=shapes.KeyMade,
    ),
)
