"""From a request to the words that are sent: once, in either language, to whom it concerns, through an outage of the database."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from tests.alerts.doubles import NOW, KeepingChannel, KeepingCourier, MemoryAlertStore, StandingClock
from tests.http.patience import until
from yumen.alerts import AlertOptions, Audience, News, Teller, Topic, Watch
from yumen.alerts.stage import MAX_SEEN
from yumen.alerts.texts import Language
from yumen.alerts.values import DAY_US, HOUR_US
from yumen.errors import UpstreamTimeout
from yumen.exchange.values import Outcome, Principal
from yumen.storage import DatabaseUnavailable

MONTH_END = NOW + 20 * DAY_US
KEY = Principal("apikey_1", "ci", "production", "wrkspc_1", organization_id="org_1")


class People:
    """An organization's people."""

    def __init__(self) -> None:
        self.broken = False

    async def addresses(self, organization_id: str) -> Sequence[str]:
        """As the protocol says."""
        if self.broken:
            raise DatabaseUnavailable
        return [f"owner@{organization_id}.example", f"billing@{organization_id}.example"]


async def names(kind: str, identity: str) -> str | None:
    """Know one key."""
    return "ci" if (kind, identity) == ("key", "apikey_1") else None


class Process:
    """One process's alerts, over a store that others may share."""

    def __init__(self, store: MemoryAlertStore, language: Language = "en", max_queued: int = 1000) -> None:
        self.clock = StandingClock()
        self.store = store
        self.courier = KeepingCourier()
        self.people = People()
        audience = Audience(self.courier, language, names, self.people, lambda address: KeepingChannel(address))  # type: ignore[arg-type]  # noqa: PLW0108
        self.teller = Teller(store, audience, rests_s=(0.001,), max_queued=max_queued)
        self.watch = Watch(AlertOptions(errors_per_minute=3), self.clock, self.teller.hand_in)

    async def settle(self) -> None:
        """Wait until all is told that was handed in."""
        await until(lambda: not self.teller._waiting)

    def spend(self, remaining: int, scope: tuple[str, str] = ("key", "apikey_1"), limit: int = 10**9, *, refused: bool = False) -> None:
        """Stand so, of a budget of one dollar a month."""
        self.watch.on_standing("org_1", *scope, "spend_per_month", limit, remaining, MONTH_END, refused=refused)

    def rate(self, remaining: int) -> None:
        """Stand so, of ten requests a minute."""
        self.watch.on_standing("org_1", "key", "apikey_1", "requests_per_minute", 10, remaining, self.clock.us + 1)

    def ended(self, outcome: Outcome = Outcome.ANSWERED, status: int = 200, peer: str = "203.0.113.1", **more: object) -> None:
        """An exchange ends."""
        parts = {"principal": KEY, "fault": None, "target": SimpleNamespace(upstream="default")} | more
        exchange: Any = SimpleNamespace(outcome=outcome, status=status, request=SimpleNamespace(peer=peer), **parts)
        self.watch(exchange)


@asynccontextmanager
async def running(*processes: Process) -> AsyncIterator[None]:
    """Let them run."""
    tasks = [asyncio.create_task(process.teller.run()) for process in processes]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


@pytest.fixture
def process() -> Process:
    """One process over a store of its own."""
    return Process(MemoryAlertStore())


async def test_a_budget_is_told_at_each_part(process: Process) -> None:
    """A dollar a month, spent cent by cent: four notices, with name, part and amount, to the operator and to the organization's people."""
    async with running(process):
        for cents in range(100, -1, -1):
            process.spend(cents * 10**7)
        await process.settle()
    subjects = [message.subject for message in process.courier.told]
    assert subjects == [f"Yumen: {percent} % of spend a month is used by key ci (apikey_1)" for percent in (50, 80, 95, 100)]
    assert "the limit of $1.00" in process.courier.told[0].text
    assert "The period ends at 2027-02-04" in process.courier.told[0].text
    assert "refused" in process.courier.told[3].text
    channels = [[channel.name for channel in channels] for channels, _ in process.courier.members]
    assert channels == [["owner@org_1.example", "billing@org_1.example"]] * 4


async def test_a_refusal_is_the_whole(process: Process) -> None:
    """A budget that has no room for the next request counts as used up, although some of it is left."""
    async with running(process):
        process.spend(3 * 10**7)
        process.spend(3 * 10**7, refused=True)
        await process.settle()
    assert [message.subject[7:12] for message in process.courier.told] == ["95 % ", "100 %"]


async def test_members_are_not_told_of_rates(process: Process) -> None:
    """That a minute's limit was reached concerns the operator alone."""
    async with running(process):
        process.rate(0)
        await process.settle()
    assert [message.subject for message in process.courier.told] == ["Yumen: 100 % of requests a minute is used by key ci (apikey_1)"]
    assert process.courier.members == []


