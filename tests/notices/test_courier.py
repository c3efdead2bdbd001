"""The courier: tries again, bounds what waits, and lets no channel hold up another."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.http.patience import until
from yumen.clock import Clock
from yumen.notices import Courier, Message, NotSentError

NOTICE = Message("subject", "text")


class Line:
    """A channel that fails so often, then takes everything."""

    def __init__(self, name: str = "webhook", fails: int = 0, error: Exception | None = None) -> None:
        """Fail by that error."""
        self.name = name
        self.fails = fails
        self.error = error or NotSentError("down")
        self.tries: list[Message] = []
        self.taken: list[Message] = []

    async def tell(self, message: Message) -> None:
        """As the protocol says."""
        self.tries.append(message)
        if self.fails:
            self.fails -= 1
            raise self.error
        self.taken.append(message)


class Stuck(Line):
    """A channel that never answers."""

    async def tell(self, message: Message) -> None:
        """Wait for ever."""
        self.tries.append(message)
        await asyncio.Event().wait()


@asynccontextmanager
async def running(courier: Courier) -> AsyncIterator[Courier]:
    """Let it run."""
    task = asyncio.create_task(courier.run())
    try:
        yield courier
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_every_channel_is_told() -> None:
    """Channels of different kinds, and several of one kind, each get the notice, under one id."""
    channels = [Line("mail"), Line("mail"), Line("wecom")]
    async with running(Courier(channels, Clock())) as courier:
        courier.tell(NOTICE)
        await courier.finish(30)
    assert [len(channel.taken) for channel in channels] == [1, 1, 1]
    assert len({channel.taken[0].id for channel in channels}) == 1
    assert channels[0].taken[0].id.startswith("ntc_")
    assert courier.total("sent") == 3


async def test_it_tries_again() -> None:
    """A notice is tried four times, under the same id; then it is sent, or given up and logged."""
    fails_thrice, fails_always = Line("feishu", 3), Line("wecom", 99)
    async with running(Courier([fails_thrice, fails_always], Clock(), delays_s=(0, 0, 0))) as courier:
        courier.tell(NOTICE)
        await courier.finish(30)
    assert len(fails_thrice.tries) == len(fails_always.tries) == 4
    assert len({message.id for message in fails_thrice.tries}) == 1
    assert len(fails_thrice.taken) == 1
    assert courier.lanes["feishu"].counts.sent == courier.lanes["wecom"].counts.failed == 1
    assert courier.total("failed") == 1


async def test_a_stuck_channel_blocks_no_other() -> None:
    """While one channel never answers and another fails and fails, all the rest are told, and nobody who hands in waits."""
    stuck, failing, well = Stuck("dingtalk"), Line("feishu", 10_000), Line("webhook")
    async with running(Courier([stuck, failing, well], Clock(), delays_s=(0.001,))) as courier:
        for _ in range(50):
            courier.tell(NOTICE)
        await until(lambda: len(well.taken) == 50)
        assert len(stuck.tries) == 1
        assert courier.lanes["webhook"].counts.sent == 50


async def test_what_waits_is_bounded(caplog: pytest.LogCaptureFixture) -> None:
    """Beyond the bound notices are dropped, counted, and logged once for many."""
    stuck = Stuck("dingtalk")
    async with running(Courier([stuck], Clock(), max_queued=10)) as courier:
        courier.tell(NOTICE)
        await until(lambda: stuck.tries)
        for _ in range(60):
            courier.tell(NOTICE)
        assert courier.lanes["dingtalk"].counts.dropped == 50
        assert len(courier.lanes["dingtalk"]._waiting) == 10
    assert len([record for record in caplog.records if "dropped" in record.message]) == 1


async def test_a_defect_in_a_channel_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """An error that nobody foresaw is a failure like others, and its words are not logged."""
    broken = Line("webhook", 1, ValueError("secret words"))
    async with running(Courier([broken], Clock(), delays_s=())) as courier:
        courier.tell(NOTICE)
        courier.tell(NOTICE)
        await courier.finish(30)
    assert (courier.total("failed"), courier.total("sent")) == (1, 1)
    assert "secret words" not in caplog.text
    assert "a defect: ValueError" in caplog.text


async def test_members_have_a_lane_of_their_own() -> None:
    """Mails to an organization's people wait for nobody else's, and reach nobody else."""
    stuck, owner = Stuck("mail"), Line("mail")
    async with running(Courier([stuck], Clock())) as courier:
        courier.tell(NOTICE)
        courier.tell_members([owner], NOTICE)
        await until(lambda: owner.taken)
        assert len(stuck.tries) == 1


async def test_the_end_waits_for_what_is_under_way() -> None:
    """`finish` returns when all is delivered, or after its patience where it never will be."""
    async with running(Courier([Stuck("webhook")], Clock())) as courier:
        await courier.finish(30)
        courier.tell(NOTICE)
        await courier.finish(0.01)
        assert courier.total("sent") == 0


@pytest.fixture(autouse=True)
def log_level(caplog: pytest.LogCaptureFixture) -> None:
    """Look at every line."""
    caplog.set_level(logging.DEBUG)
