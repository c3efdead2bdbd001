"""A clock, a journal and a store of their own for each of the ledger's tests."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.ledger.making import JumpingClock
from yumen.ledger import Journal
from yumen.ledger.store_sql import SqlLedger
from yumen.storage import Database

SEGMENT_BYTES = 64 * 1024


@pytest.fixture
def clock() -> JumpingClock:
    """A clock that stands still."""
    return JumpingClock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a journal."""
    made = tmp_path / "journal"
    made.mkdir()
    return made


@pytest.fixture
def journal(folder: Path, clock: JumpingClock) -> Iterator[Journal]:
    """A started journal with small segments."""
    made = Journal(folder, clock, segment_bytes=SEGMENT_BYTES)
    made.start()
    yield made
    made.stop()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated database."""
    made = Database(f"sqlite+aiosqlite:///{tmp_path}/yumen.db")
    await made.upgrade()
    yield made
    await made.dispose()


@pytest.fixture
def store(database: Database) -> SqlLedger:
    """The ledger in that database."""
    return SqlLedger(database)
