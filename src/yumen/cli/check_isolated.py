"""Looks whether every isolated organization has an upstream of its own: without one, its requests are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.cli.finding import Finding, Level
from yumen.organizations.values import Organization

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from yumen.organizations.store import Store
    from yumen.settings import Settings

PLACE = "isolation"


async def check_isolated(organizations: Store, settings: Settings) -> AsyncIterator[Finding]:
    """Yield what serves each isolated organization. Raises DatabaseUnavailable."""
    async with organizations.reading() as records:
        isolated = await records.find(Organization, isolated=True)
    for each in isolated:
        if each.compartment is None:
            yield Finding(
                Level.WARN,
                PLACE,
                "{name} ({id}) is isolated but has no database of its own: run yumen organizations isolate {id}",
                {"name": each.name, "id": each.id},
            )
        own = [name for name, table in settings.upstreams.items() if each.id in table.organizations]
        values: dict[str, object] = {"name": each.name, "id": each.id, "upstreams": ", ".join(own)}
        if own:
            yield Finding(Level.OK, PLACE, "{name} ({id}) is served by its own upstreams alone: {upstreams}", values)
        else:
            yield Finding(
                Level.FAIL,
                PLACE,
                "{name} ({id}) is isolated and has no upstream of its own, so its requests are refused: "
                "name it in the organizations of one",
                values,
            )
