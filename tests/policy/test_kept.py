"""What placeholders stand for in batches and files: sealed, an organization's own, gone when it has expired."""

from __future__ import annotations

import pytest

from tests.policy.stage_house import KeptDict, PlainSealer
from yumen.clock import Clock
from yumen.errors import PolicyUnavailable
from yumen.policy.kept import KEEP_DAYS, Kept, KeptRow
from yumen.policy.kept_sql import SqlKeptStore
from yumen.storage import Database
from yumen.storage.compartments import One


async def sealer_of(organization_id: str) -> PlainSealer:
    """Everybody's."""
    del organization_id
    return PlainSealer()


async def test_rows_are_an_organizations_own(database_url: str) -> None:
    """Another one neither reads nor replaces them; the same id is written anew; what has expired goes, a few at once."""
    database = Database(database_url)
    await database.upgrade()
    try:
        store = SqlKeptStore(database)
        await store.put(KeptRow("file_1", "org_a", b"1", 10))
        await store.put(KeptRow("file_1", "org_b", b"2", 99))
        await store.put(KeptRow("file_2", "org_a", b"3", 20))
        await store.put(KeptRow("file_2", "org_a", b"4", 30))
        found = await store.find("org_a", {"file_1", "file_2", "file_3"})
        assert sorted((row.resource_id, row.sealed, row.expires_us) for row in found) == [("file_1", b"1", 10), ("file_2", b"4", 30)]
        assert await store.find("org_b", {"file_1"}) == []
        await store.put(KeptRow("file_4", "org_a", b"5", 30))
        await store.delete("org_b", "file_4")
        assert len(await store.find("org_a", {"file_4"})) == 1
        await store.delete("org_a", "file_4")
        assert await store.find("org_a", {"file_4"}) == []
        assert [await store.purge(30, 1), await store.purge(30, 5), await store.purge(30, 5)] == [1, 1, 0]
    finally:
        await database.dispose()


async def test_a_mapping_comes_back_while_it_is_kept() -> None:
    """Bound to its id; a store that is away is no empty mapping."""
    rows, clock = KeptDict(), Clock()
    kept = Kept(One(rows), sealer_of, clock)
    await kept.put("org_a", ("batch", "b"), {"[EMAIL_0]": "x"})
    await kept.put("org_a", ("file", "f"), {"[EMAIL_1]": "y"})
    assert await kept.load("org_a", ["b", "f"]) == {"[EMAIL_0]": "x", "[EMAIL_1]": "y"}
    assert await kept.load("org_b", ["b"]) == {}
    days = [(rows.rows[name].expires_us - clock.now_us()) / 86_400_000_000 for name in ("b", "f")]
    assert [round(each) for each in days] == [KEEP_DAYS["batch"], KEEP_DAYS["file"]]
    rows.away = True
    with pytest.raises(PolicyUnavailable):
        await kept.load("org_a", ["b"])
    with pytest.raises(PolicyUnavailable):
        await kept.put("org_a", ("batch", "b"), {})


async def test_what_is_gone_is_forgotten() -> None:
    """Meanwhile, and by the end at the latest; where the store is away it expires."""
    rows = KeptDict()
    kept = Kept(One(rows), sealer_of, Clock())
    await kept.put("org_a", ("file", "f"), {"[EMAIL_0]": "x"})
    kept.forget("org_b", "f")
    await kept.finish(5)
    assert list(rows.rows) == ["f"]
    rows.away = True
    kept.forget("org_a", "f")
    await kept.finish(5)
    rows.away = False
    assert list(rows.rows) == ["f"]
    kept.forget("org_a", "f")
    await kept.finish(5)
    assert list(rows.rows) == []
