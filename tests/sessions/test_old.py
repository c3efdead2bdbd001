"""What 0.4.0 stored plainly is sealed where it stands: a gateway's conversations, never the library's."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.isolation.keys import Secrets, add_organizations, keks, keyring
from tests.sessions.test_sealed import stores_of
from yumen.app.sessions import seal_old, stores_in
from yumen.sessions import old_sql
from yumen.sessions.old_sql import OldSessions
from yumen.sessions.tables import sessions, turns
from yumen.sessions.values import LOCAL, Begun, Mine
from yumen.storage import Database, sqlite
from yumen.storage.envelope import is_sealed
from yumen.testing.session_store import closing, opening
from yumen.testing.session_turns import NOW_US

WORKSPACES = """
INSERT INTO workspaces (id, organization_id, name, environment, created_us)
VALUES ('wrkspc_1', 'org_1', 'one', 'production', 1)
"""
MANY = 12
LONG = ", and many words more" * 20


async def stored(database: Database, more: str = "") -> None:
    """Conversations of a workspace and of the library, as 0.4.0 stored them: the last turn of one is under way."""
    store = stores_in(database).store
    async with database.begin() as connection:
        await connection.execute(sa.text(WORKSPACES))
    for number in range(1, MANY + 1):
        begun = await store.begin(
            "wrkspc_1", f"name {number % 3}", opening(number, f"an old {number}{more}", at_us=NOW_US + number, system=b'"old"')
        )
        assert isinstance(begun, Begun)
        if number < MANY:
            await store.finish(Mine(begun.session.id, begun.number, f"req_{number}"), closing("old"))
    begun = await store.begin(LOCAL, "mine", opening(MANY + 1, "an old one of mine"))
    assert isinstance(begun, Begun)
    await store.finish(Mine(begun.session.id, 1, f"req_{MANY + 1}"), closing("old"))


async def test_old_conversations_are_sealed(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every turn that has ended, and what is said of its session; what is under way, and the library's, stays. All reads as before."""
    monkeypatch.setattr(old_sql, "AT_ONCE", 5)
    await stored(database)
    plain = stores_in(database).shelf
    names = [f"name {number}" for number in range(3)]
    before = [await plain.read("wrkspc_1", name) for name in names]
    ring = keyring(database, keks(tmp_path, Secrets()))
    await seal_old(OldSessions(database, ring.sealer))
    async with database.connect() as connection:
        rows = (await connection.execute(sa.select(turns.c.question, turns.c.text))).all()
        systems = {row.owner: row.system for row in await connection.execute(sa.select(sessions.c.owner, sessions.c.system))}
    left = [bytes(row.question) for row in rows if not is_sealed(bytes(row.question))]
    assert sorted(left) == sorted([opening(MANY, f"an old {MANY}").question, opening(MANY + 1, "an old one of mine").question])
    assert sum(bool(row.text) for row in rows) == 2
    assert {owner: is_sealed(bytes(system or b"")) for owner, system in systems.items()} == {"wrkspc_1": True, LOCAL: False}
    sealed = stores_of(database, tmp_path).shelf
    assert [await sealed.read("wrkspc_1", name) for name in names] == before


async def test_no_page_of_the_file_keeps_what_was_plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where SQLite has the conversations, what was sealed is written over, and does not stay in what the rows have freed."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/sealed.db")
    await database.upgrade()
    await add_organizations(database)
    async with database.unbound() as connection:
        await connection.exec_driver_sql("PRAGMA secure_delete = ON")  # what was freed before is not our matter
    await stored(database, LONG)
    plain = [f"an old {number}{LONG}".encode() for number in range(1, MANY)]
    assert all(question in bytes_of(tmp_path) for question in plain)
    await database.dispose()
    usual = sqlite.pragmas
    monkeypatch.setattr(sqlite, "pragmas", lambda timeout_ms: (*usual(timeout_ms), "secure_delete = OFF"))  # as SQLite is, but not Debian's
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/sealed.db")
    await seal_old(OldSessions(database, keyring(database, keks(tmp_path, Secrets())).sealer))
    await database.dispose()
    assert [question for question in plain if question in bytes_of(tmp_path)] == []


def bytes_of(folder: Path) -> bytes:
    """Return what all files hold of a database."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("sealed.db*")))


async def test_nothing_is_lost_where_the_key_is_away(database: Database, tmp_path: Path) -> None:
    """While the key cannot be had everything stays as it is; when it is there again the work goes on."""
    await stored(database)
    secrets = Secrets()
    ring = keyring(database, keks(tmp_path, secrets, "env:KEY"))
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)
        secrets.texts["env:KEY"] = bytes(range(32)).hex()
        ring._faults.clear()  # the time in which it is not asked again has passed

    await seal_old(OldSessions(database, ring.sealer), pause)
    assert waited == [60.0]
    async with database.connect() as connection:
        plain = await connection.scalar(sa.select(sa.func.count()).select_from(turns).where(turns.c.text != ""))
    assert plain == 2
