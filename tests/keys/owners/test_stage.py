"""Things of one workspace do not exist for the keys of another, in paths, bodies and lists."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Collection
from pathlib import Path

import pytest

from tests.keys.doubles import StandingClock
from yumen.errors import KeysUnreadable, NotFound
from yumen.exchange.values import Principal
from yumen.keys.owners import Kind, Named, Owners, Resource
from yumen.keys.owners.store_sql import SqlOwnerStore
from yumen.storage import Database

MINE = Principal("apikey_1", "a", "production", "wrkspc_mine")
SAME = Principal("apikey_2", "b", "production", "wrkspc_mine")
OTHER = Principal("apikey_3", "c", "staging", "wrkspc_other")
FILE = Named(Kind.FILE, "file_1")
BATCH = Named(Kind.BATCH, "msgbatch_1")


class CountingStore:
    """Keeps owners in a dict and counts the reads."""

    def __init__(self) -> None:
        self.rows: dict[str, Resource] = {}
        self.reads = 0

    async def remember(self, resources: Collection[Resource]) -> None:
        """As the protocol says."""
        for resource in resources:
            self.rows.setdefault(resource.id, resource)

    async def find(self, ids: Collection[str]) -> dict[str, Resource]:
        """As the protocol says."""
        self.reads += 1
        return {identifier: self.rows[identifier] for identifier in ids if identifier in self.rows}


@pytest.fixture
def store() -> CountingStore:
    """An empty store."""
    return CountingStore()


@pytest.fixture
def owners(store: CountingStore) -> Owners:
    """The stage over it."""
    return Owners(store, StandingClock())


async def test_an_id_is_its_workspaces_alone(owners: Owners) -> None:
    """Keys of the owning workspace pass; others, and ids that nobody owns, get the same 404."""
    await owners.keep(MINE, [FILE], "claude")
    await owners.check(MINE, [FILE.id])
    await owners.check(SAME, [FILE.id])
    for principal, identifier in ((OTHER, FILE.id), (MINE, "file_unknown")):
        with pytest.raises(NotFound, match=f"{identifier}: no such resource"):
            await owners.check(principal, [identifier])
    assert await owners.upstream_of(FILE.id) == "claude"
    assert await owners.upstream_of("file_unknown") is None


async def test_nobody_becomes_the_owner_later(owners: Owners) -> None:
    """Naming an id after its owner did changes nothing."""
    await owners.keep(MINE, [FILE], "claude")
    await owners.keep(OTHER, [FILE], "claude")
    with pytest.raises(NotFound):
        await owners.check(OTHER, [FILE.id])


async def test_bodies_are_looked_through(owners: Owners, store: CountingStore) -> None:
    """A body that names another's file is a 404; a plain one costs no read; a tool's argument of that name passes."""
    await owners.keep(OTHER, [FILE], "claude")
    await owners.check_body(MINE, b'{"messages":[{"role":"user","content":"hi"}]}')
    assert store.reads == 0
    with pytest.raises(NotFound):
        await owners.check_body(MINE, b'{"messages":[{"content":[{"source":{"file_id":"file_1"}}]}]}')
    await owners.check_body(OTHER, b'{"messages":[{"content":[{"source":{"file_id":"file_1"}}]}]}')
    await owners.check_body(MINE, b'{"messages":[{"content":[{"type":"tool_use","input":{"file_id":"file_1"}}]}]}')


async def test_an_unfinished_name_is_nobodys(store: CountingStore) -> None:
    """A piece that ends within a naming is refused even where unowned ids may pass: only the whole body can tell."""
    owners = Owners(store, StandingClock(), forward_unowned=True)
    await owners.check_body(MINE, b'{"requests":[{"file_id":"file_unknown"}')
    for piece in (b'{"requests":[{"file_id" : ', b'{"requests":[{"file_id":"file_', b'{"requests":[{"container":{"id"'):
        with pytest.raises(NotFound):
            await owners.check_body(MINE, piece)


async def test_before_a_sandbox_unowned_ids_may_pass(store: CountingStore) -> None:
    """With `forward_unowned` an id that nobody owns is anybody's, and another's is still not."""
    owners = Owners(store, StandingClock(), forward_unowned=True)
    await owners.keep(OTHER, [FILE], "sandbox")
    await owners.check(MINE, ["file_unknown"])
    with pytest.raises(NotFound):
        await owners.check(MINE, [FILE.id])


async def test_what_is_known_is_not_read_again(owners: Owners, store: CountingStore) -> None:
    """An owner is read once."""
    await owners.keep(MINE, [FILE], "claude")
    for _ in range(3):
        await owners.check(MINE, [FILE.id])
    assert store.reads == 1


def listing(*ids: str, more: bool = False, indent: int | None = None) -> bytes:
    """A list of batches."""
    items = [{"id": identifier, "type": "message_batch", "x": "[{"} for identifier in ids]
    body = {"data": items, "has_more": more, "first_id": ids[0] if ids else None, "last_id": ids[-1] if ids else None}
    return json.dumps(body, indent=indent).encode()


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("mine", [("a", "b", "c"), ("a",), ("b",), ("c",), ("a", "c"), ()])
async def test_lists_show_what_is_the_callers(owners: Owners, mine: tuple[str, ...], indent: int | None) -> None:
    """What is left is byte for byte the list of the owned items."""
    await owners.keep(MINE, [Named(Kind.BATCH, identifier) for identifier in mine], "claude")
    filtered = await owners.filter_list(MINE, listing("a", "b", "c", indent=indent))
    assert filtered == listing(*mine, indent=indent)


async def test_an_empty_page_keeps_the_way_on(owners: Owners) -> None:
    """Where nothing is left and more is to come, the cursor stays."""
    filtered = json.loads(await owners.filter_list(MINE, listing("a", "b", more=True)))
    assert (filtered["data"], filtered["last_id"], filtered["has_more"]) == ([], "b", True)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"type":"error"}', b'{"data":3}', b'{"data":[3]}'])
async def test_what_is_no_list_stays(owners: Owners, body: bytes) -> None:
    """An error or another shape is returned as it came."""
    assert await owners.filter_list(MINE, body) == body


@pytest.fixture
async def sql(tmp_path: Path) -> AsyncIterator[SqlOwnerStore]:
    """A store over an empty database."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/yumen.db")
    await database.upgrade()
    yield SqlOwnerStore(database)
    await database.dispose()


