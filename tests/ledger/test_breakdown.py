"""Breaking usage down by time and part says the same over the store and the journal's tail as the pure rules over all entries."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import msgspec
import pytest

from tests.ledger.making import make_entry
from yumen.exchange.values import DEFAULT_ORGANIZATION
from yumen.ledger import Drain, Journal, Reports
from yumen.ledger.breakdown import Part, Wanted, concerns, piece_of, put_together
from yumen.ledger.store_sql import SqlLedger

HOUR_US = 3_600_000_000
ENTRIES = [
    msgspec.structs.replace(
        make_entry(number),
        organization_id=DEFAULT_ORGANIZATION if number % 5 else "org_2",
        user_id=None if number % 3 else "user_1",
        label=("red", "blue", None)[number % 3],
        web_search_requests=number % 2,
        cost_nanousd=None if number % 7 == 0 else number * 1000 + 1,
    )
    for number in range(40)
]
SPAN = (min(entry.time_us for entry in ENTRIES), max(entry.time_us for entry in ENTRIES) + 1)


@pytest.fixture
async def reports(journal: Journal, store: SqlLedger, folder: Path) -> Reports:
    """Reports on a ledger of which the first half is drained."""
    for entry in ENTRIES[:20]:
        journal.close(entry)
    await Drain(journal, store).round()
    for entry in ENTRIES[20:]:
        journal.close(entry)
    return Reports(store, folder)


ONLY: list[dict[Part, tuple[str, ...]]] = [{}, {Part.LABEL: ("red", "blue")}, {Part.MODEL: ("model-1",), Part.MEMBER: ("user_1",)}]


@pytest.mark.parametrize("parts", [(), (Part.KEY,), (Part.MEMBER, Part.LABEL), (Part.MODEL, Part.WORKSPACE), tuple(Part)])
async def test_a_breakdown_means_the_same_everywhere(reports: Reports, parts: tuple[Part, ...]) -> None:
    """Every sum is exact, of the wanted organization alone, whether an entry is drained or not."""
    for only, bucket_us in product(ONLY, (60_000_000, HOUR_US, 24 * HOUR_US)):
        wanted = Wanted(DEFAULT_ORGANIZATION, *SPAN, bucket_us, parts, only)
        chosen = [entry for entry in ENTRIES if concerns(wanted, entry)]
        pieces = await reports.break_down(wanted)
        assert pieces == put_together(piece_of(wanted, entry) for entry in chosen)
        assert sum(piece.cost_nanousd for piece in pieces) == sum(entry.cost_nanousd or 0 for entry in chosen)


async def test_another_organization_is_never_in_it(reports: Reports) -> None:
    """Nothing of one organization stands in another's breakdown."""
    pieces = await reports.break_down(Wanted("org_2", *SPAN, HOUR_US))
    assert sum(piece.requests for piece in pieces) == 8
    assert await reports.break_down(Wanted("org_3", *SPAN, HOUR_US)) == []
