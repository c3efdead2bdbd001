"""The rooms that store what was said, in a gateway: what looks after them runs from the start, and what waits at the end is written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.contents.doubles import Sealers, passing
from tests.isolation.keys import add_organizations
from tests.sessions.test_old import stored
from yumen.app.contents import open_contents, safe_of
from yumen.app.ground import Ground
from yumen.app.sessions import SessionGuards, open_sessions, stores_in
from yumen.contents import Kept, read_kept
from yumen.contents.values import Row, Waiting
from yumen.settings import Settings
from yumen.storage import Database
from yumen.storage.compartments import Compartments
from yumen.storage.envelope import is_sealed

PATIENCE_S = 60.0
"""A defect must not hang the suite."""
OWNER = ("org_1", "wrkspc_1", "apikey_1")


@pytest.fixture
async def ground(tmp_path: Path, compartments: Compartments) -> AsyncIterator[Ground]:
    """What a gateway stands on, until a test closes it; it ends before the database does."""
    del compartments
    async with AsyncExitStack() as closing:
        yield Ground(Settings(data=str(tmp_path / "data")), closing)


@pytest.fixture
async def compartments(tmp_path: Path) -> AsyncIterator[Compartments]:
    """A migrated database, with nothing beside it."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/a.db")
    await database.upgrade()
    await add_organizations(database)
    made = Compartments(database)
    await made.follow()
    yield made
    await made.close()
    await database.dispose()


async def test_content_is_purged_from_the_start_and_written_at_the_end(ground: Ground, compartments: Compartments) -> None:
    """What is too old goes while the gateway serves, and nothing that waits when it stops is lost."""
    sealers = Sealers()
    safe = safe_of(compartments, sealers.of)
    await safe.stores.of("org_1").add([Row("req_old", *OWNER, 1, b"sealed")])
    contents, _ = open_contents(ground, compartments, sealers.of)
    async with asyncio.timeout(PATIENCE_S):
        while await safe.stores.of("org_1").find("req_old") is not None:  # noqa: ASYNC110  (nothing tells of a deleted row)
            await asyncio.sleep(0.001)
    kept = Kept("POST", "/v1/messages", 200, "answered", None, b"{}", 2, b"", 0)
    contents._keeping.take(Waiting("req_new", *OWNER, ground.clock.now_us(), kept, 0))
    await ground.closing.aclose()
    shown = await read_kept(safe, "req_new")
    assert shown is not None
    assert shown.kept == kept


async def test_old_conversations_are_sealed_from_the_start(ground: Ground, compartments: Compartments) -> None:
    """What 0.4.0 stored plainly does not stay so because nobody goes on with it."""
    await stored(compartments.main)
    open_sessions(ground, compartments, Sealers().of, (), SessionGuards(passing))
    shelf = stores_in(compartments.main).shelf

    async def is_plain() -> bool:
        session = await shelf.find("wrkspc_1", "name 1")
        return session is not None and session.system is not None and not is_sealed(session.system)

    async with asyncio.timeout(PATIENCE_S):
        while await is_plain():  # noqa: ASYNC110  (nothing tells of a sealed row)
            await asyncio.sleep(0.001)
