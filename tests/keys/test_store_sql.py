"""Keys in SQLite: what was written is read, and every write raises the revision once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from yumen.errors import KeysUnreadable
from yumen.keys import KeyRecord
from yumen.keys.store_sql import SqlKeyStore
from yumen.storage import Database

RECORD = KeyRecord("apikey_1", "name", "staging", "wrkspc_1", b"\0" * 32, 5, 9, None, ("/v1/x", "/v1/y*"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlKeyStore]:
    """A store over an empty database."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/yumen.db")
    await database.upgrade()
    yield SqlKeyStore(database)
    await database.dispose()


async def test_what_is_added_is_found(store: SqlKeyStore) -> None:
    """A record comes back equal, by its id and in the list; an unknown id is simply not there."""
    await store.add(RECORD)
    assert await store.find(["apikey_1", "apikey_2"]) == {"apikey_1": RECORD}
    assert await store.every() == [RECORD]


async def test_each_write_raises_the_revision_once(store: SqlKeyStore) -> None:
    """Adding, changing and replacing raise the revision by one each; reading does not."""
    start = await store._database.read_revision()
    await store.add(RECORD)
    await store.change(msgspec.structs.replace(RECORD, revoked_at_us=7))
    new = msgspec.structs.replace(RECORD, key_id="apikey_2", created_at_us=6)
    await store.add(new, msgspec.structs.replace(RECORD, replaced_by="apikey_2"))
    assert await store._database.read_revision() == start + 3
    assert [record.replaced_by for record in await store.every()] == ["apikey_2", None]


async def test_thousands_of_ids_are_found_at_once(store: SqlKeyStore) -> None:
    """More ids than one statement may carry are looked up in several."""
    await store.add(RECORD)
    assert list(await store.find([f"apikey_{number}" for number in range(2500)])) == ["apikey_1"]


async def test_a_database_that_does_not_answer_is_a_fault_of_this_room(tmp_path: Path) -> None:
    """What cannot be read is KeysUnreadable, so that the stage knows its fail mode applies."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/without-tables.db")
    store = SqlKeyStore(database)
    for reading in (store.every(), store.find(["apikey_1"])):
        with pytest.raises(KeysUnreadable):
            await reading
    await database.dispose()
