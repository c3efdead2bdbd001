"""Plans: the named sets of limits that organizations are on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from yumen.console.api.limit_fields import LimitGiven, LimitShown, read_limit, shown_limit
from yumen.console.api.operation import Nothing, Operation
from yumen.console.api.pages import ById, IdPage, page_by_id
from yumen.errors import InvalidRequest, NotFound
from yumen.organizations.permissions import Action
from yumen.organizations.values import Plan

if TYPE_CHECKING:
    from yumen.console.api.call import Call

ALL = "/v1/organizations/plans"
ONE = f"{ALL}/{{plan}}"

PlanName = Annotated[str, msgspec.Meta(pattern="^[0-9A-Za-z_-]{1,64}$")]
Description = Annotated[str, msgspec.Meta(max_length=500)]
Limits = Annotated[tuple[LimitGiven, ...], msgspec.Meta(max_length=20)]


class PlanShown(msgspec.Struct, frozen=True, kw_only=True):
    """A plan."""

    id: str
    """Its name."""
    type: Literal["plan"] = "plan"
    limits: list[LimitShown]
    isolation: bool
    description: str
    description_zh: str


class CreatePlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new plan."""

    name: PlanName
    limits: Limits = ()
    isolation: bool = False
    description: Description = ""
    description_zh: Description = ""


class UpdatePlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What shall be otherwise; `limits` are all of them."""

    limits: Limits | UnsetType = UNSET
    isolation: bool | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    description_zh: Description | UnsetType = UNSET


class PlanDeleted(msgspec.Struct, frozen=True, kw_only=True):
    """What was deleted."""

    id: str
    type: Literal["plan_deleted"] = "plan_deleted"


def shown(plan: Plan) -> PlanShown:
    """Show a plan."""
    return PlanShown(
        id=plan.name,
        limits=[shown_limit(limit) for limit in plan.limits],
        isolation=plan.isolation,
        description=plan.description,
        description_zh=plan.description_zh,
    )


async def every(call: Call, asked: ById) -> IdPage[PlanShown]:
    """List plans."""
    return page_by_id([shown(plan) for plan in await call.services.offices.plans.every()], asked)


async def one(call: Call, _: Nothing) -> PlanShown:
    """Show a plan."""
    return shown(await call.services.offices.plans.one(call.path["plan"]))


async def create(call: Call, asked: CreatePlan) -> PlanShown:
    """Make a plan."""
    plans = call.services.offices.plans
    try:
        await plans.one(asked.name)
    except NotFound:
        limits = tuple(map(read_limit, asked.limits))
        plan = Plan(asked.name, limits, asked.isolation, asked.description, asked.description_zh)
        return shown(await plans.put(call.actor, plan))
    raise InvalidRequest(f"name: there is a plan {asked.name} already")


async def update(call: Call, asked: UpdatePlan) -> PlanShown:
    """Change a plan."""
    plans = call.services.offices.plans
    changed = await plans.one(call.path["plan"])
    for name in ("isolation", "description", "description_zh"):
        if getattr(asked, name) is not UNSET:
            changed = msgspec.structs.replace(changed, **{name: getattr(asked, name)})
    if asked.limits is not UNSET:
        changed = msgspec.structs.replace(changed, limits=tuple(map(read_limit, asked.limits)))
    return shown(await plans.put(call.actor, changed))


async def delete(call: Call, _: Nothing) -> PlanDeleted:
    """Delete a plan."""
    await call.services.offices.plans.delete(call.actor, call.path["plan"])
    return PlanDeleted(id=call.path["plan"])


OPERATIONS = (
    Operation(
        method="GET",
        path=ALL,
        name="plans.list",
        summary="List plans",
        action=Action.PLAN_READ,
        handler=every,
        asked=ById,
        answer=IdPage[PlanShown],
    ),
    Operation(
        method="POST",
        path=ALL,
        name="plans.create",
        summary="Make a plan",
        action=Action.PLAN_UPDATE,
        handler=create,
        asked=CreatePlan,
        answer=PlanShown,
    ),
    Operation(method="GET", path=ONE, name="plans.retrieve", summary="Show a plan", action=Action.PLAN_READ, handler=one, answer=PlanShown),
    Operation(
        method="POST",
        path=ONE,
        name="plans.update",
        summary="Change a plan; running gateways follow within a second",
        action=Action.PLAN_UPDATE,
        handler=update,
        asked=UpdatePlan,
        answer=PlanShown,
    ),
    Operation(
        method="DELETE",
        path=ONE,
        name="plans.delete",
        summary="Delete a plan that nobody is on",
        action=Action.PLAN_UPDATE,
        handler=delete,
        answer=PlanDeleted,
    ),
)
