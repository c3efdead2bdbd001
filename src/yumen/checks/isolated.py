"""Looks whether every isolated organization has what is its own: a database that can be written, and an upstream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.checks.finding import Finding, Level
from yumen.organizations.values import Organization
from yumen.storage import DatabaseUnavailable, reason_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from yumen.organizations.store import Store
    from yumen.settings import Settings
    from yumen.storage import Database
    from yumen.storage.compartments import Compartments

PLACE = "isolation"


async def check_isolated(organizations: Store, compartments: Compartments, settings: Settings) -> AsyncIterator[Finding]:
    """Yield what serves each isolated organization. Raises DatabaseUnavailable where the main database is away."""
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
        elif (reason := await why_unwritable(compartments.named(each.compartment))) is not None:
            yield Finding(
                Level.FAIL,
                PLACE,
                "the database of {name} ({id}) cannot be written ({reason}): until it can, everybody's entries wait in the journal",
                {"name": each.name, "id": each.id, "reason": reason},
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


async def why_unwritable(database: Database) -> str | None:
    """Return why a database takes no writing transaction, as SQLite says at its begin; None: it does."""
    try:
        async with database.begin():
            return None
    except DatabaseUnavailable as fault:
        return f"{fault.place}: {reason_of(fault)}"
