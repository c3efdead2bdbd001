"""SQLite as the gateway uses it: one file, readers beside one writer, waiting for locks instead of failing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import Thread

    from sqlalchemy import URL, Connection
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.ext.asyncio import AsyncEngine

POOL_SIZE = 4
"""Connections kept; each is a thread of aiosqlite's. One writer and a few readers are all that a gateway has, and the one that came
back last is taken next: while nobody overlaps, one thread does everything."""
WRITING = {"begin": "BEGIN IMMEDIATE"}
UNBOUND = {"begin": ""}
LOOK_S = 0.002


def sqlite_engine(url: URL, timeout_ms: int, *, pooled: bool = True) -> AsyncEngine:
    """Return an engine whose connections wait for locks and whose transactions begin when we say so.

    The driver's own habit of beginning late lets a reader turn writer, which SQLite refuses at once when another wrote meanwhile;
    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html describes this way out.
    """
    kept = {"pool_size": POOL_SIZE, "pool_use_lifo": True, "pool_timeout": timeout_ms / 1000}
    engine = create_async_engine(url, hide_parameters=True, **(kept if pooled else {"poolclass": NullPool}))

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas(timeout_ms):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        statement = connection.get_execution_options().get("begin", "BEGIN")
        if statement:
            connection.exec_driver_sql(statement)

    return engine


def pragmas(timeout_ms: int) -> Iterator[str]:
    """Yield the settings of every connection; the time-out comes first, since the others may have to wait for a lock."""
    yield f"busy_timeout = {timeout_ms}"
    yield "journal_mode = WAL"
    yield "synchronous = NORMAL"
    yield "foreign_keys = ON"


class Threads:
    """The drivers' threads, so that their end can be awaited: one that outlives its event loop complains into the void."""

    def __init__(self, engine: AsyncEngine, timeout_ms: int) -> None:
        """Watch an engine's connections from their making on; the time-out is how long one may wait for a lock."""
        self._threads: list[Thread] = []
        self._end_s = timeout_ms / 1000 + 1

        @event.listens_for(engine.sync_engine, "connect")
        def remember(connection: Any, _record: object) -> None:  # noqa: ANN401  (the driver behind the adapter)
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            thread = getattr(connection.driver_connection, "_thread", None)
            if thread is not None:
                self._threads.append(thread)

    async def end(self) -> None:
        """Wait until every thread whose connection was closed has ended; one that goes on regardless is left after a while.

        They end within milliseconds, and are looked at instead of joined: at the end of the process no thread can be started to wait.
        """
        loop = asyncio.get_running_loop()
        until_s = loop.time() + self._end_s
        while any(thread.is_alive() for thread in self._threads) and loop.time() < until_s:  # noqa: ASYNC110  (nothing tells of a thread's end)
            await asyncio.sleep(LOOK_S)
        self._threads.clear()
