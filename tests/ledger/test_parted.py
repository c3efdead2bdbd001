"""The ledger over two databases: each entry is in its organization's, once, whatever fails, and reports see all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.ledger.making import START_US, make_entry
from yumen.ledger import By, Drain, Filter, Journal, PartedLedger, PartedReports
from yumen.ledger.callers import CallersWanted
from yumen.ledger.query import Batch
from yumen.ledger.series import HOUR_US, SeriesWanted, whole
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


@pytest.fixture
async def drained(compartments: Compartments, journal: Journal, folder: Path) -> PartedReports:
    """Reports on both databases, with an entry that lies in both of them: a move has copied it, and not deleted it yet."""
    fill(journal)
    ledger = PartedLedger(compartments.stores(SqlLedger))
    await Drain(journal, ledger).round()
    await SqlLedger(compartments.main).add(Batch([make_entry(1, organization_id=APART)], "left-behind", 5))
    return PartedReports(compartments.stores(SqlLedger), folder)


@pytest.mark.parametrize(("organization_id", "numbers"), [(APART, [1, 3, 5]), (SHARED, [0, 2, 4]), (None, [0, 1, 2, 3, 4, 5])])
async def test_pages_charts_and_ids_see_each_entry_once(drained: PartedReports, organization_id: str | None, numbers: list[int]) -> None:
    """Whoever asks, whatever lies twice: the console's questions find what is theirs in the database in which it lies."""
    entries = [make_entry(number) for number in numbers][::-1]
    page = await drained.page(Filter(organization_id=organization_id), None, COUNT)
    assert [entry.request_id for entry in page.entries] == [entry.request_id for entry in entries]
    assert page.next is None
    wanted = SeriesWanted(organization_id, START_US, START_US + HOUR_US)
    assert whole(await drained.series(wanted)).requests == len(numbers)
    found = await drained.beginning(organization_id, entries[0].request_id[:4])
    assert [entry.request_id for entry in found] == [entry.request_id for entry in entries]


async def test_a_keys_use_is_found_in_its_organizations_database(drained: PartedReports) -> None:
    """When it was used last, and by whom, though the main database has something older of it."""
    entry = make_entry(5)
    assert await drained.last_used([entry.key_id]) == {entry.key_id: entry.time_us}
    (use,) = await drained.callers(CallersWanted(APART, entry.key_id, START_US, START_US + HOUR_US))
    assert (use.requests, use.last_us) == (COUNT // 2, entry.time_us)


async def test_whoever_watches_sees_what_another_machine_wrote(drained: PartedReports, compartments: Compartments) -> None:
    """It is in no journal of this machine, but in the database of its organization."""
    async with aclosing(drained.watch(Filter(organization_id=APART), 0, interval_s=0)) as watching:  # type: ignore[type-var]  # a generator
        assert {entry.request_id for entry in (await anext(watching)).entries} == {make_entry(number).request_id for number in (1, 3, 5)}
        await SqlLedger(compartments.of(APART)).add(Batch([make_entry(7, organization_id=APART)], "theirs", 5))
        assert [entry.request_id for entry in (await anext(watching)).entries] == [make_entry(7).request_id]
