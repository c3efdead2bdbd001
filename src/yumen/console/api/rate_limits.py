"""Rate limits in Claude's shapes: groups of calls, each with its limits, for the organization and for its workspaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from yumen.claude.model_catalogue import PRESENT
from yumen.claude.models import find_model
from yumen.console.api.limit_fields import Count
from yumen.console.api.limits import lines_of, set_line, unset
from yumen.console.api.operation import Operation
from yumen.console.api.pages import Cursor, CursorPage, Limit, page_from
from yumen.errors import InvalidRequest, NotFound
from yumen.limits.values import Kind, Line, Scope, ScopeKind
from yumen.limits.values import Limit as LimitValue
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.console.api.call import Call

ALL = "/v1/organizations/rate_limits"
OF_WORKSPACE = "/v1/organizations/workspaces/{workspace_id}/rate_limits"
GroupType = Literal["model_group", "batch", "token_count", "files", "skills", "web_search"]

TYPES: dict[GroupType, dict[str, Kind]] = {
    "model_group": {
        "requests_per_minute": Kind.REQUESTS_PER_MINUTE,
        "input_tokens_per_minute_cache_aware": Kind.INPUT_TOKENS_PER_MINUTE,
        "output_tokens_per_minute": Kind.OUTPUT_TOKENS_PER_MINUTE,
        "requests_per_second": Kind.REQUESTS_PER_SECOND,
        "concurrent_requests": Kind.CONCURRENT_REQUESTS,
        "requests_per_month": Kind.REQUESTS_PER_MONTH,
    },
    "batch": {"requests_per_minute": Kind.BATCHES_PER_MINUTE},
    "token_count": {"requests_per_minute": Kind.COUNT_TOKENS_PER_MINUTE},
    "files": {"requests_per_minute": Kind.FILES_PER_MINUTE},
}
"""Which of our limits are shown in which group, under which name. The last three names of the first group are ours."""
FOLLOWING = frozenset({Kind.BATCHES_PER_MINUTE, Kind.COUNT_TOKENS_PER_MINUTE, Kind.FILES_PER_MINUTE})
"""Where these are not set, the value of requests_per_minute counts."""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A group of calls."""

    id: str
    type: GroupType
    display_name: str | UnsetType = UNSET


class Value(msgspec.Struct, frozen=True):
    """One limit."""

    type: str
    value: int


