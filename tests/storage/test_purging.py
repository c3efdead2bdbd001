"""What is old goes from every database that is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from yumen.storage import Database
from yumen.storage.purging import purge_each


async def test_one_that_is_away_is_named_and_passed_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The log says which it is and why, and the others are purged all the same."""
    away, there = (Database(f"sqlite+aiosqlite:///{path}/one.db") for path in (tmp_path / "gone", tmp_path))
    purged = []

    async def purge(database: Database, most: int) -> int:
        async with database.connect():
            purged.append(database)
        return most

    assert await purge_each([away, there], purge, "old flags")
    assert purged == [there]
    assert f"old flags could not be deleted from {away.place}: unable to open database file" in caplog.text
    for database in (away, there):
        await database.dispose()
