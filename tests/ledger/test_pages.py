"""Pages of the ledger: each entry once, the newest first, whatever is asked, in the databases and the journal's tail alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tests.ledger.making import START_US, make_entry
from yumen.exchange.values import DEFAULT_ORGANIZATION, Outcome
from yumen.ledger import Drain, Entry, Filter, Journal, Place, Reports, pages_sql
from yumen.ledger.rules import matches
from yumen.ledger.store_sql import SqlLedger
from yumen.storage import Database


def made(number: int) -> Entry:
    """An entry of many kinds, two of them at every moment."""
    refused = number % 6 == 5
    return make_entry(
        number,
        request_id=f"req_{'aB'[number % 2]}{number:04}",
        time_us=START_US + number // 2,
        key_id=f"apikey_{number % 4}",
        organization_id="org_2" if number % 5 == 0 else DEFAULT_ORGANIZATION,
        workspace_id=("default", "wrkspc_1")[number % 2],
        user_id=None if number % 3 else "user_1",
        label=("red", None)[number % 2],
        status=(200, 200, 404, 529, 200, 429)[number % 6],
        outcome=Outcome.REFUSED if refused else Outcome.ANSWERED,
        fault="RateLimited" if refused else None,
        policy_note="flag: x" if number % 7 == 0 else None,
        cost_nanousd=None if number % 8 == 0 else number * 1000,
        duration_us=number * 1000,
        upstream_request_id=f"req_up{number:04}" if number % 2 else None,
        replay_of="req_first" if number % 9 == 0 else None,
    )


ENTRIES = [made(number) for number in range(90)]
WANTED = [
    Filter(),
    Filter(organization_id=DEFAULT_ORGANIZATION),
    Filter(organization_id=DEFAULT_ORGANIZATION, key_id="apikey_1"),
    Filter(organization_id="org_2", label="red"),
    Filter(organization_id=DEFAULT_ORGANIZATION, failed=True),
    Filter(organization_id=DEFAULT_ORGANIZATION, status_class=4),
    Filter(organization_id=DEFAULT_ORGANIZATION, status=529, workspace_id="wrkspc_1"),
    Filter(organization_id=DEFAULT_ORGANIZATION, flagged=True, user_id="user_1"),
    Filter(organization_id=DEFAULT_ORGANIZATION, cost_at_least=50_000, duration_at_least_us=60_000),
    Filter(organization_id=DEFAULT_ORGANIZATION, text="UP00"),
    Filter(organization_id=DEFAULT_ORGANIZATION, text="%"),
    Filter(organization_id=DEFAULT_ORGANIZATION, fault="RateLimited", environment="production"),
    Filter(organization_id=DEFAULT_ORGANIZATION, since_us=START_US + 10, until_us=START_US + 30, model="claude-opus-5-5"),
    Filter(organization_id=DEFAULT_ORGANIZATION, request_ids=("req_a0002", "req_B0011", "req_a0000")),
]


@pytest.fixture
async def reports(journal: Journal, store: SqlLedger, folder: Path) -> Reports:
    """Reports on a ledger of which two thirds are drained."""
    for entry in ENTRIES[:60]:
        journal.close(entry)
    await Drain(journal, store).round()
    for entry in ENTRIES[60:]:
        journal.close(entry)
    return Reports(store, folder)


async def walk(reports: Reports, wanted: Filter, limit: int) -> list[Entry]:
    """Read every page."""
    found: list[Entry] = []
    after: Place | None = None
    while True:
        page = await reports.page(wanted, after, limit)
        found += page.entries
        after = page.next
        if after is None:
            return found


@pytest.mark.parametrize("looked_at", [1, 7, 100_000])
async def test_pages_show_each_entry_once(reports: Reports, monkeypatch: pytest.MonkeyPatch, looked_at: int) -> None:
    """However little a page looks at, all pages together are what the rules say, in order."""
    monkeypatch.setattr(pages_sql, "LOOKED_AT", looked_at)
    for wanted in WANTED:
        expected = sorted((entry for entry in ENTRIES if matches(wanted, entry)), key=lambda entry: (entry.time_us, entry.request_id))
        assert await walk(reports, wanted, 7) == expected[::-1], wanted
        assert expected or wanted.text == "%"


async def test_a_page_says_how_far_it_looked(reports: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a page ends because of its bound, it says so, and the next one goes on there."""
    monkeypatch.setattr(pages_sql, "LOOKED_AT", 10)
    page = await reports.page(Filter(organization_id=DEFAULT_ORGANIZATION, cost_at_least=10**12), None, 5)
    assert page.entries == []
    assert page.looked_back_to_us is not None
    assert page.next == Place(page.looked_back_to_us, "")


