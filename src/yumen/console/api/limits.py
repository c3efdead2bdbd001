"""Limits as they are set and as they stand right now: ours, for every kind and scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from yumen.clock import iso
from yumen.console.api.limit_fields import (
    KIND_NAMES,
    LimitGiven,
    LimitShown,
    ScopeId,
    ScopeShown,
    dollars,
    read_limit,
    read_scope,
    shown_limit,
    shown_scope,
)
from yumen.console.api.limit_use import uses_of
from yumen.console.api.operation import Operation
from yumen.console.api.pages import MAX_LIMIT, ByCursor, CursorPage, Limit, page_from
from yumen.errors import Forbidden, InvalidRequest, NotFound
from yumen.keys.labels import is_label
from yumen.limits.values import SPEND, Kind, Line, Scope, ScopeKind
from yumen.organizations.permissions import Action, may

if TYPE_CHECKING:
    from yumen.console.api.call import Call
    from yumen.limits.values import Standing

PATH = "/v1/organizations/limits"
LIST = "limits"
ScopeKindName = Literal["organization", "workspace", "key", "member", "label"]


class UseShown(msgspec.Struct, frozen=True):
    """How a limit stands: what is used and left, in requests, tokens or US dollars, and when all of it is free again."""

    used: int | str
    remaining: int | str
    resets_at: str


class LineShown(msgspec.Struct, frozen=True, kw_only=True):
    """A limit where it applies. `use` is null where nothing was counted yet, or nobody can tell."""

    type: Literal["limit"] = "limit"
    scope: ScopeShown
    limit: LimitShown
    source: Literal["plan", "set"]
    use: UseShown | None


class ListLimits(ByCursor, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whose limits are wanted; without a scope, all of the organization."""

    limit: Limit = MAX_LIMIT
    scope_kind: ScopeKindName | None = None
    scope_id: ScopeId | None = None


class SetLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A limit, and whose."""

    scope: ScopeShown
    limit: LimitGiven


class UnsetLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which limit shall go."""

    scope_kind: ScopeKindName
    scope_id: ScopeId
    kind: KIND_NAMES


class LimitUnset(msgspec.Struct, frozen=True, kw_only=True):
    """The limit that is gone."""

    type: Literal["limit_deleted"] = "limit_deleted"
    scope: ScopeShown
    kind: KIND_NAMES


async def every(call: Call, asked: ListLimits) -> CursorPage[LineShown]:
    """List limits with their use."""
    found = [
        (line, source)
        for line, source in await lines_of(call)
        if asked.scope_kind in (None, line.scope.kind.value) and asked.scope_id in (None, line.scope.id)
    ]
    page = page_from(found, LIST, asked.limit, asked.page)
    uses = await uses_of(call, [line for line, _ in page.data])
    return CursorPage([shown(line, source, use) for (line, source), use in zip(page.data, uses, strict=True)], page.next_page)


async def put(call: Call, asked: SetLimit) -> LineShown:
    """Set a limit."""
    line = Line(read_scope(asked.scope), read_limit(asked.limit))
    await set_line(call, line)
    [use] = await uses_of(call, [line])
    return shown(line, "set", use)


async def remove(call: Call, asked: UnsetLimit) -> LimitUnset:
    """Take a limit away."""
    scope = Scope(ScopeKind(asked.scope_kind), asked.scope_id)
    await unset(call, scope, Kind(asked.kind))
    return LimitUnset(scope=shown_scope(scope), kind=asked.kind)


# ── what other limits' routes use too ───────────────────────────────────────


async def lines_of(call: Call) -> list[tuple[Line, Literal["plan", "set"]]]:
    """Return all limits of the organization: one set on it takes the place of its plan's of the same kind."""
    organization_id = call.organization_id
    terms = (await call.services.terms.read([organization_id]))[organization_id]
    whole = Scope(ScopeKind.ORGANIZATION, organization_id)
    own = {line.limit.kind for line in terms.lines if line.scope == whole}
    of_plan: list[tuple[Line, Literal["plan", "set"]]] = [(Line(whole, limit), "plan") for limit in terms.plan if limit.kind not in own]
    return [*of_plan, *((line, "set") for line in sorted(terms.lines, key=order_of))]