class RateLimitShown(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of a group."""

    id: str
    type: Literal["rate_limit"] = "rate_limit"
    group: Group
    group_type: GroupType | UnsetType = UNSET
    """Before API version 2026-10-21."""
    models: list[str] | None
    limits: list[Value]


class Source(msgspec.Struct, frozen=True):
    """Where a workspace's value comes from."""

    type: Literal["workspace", "organization"]


class WorkspaceValue(msgspec.Struct, frozen=True, kw_only=True):
    """One limit of a workspace."""

    type: str
    value: int
    org_limit: int | None
    source: Source


class WorkspaceRateLimitShown(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of a group in a workspace."""

    type: Literal["workspace_rate_limit"] = "workspace_rate_limit"
    rate_limit_id: str
    workspace_id: str
    group: Group
    group_type: GroupType | UnsetType = UNSET
    models: list[str] | None
    limits: list[WorkspaceValue]


class ListRateLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which groups are wanted."""

    group_type: GroupType | None = None
    limit: Limit | None = None
    model: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None = None
    page: Cursor | None = None


class ListWorkspaceRateLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which groups of a workspace are wanted."""

    group_type: GroupType | None = None
    include_inherited: bool = False
    limit: Limit | None = None
    page: Cursor | None = None


class NewValue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new limit; null takes the workspace's own away."""

    type: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    value: Count | None


class UpdateWorkspaceRateLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The limits that shall be otherwise; the others stay."""

    limits: Annotated[tuple[NewValue, ...], msgspec.Meta(max_length=20)]


async def every(call: Call, asked: ListRateLimits) -> CursorPage[RateLimitShown]:
    """List the organization's rate limits."""
    if asked.model is not None and find_model(asked.model) is None:
        raise NotFound(f"model: {asked.model}")
    own = limits_on(await lines_of(call), Scope(ScopeKind.ORGANIZATION, call.organization_id))
    groups = [name for name in TYPES if asked.group_type in (None, name) and (asked.model is None or name == "model_group")]
    return page_from([shown(call, name, own) for name in groups], "rate_limits", asked.limit, asked.page)


async def of_workspace(call: Call, asked: ListWorkspaceRateLimits) -> CursorPage[WorkspaceRateLimitShown]:
    """List a workspace's rate limits."""
    workspace_id = call.path["workspace_id"]
    await call.services.offices.workspaces.one(call.organization_id, workspace_id)
    lines = await lines_of(call)
    found = [workspace_shown(call, name, lines, inherited=asked.include_inherited) for name in TYPES if asked.group_type in (None, name)]
    kept = [one for one in found if one.limits]
    return page_from(kept, f"rate_limits:{workspace_id}", asked.limit, asked.page)


async def update(call: Call, asked: UpdateWorkspaceRateLimit) -> WorkspaceRateLimitShown:
    """Set or clear a workspace's own limits."""
    name = group_named(call.path["rate_limit_id"])
    workspace_id = call.path["workspace_id"]
    await call.services.offices.workspaces.one(call.organization_id, workspace_id)
    scope = Scope(ScopeKind.WORKSPACE, workspace_id)
    wanted = [(kind_named(name, value.type), value.value) for value in asked.limits]
    own = limits_on(await lines_of(call), scope)
    for kind, value in wanted:
        if value is not None:
            old = own.get(kind)
            limit = LimitValue(kind, value) if old is None else msgspec.structs.replace(old, value=value)
            await set_line(call, Line(scope, limit))
        elif kind in own:
            await unset(call, scope, kind)
    return workspace_shown(call, name, await lines_of(call), inherited=False)


# ── shapes ──────────────────────────────────────────────────────────────────


def limits_on(lines: list[tuple[Line, Literal["plan", "set"]]], scope: Scope) -> dict[Kind, LimitValue]:
    """Return a scope's limits by kind."""
    return {line.limit.kind: line.limit for line, _ in lines if line.scope == scope}


def value_of(limits: dict[Kind, LimitValue], kind: Kind) -> int | None:
    """Return what counts for a kind; None: nothing does."""
    found = limits.get(kind)
    if found is None and kind in FOLLOWING:
        found = limits.get(Kind.REQUESTS_PER_MINUTE)
    return None if found is None else found.value


def group_of(name: GroupType) -> Group:
    """Show a group."""
    return Group(id=f"rlg_{name}", type=name, display_name="All Claude models" if name == "model_group" else UNSET)


def models_of(name: GroupType) -> list[str] | None:
    """Return the models of a group. Each class of models has the token limits for itself."""
    return [model.id for model in PRESENT] if name == "model_group" else None


def shown(call: Call, name: GroupType, own: dict[Kind, LimitValue]) -> RateLimitShown:
    """Show the organization's limits of a group."""
    found = [(kind_name, value_of(own, kind)) for kind_name, kind in TYPES[name].items()]
    return RateLimitShown(
        id=f"rl_{name}",
        group=group_of(name),
        group_type=name if call.is_old else UNSET,
        models=models_of(name),
        limits=[Value(kind_name, value) for kind_name, value in found if value is not None],
    )


def workspace_shown(
    call: Call, name: GroupType, lines: list[tuple[Line, Literal["plan", "set"]]], *, inherited: bool
) -> WorkspaceRateLimitShown:
    """Show a workspace's limits of a group, and where it is asked for what holds for it from above."""
    workspace_id = call.path["workspace_id"]
    above = limits_on(lines, Scope(ScopeKind.ORGANIZATION, call.organization_id))
    own = limits_on(lines, Scope(ScopeKind.WORKSPACE, workspace_id))
    limits = []
    for kind_name, kind in TYPES[name].items():
        mine, whole = own.get(kind), value_of(above, kind)
        if mine is not None:
            limits.append(WorkspaceValue(type=kind_name, value=mine.value, org_limit=whole, source=Source("workspace")))
        elif inherited and whole is not None:
            limits.append(WorkspaceValue(type=kind_name, value=whole, org_limit=whole, source=Source("organization")))
    return WorkspaceRateLimitShown(
        rate_limit_id=f"rl_{name}",
        workspace_id=workspace_id,
        group=group_of(name),
        group_type=name if call.is_old else UNSET,
        models=models_of(name),
        limits=limits,
    )


def group_named(identifier: str) -> GroupType:
    """Return the group of an id. Raises NotFound."""
    for name in TYPES:
        if identifier == f"rl_{name}":
            return name
    raise NotFound


def kind_named(name: GroupType, kind_name: str) -> Kind:
    """Return the kind of a limiter's type in a group."""
    kind = TYPES[name].get(kind_name)
    if kind is None:
        raise InvalidRequest(f"limits: the group {name} has the types {', '.join(TYPES[name])}, and not {kind_name}")
    return kind


OPERATIONS = (
    Operation(
        method="GET",
        path=ALL,
        name="rate_limits.list",
        summary="List the organization's rate limits by group",
        action=Action.LIMIT_READ,
        handler=every,
        asked=ListRateLimits,
        answer=CursorPage[RateLimitShown],
    ),
    Operation(
        method="GET",
        path=OF_WORKSPACE,
        name="workspaces.rate_limits.list",
        summary="List a workspace's own rate limits, and with include_inherited those of the organization",
        action=Action.LIMIT_READ,
        handler=of_workspace,
        asked=ListWorkspaceRateLimits,
        answer=CursorPage[WorkspaceRateLimitShown],
    ),
    Operation(
        method="POST",
        path=f"{OF_WORKSPACE}/{{rate_limit_id}}",
        name="workspaces.rate_limits.update",
        summary="Set or clear a workspace's own rate limits of a group",
        action=Action.LIMIT_UPDATE,
        handler=update,
        asked=UpdateWorkspaceRateLimit,
        answer=WorkspaceRateLimitShown,
    ),
)
