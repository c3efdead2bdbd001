"""Plans are data: named sets of limits that the operator makes, changes and deletes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.organizations.acts import one, refuse, writing
from yumen.organizations.faults import PlanInUse
from yumen.organizations.rules import limits_fault, plan_name_fault
from yumen.organizations.values import Organization, Plan

if TYPE_CHECKING:
    from yumen.audit import Actor
    from yumen.clock import Clock
    from yumen.organizations.store import Store


class Plans:
    """Shows and changes plans; a change takes effect in running gateways within a second."""

    def __init__(self, store: Store, clock: Clock, first: str) -> None:
        """Work on those records; sign-ups start on the plan of that name, so it stays."""
        self._store = store
        self._clock = clock
        self._first = first

    async def every(self) -> list[Plan]:
        """Return all plans by name."""
        async with self._store.reading() as records:
            return await records.find(Plan)

    async def one(self, name: str) -> Plan:
        """Return a plan. Raises NotFound."""
        async with self._store.reading() as records:
            return await one(records, Plan, name=name)

    async def put(self, actor: Actor, plan: Plan) -> Plan:
        """Make a plan, or change the one of that name. Raises InvalidRequest."""
        refuse(plan_name_fault(plan.name) or limits_fault(plan.limits))
        async with writing(self._store, self._clock, actor) as work:
            old = await work.records.find(Plan, name=plan.name)
            if old:
                return await work.changed((old[0], plan), "plan.update", (plan.name, None))
            await work.made(plan, "plan.create", (plan.name, None))
            return plan

    async def delete(self, actor: Actor, name: str) -> Plan:
        """Delete a plan that nobody is on. Raises NotFound or PlanInUse."""
        async with writing(self._store, self._clock, actor) as work:
            plan = await one(work.records, Plan, name=name)
            refuse(PlanInUse if name == self._first or await work.records.find(Organization, plan=name) else None)
            await work.removed(plan, "plan.delete", (name, None))
            return plan
