"""Reports see the store and the journal's undrained tail as one ledger, each entry once."""

import asyncio
from contextlib import aclosing
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.making import START_US, JumpingClock, make_entry, make_opened
from yumen.exchange import Outcome
from yumen.ledger import ALL, By, Drain, Entry, Filter, Journal, Reports, Retention
from yumen.ledger.query import Batch
from yumen.ledger.rules import DAY_US, add_up, matches, usage_of
from yumen.ledger.shown import shown, to_json
from yumen.ledger.store_sql import SqlLedger

ENTRIES = [
    make_entry(
        number,
        time_us=START_US + number * DAY_US // 4,
        key_id=f"apikey_{number % 3}",
        model=f"model-{number % 2}",
        model_answered=None if number % 5 else "model-9",
        status=200 if number % 4 else 400,
        outcome=Outcome.ANSWERED if number % 4 else Outcome.ERROR,
        cost_nanousd=None if number % 7 == 0 else number * 1000,
        cache_write_5m_tokens=number,
        cache_write_1h_tokens=1,
        estimated=number % 6 == 0,
        count=1 if number % 8 else 5,
        organization_id=f"org_{number % 2}",
        workspace_id=f"wrkspc_{number % 4}",
        user_id=None if number % 3 else f"user_{number % 5}",
        label=None if number % 2 else ("研发" if number % 6 else ""),
        counted=number % 3,
    )
    for number in range(40)
]
FILTERS = [
    ALL,
    Filter(key_id="apikey_1"),
    Filter(model="model-9"),
    Filter(model="model-1", status=200),
    Filter(outcome="error"),
    Filter(request_id=ENTRIES[7].request_id),
    Filter(since_us=ENTRIES[10].time_us, until_us=ENTRIES[20].time_us),
    Filter(key_id="nobody"),
    Filter(organization_id="org_1"),
    Filter(workspace_id="wrkspc_2", organization_id="org_0"),
    Filter(user_id="user_3"),
    Filter(label="研发"),
]


NEW = [By.ORGANIZATION, By.WORKSPACE, By.MEMBER, By.LABEL]


@pytest.fixture
async def reports(journal: Journal, store: SqlLedger, folder: Path) -> Reports:
    """Reports on a ledger of which the first half is drained."""
    for entry in ENTRIES[:20]:
        journal.close(entry)
    await Drain(journal, store).round()
    for entry in ENTRIES[20:]:
        journal.close(entry)
    return Reports(store, folder)


@pytest.mark.parametrize("wanted", FILTERS)
async def test_a_filter_means_the_same_everywhere(reports: Reports, store: SqlLedger, wanted: Filter) -> None:
    """The store's SQL and the pure rule want the same entries, and a report gives them from both places, once, in order."""
    expected = [entry for entry in ENTRIES if matches(wanted, entry)]
    assert await reports.find(wanted) == expected
    assert (await store.find(wanted, 100))[0] == [entry for entry in expected if entry in ENTRIES[:20]]


async def test_the_limit_keeps_the_newest(reports: Reports) -> None:
    """Of too many, the newest are shown, oldest of them first."""
    assert await reports.find(limit=25) == ENTRIES[-25:]
    assert await reports.find(limit=5) == ENTRIES[-5:]


@pytest.mark.parametrize(
    "groups", [[], [By.KEY], [By.MODEL], [By.DAY], [By.DAY, By.KEY, By.MODEL], [By.ASKED, By.MODEL, By.KEY], *([each] for each in NEW), NEW]
)
@pytest.mark.parametrize("wanted", FILTERS[:3])
async def test_usage_adds_up(reports: Reports, groups: list[By], wanted: Filter) -> None:
    """Sums over store and tail together are those of the pure rule over all entries."""
    expected = add_up(usage_of(entry, groups) for entry in ENTRIES if matches(wanted, entry))
    assert await reports.usage(groups, wanted) == expected


async def test_an_empty_ledger_reports_nothing(store: SqlLedger, folder: Path) -> None:
    """No entry, no group."""
    reports = Reports(store, folder)
    assert await reports.find() == []
    assert await reports.usage([By.KEY]) == []


async def test_reports_during_a_drain_see_each_entry_once(journal: Journal, store: SqlLedger, folder: Path) -> None:
    """While the drain works and segments come and go, no report misses an entry or counts one twice."""
    drain, reports = Drain(journal, store), Reports(store, folder)
    for written in range(100, 1501, 100):
        for number in range(written - 100, written):
            journal.open_exchange(make_opened(number))
            journal.close(make_entry(number))
        _, found, (total,) = await asyncio.gather(drain.round(), reports.find(limit=10_000), reports.usage([]))
        assert len(found) == written
        assert total.requests == written


async def test_following_shows_what_comes(reports: Reports, journal: Journal, store: SqlLedger) -> None:
    """After the newest entries, each new one that matches appears once, drained meanwhile or not."""
    drain, wanted = Drain(journal, store), Filter(key_id="apikey_1")
    async with aclosing(reports.follow(wanted, 2, interval_s=0)) as following:
        expected = [entry for entry in ENTRIES if entry.key_id == "apikey_1"][-2:]
        assert [await anext(following) for _ in range(2)] == expected
        for number in range(100, 400):
            journal.close(make_entry(number, key_id=f"apikey_{number % 2}"))
            if number % 50 == 0:
                await drain.round()
            if number % 2:
                assert (await anext(following)).request_id == make_entry(number).request_id


