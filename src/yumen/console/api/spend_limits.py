"""Spend limits in Claude's shapes: amounts in cents, as text."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from yumen.clock import iso
from yumen.console.api.fields import KeyId, UserId, WorkspaceId
from yumen.console.api.limits import lines_of, set_line, unset
from yumen.console.api.operation import Nothing, Operation
from yumen.console.api.pages import ByCursor, Cursor, CursorPage, Limit, page_from
from yumen.errors import InvalidRequest, NotFound
from yumen.ledger.breakdown import Part, Wanted
from yumen.limits.periods import period_of
from yumen.limits.values import MAX_NANOUSD, Kind, Line, Mode, Reserve, Scope, ScopeKind
from yumen.limits.values import Limit as LimitValue
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.console.api.call import Call

ALL = "/v1/organizations/spend_limits"
ONE = f"{ALL}/{{spend_limit_id}}"
CENT = 10_000_000
"""Nano-dollars."""
ALL_OF_TIME_US = 10**18
PERIODS: dict[str, Kind] = {"daily": Kind.SPEND_PER_DAY, "monthly": Kind.SPEND_PER_MONTH}
PeriodName = Literal["daily", "monthly"]
Cents = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,12}(\.[0-9]{1,7})?$")]
ScopeType = Literal["organization", "workspace", "user", "api_key", "label"]


class OrganizationScope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="organization"):
    """The organization as a whole."""


class WorkspaceScope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="workspace"):
    """A workspace."""

    workspace_id: WorkspaceId


class UserScope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="user"):
    """A member."""

    user_id: UserId


class KeySpendScope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="api_key"):
    """A key: ours."""

    api_key_id: KeyId


class LabelScope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="label"):
    """A cost centre: ours."""

    label: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


SpendScope = OrganizationScope | WorkspaceScope | UserScope | KeySpendScope | LabelScope


class SpendLimitShown(msgspec.Struct, frozen=True, kw_only=True):
    """A spend limit. `reserve` and `mode` are ours."""

    id: str
    type: Literal["spend_limit"] = "spend_limit"
    amount: str | None
    currency: Literal["USD"] = "USD"
    period: PeriodName
    scope: SpendScope
    is_enabled: bool
    created_at: str
    updated_at: str
    mode: Literal["enforce", "shadow"]
    reserve: Literal["bound", "expected"]


class SpendActor(msgspec.Struct, frozen=True, kw_only=True):
    """A member."""

    type: Literal["user_actor"] = "user_actor"
    user_id: str
    name: str
    email_address: str
    deleted: bool = False


class EffectiveShown(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for a member in a period, and what it has spent."""

    actor: SpendActor
    amount: str
    currency: Literal["USD"] = "USD"
    period: PeriodName
    period_to_date_spend: str
    scope: UserScope
    source: SpendScope
    spend_limit_id: str


