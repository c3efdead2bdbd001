"""One connection to Redis for all that this process asks: commands are written as they come, and answered in their order.

A pool of connections costs several times as much, and Redis does one thing after the other anyway.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

from redis.exceptions import RedisError, ResponseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from redis.asyncio import Connection

Word = str | bytes | int


class Asks(Protocol):
    """Where commands go: a `Line`, or a cluster."""

    async def ask(self, *command: Word) -> Any:  # noqa: ANN401  (each command's own answer)
        """Send a command and return its answer, in time."""

    async def stop(self) -> None:
        """Close what is open."""


class Line:
    """A connection that is made when it is needed, and made anew after it broke.

    An answer has until the time-out, from the moment of asking. One that is late breaks the connection: what hangs is not waited for.
    """

    def __init__(self, connect: Callable[[], Connection], timeout_s: float) -> None:
        """Take how a connection is made; it must have no time-out of its own."""
        self._connect = connect
        self._timeout_s = timeout_s
        self._connection: Connection | None = None
        self._waiting: deque[tuple[asyncio.Future[Any], float]] = deque()
        """Who waits for an answer, and until when: the oldest first."""
        self._opening: asyncio.Task[Connection] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._watch: asyncio.TimerHandle | None = None

    async def ask(self, *command: Word) -> Any:  # noqa: ANN401  (each command's own answer)
        """Send a command and return its answer; once more if the connection breaks meanwhile, so it must do no harm twice."""
        deadline = asyncio.get_running_loop().time() + self._timeout_s
        try:
            return await self._ask(command, deadline)
        except ConnectionResetError:
            return await self._ask(command, deadline)

    async def stop(self) -> None:
        """Close the connection; who still waits is told that it broke."""
        tasks = [task for task in (self._opening, self._reading) if task is not None]
        self._break(ConnectionAbortedError())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask(self, command: tuple[Word, ...], deadline: float) -> Any:  # noqa: ANN401  (as above)
        connection = self._connection or await self._opened(deadline)
        if connection is not self._connection:
            raise ConnectionResetError
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        self._waiting.append((answer, deadline))
        if self._watch is None:
            self._watch = loop.call_at(deadline, self._look)
        await connection.send_packed_command(connection.pack_command(*command), check_health=False)
        return await answer

    def _look(self) -> None:
        """Break the connection if the oldest answer is late; else look again when it would be."""
        self._watch = None
        if not self._waiting:
            return
        loop = asyncio.get_running_loop()
        deadline = self._waiting[0][1]
        if loop.time() >= deadline:
            self._break(TimeoutError())
        else:
            self._watch = loop.call_at(deadline, self._look)

    # ── opening and breaking ────────────────────────────────────────────────

    async def _opened(self, deadline: float) -> Connection:
        """Wait for a connection, which all share who ask meanwhile; who came late to one that was not to be waits for the next."""
        loop = asyncio.get_running_loop()
        while True:
            if self._opening is None:
                self._opening = loop.create_task(self._open())
                self._opening.add_done_callback(heard)
            try:
                async with asyncio.timeout_at(deadline):
                    return await asyncio.shield(self._opening)
            except TimeoutError:
                if loop.time() >= deadline:
                    raise

    async def _open(self) -> Connection:
        connection = self._connect()
        try:
            async with asyncio.timeout(self._timeout_s):
                await connection.connect()  # type: ignore[no-untyped-call]
        except BaseException:
            await connection.disconnect(nowait=True)
            raise
        finally:
            self._opening = None
        self._connection = connection
        self._reading = asyncio.get_running_loop().create_task(self._read(connection))
        return connection

    async def _read(self, connection: Connection) -> None:
        """Give each answer to whom it belongs, until the connection ends."""
        try:
            while True:
                await self._read_one(connection)
        except (RedisError, OSError, EOFError, IndexError):
            if connection is self._connection:
                self._break(ConnectionResetError())
        finally:
            await connection.disconnect(nowait=True)

    async def _read_one(self, connection: Connection) -> None:
        error = reply = None
        try:
            reply = await connection.read_response()
        except ResponseError as refused:
            error = refused
        answer, _ = self._waiting.popleft()
        if answer.done():
            return  # nobody waits for it any more
        if error is None:
            answer.set_result(reply)
        else:
            answer.set_exception(error)

    def _break(self, error: Exception) -> None:
        """Give the connection up, and tell everyone who waits for it."""
        self._connection = None
        if self._reading is not None and self._reading is not asyncio.current_task():
            self._reading.cancel()
        self._reading = None
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        waiting, self._waiting = self._waiting, deque()
        for answer, _ in waiting:
            if not answer.done():
                answer.set_exception(error)
                answer.exception()  # who was cut off while sending does not come back for it


def heard(done: asyncio.Future[Any]) -> None:
    """Note that a failure is known: nobody may be left who waits for it."""
    if not done.cancelled():
        done.exception()
