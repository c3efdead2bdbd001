"""The ledger's statements on both databases: whatever a caller or an upstream sends, and however writes meet, each entry is there once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.ledger.making import START_US, make_entry
from tests.postgres import for_asyncpg, run_sql
from yumen.audit import COMMAND_LINE, Act, read_acts, write_act
from yumen.exchange import Attempt, Step, Why
from yumen.ledger import ALL, Filter
from yumen.ledger.entry import Times
from yumen.ledger.query import Batch, By
from yumen.ledger.rules import matches
from yumen.ledger.store_sql import SqlLedger
from yumen.storage import Database

BIG = 2**62
STRANGE = [
    make_entry(0, model="a\0b", user_agent="\0", path="/v1/\0"),
    make_entry(1, model="模型 🐪 ' \" \\ $1 ?", label="$1::int", user_agent="%s %(a)s"),
    make_entry(2, input_tokens=BIG, cost_nanousd=BIG, duration_us=BIG, prompt_bytes=2**40, counted=BIG),
    make_entry(
        4,
        tries=(
            Attempt("a'\"模", 529, BIG, None, BIG, "m\u2028", Step.AGAIN, Why.BUSY, 1),
            Attempt("b", None, 1, "Truncated", step=Step.GIVE_UP),
        ),
        times=Times(1, None, BIG, 0),
        limit_wait_us=BIG,
        limit_note="requests_per_minute of the key",
        replay_of="req_0",
    ),
    make_entry(3, count=2**31 - 1, attempts=2**31 - 1, ttft_us=None, cost_nanousd=None),
]


async def test_whatever_is_in_an_entry_can_be_stored(store: SqlLedger) -> None:
    """Text of any kind and numbers of any size come back; a zero byte, which PostgreSQL does not take, is shown as one that is unknown."""
    await store.add(Batch(STRANGE, "segment", 1))
    found, _ = await store.find(ALL, 10)
    assert found[1:] == sorted(STRANGE[1:], key=lambda entry: entry.time_us)
    assert found[0] == STRANGE[0] or (found[0].model, found[0].user_agent, found[0].path) == ("a\ufffdb", "\ufffd", "/v1/\ufffd")


async def test_sums_beyond_the_columns_are_exact(store: SqlLedger) -> None:
    """A sum may be larger than any single number; it is a whole number all the same."""
    entries = [make_entry(number, input_tokens=BIG // 2, cost_nanousd=BIG // 4 + number) for number in range(3)]
    await store.add(Batch(entries, "segment", 1))
    ((row,), _) = await store.usage(ALL, [])
    assert (row.input_tokens, row.cost_nanousd) == (BIG // 2 * 3, BIG // 4 * 3 + 3)


@pytest.mark.parametrize("wanted", [Filter(since_us=START_US + 1), Filter(until_us=START_US + 2), Filter(status=404), Filter(model="?")])
async def test_filters_of_any_size_are_taken(store: SqlLedger, wanted: Filter) -> None:
    """Numbers larger than 32 bits are compared as what they are."""
    entries = [make_entry(number, status=404 if number else 200) for number in range(4)]
    await store.add(Batch(entries, "segment", 1))
    assert (await store.find(wanted, 10))[0] == [entry for entry in entries if matches(wanted, entry)]


async def test_a_position_never_goes_back(store: SqlLedger) -> None:
    """Should an old drain still hand in what a new one has passed, nothing is written twice, and the position stays."""
    entries = [make_entry(number) for number in range(4)]
    await asyncio.gather(store.add(Batch(entries, "segment", 40)), store.add(Batch(entries[:2], "segment", 20)))
    assert await store.positions() == {"segment": 40}
    assert (await store.find(ALL, 10))[0] == entries


async def manage(database: Database, time_us: int, *, revision_first: bool) -> None:
    """What every management write does: it changes something, audits it, and raises the revision."""

    async def work(connection: AsyncConnection) -> None:
        if revision_first:
            await database.raise_revision(connection)
        await connection.execute(sa.text("UPDATE plans SET isolation = NOT isolation WHERE name = 'trial'"))
        await write_act(connection, Act(COMMAND_LINE, time_us, "plan.update", "trial"))
        if not revision_first:
            await database.raise_revision(connection)

    await database.write(work)


async def test_no_charge_is_lost_in_a_deadlock(postgres_url: str) -> None:
    """Two drains hand in the same entries in opposite order, and management writes take their locks so, all at once.

    PostgreSQL finds deadlocks; in the end every entry is there once, every management write is done, and nobody was told of it.
    """
    databases = [Database(for_asyncpg(postgres_url)) for _ in range(3)]
    ledgers = [SqlLedger(database) for database in databases[:2]]
    before, rounds = deadlocks(postgres_url), 0
    while deadlocks(postgres_url) == before or rounds < 3:
        assert rounds < 100, "no deadlock came about"
        entries = [make_entry(rounds * 2000 + number) for number in range(1500)]
        await asyncio.gather(
            ledgers[0].add(Batch(entries, "one", rounds + 1)),
            ledgers[1].add(Batch(entries[::-1], "two", rounds + 1)),
            *(manage(databases[2], number, revision_first=bool(number % 2)) for number in range(6)),
        )
        rounds += 1
    found, positions = await ledgers[0].find(ALL, 1_000_000)
    assert len(found) == len({entry.request_id for entry in found}) == rounds * 1500
    assert sum(entry.cost_nanousd or 0 for entry in found) == rounds * 1500 * 440_000
    assert positions == {"one": rounds, "two": rounds}
    assert await databases[2].read_revision() == rounds * 6
    async with databases[2].connect() as connection:
        assert len(await read_acts(connection, limit=1000)) == rounds * 6
    for database in databases:
        await database.dispose()


def deadlocks(url: str) -> int:
    """How many deadlocks the server has found in the database."""
    name = url.rsplit("/", 1)[1]
    ((row,),) = run_sql(url, f"SELECT deadlocks FROM pg_stat_database WHERE datname = '{name}'")  # noqa: S608  (a name of our own)
    return int(row[0])


async def test_sums_by_groups_have_no_time_out(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A month of a busy gateway may take longer than a statement has while a request waits for it."""
    store = SqlLedger(database)
    await store.add(Batch([make_entry(1)], "segment", 1))
    with monkeypatch.context() as patched:
        patched.setattr(database, "connect", None)
        assert len((await store.usage(ALL, [By.MODEL, By.KEY]))[0]) == 1
    monkeypatch.setattr(database, "read_long", None)
    assert len((await store.usage(ALL, []))[0]) == 1


async def test_sums_of_some_days_read_those_days_alone(tmp_path: Path) -> None:
    """`yumen models` and the daily look find the entries of their days by the index over time, however many others there are.

    On SQLite: PostgreSQL reads a small table without its index.
    """
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/yumen.db")
    await database.upgrade()
    asked: list[tuple[str, Any]] = []

    @sa.event.listens_for(database._engine.sync_engine, "before_cursor_execute")
    def note(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:  # noqa: ANN401  (the driver's)
        asked.append((statement, parameters))

    await SqlLedger(database).usage(Filter(since_us=START_US), [By.MODEL, By.ASKED, By.KEY, By.ORGANIZATION])
    statement, parameters = next(each for each in asked if "FROM entries" in each[0])
    async with database.connect() as connection:
        plan = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)).all()
    await database.dispose()
    assert any("INDEX ix_entries_time_us (time_us>" in str(row) for row in plan)
