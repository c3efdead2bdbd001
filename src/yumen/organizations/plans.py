"""Plans are data: named sets of limits that the operator makes, changes and deletes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yumen.audit import Actor
    from yumen.organizations.values import Plan


class Plans:
    """Shows and changes plans; a change takes effect in running gateways within a second."""

    async def every(self) -> list[Plan]:
        """Return all plans by name."""
        raise NotImplementedError

    async def one(self, name: str) -> Plan:
        """Return a plan. Raises NotFound."""
        raise NotImplementedError

    async def put(self, actor: Actor, plan: Plan) -> Plan:
        """Make a plan, or change the one of that name. Raises InvalidRequest."""
        raise NotImplementedError

    async def delete(self, actor: Actor, name: str) -> Plan:
        """Delete a plan that nobody is on. Raises NotFound or PlanInUse."""
        raise NotImplementedError