class ListSpendLimits(ByCursor, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which spend limits are wanted."""

    scope_type: Annotated[tuple[ScopeType, ...], msgspec.Meta(max_length=10)] | None = None
    workspace_id: WorkspaceId | None = None


class ListEffective(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whose effective limits are wanted. `limit` counts members."""

    limit: Limit = 20
    page: Cursor | None = None
    period: Annotated[tuple[PeriodName, ...], msgspec.Meta(max_length=10)] | None = None
    user_ids: Annotated[tuple[UserId, ...], msgspec.Meta(max_length=100)] | None = None


class SetSpendLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A spend limit; an amount of null takes it away."""

    amount: Cents | None
    scope: SpendScope
    period: PeriodName = "monthly"
    mode: Literal["enforce", "shadow"] = "enforce"
    reserve: Literal["bound", "expected"] = "expected"


class SpendLimitDeleted(msgspec.Struct, frozen=True, kw_only=True):
    """The limit that is gone."""

    id: str
    type: Literal["spend_limit_deleted"] = "spend_limit_deleted"


async def every(call: Call, asked: ListSpendLimits) -> CursorPage[SpendLimitShown]:
    """List spend limits."""
    found = [await shown(call, line) for line in await spend_lines(call)]
    wanted = [one for one in found if asked.scope_type is None or type_of(one.scope) in asked.scope_type]
    if asked.workspace_id is not None:
        wanted = [one for one in wanted if isinstance(one.scope, WorkspaceScope) and one.scope.workspace_id == asked.workspace_id]
    return page_from(wanted, "spend_limits", asked.limit, asked.page)


async def one(call: Call, _: Nothing) -> SpendLimitShown:
    """Show a spend limit."""
    return await shown(call, await named(call))


async def put(call: Call, asked: SetSpendLimit) -> SpendLimitShown:
    """Set a spend limit, or take it away."""
    kind, scope = PERIODS[asked.period], scope_of(call, asked.scope)
    if asked.amount is None:
        before = [line for line in await spend_lines(call) if line.scope == scope and line.limit.kind is kind]
        await unset(call, scope, kind)
        return msgspec.structs.replace(await shown(call, before[0]), amount=None)
    nano = int(Decimal(asked.amount) * CENT)
    if nano > MAX_NANOUSD:
        raise InvalidRequest(f"amount: Input should be less than or equal to {MAX_NANOUSD // CENT}")
    line = Line(scope, LimitValue(kind, nano, Mode(asked.mode), reserve=Reserve(asked.reserve)))
    await set_line(call, line)
    return await shown(call, line)


async def remove(call: Call, _: Nothing) -> SpendLimitDeleted:
    """Take a spend limit away."""
    line = await named(call)
    await unset(call, line.scope, line.limit.kind)
    return SpendLimitDeleted(id=call.path["spend_limit_id"])


async def effective(call: Call, asked: ListEffective) -> CursorPage[EffectiveShown]:
    """Say for each member what holds for it and what it has spent; a page is counted in members."""
    lines = {(line.scope, line.limit.kind): line for line in await spend_lines(call)}
    whole = Scope(ScopeKind.ORGANIZATION, call.organization_id)
    people = await call.services.offices.members.every(call.organization_id)
    wanted = [person for person in people if asked.user_ids is None or person.user.id in asked.user_ids]
    page = page_from(wanted, "spend_limits/effective", asked.limit, asked.page)
    rows = []
    for name, kind in PERIODS.items():
        if asked.period is not None and name not in asked.period:
            continue
        spent = await spent_by_member(call, kind)
        for person in page.data:
            line = lines.get((Scope(ScopeKind.MEMBER, person.user.id), kind)) or lines.get((whole, kind))
            if line is not None:
                user = person.user
                rows.append(
                    EffectiveShown(
                        actor=SpendActor(user_id=user.id, name=user.name, email_address=user.email),
                        amount=cents(line.limit.value),
                        period="daily" if name == "daily" else "monthly",
                        period_to_date_spend=cents(spent.get(user.id, 0)),
                        scope=UserScope(user.id),
                        source=shown_scope(line.scope),
                        spend_limit_id=identifier(call, line.scope, kind),
                    )
                )
    order = {person.user.id: number for number, person in enumerate(page.data)}
    return CursorPage(sorted(rows, key=lambda row: order[row.actor.user_id]), page.next_page)


# ── shapes ──────────────────────────────────────────────────────────────────


async def spend_lines(call: Call) -> list[Line]:
    """Return the organization's spend limits."""
    return [line for line, _ in await lines_of(call) if line.limit.kind in PERIODS.values()]


async def named(call: Call) -> Line:
    """Return the spend limit that the path names."""
    for line in await spend_lines(call):
        if identifier(call, line.scope, line.limit.kind) == call.path["spend_limit_id"]:
            return line
    raise NotFound


async def spent_by_member(call: Call, kind: Kind) -> dict[str | None, int]:
    """Return what each member has spent in the organization's day or month."""
    terms = (await call.services.terms.read([call.organization_id]))[call.organization_id]
    period = period_of(kind, terms.time_zone, call.clock.now_us())
    wanted = Wanted(call.organization_id, period.from_us, period.until_us, ALL_OF_TIME_US, (Part.MEMBER,))
    return {piece.values[0]: piece.cost_nanousd for piece in await call.services.reports.break_down(wanted)}


async def shown(call: Call, line: Line) -> SpendLimitShown:
    """Show a spend limit. When it was set is in the audit log; here stands when the organization was made."""
    created = iso((await call.services.offices.registry.one(call.organization_id)).created_us)
    return SpendLimitShown(
        id=identifier(call, line.scope, line.limit.kind),
        amount=cents(line.limit.value),
        period="daily" if line.limit.kind is Kind.SPEND_PER_DAY else "monthly",
        scope=shown_scope(line.scope),
        is_enabled=line.limit.mode is Mode.ENFORCE,
        created_at=created,
        updated_at=created,
        mode=line.limit.mode.value,
        reserve=line.limit.reserve.value,
    )


def identifier(call: Call, scope: Scope, kind: Kind) -> str:
    """Return the id of a spend limit: there is one for each scope and period."""
    return "spl_" + sha256(f"{call.organization_id}\0{scope.kind}\0{scope.id}\0{kind}".encode()).hexdigest()[:24]


def cents(nano: int) -> str:
    """Write nano-dollars as cents, with as many decimals as it takes."""
    whole, rest = divmod(nano, CENT)
    return f"{whole}.{rest:07d}".rstrip("0") if rest else str(whole)


def type_of(scope: SpendScope) -> str:
    """Return the name of a scope's type."""
    return str(scope.__struct_config__.tag)


def shown_scope(scope: Scope) -> SpendScope:
    """Show a scope."""
    match scope.kind:
        case ScopeKind.ORGANIZATION:
            return OrganizationScope()
        case ScopeKind.WORKSPACE:
            return WorkspaceScope(scope.id)
        case ScopeKind.MEMBER:
            return UserScope(scope.id)
        case ScopeKind.KEY:
            return KeySpendScope(scope.id)
        case ScopeKind.LABEL:
            return LabelScope(scope.id)


def scope_of(call: Call, given: SpendScope) -> Scope:
    """Read a scope."""
    match given:
        case OrganizationScope():
            return Scope(ScopeKind.ORGANIZATION, call.organization_id)
        case WorkspaceScope(workspace_id):
            return Scope(ScopeKind.WORKSPACE, workspace_id)
        case UserScope(user_id):
            return Scope(ScopeKind.MEMBER, user_id)
        case KeySpendScope(api_key_id):
            return Scope(ScopeKind.KEY, api_key_id)
        case LabelScope(label):
            return Scope(ScopeKind.LABEL, label)


OPERATIONS = (
    Operation(
        method="GET",
        path=f"{ALL}/effective",
        name="spend_limits.effective.list",
        summary="Say for each member which spend limit holds, and what it has spent",
        action=Action.COST_READ,
        handler=effective,
        asked=ListEffective,
        answer=CursorPage[EffectiveShown],
    ),
    Operation(
        method="GET",
        path=ALL,
        name="spend_limits.list",
        summary="List spend limits",
        action=Action.LIMIT_READ,
        handler=every,
        asked=ListSpendLimits,
        answer=CursorPage[SpendLimitShown],
    ),
    Operation(
        method="POST",
        path=ALL,
        name="spend_limits.set",
        summary="Set a spend limit; an amount of null takes it away",
        action=Action.LIMIT_UPDATE,
        handler=put,
        asked=SetSpendLimit,
        answer=SpendLimitShown,
    ),
    Operation(
        method="GET",
        path=ONE,
        name="spend_limits.retrieve",
        summary="Show a spend limit",
        action=Action.LIMIT_READ,
        handler=one,
        answer=SpendLimitShown,
    ),
    Operation(
        method="DELETE",
        path=ONE,
        name="spend_limits.delete",
        summary="Take a spend limit away",
        action=Action.LIMIT_UPDATE,
        handler=remove,
        answer=SpendLimitDeleted,
    ),
)
