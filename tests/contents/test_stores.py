"""Kept content in both databases."""

from __future__ import annotations

import msgspec
import pytest

from yumen.contents.store_sql import SqlContentStore
from yumen.contents.values import Row
from yumen.storage import Database, DatabaseUnavailable

ROW = Row("req_1", "org_1", "wrkspc_1", "apikey_1", 100, b"\x00sealed")


async def test_a_row_is_found_as_it_was_written(database: Database) -> None:
    """Also when it was written twice, as after an answer of the database that was lost; the first stays."""
    store = SqlContentStore(database)
    await store.add([ROW, msgspec.structs.replace(ROW, request_id="req_2")])
    await store.add([msgspec.structs.replace(ROW, sealed=b"another")])
    assert await store.find("req_1") == ROW
    assert await store.find("req_3") is None


async def test_what_is_old_goes_step_by_step(database: Database) -> None:
    """The oldest first, and nothing that is not older."""
    store = SqlContentStore(database)
    await store.add([msgspec.structs.replace(ROW, request_id=f"req_{time_us}", time_us=time_us) for time_us in (3, 1, 2, 4)])
    assert [await store.purge(4, 2), await store.purge(4, 2), await store.purge(4, 2)] == [2, 1, 0]
    assert await store.find("req_3") is None
    assert await store.find("req_4") is not None


async def test_a_database_that_is_away_is_named_so(empty_database_url: str) -> None:
    """What the driver raises is said in our words."""
    database = Database(empty_database_url)
    with pytest.raises(DatabaseUnavailable):
        await SqlContentStore(database).find("req_1")
    await database.dispose()
