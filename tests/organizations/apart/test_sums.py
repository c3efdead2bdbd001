"""The ledger's hourly sums are made where an organization's entries lie, and nowhere else: through a move, a second one, and an erasure."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from tests.organizations.apart.planting import OURS, THEIRS
from tests.organizations.apart.test_export_erase import erasing
from tests.organizations.apart.test_isolate import ACTOR, isolating
from yumen.organizations.apart.isolate import Wish
from yumen.storage import Database
from yumen.storage.compartments import Compartments

SUMMED = sa.text("SELECT organization_id, sum(requests) FROM usage_hours GROUP BY organization_id ORDER BY organization_id")
COUNTED = sa.text("SELECT organization_id, sum(count) FROM entries GROUP BY organization_id ORDER BY organization_id")


async def sums_in(database: Database) -> dict[str, int]:
    """Return how many requests the sums know of each organization, which are those that the entries have."""
    async with database.connect() as connection:
        summed, counted = [(await connection.execute(query)).all() for query in (SUMMED, COUNTED)]
    assert summed == counted
    return {row[0]: int(row[1]) for row in summed}


async def test_sums_are_where_the_entries_are(database: Database, compartments: Compartments, tmp_path: Path) -> None:
    """Nothing is added twice by a move that is done again, nothing is left behind, and nothing after the erasure."""
    before = await sums_in(database)
    assert before.keys() >= {OURS, THEIRS}
    for _ in range(2):
        await isolating(compartments).isolate(ACTOR, OURS, Wish())
    assert await sums_in(compartments.of(OURS)) == {OURS: before[OURS]}
    assert OURS not in await sums_in(database)
    await erasing(compartments, tmp_path / "journal").erase(ACTOR, OURS)
    assert await sums_in(database) == {name: count for name, count in before.items() if name != OURS}
