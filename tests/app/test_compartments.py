"""A gateway's start: no organization's own database stays behind the program."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from sqlalchemy import text

from tests.storage.test_compartments import ORGANIZATION
from yumen.app.front import open_database
from yumen.app.ground import ALONE, Ground
from yumen.observe import Redactor
from yumen.settings import Settings
from yumen.storage import HEAD, Database, DataFolder
from yumen.storage.compartments import Compartments

OWN = "org_own"


async def test_a_start_migrates_the_databases_of_isolated_organizations_too(tmp_path: Path) -> None:
    """What an older program left behind in one of them would be missed by the first request that needs it."""
    database = Database(f"sqlite+aiosqlite:///{DataFolder(tmp_path / 'data').file('yumen.db')}")
    await database.upgrade()
    async with database.begin() as connection:
        await connection.execute(ORGANIZATION, [{"id": OWN}])
    compartments = Compartments(database)
    await compartments.make_empty(OWN)
    await compartments.close()
    await database.dispose()
    async with AsyncExitStack() as closing:
        parts = {"settings": Settings(data=str(tmp_path / "data")), "redactor": Redactor(), "closing": closing, "place": ALONE}
        compartments = Compartments(await open_database(cast("Ground", SimpleNamespace(**parts))))
        closing.push_async_callback(compartments.close)
        await compartments.follow()
        async with compartments.of(OWN).connect() as connection:
            assert await connection.scalar(text("SELECT version_num FROM alembic_version")) == HEAD
