"""The answer of a first request while it comes: kept within bounds, and read by whoever repeats the request meanwhile."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from yumen.http import ByteBudget, Headers
from yumen.idempotency.rules import Fate
from yumen.idempotency.values import Answer, Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.idempotency.sealing import Marks

PIECE_BYTES = 64 * 1024
"""As much of a record is handed on at once."""


class Beginning(msgspec.Struct, frozen=True):
    """The head of the answer."""

    status: int
    headers: Headers
    length: int | None


class Room(msgspec.Struct, frozen=True):
    """How much may be kept: of one answer, and of all together."""

    answer_bytes: int
    budget: ByteBudget


class Recording:
    """One first request with a key, in the process that serves it. It is the reply's tee.

    Its life: claimed (not yet `running`) → running → over (`whole` or cut) → gone, when the store knows how it ended.
    """

    __slots__ = (
        "_body",
        "_followers",
        "_on_end",
        "_room",
        "_waiters",
        "beginning",
        "dropped",
        "fate",
        "fault",
        "gone",
        "marks",
        "on_deserted",
        "organization_id",
        "over",
        "passing",
        "reason",
        "request_id",
        "running",
        "whole",
    )

    def __init__(self, marks: Marks, request_id: str, room: Room, on_end: Callable[[Recording], None]) -> None:
        """Keep that request's answer in that room; `on_end` is called once, when no more of it comes."""
        self.marks = marks
        self.request_id = request_id
        self.organization_id = ""
        """Whose it is."""
        self.passing = False
        """Whether its organization lets no answer be stored: who comes while it is under way gets it, nobody later."""
        self._room = room
        self._on_end = on_end
        self._body = bytearray()
        self._followers = 0
        self._waiters: list[asyncio.Future[None]] = []
        self.running = False
        """Whether the request is the first one, as the store has said."""
        self.beginning: Beginning | None = None
        self.over = False
        """Whether no more of it comes."""
        self.whole = False
        """Whether it came to its end."""
        self.gone = False
        """Whether it counts no longer: the store knows better."""
        self.dropped: Reason | None = None
        """Why it is not kept."""
        self.fate = Fate.LOSE
        """What becomes of it; the close says it."""
        self.reason: Reason | None = None
        self.fault: BaseException | None = None
        """Why nobody could say whether it is the first one."""
        self.on_deserted: Callable[[], None] | None = None

    # ── the reply's calls ───────────────────────────────────────────────────

    def began(self, status: int, headers: Headers, length: int | None) -> None:
        """Take the head."""
        self.beginning = Beginning(status, list(headers), length)
        self._wake()

    def piece(self, data: bytes) -> None:
        """Take the next bytes; beyond the room nothing is kept at all."""
        if self.dropped is not None:
            return
        if len(self._body) + len(data) > self._room.answer_bytes:
            self._drop(Reason.TOO_LONG)
        elif not self._room.budget.take(len(data)):
            self._drop(Reason.NO_ROOM)
        else:
            self._body += data
        self._wake()

    def ended(self) -> None:
        """Note that it is whole."""
        if not self.over:
            self.whole = True
            self._end()

    def cut(self) -> None:
        """Note that the rest of it will not come."""
        if not self.over:
            self._end()

    def _end(self) -> None:
        self.over = True
        self._on_end(self)
        self._wake()

    def _drop(self, reason: Reason) -> None:
        self.dropped = reason
        self._room.budget.give(len(self._body))
        self._body = bytearray()

    # ── the room's calls ────────────────────────────────────────────────────

    def leave_room(self) -> None:
        """Note that it counts no longer. What is kept goes when nobody reads it any more."""
        self.gone = True
        self._release()
        self._wake()

    def answer(self) -> Answer:
        """Return the whole answer."""
        beginning = self.beginning
        assert beginning is not None  # noqa: S101  (what is whole has begun)
        return Answer(beginning.status, list(beginning.headers), beginning.length is None, bytes(self._body))

    # ── the followers' calls ────────────────────────────────────────────────

    @property
    def followed(self) -> bool:
        """Whether somebody else is getting it."""
        return self._followers > 0

    def join(self) -> None:
        """Follow it."""
        self._followers += 1

    def leave(self) -> None:
        """Follow it no more."""
        self._followers -= 1
        if not self._followers:
            self._release()
            if self.on_deserted is not None:
                self.on_deserted()

    def read(self, position: int) -> bytes:
        """Return what is there from a position on, as much as goes on at once."""
        with memoryview(self._body) as body:
            return bytes(body[position : position + PIECE_BYTES])

    async def changed(self) -> None:
        """Wait for something new. Whoever waits looks first, without an await between."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        await waiter

    def _release(self) -> None:
        if self.gone and not self._followers:
            self._room.budget.give(len(self._body))
            self._body = bytearray()

    def _wake(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
