"""Owners of what was made upstream, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from yumen.errors import KeysUnreadable
from yumen.keys.owners.rules import Kind
from yumen.keys.owners.store import Resource
from yumen.keys.owners.store_sql import SqlOwnerStore
from yumen.storage import Database

THINGS = [Resource(f"msgbatch_{number}", Kind.BATCH, "wrkspc_1", "default", number) for number in range(3)]


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[SqlOwnerStore]:
    """A store over an empty database of each kind."""
    database = Database(database_url)
    await database.upgrade()
    yield SqlOwnerStore(database)
    await database.dispose()


async def test_what_is_remembered_is_found(store: SqlOwnerStore) -> None:
    """Each thing comes back as it was, however many are asked for; one that nobody knows is not there."""
    await store.remember(THINGS)
    found = await store.find([*(thing.id for thing in THINGS), *(f"msgbatch_{number}" for number in range(10, 2500))])
    assert found == {thing.id: thing for thing in THINGS}
    await store.remember([])


async def test_who_came_first_keeps_it(store: SqlOwnerStore) -> None:
    """A thing that is known stays whose it is, also where two remember it at once and in another order."""
    await store.remember(THINGS[:1])
    others = [Resource(thing.id, thing.kind, "wrkspc_2", thing.upstream, 9) for thing in THINGS]
    await asyncio.gather(store.remember(THINGS), store.remember(others[::-1]), store.remember(others))
    found = await store.find([thing.id for thing in THINGS])
    assert found[THINGS[0].id].workspace_id == "wrkspc_1"
    assert len(found) == 3


async def test_a_database_that_does_not_answer_is_a_fault_of_this_room(tmp_path: Path) -> None:
    """What cannot be read or written is KeysUnreadable."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/without-tables.db")
    store = SqlOwnerStore(database)
    for work in (store.find(["a"]), store.remember(THINGS)):
        with pytest.raises(KeysUnreadable):
            await work
    await database.dispose()
