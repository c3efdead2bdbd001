"""The room of policy in a gateway: what looks after it runs, and what still waits at the end is done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from tests.exchange.house import MINE
from tests.policy.documents import compiled, flag, rule
from tests.policy.stage_house import PlainSealer
from yumen.app.ground import Ground
from yumen.app.policy import NAME, open_policy
from yumen.clock import Clock
from yumen.exchange import Exchange
from yumen.exchange.values import Content, Outcome
from yumen.observe import Health, metric_table
from yumen.policy.kept import KeptRow
from yumen.policy.kept_sql import SqlKeptStore
from yumen.policy.store import FlagFilter, FlagRow
from yumen.policy.store_sql import SqlFlagStore
from yumen.policy.values import Hit, On, Place
from yumen.settings import Settings
from yumen.settings.contents import Contents
from yumen.storage import Database, DataFolder, RevisionWatch
from yumen.storage.compartments import Compartments

PATIENCE_S = 60.0
"""A defect must not hang the suite."""
OWNER = MINE.organization_id


class House:
    """A gateway's ground over a migrated database, until it is closed."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.database = database
        self.closing = AsyncExitStack()
        self.tasks: list[asyncio.Task[None]] = []
        clock = Clock()
        self.health = Health(clock)
        settings = Settings(data=str(folder), contents=Contents(keep_days=0))
        parts = {"settings": settings, "clock": clock, "health": self.health, "closing": self.closing}
        self.ground = cast("Ground", SimpleNamespace(data=DataFolder(folder), own=self.own, **parts))

    def own(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a task, as a ground does."""
        self.tasks.append(asyncio.create_task(work))
        self.closing.callback(self.tasks[-1].cancel)

    async def flags(self) -> list[FlagRow]:
        """The flags that are written."""
        return await SqlFlagStore(self.database).flags(FlagFilter(), None, 10)

    async def left(self) -> tuple[int, int]:
        """How many flags there are, and how many mappings."""
        return len(await self.flags()), len(await SqlKeptStore(self.database).find(OWNER, ["msgbatch_1"]))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """One, in which a flag and a mapping lie."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/a.db")
    await database.upgrade()
    house = House(tmp_path, database)
    yield house
    await house.closing.aclose()
    await database.dispose()


async def lay(house: House, time_us: int) -> None:
    """Write a flag of that time, and a mapping that expires then."""
    await SqlFlagStore(house.database).add([FlagRow("req_1", 0, time_us, OWNER, "wrkspc_1", "apikey_1", flag())])
    await SqlKeptStore(house.database).put(KeptRow("msgbatch_1", OWNER, b"sealed", time_us))


async def sealer_of(organization_id: str) -> PlainSealer:
    """Everybody's."""
    del organization_id
    return PlainSealer()


async def revision() -> int:
    """Always the same."""
    return 1


async def test_what_is_old_goes(house: House) -> None:
    """Flags and mappings that have expired are deleted while it serves; its health and its numbers are told."""
    await lay(house, 1)
    assert await house.left() == (1, 1)
    room = await open_policy(house.ground, Compartments(house.database), RevisionWatch(revision, house.ground.clock), sealer_of)
    async with asyncio.timeout(PATIENCE_S):
        while await house.left() != (0, 0):
            assert not any(task.done() for task in house.tasks)
    await house.health.look()
    assert house.health.readings() == {("policies",): 1.0}
    assert (room.dependency.name, await room.dependency.probe()) == (NAME, None)
    assert set(room.readers) == {metric for metric in metric_table.TABLE if metric.name.startswith("yumen_policy_")}


@pytest.mark.parametrize("hits", [0, 1])
async def test_what_waits_at_the_end_is_done(house: House, hits: int) -> None:
    """The last exchange's flags are written, without words where none are to be kept; what is kept of its batch is deleted."""
    await lay(house, 2**60)
    room = await open_policy(house.ground, Compartments(house.database), RevisionWatch(revision, house.ground.clock), sealer_of)
    talkative = msgspec.structs.replace(MINE, content=Content.ALL)
    deleted = SimpleNamespace(name="batches.delete")
    exchange: Any = SimpleNamespace(
        request_id="req_2", principal=talkative, endpoint=deleted, resource_id="msgbatch_1", outcome=Outcome.ANSWERED, policy_note=None
    )
    policies = compiled(rule())
    findings = room.check._parts.begin(cast("Exchange", exchange), policies)  # as the stage does
    findings.note([Hit(0, 3, "word", 0)] * hits, On.REQUEST, Place.MESSAGES, "cat")
    for stage in room.closing:
        stage(exchange)
    await house.closing.aclose()
    assert not room.check._parts.kept._forgetting  # it is waited for, not only likely to be done
    assert exchange.policy_note == ("p/r block" if hits else None)
    assert await house.left() == (1 + hits, 0)
    assert [row.sealed for row in await house.flags()] == [None] * (1 + hits)