async def test_once_across_restarts_and_processes() -> None:
    """Three processes and a restart see the same budget and the same rate cross: each crossing is told once."""
    store = MemoryAlertStore()
    processes = [Process(store) for _ in range(3)]
    async with running(*processes):
        for remaining in (5 * 10**8, 2 * 10**8, 0):
            for process in processes:
                process.spend(remaining)
                process.rate(remaining // 10**8)
            for process in processes:
                await process.settle()
    restarted = Process(store)
    async with running(restarted):
        restarted.spend(0)
        restarted.rate(0)
        await restarted.settle()
        assert restarted.courier.told == []
        restarted.rate(10)
        restarted.clock.us += HOUR_US
        restarted.rate(0)
        await restarted.settle()
        assert len(restarted.courier.told) == 1
    subjects = sorted(message.subject for process in processes for message in process.courier.told)
    assert len(subjects) == len(set(subjects)) == 6


async def test_nothing_is_lost_while_the_database_is_away(process: Process) -> None:
    """What crosses during an outage is told after it, once."""
    process.store.broken = True
    async with running(process):
        process.spend(0)
        process.ended(peer="203.0.113.1")
        process.ended(peer="198.51.100.1")
        await asyncio.sleep(0.01)
        assert process.courier.told == []
        process.store.broken = False
        await process.settle()
    assert [message.subject for message in process.courier.told] == [
        "Yumen: 100 % of spend a month is used by key ci (apikey_1)",
        "Yumen: the key ci (apikey_1) is used from a new network",
    ]


async def test_what_waits_is_bounded() -> None:
    """While the database is away no more than so much waits; the rest is counted, and a network that found no room is looked at again."""
    process = Process(MemoryAlertStore(), max_queued=5)
    for number in range(20):
        process.spend(0, ("label", str(number)))
    process.ended()
    assert len(process.teller._waiting) == 5
    assert process.teller.dropped == 16
    assert process.watch._seen == {}


async def test_a_burst_of_errors_is_told_once_an_hour(process: Process) -> None:
    """Three errors within a minute are told; the next hundred are not; an hour later three are. A caller's own count nowhere."""
    async with running(process):
        for _ in range(50):
            process.ended(Outcome.ERROR, 400)
            process.ended(Outcome.REFUSED, 429)
        process.ended(Outcome.ERROR, 529)
        process.ended(Outcome.FAILED, 504, fault=UpstreamTimeout())
        await process.settle()
        assert process.courier.told == []
        for _ in range(100):
            process.ended(Outcome.ERROR, 500)
        await process.settle()
        assert [message.subject for message in process.courier.told] == ["Yumen: many errors of the upstream default"]
        process.clock.us += HOUR_US
        for _ in range(3):
            process.ended(Outcome.FAILED, 502, fault=UpstreamTimeout(), target=None)
        await process.settle()
    assert len(process.courier.told) == 2


async def test_a_new_network_is_told(process: Process) -> None:
    """The first network is no news, a neighbour's address is none, another network is, once, for IPv4 and IPv6."""
    async with running(process):
        for peer in (
            "203.0.113.1",
            "203.0.113.200",
            "198.51.100.7",
            "198.51.100.8",
            "2001:db8:1::1",
            "2001:db8:1:ffff::2",
            "203.0.113.9",
            "",
        ):
            process.ended(peer=peer)
        process.ended(peer="192.0.2.1", principal=None)
        await process.settle()
    assert ["198.51.100.7 (198.51.100.0/24)" in message.text for message in process.courier.told] == [True, False]
    assert "2001:db8:1::/48" in process.courier.told[1].text
    assert "yumen keys revoke apikey_1" in process.courier.told[0].text


async def test_addresses_are_remembered_within_bounds(process: Process) -> None:
    """Any number of addresses costs bounded memory."""
    async with running(process):
        for number in range(MAX_SEEN + 500):
            process.ended(peer=f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
            if number % 500 == 0:
                await process.settle()
    assert len(process.watch._seen) <= MAX_SEEN


async def test_in_chinese() -> None:
    """The words are the operator's language's."""
    process = Process(MemoryAlertStore(), "zh")
    async with running(process):
        process.spend(2 * 10**8)
        await process.settle()
    (message,) = process.courier.told
    assert message.subject == "Yumen: 密钥 ci (apikey_1) 的每月费用已用 80%"
    assert "上限 $1.00" in message.text


async def test_people_who_cannot_be_found(process: Process) -> None:
    """Where an organization's people cannot be read the operator is told all the same."""
    process.people.broken = True
    async with running(process):
        process.spend(0)
        await process.settle()
    assert len(process.courier.told) == 1
    assert process.courier.members == [([], process.courier.told[0])]


async def test_a_defect_ends_nothing(process: Process, caplog: pytest.LogCaptureFixture) -> None:
    """News that cannot be told is logged, and the next is told."""
    caplog.set_level(logging.ERROR)
    async with running(process):
        process.teller.hand_in(News("limit:broken", Topic.LIMIT, NOW, {}))
        process.spend(0)
        await process.settle()
    assert len(process.courier.told) == 1
    assert "could not be told" in caplog.text


def test_nothing_crosses_at_no_cost(process: Process) -> None:
    """Far from its limit a standing leaves nothing behind."""
    for remaining in range(10, 5, -1):
        process.rate(remaining)
    process.watch.on_standing("org_1", "key", "apikey_1", "spend_per_month", 0, 0, MONTH_END)
    assert not process.teller._waiting
    assert process.watch._levels._levels == {}
