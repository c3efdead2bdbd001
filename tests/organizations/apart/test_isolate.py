"""Isolating moves everything that is an organization's to its own database: once, whole, whatever interrupts it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.organizations.apart.planting import OURS, ROWS, THEIRS, mark, opened, owner_of, plant, row_of, rows_of_all, texts_of
from yumen.audit import Actor
from yumen.clock import Clock
from yumen.organizations.apart import moving
from yumen.organizations.apart.isolate import Isolating, Step, Wish, clear
from yumen.organizations.apart.owned import APART, CONTENT, SUMS, Tables, read_tables
from yumen.organizations.faults import BeyondPlan, DefaultOrganization, Unknown
from yumen.organizations.values import DEFAULT_ORGANIZATION
from yumen.storage import Database
from yumen.storage.compartments import Compartments, files_of

ACTOR = Actor("user:somebody")
WHOLE = dict.fromkeys(APART, ROWS)


async def no_pause(_: float) -> None:
    """Wait for nobody."""


def isolating(compartments: Compartments) -> Isolating:
    """Return what isolates, at once."""
    return Isolating(compartments, Clock(), no_pause)


async def test_all_that_is_its_own_moves_and_nothing_of_others(database: Database, compartments: Compartments) -> None:
    """Every row of the tables of a compartment lies there, none in the main database; the other organization's stay as they were."""
    before = await owner_of(database, THEIRS)
    theirs = await rows_of_all(database, before)
    separated = await isolating(compartments).isolate(ACTOR, OURS, Wish("env:KEY", keeps_content=True))
    own = compartments.of(OURS)
    assert own is not database
    assert separated.moved == WHOLE
    assert await rows_of_all(own, await owner_of(database)) == WHOLE
    assert not (await rows_of_all(database, await owner_of(database))).keys() & set(APART)
    assert await rows_of_all(database, before) == theirs
    assert mark(THEIRS) not in await texts_of(own, APART)
    assert mark(OURS) not in await texts_of(database, APART)
    assert (separated.organization.isolated, separated.organization.content_key, separated.organization.keeps_content) == (
        True,
        "env:KEY",
        True,
    )
    async with own.connect() as connection:
        assert (await connection.execute(sa.text("SELECT segment, position FROM drained"))).all() == [("1-a", 7)]
    async with database.connect() as connection:
        acts = (await connection.execute(sa.text("SELECT action, target FROM audit"))).all()
        assert acts == [("organization.isolate", OURS)]
        assert (await connection.execute(sa.text("SELECT number FROM revision"))).scalar() == 1


async def test_without_content_what_is_stored_goes(database: Database, compartments: Compartments) -> None:
    """Where no content shall be stored, what is stored is deleted, and the ledger and the flags' numbers stay."""
    separated = await isolating(compartments).isolate(ACTOR, OURS, Wish(keeps_content=False))
    owner = await owner_of(database)
    assert (await rows_of_all(compartments.of(OURS), owner)).keys() == set(APART) - set(CONTENT)
    assert separated.deleted == ROWS * len(CONTENT)
    async with compartments.of(OURS).connect() as connection:
        assert (await connection.execute(sa.text("SELECT DISTINCT sealed FROM policy_flags"))).scalars().all() == [None]


async def test_the_main_file_holds_nothing_of_it(tmp_path: Path) -> None:
    """Of what lay in the tables that move, no byte is left in the main database's files: neither in free pages nor in the log."""
    main = Database(f"sqlite+aiosqlite:///{tmp_path}/main.db")
    await main.upgrade()
    await plant(main)
    compartments = Compartments(main)
    await compartments.follow()

    def left() -> list[str]:
        data = b"".join(path.read_bytes() for path in files_of(tmp_path / "main.db") if path.exists())
        return [name for name in APART if f"{mark(OURS)}-{name}-".encode() in data.replace(b"policy_flags.sealed", b"")]

    assert left()
    await isolating(compartments).isolate(ACTOR, OURS, Wish())
    # A session's id may stand nowhere else, nor a turn's, nor a kept answer's.
    assert left() == []
    path = tmp_path / "organizations" / f"{OURS}.db"
    assert oct(path.stat().st_mode)[-3:] == "600"
    await compartments.close()
    await main.dispose()


class Cut(Exception):  # noqa: N818  (the machine's end)
    """Nothing more happens."""


class Cutting:
    """Lets the n-th transaction of a database end badly: before it commits."""

    def __init__(self, at: int) -> None:
        self.left = at

    def step(self) -> None:
        """One more."""
        self.left -= 1
        if self.left == 0:
            raise Cut


