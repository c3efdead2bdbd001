"""A series says the same over the hourly sums, the entries and the journal's tail as the pure rules over all entries, in both databases."""

from __future__ import annotations

from contextlib import suppress
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.ledger.making import START_US, make_entry
from yumen.exchange.values import DEFAULT_ORGANIZATION, Outcome
from yumen.ledger import Drain, Entry, Journal, Kind, Reports
from yumen.ledger.breakdown import Part
from yumen.ledger.query import Batch
from yumen.ledger.series import DAY_US, HOUR_US, MINUTE_US, SeriesWanted, Slot, by_hour, cut, put_together, slot_of, wants, whole
from yumen.ledger.spread import BOUNDS_US, BUCKETS, place_of, quantile
from yumen.ledger.store_sql import SqlLedger, write
from yumen.storage import Database

OUTCOMES = (Outcome.ANSWERED, Outcome.ANSWERED, Outcome.ERROR, Outcome.REFUSED, Outcome.TRUNCATED, Outcome.CANCELLED)


def made(number: int) -> Entry:
    """An entry of many kinds: across hours, days, organizations, members, models, with and without costs and times."""
    outcome = OUTCOMES[number % len(OUTCOMES)]
    return make_entry(
        number,
        time_us=START_US + number * 17 * MINUTE_US,
        kind=(Kind.EXCHANGE, Kind.EXCHANGE, Kind.BATCH)[number % 3],
        outcome=outcome,
        attempts=0 if outcome is Outcome.REFUSED else 1,
        organization_id="org_2" if number % 5 == 0 else DEFAULT_ORGANIZATION,
        key_id=f"apikey_{number % 4}",
        user_id=None if number % 3 else "user_1",
        model=("claude-opus-5-5", None)[number % 2],
        model_answered=("claude-haiku-4-5", None)[number // 2 % 2],
        cost_nanousd=None if number % 7 == 0 else number * 1000 + 1,
        duration_us=BOUNDS_US[number % len(BOUNDS_US)] + number % 2,
        ttft_us=None if number % 4 == 0 else 40_000 * number,
        estimated=number % 2 == 0,
        count=1 + number % 2,
        counted=number % 2,
        cache_read_tokens=number,
        thinking_tokens=number * 2,
    )


ENTRIES = [made(number) for number in range(120)]
SPAN = (ENTRIES[0].time_us + HOUR_US // 3, ENTRIES[-1].time_us - HOUR_US // 7)


@pytest.fixture
async def reports(journal: Journal, store: SqlLedger, folder: Path) -> Reports:
    """Reports on a ledger of which two thirds are drained."""
    for entry in ENTRIES[:80]:
        journal.close(entry)
    await Drain(journal, store).round()
    for entry in ENTRIES[80:]:
        journal.close(entry)
    return Reports(store, folder)


PARTS: list[tuple[Part, ...]] = [(), (Part.KEY,), (Part.MODEL, Part.MEMBER), (Part.ORGANIZATION, Part.ENVIRONMENT), (Part.LABEL,)]
ONLY: list[dict[Part, tuple[str, ...]]] = [{}, {Part.MODEL: ("claude-haiku-4-5",), Part.KEY: ("apikey_1", "apikey_2")}]


async def test_a_series_means_the_same_everywhere(reports: Reports) -> None:
    """Every sum and every bucket is exact, by hours and days from the sums, by minutes from the entries, drained or not."""
    for parts, only, slot_us, whose, exact in product(
        PARTS, ONLY, (MINUTE_US, HOUR_US, DAY_US), (DEFAULT_ORGANIZATION, None), (False, True)
    ):
        wanted = SeriesWanted(whose, *SPAN, slot_us, parts, only, exact=exact)
        expected = put_together(slot_of(wanted, entry) for entry in ENTRIES if wants(wanted, entry))
        found = await reports.series(wanted)
        assert found == expected, (parts, only, slot_us, whose, exact)
        assert {slot.start_us for slot in found} <= set(wanted.starts_us)
        if slot_us == DAY_US and not exact and not only and whose is None:
            assert whole(found).requests == sum(entry.count for entry in ENTRIES)


def test_only_whole_hours_come_from_the_sums() -> None:
    """What the sums do not know is asked of the entries."""
    assert by_hour(SeriesWanted(None, 0, 1, DAY_US, (Part.KEY,), {Part.MEMBER: ("user_1",)}))
    assert not by_hour(SeriesWanted(None, 0, 1, MINUTE_US))
    assert not by_hour(SeriesWanted(None, 0, 1, HOUR_US, (Part.LABEL,)))
    assert not by_hour(SeriesWanted(None, 0, 1, HOUR_US, (), {Part.SPEED: ("fast",)}))


HALF_US = HOUR_US // 2


@pytest.mark.parametrize("hours", [0.5, 1, 1.5, 2, 30.5])
@pytest.mark.parametrize("start_us", [START_US // HOUR_US * HOUR_US, START_US // HOUR_US * HOUR_US + HALF_US])
async def test_exact_ends_leave_out_what_lies_beyond(store: SqlLedger, folder: Path, start_us: int, hours: float) -> None:
    """Days that begin at half past an hour, as India's do, and spans within one hour: what lies a microsecond beyond is not in them."""
    end_us = start_us + int(hours * HOUR_US)
    times = (start_us - 1, start_us, (start_us + end_us) // 2, end_us - 1, end_us)
    await store.add(Batch([make_entry(number, time_us=time_us) for number, time_us in enumerate(times)], "s", 5))
    for slot_us in (MINUTE_US, HOUR_US, DAY_US):
        wanted = SeriesWanted(DEFAULT_ORGANIZATION, start_us, end_us, slot_us, exact=True)
        assert whole(await Reports(store, folder).series(wanted)).requests == 3


def test_whole_hours_of_a_span_with_exact_ends_come_from_the_sums() -> None:
    """Only what is left of the first and the last hour is read entry by entry."""
    wanted = SeriesWanted(None, HALF_US, 5 * HOUR_US + 1, DAY_US, exact=True)
    assert [(piece.ends_us, by_hour(piece)) for piece in cut(wanted)] == [
        ((HALF_US, HOUR_US), False),
        ((HOUR_US, 5 * HOUR_US), True),
        ((5 * HOUR_US, 5 * HOUR_US + 1), False),
    ]


async def test_an_entry_that_comes_again_is_added_once(store: SqlLedger, folder: Path) -> None:
    """What a crash leaves is handed in once more, and changes no sum."""
    entry = make_entry(1)
    for batch in (Batch([entry, entry], "a", 5), Batch([entry, make_entry(2)], "b", 5)):
        await store.add(batch)
    (slot,) = await Reports(store, folder).series(SeriesWanted(DEFAULT_ORGANIZATION, START_US, START_US + 1))
    assert (slot.requests, slot.cost_nanousd) == (2, 880_000)


async def test_a_name_of_any_length_is_added_up(store: SqlLedger, folder: Path) -> None:
    """What an upstream answers as its model's name holds nobody up: PostgreSQL's index has no room for more than a part of it."""
    name = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(3000))
    entry = make_entry(1, model_answered=name)
    await store.add(Batch([entry], "a", 5))
    for slot_us in (MINUTE_US, HOUR_US):
        wanted = SeriesWanted(DEFAULT_ORGANIZATION, START_US, START_US + 5, slot_us, (Part.MODEL,))
        assert await Reports(store, folder).series(wanted) == [slot_of(wanted, entry)]


async def test_sums_and_entries_are_written_together_or_not_at_all(database: Database) -> None:
    """A transaction that does not end leaves no sum."""
    count = text("SELECT count(*) FROM usage_hours")
    with suppress(ZeroDivisionError):
        async with database.begin() as connection:
            await write(connection, [make_entry(1)])
            assert await connection.scalar(count) == 1
            raise ZeroDivisionError
    async with database.connect() as connection:
        assert await connection.scalar(count) == 0


async def test_old_hours_are_forgotten_once_they_are_over(store: SqlLedger) -> None:
    """An hour goes when its end is too old, never before, and one hour at a time."""
    hour = START_US // HOUR_US * HOUR_US
    entries = [make_entry(number, time_us=hour + number * HOUR_US) for number in range(3)]
    await store.add(Batch(entries, "s", 5))
    assert await store.forget_hours(hour + HOUR_US - 1) == 0
    assert [await store.forget_hours(hour + 2 * HOUR_US) for _ in range(3)] == [1, 1, 0]


@pytest.mark.parametrize(
    ("counts", "median"), [({}, None), ({0: 4}, 12_500), ({1: 10}, 37_500), ({0: 1, 15: 99}, round(409_600_000 * (1 + 49 / 99)))]
)
def test_a_quantile_lies_within_its_bucket(counts: dict[int, int], median: int | None) -> None:
    """The median is where half of all are, and nothing where there is none."""
    assert quantile([counts.get(number, 0) for number in range(BUCKETS)], 0.5) == median


def test_the_bounds_belong_to_their_buckets() -> None:
    """A time that is a bound is in the bucket that it ends."""
    assert [place_of(bound) for bound in BOUNDS_US] == list(range(BUCKETS - 1))
    assert place_of(BOUNDS_US[-1] + 1) == BUCKETS - 1


def test_the_share_of_the_cache_is_of_all_input() -> None:
    """Tokens read, of those that were read, written and neither."""
    slot = Slot(0, input_tokens=10, cache_read_tokens=30, cache_write_5m_tokens=20)
    assert slot.cache_hit_share == 0.5
    assert Slot(0).cache_hit_share is None
