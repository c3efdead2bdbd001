"""One worker's post: a process is started, heard, and followed by another when it dies."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from yumen.app.channel import Begin, Channel, Failed, Figures, Hurry, Leave, Look, Ready
from yumen.app.place import Place
from yumen.errors import OperatorError
from yumen.observe import Written
from yumen.settings import Settings

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from yumen.app.ground import Ground

log = logging.getLogger("yumen.app")

COMMAND = (sys.executable, "-P", "-m", "yumen.app.worker")
FAILED = 1
FIRST_PAUSE_S = 0.1
MAX_PAUSE_S = 10.0
SETTLED_S = 10.0
"""After so long a worker's death counts as its first."""
ANSWER_S = 0.5
"""How long `/metrics` waits for a worker."""
PIECE_BYTES = 64 * 1024
MANY_LINES = 1000
"""So many pieces of workers' logs may wait for the disk; beyond them the workers wait, and drop and count lines themselves."""


class Orders(msgspec.Struct, frozen=True):
    """What every worker is told and given."""

    settings: Settings
    place: Callable[[int], Place]
    held: int
    """The descriptor of the data folder's lock."""


class Post:
    """Where one worker serves after the other."""

    def __init__(self, number: int, orders: Orders, ground: Ground, died: Callable[[int], None]) -> None:
        """Be the worker of that number."""
        self.number = number
        self.serves = False
        self.begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when it serves for the first time; its exception says why it never did."""
        self._orders = orders
        self._ground = ground
        self._died = died
        self._leaving = asyncio.Event()
        self._channel: Channel | None = None
        self._process: Process | None = None
        self._asked: dict[int, asyncio.Future[bytes]] = {}
        self._looks = 0

    async def keep(self) -> int:
        """Keep a process in this place until it shall leave; return the last one's exit code."""
        pause_s = FIRST_PAUSE_S
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                code = await self._live()
            except OSError as error:  # no process, no descriptor to be had
                log.error("worker %d cannot be started: %s", self.number, error)  # noqa: TRY400  (the reason is all)
                code = FAILED
            if self._leaving.is_set() or not self._has_begun(code):
                return code
            self._died(self.number)
            pause_s = FIRST_PAUSE_S if loop.time() - began > SETTLED_S else pause_s
            log.error("worker %d ended (%d); it is started again in %.1f s, and takes up its journal", self.number, code, pause_s)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), pause_s)
                return 0
            pause_s = min(2 * pause_s, MAX_PAUSE_S)

    def leave(self) -> None:
        """Let it end as a gateway does."""
        self._leaving.set()
        if self._channel is not None:
            self._channel.say(Leave())

    def hurry(self) -> None:
        """Let it end now."""
        if self._channel is not None:
            self._channel.say(Hurry())

    def kill(self) -> None:
        """End it at once; what it leaves in its journal is taken up by the next."""
        self._leaving.set()
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()

    async def figures(self) -> bytes | None:
        """Return its numbers, None where it does not answer in time."""
        if self._channel is None:
            return None
        self._looks += 1
        look = self._looks
        answer = self._asked[look] = asyncio.get_running_loop().create_future()
        self._channel.say(Look(look))
        try:
            return await asyncio.wait_for(answer, ANSWER_S)
        except TimeoutError:
            return None
        finally:
            self._asked.pop(look, None)

    # ── one process ─────────────────────────────────────────────────────────

    async def _live(self) -> int:
        """Start a process, hear it until it ends, and return its exit code."""
        ours, theirs = socket.socketpair()
        with theirs:
            given = (theirs.fileno(), self._orders.held)
            process = await asyncio.create_subprocess_exec(
                *COMMAND, *map(str, given), stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, pass_fds=given, start_new_session=True
            )
        self._process = process
        self._channel = channel = await Channel.over(ours)
        channel.say(Begin(self._orders.settings, self._orders.place(self.number)))
        if self._leaving.is_set():
            self.kill()
        writing = asyncio.create_task(self._pass_on(process))
        await self._hear(channel)
        self.serves = False
        code = await process.wait()
        await writing
        channel.close()
        self._channel = self._process = None
        return code

    async def _hear(self, channel: Channel) -> None:
        while (message := await channel.hear()) is not None:
            if isinstance(message, Figures):
                answer = self._asked.get(message.number)
                if answer is not None and not answer.done():
                    answer.set_result(message.text)
            elif isinstance(message, Ready):
                self.serves = True
                if not self.begun.done():
                    self.begun.set_result(None)
            elif isinstance(message, Failed):
                log.error("worker %d cannot start: %s", self.number, message.sentence.format(**message.values))
                if not self.begun.done():
                    self.begun.set_exception(OperatorError(message.sentence, **message.values))

    async def _pass_on(self, process: Process) -> None:
        """Hand what the process writes to the log, whole lines at a time: one process writes the file, and nothing is mixed up."""
        assert process.stderr is not None  # noqa: S101  (a pipe)
        rest = b""
        while piece := await process.stderr.read(PIECE_BYTES):
            lines, newline, rest = (rest + piece).rpartition(b"\n")
            if newline:
                self._ground.log.put(Written(self._ground.clock.now_us(), (lines + newline).decode(errors="replace")))
            while self._ground.log.waiting > MANY_LINES:  # noqa: ASYNC110  (the log's thread tells nobody)
                await asyncio.sleep(0.05)
        if rest:
            self._ground.log.put(Written(self._ground.clock.now_us(), rest.decode(errors="replace") + "\n"))

    def _has_begun(self, code: int) -> bool:
        """Whether it ever served; a worker that cannot even start is no matter of trying again."""
        if not self.begun.done():
            self.begun.set_exception(OperatorError("a worker ended at its start ({code}); the log says more", code=code))
        return self.begun.exception() is None
