"""Passes an answer to the caller in the turn in which it came, and holds its last bytes until it is written down."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from yumen.errors import Fault
from yumen.exchange.states import State

if TYPE_CHECKING:
    from yumen.exchange.exchange import Exchange
    from yumen.exchange.passages import Passage
    from yumen.http import Headers

TAIL_S = 5.0
"""How long the upstream's connection may take to end after the message has."""


class Relay:
    """The sink of one answer: between the upstream's connection, a passage, and the reply."""

    __slots__ = ("_begun", "_exchange", "_fault", "_finished", "_headers", "_length", "_passage", "_refused", "_released", "_waiter")

    def __init__(self, exchange: Exchange, passage: Passage, headers: Headers, length: int | None) -> None:
        """Answer with the exchange's status and these headers; the length where it is known and nothing changes."""
        self._exchange = exchange
        self._passage = passage
        self._headers = headers
        self._length = length
        self._waiter: asyncio.Future[None] | None = None
        self._fault: Fault | None = None
        self._begun = False
        self._refused = False
        self._finished = False
        self._released = False
        exchange.reply.on_pause = self._pause
        exchange.reply.on_resume = self._resume

    # ── the upstream's side ─────────────────────────────────────────────────

    def piece(self, data: bytes) -> None:
        """Take the next bytes; none where something in the answer has ended it."""
        if self._refused:
            return
        try:
            passing = self._passage.take(data)
        except Fault as fault:
            self._refused = True  # whatever of the answer is here already: this much of it may not go on
            self._finish(fault)
            return
        if passing:
            self._write(passing)
        if self._passage.complete:
            if self._released:
                self._write(self._passage.rest())
            else:
                self._wake()

    def ended(self) -> None:
        """The upstream's connection says that the answer is whole: it may serve another exchange now, so this one lets go of it."""
        self._exchange.connection = None
        self._finish(None)

    def failed(self, fault: Fault) -> None:
        """The rest will not come."""
        self._finish(fault)

    def _finish(self, fault: Fault | None) -> None:
        self._fault = self._fault or fault
        self._finished = True
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # ── the exchange's side ─────────────────────────────────────────────────

    async def withheld(self) -> None:
        """Wait until all of the answer is here, but for what is withheld. Raises the fault that broke it."""
        while not self._finished and not self._passage.complete:
            self._waiter = self._exchange.reply.new_waiter()
            await self._waiter
        if self._fault is not None and (self._refused or not self._passage.complete):
            raise self._fault

    def rest(self) -> bytes:
        """Return what is withheld, for an edit of the whole."""
        return self._passage.rest()

    async def deliver(self, whole: bytes | None) -> None:
        """Let the last bytes go (the edited whole, where there is one): everything is written down."""
        self._released = True
        if whole is not None:
            self._length = len(whole)
        self._write(self._passage.rest() if whole is None else whole)
        try:
            if not self._finished:
                await self._tail()
        finally:
            self._exchange.reply.end()

    async def _tail(self) -> None:
        """Relay what may follow the message's own end, within bounds."""
        self._waiter = self._exchange.reply.new_waiter()
        try:
            await asyncio.wait([self._waiter], timeout=TAIL_S)
        finally:
            if self._exchange.connection is not None:
                self._exchange.connection.abort()

    def break_off(self, fault: Fault) -> None:
        """End an answer that has begun and cannot go on."""
        last = self._passage.broken(fault, self._exchange.request_id)
        if last is None:
            self._exchange.reply.abort()
        else:
            self._write(last)
            self._exchange.reply.end()

    @property
    def begun(self) -> bool:
        """Whether the caller has seen something of this answer."""
        return self._begun

    @property
    def finished(self) -> bool:
        """Whether the upstream's connection is done with this answer."""
        return self._finished

    # ── the caller's side ───────────────────────────────────────────────────

    def begin(self) -> None:
        """Start the answer: from here on there is no error status."""
        exchange = self._exchange
        self._begun = True
        if exchange.state is State.SENT:
            exchange.move(State.STREAMING)
            exchange.first_byte_ns = exchange.clock.elapsed_ns()
        if not exchange.reply.started:  # a stream may have been begun early
            exchange.reply.start(exchange.status, self._headers, self._length)

    def _write(self, data: bytes) -> None:
        if not self._begun:
            self.begin()
        self._exchange.reply.write(data)

    def _pause(self) -> None:
        if self._exchange.connection is not None and not self._finished:
            self._exchange.connection.pause()

    def _resume(self) -> None:
        if self._exchange.connection is not None and not self._finished:
            self._exchange.connection.resume()