async def test_sqlite_keeps_the_first_owner(sql: SqlOwnerStore) -> None:
    """Rows come back equal; a second writing of an id is ignored; thousands of ids are found at once."""
    first = [Resource(f"file_{number}", Kind.FILE, "wrkspc_mine", "claude", 5) for number in range(1200)]
    await sql.remember(first)
    await sql.remember([Resource("file_7", Kind.FILE, "wrkspc_other", "claude", 6)])
    await sql.remember([])
    assert await sql.find([resource.id for resource in first]) == {resource.id: resource for resource in first}


async def test_a_database_that_does_not_answer_is_said(tmp_path: Path) -> None:
    """Neither reading nor writing owners fails in silence."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/without-tables.db")
    store = SqlOwnerStore(database)
    for work in (store.find(["file_1"]), store.remember([Resource("file_1", Kind.FILE, "w", "u", 1)])):
        with pytest.raises(KeysUnreadable):
            await work
    await database.dispose()


async def test_where_things_are_is_known(owners: Owners) -> None:
    """The upstreams of what a path or a body names; what stands in a tool's input alone decides nothing where it would matter."""
    await owners.keep(MINE, [FILE], "one")
    await owners.keep(MINE, [Named(Kind.FILE, "file_2")], "two")
    assert await owners.check(MINE, [FILE.id]) == {"one"}
    assert await owners.check_body(MINE, b'{"messages":[]}') == set()
    assert await owners.check_body(MINE, b'{"source":{"file_id":"file_2"}}') == {"two"}
    assert await owners.check_body(MINE, b'{"a":{"file_id":"file_1"},"b":{"file_id":"file_2"}}') == {"one", "two"}
    assert await owners.check_body(MINE, b'{"a":{"file_id":"file_1"},"b":{"type":"tool_use","input":{"file_id":"file_2"}}}') == {"one"}