async def test_watching_shows_what_any_machine_writes_down(reports: Reports, journal: Journal, store: SqlLedger) -> None:
    """This machine's entries as they come, another's as soon as the store has them, each once, though its own are drained as well."""
    drain, own = Drain(journal, store), [make_entry(number, key_id="apikey_1") for number in range(200, 203)]
    async with aclosing(reports.watch(Filter(key_id="apikey_1"), interval_s=0)) as watching:
        assert (await anext(watching)).entries == []
        journal.close(own[0])
        assert (await anext(watching)).entries == own[:1]
        await store.add(Batch([own[1], make_entry(300, key_id="apikey_2")], "another machine", 5))
        assert (await anext(watching)).entries == own[1:2]
        await drain.round()
        news = [await anext(watching) for _ in range(3)]
        assert [each.entries for each in news] == [[], [], []]
    journal.close(own[2])
    async with aclosing(reports.watch(Filter(key_id="apikey_1"), news[-1].place, interval_s=0)) as watching:
        assert (await anext(watching)).entries == own[2:]


async def test_who_comes_back_to_watch_gets_what_came_meanwhile(reports: Reports, journal: Journal, store: SqlLedger) -> None:
    """What was drained and what was not, from the place of the last news on."""
    async with aclosing(reports.watch(interval_s=0)) as watching:
        place = (await anext(watching)).place
    missed = [make_entry(number) for number in (400, 401)]
    journal.close(missed[0])
    await Drain(journal, store).round()
    journal.close(missed[1])
    async with aclosing(reports.watch(after=place, interval_s=0)) as watching:
        assert {entry.request_id for entry in missed} <= {entry.request_id for entry in (await anext(watching)).entries}


async def test_the_check_counts(reports: Reports, folder: Path) -> None:
    """The check says whether the database is sound, and how many lines wait in the journal."""
    integrity, journal_check = await reports.check()
    assert (integrity.sound, integrity.detail, integrity.entries) == (True, "ok", 20)
    assert (journal_check.undrained, journal_check.torn) == (20, 0)
    assert journal_check.segments == len(list(folder.iterdir()))  # noqa: ASYNC240  (nobody waits)


async def test_old_entries_are_forgotten(store: SqlLedger, clock: JumpingClock) -> None:
    """What is older than the period goes, in batches, and with it the sums of its hours; the rest stays."""
    await store.add(Batch([make_entry(number, time_us=START_US - number * DAY_US) for number in range(1500)], "segment", 1))
    assert await Retention(store, clock, days=400).forget(pause_s=0) == 1500 - 401
    assert len((await store.find(ALL, 10_000))[0]) == 401
    assert await store.forget_hours(START_US - 400 * DAY_US) == 0


async def test_keeping_everything_is_a_choice(store: SqlLedger, clock: JumpingClock) -> None:
    """With 0 days, the task ends at once and nothing is deleted."""
    await store.add(Batch([make_entry(1, time_us=1)], "segment", 1))
    await Retention(store, clock, days=0).run()
    assert len((await store.find(ALL, 10))[0]) == 1


@given(st.builds(Entry, cost_nanousd=st.none() | st.integers(0, 2**62), count=st.integers(1, 9), time_us=st.integers(0, 2**52)))
def test_what_is_shown_is_exact(entry: Entry) -> None:
    """Money and times shown are the stored integers, shifted by three digits and not rounded; unknown stays null."""
    line = msgspec.json.decode(to_json(shown(entry)))
    assert line["request_id"] == entry.request_id
    if entry.cost_nanousd is None:
        assert line["cost_microusd"] is None
    assert '"cost_microusd":' in to_json(shown(entry))


@pytest.mark.parametrize(
    ("nanousd", "text"), [(None, "null"), (0, "0"), (1, "0.001"), (1500, "1.5"), (4_400_000, "4400"), (10**15 + 1, "1000000000000.001")]
)
def test_microdollars_have_up_to_three_decimals(nanousd: int | None, text: str) -> None:
    """The number is written plainly: no exponent, no useless zeros."""
    assert f'"cost_microusd":{text},' in to_json(shown(make_entry(cost_nanousd=nanousd)))


def test_the_names_outside_are_those_promised() -> None:
    """Programs outside rely on these names; others may be added, none may go."""
    promised = (
        "time request_id key_id environment path model stream status outcome input_tokens output_tokens cache_read_tokens "
        "cache_write_tokens stop_reason cost_microusd ttft_ms duration_ms overhead_us attempts upstream_request_id"
    )
    line = msgspec.json.decode(to_json(shown(make_entry(ttft_us=834_500, duration_us=1_000_000))))
    assert list(line)[:20] == promised.split()
    assert line["time"] == "2025-11-24T16:00:00.000000Z"
    assert (line["ttft_ms"], line["duration_ms"]) == (834.5, 1000)
