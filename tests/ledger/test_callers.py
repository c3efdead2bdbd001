"""Who uses a key: the same over the store and the journal's tail as the pure rules over all entries."""

from __future__ import annotations

from pathlib import Path

import msgspec
import sqlalchemy as sa

from tests.ledger.making import make_entry
from yumen.exchange.values import DEFAULT_ORGANIZATION
from yumen.ledger import Drain, Journal, Reports
from yumen.ledger.callers import MOST, CallersWanted, CallerUse, is_wanted, put_callers_together, use_of
from yumen.ledger.callers_sql import callers_query
from yumen.ledger.store_sql import SqlLedger
from yumen.ledger.tables import entries
from yumen.storage import Database

ENTRIES = [
    msgspec.structs.replace(
        make_entry(number),
        key_id="apikey_1" if number % 4 else "apikey_2",
        organization_id=DEFAULT_ORGANIZATION if number % 5 else "org_2",
        caller=("192.0.2.1", "2001:db8::9")[number % 2],
        user_agent=None if number % 3 else "curl/8",
        status=401 if number % 7 == 0 else 200,
    )
    for number in range(40)
]
FIRST_US, LAST_US = min(entry.time_us for entry in ENTRIES), max(entry.time_us for entry in ENTRIES)


async def test_callers_mean_the_same_everywhere(journal: Journal, store: SqlLedger, folder: Path) -> None:
    """Every count and time is exact, of the wanted key and organization alone, whether an entry is drained or not; the bounds hold."""
    for entry in ENTRIES[:20]:
        journal.close(entry)
    await Drain(journal, store).round()
    for entry in ENTRIES[20:]:
        journal.close(entry)
    for since_us, until_us in ((FIRST_US, LAST_US + 1), (FIRST_US + 1, LAST_US)):
        wanted = CallersWanted(DEFAULT_ORGANIZATION, "apikey_1", since_us, until_us)
        chosen = [entry for entry in ENTRIES if is_wanted(wanted, entry)]
        found = await Reports(store, folder).callers(wanted)
        assert found == put_callers_together(map(use_of, chosen))
        assert sum(use.requests for use in found) == len(chosen) < len(ENTRIES)
        assert sum(use.errors for use in found) == sum(entry.status == 401 for entry in chosen) > 0
        assert max(use.last_us for use in found) == max(entry.time_us for entry in chosen)
        assert min(use.first_us for use in found) == min(entry.time_us for entry in chosen)


async def test_the_index_of_the_key_leads(database: Database) -> None:
    """However much an organization asks, only what its one key asked is walked through."""
    wanted = CallersWanted(DEFAULT_ORGANIZATION, "apikey_1", FIRST_US, LAST_US)
    async with database.connect() as connection:
        text = callers_query(entries, wanted).compile(connection.sync_connection, compile_kwargs={"literal_binds": True})
        explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
        plan = " ".join(map(str, (await connection.execute(sa.text(f"{explain} {text}"))).all()))
    assert "ix_entries_key_id_time_us" in plan


def test_an_answer_stays_short() -> None:
    """Of more callers than anybody reads, those that came last are told."""
    uses = [CallerUse(f"10.0.{number // 256}.{number % 256}", None, None, 1, 0, number, number) for number in range(MOST + 50)]
    found = put_callers_together(uses)
    assert (len(found), found[0].last_us, found[-1].last_us) == (MOST, MOST + 49, 50)