async def test_an_id_is_found_by_its_beginning(reports: Reports) -> None:
    """Here or upstream, drained or not, of the organization alone."""
    for text, number in (("req_B0011", 11), ("req_up0013", 13), ("req_B0083", 83), ("req_up0083", 83)):
        assert [entry.request_id for entry in await reports.beginning(DEFAULT_ORGANIZATION, text)] == [ENTRIES[number].request_id]
        assert await reports.beginning("org_2", text) == []
    found = await reports.beginning(DEFAULT_ORGANIZATION, "req_up", 5)
    assert [entry.request_id for entry in found] == ["req_B0089", "req_B0087", "req_B0083", "req_B0081", "req_B0079"]
    assert await reports.beginning(DEFAULT_ORGANIZATION, "REQ_B0011") == []


async def test_a_keys_last_use_is_its_newest_entry(reports: Reports) -> None:
    """In the database or in the journal; a key that was never used has none."""
    wanted = [f"apikey_{number}" for number in range(150)]
    expected = {f"apikey_{number % 4}": ENTRIES[number].time_us for number in range(90)}
    assert await reports.last_used(wanted) == expected


PLANS: list[tuple[Filter, str]] = [
    (Filter(organization_id="o"), "ix_entries_organization_id_time_us"),
    (Filter(organization_id="o", key_id="k"), "ix_entries_key_id_time_us"),
    (Filter(organization_id="o", failed=True), "ix_entries_organization_id_failed"),
    (Filter(organization_id="o", status=529), "ix_entries_organization_id_failed"),
    (Filter(organization_id="o", label="red"), "ix_entries_organization_id_label_time_us"),
    (Filter(organization_id="o", since_us=1, until_us=2**60, text="x"), "ix_entries_organization_id_time_us"),
    (Filter(), "ix_entries_time_us"),
]


@pytest.mark.parametrize(("wanted", "index"), PLANS)
async def test_every_question_has_an_index_that_leads(store: SqlLedger, database: Database, wanted: Filter, index: str) -> None:
    """SQLite reads a page by that index, in its order, and nothing is sorted but what is of one microsecond."""
    if database.kind != "sqlite":
        pytest.skip("PostgreSQL plans by what is in the table")
    said = await plans_of(database, lambda: store.page(wanted, Place(2**61, "x"), 50))
    pages = [plan for plan in said if "entries" in plan]
    assert pages
    for plan in pages:
        assert index in plan
        assert "SCAN" not in plan or "USING INDEX" in plan or "COVERING" in plan
        assert "TEMP B-TREE FOR ORDER BY" not in plan


async def plans_of(database: Database, ask: Any) -> list[str]:  # noqa: ANN401  (whatever awaits a store)
    """Return how SQLite does every statement of a question."""
    said: list[tuple[str, Any]] = []

    def listen(conn: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:  # noqa: ANN401, ARG001  (a listener's signature)
        if statement.startswith("SELECT"):
            said.append((statement, parameters))

    engine = database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", listen)
    await ask()
    event.remove(engine, "before_cursor_execute", listen)
    plans = []
    async with database.connect() as connection:
        for statement, parameters in said:
            rows = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)).all()
            plans.append("\n".join(row[3] for row in rows))
    return plans