async def test_a_move_that_ends_anywhere_is_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever transaction is the last one, every row is in one of the two databases, the switch is whole, and the next try moves all.

    So, too, a row that a process wrote to the main database because it had not seen the switch.
    """
    planted = Database(f"sqlite+aiosqlite:///{tmp_path}/planted.db")
    await planted.upgrade()
    await plant(planted)
    await clear(planted)
    async with planted.connect() as connection:
        known = await read_tables(connection, *APART, *SUMS, "drained")
    await planted.dispose()

    async def known_tables(*_: object) -> Tables:
        return known

    monkeypatch.setattr(moving, "read_tables", known_tables)  # every copy's are the same, and to ask for them costs more than the move
    cut_in, finished, folder = 0, False, tmp_path / "now"
    main = Database(f"sqlite+aiosqlite:///{folder}/main.db")
    while not finished:
        cut_in += 1
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        shutil.copy(tmp_path / "planted.db", folder / "main.db")
        compartments = await opened(main)
        late: list[str] = []
        cut_short = Isolating(compartments, Clock(), late_in(folder, late))
        finished = await isolated_until(cut_short, Cutting(cut_in), monkeypatch)
        await compartments.follow()
        own = folder / "organizations" / f"{OURS}.db"
        reached = counted(own if OURS in compartments.names else folder / "main.db")
        assert reached in (WHOLE, WHOLE | {"entries": ROWS + 1}), (cut_in, reached)
        await isolating(compartments).isolate(ACTOR, OURS, Wish())
        assert (counted(own), counted(folder / "main.db")) == (WHOLE | {"entries": ROWS + len(late)}, dict.fromkeys(APART, 0)), cut_in
        assert summed(own) == counted(own)["entries"], cut_in
        assert summed(folder / "main.db") == 0, cut_in
        await compartments.close()
        await main.dispose()
    assert cut_in > len(APART)


def summed(path: Path) -> int:
    """Return how many of our entries there are in a file; -1 where the hourly sums say something else of them."""
    with closing(sqlite3.connect(path)) as connection:
        hours = "SELECT coalesce(sum(requests), 0) FROM usage_hours WHERE organization_id = ?"
        added = connection.execute(hours, (OURS,)).fetchone()[0]
        entries = 'SELECT coalesce(sum("count"), 0), count(*) FROM entries WHERE organization_id = ?'
        requests, rows = connection.execute(entries, (OURS,)).fetchone()
    return int(rows) if added == requests else -1


def counted(path: Path) -> dict[str, int]:
    """Count our rows in a file, by table."""
    ids = {"placeholders": "resource_id", "idempotent_answers": "id", "session_turns": "session_id", "sessions": "id"}
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT count(*) FROM {} WHERE {} LIKE ?"
        return {
            name: connection.execute(query.format(name, ids.get(name, "request_id")), (f"{mark(OURS)}%",)).fetchone()[0] for name in APART
        }


def late_in(folder: Path, late: list[str]) -> Callable[[float], Awaitable[None]]:
    """Return what writes one more entry of ours to the main database while a move waits for everybody to see the switch, and notes it."""

    async def write(_: float) -> None:
        with closing(sqlite3.connect(folder / "main.db")) as connection, connection:
            names = [row[1] for row in connection.execute("PRAGMA table_info(entries)") if row[1] not in {"sequence", "request_id"}]
            columns = ", ".join(names)
            insert = "INSERT INTO entries (request_id, {0}) SELECT ?, {0} FROM entries LIMIT 1"
            connection.execute(insert.format(columns), (f"{mark(OURS)}-entries-late",))
            late.append("entries")
            connection.execute("UPDATE entries SET organization_id = ? WHERE request_id = ?", (OURS, f"{mark(OURS)}-entries-late"))

    return write


async def isolated_until(isolating: Isolating, cutting: Cutting, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Isolate until the cut; return whether it came to its end before."""
    real = Database._transaction

    def transaction(database: Database, engine: object) -> object:
        cutting.step()
        return real(database, engine)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Database, "_transaction", transaction)
        try:
            await isolating.isolate(ACTOR, OURS, Wish())
        except Cut:
            return False
    return True


