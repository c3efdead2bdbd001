"""After a restart, or a loss of the limits' store, counters hold what the ledger says was used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from tests.batches.test_poll import BATCH
from tests.ledger.making import START_US, make_entry
from yumen.app.batches import hold_ids
from yumen.app.history import LedgerHistory, scope_in
from yumen.batches.store_sql import SqlBatchStore
from yumen.errors import LimitsUnavailable
from yumen.exchange.values import DEFAULT_ORGANIZATION
from yumen.ledger import Reports
from yumen.ledger.query import Batch
from yumen.ledger.store_sql import SqlLedger
from yumen.limits import Limit, Line, Scope
from yumen.limits.terms import OrganizationTerms
from yumen.limits.values import MINUTE_US, Demand, Form, Kind, Measure, ScopeKind
from yumen.storage import Database, DatabaseUnavailable

DAY_US = 86_400_000_000
NOW_US = START_US + MINUTE_US
MONTH = {"until_us": START_US + 10 * DAY_US, "span_us": 20 * DAY_US}


def demand(counter: str, form: Form, measure: Measure, **fields: int) -> Demand:
    """A demand of one unit."""
    return msgspec.structs.replace(Demand(counter, form, measure, 1000, 1), **fields)


@pytest.fixture
async def history(database_url: str, tmp_path: Path) -> AsyncIterator[LedgerHistory]:
    """A ledger with a few entries of two keys, and one batch under way."""
    database = Database(database_url)
    await database.upgrade()
    ledger = SqlLedger(database)
    entries = [
        make_entry(1, counted=1, cost_nanousd=100, model="claude-opus-5"),
        make_entry(2, counted=1, cost_nanousd=20, key_id="apikey_2", label="a:b", model="claude-haiku-4-5"),
        make_entry(3, counted=0, outcome="refused", cost_nanousd=0),
        make_entry(4, counted=0, path="/v1/messages/count_tokens", cost_nanousd=0),
        make_entry(5, counted=1, cost_nanousd=3, time_us=START_US - 40 * DAY_US),
    ]
    await ledger.add(Batch(entries, "segment", 1))
    batches = SqlBatchStore(database)
    held = demand("key:apikey_1:spend_per_month:2025-11", Form.PERIOD, Measure.NANOUSD, amount=500, **MONTH)
    await batches.add(msgspec.structs.replace(BATCH, demands=msgspec.to_builtins([held])))
    recovered = asyncio.Event()
    recovered.set()
    (tmp_path / "journal").mkdir()
    yield LedgerHistory(Reports(ledger, tmp_path / "journal"), batches, recovered)
    await database.dispose()


@pytest.mark.parametrize(
    ("counter", "measure", "used"),
    [
        (f"organization:{DEFAULT_ORGANIZATION}:spend_per_month:2025-11", Measure.NANOUSD, 120),
        ("key:apikey_1:spend_per_month:2025-11", Measure.NANOUSD, 100),
        ("label:a:b:spend_per_month:2025-11", Measure.NANOUSD, 20),
        ("member:user_1:spend_per_month:2025-11", Measure.NANOUSD, 0),
        ("workspace:default:requests_per_month:2025-11", Measure.REQUESTS, 2),
    ],
)
async def test_a_period_holds_what_the_ledger_says(counter: str, measure: Measure, used: int, history: LedgerHistory) -> None:
    """Of each scope, within the period alone; what was refused or only counted tokens is not in it."""
    (loaded,) = await history.used(DEFAULT_ORGANIZATION, [demand(counter, Form.PERIOD, measure, **MONTH)])
    assert loaded.used == used


def line(scope: ScopeKind, identifier: str, kind: Kind) -> Line:
    """A limit of a thousand."""
    return Line(Scope(scope, identifier), Limit(kind, 1000))


async def test_rates_hold_the_last_span_of_everybody(history: LedgerHistory) -> None:
    """Windows and buckets hold what was drawn within the last minute, of their group or class, whoever asks first after a loss."""
    organization = OrganizationTerms(
        "UTC",
        (Limit(Kind.REQUESTS_PER_MINUTE, 20),),
        (
            line(ScopeKind.KEY, "apikey_1", Kind.COUNT_TOKENS_PER_MINUTE),
            line(ScopeKind.KEY, "apikey_1", Kind.REQUESTS_PER_SECOND),
            line(ScopeKind.KEY, "apikey_1", Kind.INPUT_TOKENS_PER_MINUTE),
            line(ScopeKind.LABEL, "a:b", Kind.OUTPUT_TOKENS_PER_MINUTE),
            line(ScopeKind.KEY, "apikey_2", Kind.REQUESTS_PER_MINUTE),
        ),
    )
    loaded = await history.recent(DEFAULT_ORGANIZATION, organization, NOW_US)
    found = {each.demand.counter: tuple((time_us - START_US, units) for time_us, units in each.events) for each in loaded}
    assert found == {
        f"organization:{DEFAULT_ORGANIZATION}:requests_per_minute": ((1, 1), (2, 1)),
        f"organization:{DEFAULT_ORGANIZATION}:count_tokens_per_minute": ((4, 1),),
        "key:apikey_1:count_tokens_per_minute": ((4, 1),),
        "key:apikey_1:requests_per_second": ((1, 1),),
        "key:apikey_1:requests_per_second:count_tokens": ((4, 1),),
        "key:apikey_1:input_tokens_per_minute:opus-5": ((1, 10),),
        "label:a:b:output_tokens_per_minute:haiku-4": ((2, 20),),
        "key:apikey_2:requests_per_minute": ((2, 1),),
    }


async def test_a_batch_under_way_keeps_what_it_reserved(history: LedgerHistory) -> None:
    """A counter that is loaded anew gets a hold for each batch that reserved of it, which is never refused and has an id of its own."""
    wanted = [demand("key:apikey_1:spend_per_month:2025-11", Form.PERIOD, Measure.NANOUSD, **MONTH)]
    (hold,) = await history.held(DEFAULT_ORGANIZATION, wanted)
    (held,) = hold.demands
    assert (held.amount, held.shadow) == (500, True)
    batch = msgspec.structs.replace(BATCH, demands=msgspec.to_builtins([held]))
    assert hold_ids(batch) == [BATCH.request_id, hold.hold_id]
    assert await history.held("org_other", wanted) == []


async def test_a_database_that_is_gone_leaves_limits_uncounted(history: LedgerHistory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody guesses: where the ledger cannot be read, the limits cannot be told."""

    async def gone(*_: object) -> None:
        raise DatabaseUnavailable

    monkeypatch.setattr(SqlLedger, "positions", gone)
    monkeypatch.setattr(SqlBatchStore, "unsettled", gone)
    wanted = demand("key:apikey_1:spend_per_month:2025-11", Form.PERIOD, Measure.NANOUSD, **MONTH)
    with pytest.raises(LimitsUnavailable):
        await history.used(DEFAULT_ORGANIZATION, [wanted])
    with pytest.raises(LimitsUnavailable):
        await history.recent(DEFAULT_ORGANIZATION, OrganizationTerms(), NOW_US)
    with pytest.raises(LimitsUnavailable):
        await history.held(DEFAULT_ORGANIZATION, [wanted])


def test_a_counters_name_is_read_from_its_end() -> None:
    """A label may hold colons, and even a limit's name."""
    assert scope_in("label:x:spend_per_day:y:spend_per_month:2025-11") == Scope(ScopeKind.LABEL, "x:spend_per_day:y")
