"""The ledger over two databases: each entry is in its organization's, once, whatever fails, and reports see all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.ledger.making import make_entry
from yumen.ledger import By, Drain, Filter, Journal, PartedLedger, PartedReports
from yumen.ledger.query import Batch
from yumen.ledger.store_sql import SqlLedger
from yumen.storage import Database, DatabaseUnavailable
from yumen.storage.compartments import Compartments

APART, SHARED = "org_apart", "org_shared"
COUNT = 6
ORGANIZATION = (
    "INSERT INTO organizations (id, name, kind, plan, time_zone, isolated, created_us, keeps_content, compartment) "
    "VALUES ('org_apart', 'Apart', 'enterprise', 'enterprise', 'UTC', 1, 0, 0, 'org_apart')"
)


@pytest.fixture
async def compartments(tmp_path: Path) -> AsyncIterator[Compartments]:
    """A main database, and one beside it."""
    main = Database(f"sqlite+aiosqlite:///{tmp_path}/main.db")
    await main.upgrade()
    async with main.begin() as connection:
        await connection.execute(text(ORGANIZATION))
    made = Compartments(main)
    await made.follow()
    await made.make(APART)
    yield made
    await made.close()
    await main.dispose()


def fill(journal: Journal) -> None:
    """Write down entries of both in turn."""
    for number in range(COUNT):
        journal.close(make_entry(number, organization_id=APART if number % 2 else SHARED))


class Failing(SqlLedger):
    """A store whose next calls fail: before their work, or behind it."""

    plan: list[str] = []  # noqa: RUF012  (one plan for the stores of one test)

    async def add(self, batch: Batch) -> None:
        """Write a batch, or fail."""
        fate = self.plan.pop(0) if self.plan else ""
        if fate == "before":
            raise DatabaseUnavailable
        await super().add(batch)
        if fate == "behind":
            raise DatabaseUnavailable


@pytest.mark.parametrize("plan", [[], ["before"], ["behind"], ["", "before"], ["", "behind"], ["behind", "", "before"]])
async def test_each_entry_is_in_its_own_database_once(compartments: Compartments, journal: Journal, folder: Path, plan: list[str]) -> None:
    """Whichever database fails, before it writes or behind, each entry lies in one of them, once, and no report counts one twice."""
    fill(journal)
    Failing.plan = [*plan]
    drain = Drain(journal, PartedLedger(compartments.stores(Failing)))
    reports = PartedReports(compartments.stores(SqlLedger), folder)
    for _ in range(4):
        (rows,) = await reports.usage(())
        assert rows.requests == COUNT
        (own,) = await reports.usage((), Filter(organization_id=APART))
        assert own.requests == COUNT // 2
        await drain.round()
    for database, organization_id in ((compartments.main, SHARED), (compartments.of(APART), APART)):
        async with database.connect() as connection:
            found = (await connection.execute(text("SELECT organization_id FROM entries"))).scalars().all()
        assert found == [organization_id] * (COUNT // 2)
    assert journal.depth_bytes == 0


async def test_the_log_names_the_database_that_holds_everybody_up(
    compartments: Compartments, journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    """Where one takes nothing, the warning says which; all entries wait in the journal, and are moved when it is back."""
    fill(journal)
    await compartments.drop(APART)
    drain = Drain(journal, PartedLedger(compartments.stores(SqlLedger)))
    assert not await drain.round()
    assert f"{APART}.db does not take entries (unable to open database file)" in caplog.text
    assert journal.depth_bytes > 0
    await compartments.make(APART)
    assert await drain.round()
    assert journal.depth_bytes == 0


async def test_old_entries_go_though_another_database_is_away(compartments: Compartments, journal: Journal) -> None:
    """One that is away keeps its own until it is back, and nobody else's."""
    async with compartments.main.begin() as connection:
        await connection.execute(text(ORGANIZATION.replace("org_apart", "org_away").replace("'Apart'", "'Away'")))
    await compartments.follow()
    fill(journal)
    ledger = PartedLedger(compartments.stores(SqlLedger))
    await Drain(journal, ledger).round()
    assert list(compartments.names) == [APART, "org_away"]
    compartments.names = {"org_away": "org_away", APART: APART}  # the broken one before the other
    assert await ledger.forget_entries(2**62, COUNT) == COUNT
    assert await ledger.forget_entries(2**62, COUNT) == 0


async def test_everybodys_report_is_the_sum_of_all(compartments: Compartments, journal: Journal, folder: Path) -> None:
    """What is asked without an organization comes from every database, in the order of time, and a limit counts over all."""
    fill(journal)
    await Drain(journal, PartedLedger(compartments.stores(SqlLedger))).round()
    reports = PartedReports(compartments.stores(SqlLedger), folder)
    assert [entry.request_id[-1] for entry in await reports.find(limit=4)] == ["2", "3", "4", "5"]
    rows = await reports.usage([By.ORGANIZATION])
    assert [(row.organization_id, row.requests) for row in rows] == [(APART, COUNT // 2), (SHARED, COUNT // 2)]
    integrity, found = await reports.check()
    assert (integrity.sound, integrity.entries, found.undrained) == (True, COUNT, 0)
