"""Keys in the database: what was written is read, and every write raises the revision and is audited once."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from yumen.audit import Act, Actor, read_acts
from yumen.errors import KeysUnreadable
from yumen.exchange.values import DEFAULT_ORGANIZATION
from yumen.keys import Change, KeyRecord, Role
from yumen.keys.restrictions import MaxTokens, OnlyAddresses, OnlyModels, OnlyPaths
from yumen.keys.store_sql import SqlKeyStore
from yumen.storage import Database

RECORD = KeyRecord(
    "apikey_1",
    "name",
    "staging",
    "wrkspc_1",
    b"\0" * 32,
    5,
    9,
    None,
    ("/v1/x", "/v1/y*"),
    organization_id="org_1",
    user_id="user_1",
    created_by="user_2",
    label="research",
    takes_label=True,
    restrictions=(OnlyAddresses(("10.0.0.0/8", "::1")), OnlyModels(("claude-*",)), OnlyPaths(("/v1/messages",)), MaxTokens(100)),
    role=Role.DEVELOPER,
    inactive_at_us=8,
    drain_s=30.0,
)


@pytest.fixture
def store(database: Database) -> SqlKeyStore:
    """A store over it."""
    return SqlKeyStore(database)


ACT = Act(Actor("command line:alice"), 5, "api_key.create", "apikey_1", "org_1", None, {"name": "name"})


def changed(**values: object) -> Change:
    """A change of the record."""
    return Change(RECORD, msgspec.structs.replace(RECORD, **values))


async def acts(database: Database) -> list[Act]:
    """The audit log, oldest first."""
    async with database.connect() as connection:
        return [recorded.act for recorded in reversed(await read_acts(connection))]


async def test_what_is_added_is_found(store: SqlKeyStore) -> None:
    """A record comes back equal, with everything that a key can be, by its id and in the list; an unknown id is simply not there."""
    await store.add(RECORD, ACT)
    assert await store.find(["apikey_1", "apikey_2"]) == {"apikey_1": RECORD}
    assert await store.every() == [RECORD]


async def test_each_write_raises_the_revision_and_is_audited_once(store: SqlKeyStore, database: Database) -> None:
    """Adding, changing and replacing raise the revision by one each and leave one act each; reading does neither."""
    start = await database.read_revision()
    await store.add(RECORD, ACT)
    await store.change(changed(label="ops"), ACT)
    new = msgspec.structs.replace(RECORD, key_id="apikey_2", created_at_us=6)
    await store.add(new, ACT, changed(replaced_by="apikey_2"))
    assert await database.read_revision() == start + 3
    assert [(record.replaced_by, record.label) for record in await store.every()] == [("apikey_2", "ops"), (None, "research")]
    assert await acts(database) == [ACT] * 3


async def test_a_change_writes_only_what_it_changes(store: SqlKeyStore) -> None:
    """Two who changed different things of one key at the same time both have their way."""
    await store.add(RECORD, ACT)
    assert await store.change(changed(name="other"), ACT)
    assert await store.change(changed(expires_at_us=99), ACT)
    assert [(record.name, record.expires_at_us) for record in await store.every()] == [("other", 99)]


async def test_a_revocation_stays(store: SqlKeyStore, database: Database) -> None:
    """What was read before a revocation changes and replaces nothing after it, and is not audited."""
    await store.add(RECORD, ACT)
    assert await store.change(changed(revoked_at_us=7), ACT)
    new = msgspec.structs.replace(RECORD, key_id="apikey_2")
    assert not await store.change(changed(revoked_at_us=8), ACT)
    assert not await store.change(changed(name="other"), ACT)
    assert not await store.add(new, ACT, changed(replaced_by="apikey_2"))
    assert [(record.key_id, record.revoked_at_us) for record in await store.every()] == [("apikey_1", 7)]
    assert len(await acts(database)) == 2


async def test_a_key_that_takes_anothers_place_takes_its_limits(store: SqlKeyStore, database: Database) -> None:
    """No rotation is a way around a limit."""
    await store.add(RECORD, ACT)
    insert = "INSERT INTO limits VALUES ('org_1', :scope, 'apikey_1', 'requests_per_minute', :value, 'enforce', 0, 'expected', 0)"
    async with database.begin() as connection:
        for scope, value in (("key", 10), ("label", 99)):
            await connection.execute(sa.text(insert), {"scope": scope, "value": value})
    await store.add(msgspec.structs.replace(RECORD, key_id="apikey_2"), ACT, changed(replaced_by="apikey_2"))
    async with database.connect() as connection:
        found = await connection.exec_driver_sql("SELECT scope_id, scope_kind, value FROM limits ORDER BY 1, 2")
        assert [tuple(row) for row in found] == [("apikey_1", "key", 10), ("apikey_1", "label", 99), ("apikey_2", "key", 10)]


async def test_a_suspended_organizations_keys_say_so(store: SqlKeyStore, database: Database) -> None:
    """Whether the organization is suspended is read with the key, and never written with it."""
    mine = msgspec.structs.replace(RECORD, organization_id=DEFAULT_ORGANIZATION)
    await store.add(mine, ACT)
    async with database.begin() as connection:
        await connection.exec_driver_sql("UPDATE organizations SET suspended_us = 1")
    (found,) = await store.every()
    assert (found.suspended, (await store.find(["apikey_1"]))["apikey_1"].suspended) == (True, True)
    assert await store.change(Change(found, msgspec.structs.replace(found, label="x")), ACT)


async def test_thousands_of_ids_are_found_at_once(store: SqlKeyStore) -> None:
    """More ids than one statement may carry are looked up in several."""
    await store.add(RECORD, ACT)
    assert list(await store.find([f"apikey_{number}" for number in range(2500)])) == ["apikey_1"]


async def test_a_database_that_does_not_answer_is_a_fault_of_this_room(tmp_path: Path) -> None:
    """What cannot be read is KeysUnreadable, so that the stage knows its fail mode applies."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/without-tables.db")
    store = SqlKeyStore(database)
    for reading in (store.every(), store.find(["apikey_1"])):
        with pytest.raises(KeysUnreadable):
            await reading
    await database.dispose()
