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
from yumen.app.history import LedgerHistory, read_counter
from yumen.batches.store_sql import SqlBatchStore
from yumen.errors import LimitsUnavailable
from yumen.exchange.values import DEFAULT_ORGANIZATION
from yumen.ledger import Reports
from yumen.ledger.query import Batch
from yumen.ledger.store_sql import SqlLedger
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
    (loaded,) = await history.used(DEFAULT_ORGANIZATION, [demand(counter, Form.PERIOD, measure, **MONTH)], NOW_US)
    assert loaded.used == used


@pytest.mark.parametrize(
    ("counter", "form", "measure", "events"),
    [
        (f"organization:{DEFAULT_ORGANIZATION}:requests_per_minute", Form.WINDOW, Measure.REQUESTS, ((1, 1), (2, 1))),
        ("key:apikey_1:count_tokens_per_minute", Form.WINDOW, Measure.REQUESTS, ((4, 1),)),
        ("key:apikey_1:requests_per_second:count_tokens", Form.WINDOW, Measure.REQUESTS, ((4, 1),)),
        ("key:apikey_1:input_tokens_per_minute:opus-5", Form.BUCKET, Measure.INPUT_TOKENS, ((1, 10),)),
        ("key:apikey_1:output_tokens_per_minute:opus-5", Form.BUCKET, Measure.OUTPUT_TOKENS, ((1, 20),)),
        ("key:apikey_1:output_tokens_per_minute:haiku-4", Form.BUCKET, Measure.OUTPUT_TOKENS, ()),
    ],
)
async def test_a_rate_holds_the_last_span(
    counter: str, form: Form, measure: Measure, events: tuple[tuple[int, int], ...], history: LedgerHistory
) -> None:
    """Windows and buckets hold what was drawn within their span, of their group or class."""
    (loaded,) = await history.used(DEFAULT_ORGANIZATION, [demand(counter, form, measure, span_us=MINUTE_US)], NOW_US)
    assert tuple((time_us - START_US, units) for time_us, units in loaded.events) == events


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
        await history.used(DEFAULT_ORGANIZATION, [wanted], NOW_US)
    with pytest.raises(LimitsUnavailable):
        await history.held(DEFAULT_ORGANIZATION, [wanted])


def test_a_counters_name_is_read_from_its_end() -> None:
    """A label may hold colons, and even a limit's name."""
    counter = read_counter("label:x:spend_per_day:y:spend_per_month:2025-11")
    assert counter == type(counter)(ScopeKind.LABEL, "x:spend_per_day:y", Kind.SPEND_PER_MONTH, "2025-11")
