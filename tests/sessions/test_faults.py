"""Whichever of its statements fails, or is cancelled: a store of conversations has done all of a step, or nothing of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from yumen.sessions import Begun, Closing, Mine, Opening, Session, TurnState
from yumen.sessions.shelf_sql import SqlSessionShelf
from yumen.sessions.store_sql import SqlSessionStore
from yumen.sessions.withdraw_sql import SqlWithdrawals
from yumen.storage import Database, DatabaseUnavailable

NOW_US, LEASE_US = 1_000_000_000, 15_000_000
QUESTION, ANSWER = b'{"role":"user","content":"x"}', b'{"role":"assistant","content":"y"}'
MINE = Mine("sess_1", 2, "req_2")
CLOSING = Closing(TurnState.ANSWERED, NOW_US + 9, ANSWER, system=b'"s"', left_out_to=1)
COPY = Session("sess_9", "wrkspc", "copy", NOW_US, NOW_US, forked_from="sess_1")


class Faulty(Database):
    """A database whose n-th statement fails."""

    left = 0
    error: type[BaseException] = DatabaseUnavailable

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Any]:
        """Yield a connection that counts."""
        async with super().begin() as connection:
            yield Counting(connection, self)


class Counting:
    """A connection whose statements are counted."""

    def __init__(self, connection: Any, database: Faulty) -> None:  # noqa: ANN401  (SQLAlchemy's)
        """Pass on until it is the one."""
        self._connection = connection
        self._database = database

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (its methods)
        async def do(*arguments: Any) -> Any:  # noqa: ANN401  (the same)
            done = await getattr(self._connection, name)(*arguments)
            self._database.left -= 1
            if self._database.left == 0:
                raise self._database.error
            return done

        return do


def opening(number: int) -> Opening:
    """The opening of that number."""
    return Opening(f"sess_{number}", f"req_{number}", QUESTION, NOW_US + number, NOW_US + number + LEASE_US, system=b'"o"')


async def begin(database: Database, number: int) -> None:
    """Open a turn."""
    assert isinstance(await SqlSessionStore(database).begin("wrkspc", "one", opening(number)), Begun)


async def written(database: Database) -> list[Any]:
    """Return every row of both tables."""
    async with database.connect() as connection:
        return [
            list(await connection.execute(sa.text(f"SELECT * FROM {table} ORDER BY 1, 2")))  # noqa: S608  (our own names)
            for table in ("sessions", "session_turns")
        ]


STEPS: dict[str, Callable[[Database], Awaitable[object]]] = {
    "begin": lambda database: SqlSessionStore(database).begin("wrkspc", "new", opening(7)),
    "begin again": lambda database: SqlSessionStore(database).begin("wrkspc", "one", opening(LEASE_US + 3)),
    "grow": lambda database: SqlSessionStore(database).grow(MINE, QUESTION + b"," + QUESTION),
    "finish": lambda database: SqlSessionStore(database).finish(MINE, CLOSING),
    "drop": lambda database: SqlSessionStore(database).drop("sess_1", 1, QUESTION),
    "withdraw": lambda database: SqlWithdrawals(database).withdraw(MINE),
    "fork": lambda database: SqlSessionShelf(database).fork(Session("sess_1", "wrkspc", "one", NOW_US, NOW_US), COPY),
    "delete": lambda database: SqlSessionShelf(database).delete("wrkspc", "one"),
    "purge": lambda database: SqlSessionShelf(database).purge(NOW_US + 10, 9),
}


@pytest.mark.parametrize("error", [DatabaseUnavailable, asyncio.CancelledError])
@pytest.mark.parametrize("step", STEPS)
async def test_each_statement_may_fail(tmp_path: Path, step: str, error: type[BaseException]) -> None:
    """After any failure both tables are as before, and the same step succeeds when it is done again."""
    database = Faulty(f"sqlite+aiosqlite:///{tmp_path}/faults.db")
    database.error = error
    await database.upgrade()
    await begin(database, 1)
    await SqlSessionStore(database).finish(Mine("sess_1", 1, "req_1"), Closing(TurnState.ANSWERED, NOW_US + 1, ANSWER))
    await begin(database, 2)
    before = await written(database)
    for count in range(1, 20):
        database.left = count
        try:
            await STEPS[step](database)
        except error:
            assert await written(database) == before
        else:
            break
    assert 1 < count < 20
    assert await written(database) != before
    await database.dispose()