async def test_what_a_process_wrote_that_had_not_seen_the_switch_moves_too(database: Database, compartments: Compartments) -> None:
    """A turn that began and one that ended in the main database after the switch are in the compartment at the end, the latter ended."""
    await isolating(compartments).isolate(ACTOR, OURS, Wish())
    own = compartments.of(OURS)
    turn, workspace = f"{mark(OURS)}-sessions-1", f"{mark(OURS)}-workspaces-1"
    async with own.begin() as connection:
        await connection.execute(sa.text("UPDATE session_turns SET ended_us = NULL WHERE session_id = :id"), {"id": turn})
        session = (await connection.execute(sa.text("SELECT * FROM sessions WHERE id = :id"), {"id": turn})).mappings().one()
        written = (await connection.execute(sa.text("SELECT * FROM session_turns WHERE session_id = :id"), {"id": turn})).mappings().one()
    async with database.begin() as connection:
        for name, row in (("sessions", session), ("session_turns", dict(written) | {"ended_us": 99, "text": "late"})):
            columns = ", ".join(row)
            insert = f"INSERT INTO {name} ({columns}) VALUES ({', '.join(':' + one for one in row)})"  # noqa: S608  (our own names)
            await connection.execute(sa.text(insert), dict(row))
    assert session["owner"] == workspace
    await isolating(compartments).isolate(ACTOR, OURS, Wish())
    async with own.connect() as connection:
        ended = await connection.execute(sa.text("SELECT ended_us, text FROM session_turns WHERE session_id = :id"), {"id": turn})
        assert ended.one() == (99, "late")
    assert not (await rows_of_all(database, await owner_of(database))).keys() & set(APART)


async def test_what_ends_in_the_main_database_before_all_have_seen_the_switch_is_not_lost(
    database: Database, compartments: Compartments
) -> None:
    """A process that has not seen the switch still finds the turn that it began, and its end moves with it."""
    ended = sa.text("UPDATE session_turns SET ended_us = :us, text = 'late' WHERE session_id = :id AND ended_us IS NULL")
    turn = f"{mark(OURS)}-sessions-1"
    async with database.begin() as connection:
        await connection.execute(sa.text("UPDATE session_turns SET ended_us = NULL WHERE session_id = :id"), {"id": turn})

    async def end_it(_: float) -> None:
        async with database.begin() as connection:
            assert (await connection.execute(ended, {"id": turn, "us": 99})).rowcount == 1

    await Isolating(compartments, Clock(), end_it).isolate(ACTOR, OURS, Wish())
    async with compartments.of(OURS).connect() as connection:
        found = await connection.execute(sa.text("SELECT ended_us, text FROM session_turns WHERE session_id = :id"), {"id": turn})
        assert found.one() == (99, "late")


async def test_the_journals_position_comes_along_however_many_entries_are_left(
    database: Database, compartments: Compartments, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own database is as far in the journal as the main one was, or a report would count what lies in both twice."""
    monkeypatch.setattr(moving, "AT_ONCE", ROWS)
    await isolating(compartments).isolate(ACTOR, OURS, Wish())
    async with database.begin() as connection:
        table = (await read_tables(connection, "entries"))["entries"]
        await connection.execute(sa.insert(table), [row_of(table, OURS, number) for number in range(ROWS, 2 * ROWS)])
        await connection.execute(sa.text("UPDATE drained SET position = 9"))
    await isolating(compartments).isolate(ACTOR, OURS, Wish())
    async with compartments.of(OURS).connect() as connection:
        assert (await connection.execute(sa.text("SELECT position FROM drained"))).scalars().all() == [9]


async def test_few_rows_with_content_are_in_memory_at_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table whose rows may be large is read by few of them, any other by many."""
    monkeypatch.setattr(moving, "LARGE_AT_ONCE", 1)
    owner = await owner_of(database)
    async with database.read_long() as connection:
        tables = await read_tables(connection)
        read = {name: [len(page) async for page in moving.pages(connection, tables, name, owner)] for name in APART}
    assert read == {name: [1] * ROWS if name in CONTENT else [ROWS] for name in APART}


async def test_only_who_may_be_isolated_is(database: Database, compartments: Compartments) -> None:
    """The operator's own organization and one whose plan has no isolation stay where they are."""
    with pytest.raises(DefaultOrganization):
        await isolating(compartments).isolate(ACTOR, DEFAULT_ORGANIZATION, Wish())
    async with database.begin() as connection:
        await connection.execute(sa.text("UPDATE organizations SET plan = 'trial' WHERE id = :id"), {"id": OURS})
    with pytest.raises(BeyondPlan):
        await isolating(compartments).isolate(ACTOR, OURS, Wish())
    await compartments.follow()
    assert compartments.of(OURS) is database


async def test_whoever_waits_is_told_how_far_it_is(compartments: Compartments) -> None:
    """While it runs the step is told, of that organization alone; before, behind, and where it failed, there is none."""
    seen: list[tuple[Step | None, Step | None]] = []

    async def look(_: float) -> None:
        seen.append((isolating.step(OURS), isolating.step(THEIRS)))

    isolating = Isolating(compartments, Clock(), look)
    assert isolating.step(OURS) is None
    await isolating.isolate(ACTOR, OURS, Wish())
    assert seen == [(Step.FOLLOWING, None)]
    assert isolating.step(OURS) is None
    with pytest.raises(Unknown):
        await isolating.isolate(ACTOR, "org_nobody", Wish())
    assert isolating.step("org_nobody") is None