def order_of(line: Line) -> tuple[int, str, str]:
    """Put the widest scope first."""
    return (list(ScopeKind).index(line.scope.kind), line.scope.id, line.limit.kind)


async def set_line(call: Call, line: Line) -> None:
    """Set a limit, where the caller may and the scope is the organization's own."""
    await check_scope(call, line.scope)
    await call.services.limits_by(call.actor).set(call.organization_id, line.scope, [line.limit])


async def unset(call: Call, scope: Scope, kind: Kind) -> None:
    """Take a limit away in the same way."""
    refuse_whole(call, scope)
    if not await call.services.limits_by(call.actor).unset(call.organization_id, scope, kind):
        raise NotFound("There is no such limit")


async def check_scope(call: Call, scope: Scope) -> None:
    """Raise NotFound where a scope is none of the organization's, and Forbidden where it is not the caller's to limit."""
    refuse_whole(call, scope)
    await find_scope(call, scope)


async def find_scope(call: Call, scope: Scope) -> None:
    """Raise NotFound where a scope is none of the organization's."""
    if scope.kind is ScopeKind.ORGANIZATION and scope.id != call.organization_id:
        raise NotFound
    if scope.kind is ScopeKind.WORKSPACE:
        await call.services.offices.workspaces.one(call.organization_id, scope.id)
    elif scope.kind is ScopeKind.MEMBER:
        await call.services.offices.members.one(call.organization_id, scope.id)
    elif scope.kind is ScopeKind.KEY:
        record = (await call.services.keys.find([scope.id])).get(scope.id)
        if record is None or record.organization_id != call.organization_id:
            raise NotFound
    elif scope.kind is ScopeKind.LABEL and not is_label(scope.id):
        raise InvalidRequest("scope.id: a label has 1 to 64 printable characters, and no space at its ends")


def refuse_whole(call: Call, scope: Scope) -> None:
    """Refuse to touch the organization's own limits to those who may only divide them; and another organization's to all."""
    if scope.kind is not ScopeKind.ORGANIZATION:
        return
    if scope.id != call.organization_id:
        raise NotFound
    if not may(call.caller.role, Action.LIMIT_RAISE):
        raise Forbidden(f"The role {call.caller.role} may not change the limits of the organization as a whole: ask for more")


def shown(line: Line, source: Literal["plan", "set"], use: Standing | None) -> LineShown:
    """Show a limit where it applies."""
    return LineShown(
        scope=shown_scope(line.scope), limit=shown_limit(line.limit), source=source, use=None if use is None else shown_use(line, use)
    )


def shown_use(line: Line, use: Standing) -> UseShown:
    """Show how a limit stands."""
    used, left = max(line.limit.value - use.remaining, 0), use.remaining
    if line.limit.kind in SPEND:
        return UseShown(dollars(used), dollars(left), iso(use.reset_us))
    return UseShown(used, left, iso(use.reset_us))


OPERATIONS = (
    Operation(
        method="GET",
        path=PATH,
        name="limits.list",
        summary="List limits, those of the plan too, and how they stand right now",
        action=Action.LIMIT_READ,
        handler=every,
        asked=ListLimits,
        answer=CursorPage[LineShown],
    ),
    Operation(
        method="POST",
        path=PATH,
        name="limits.set",
        summary="Set a limit of the organization (operator), a workspace, key, member or label",
        action=Action.LIMIT_UPDATE,
        handler=put,
        asked=SetLimit,
        answer=LineShown,
    ),
    Operation(
        method="DELETE",
        path=PATH,
        name="limits.unset",
        summary="Take a limit away",
        action=Action.LIMIT_UPDATE,
        handler=remove,
        asked=UnsetLimit,
        answer=LimitUnset,
    ),
)
