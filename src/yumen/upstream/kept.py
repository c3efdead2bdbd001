"""An answer whose body is read, or begun, before anybody decides about it: then it is dropped, or handed on byte for byte."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yumen.errors import Fault
    from yumen.exchange.answering import Answering
    from yumen.http import Headers, Sink

MOST_BYTES = 64 * 1024
FIRST_ERROR_STATUS = 400
LONGEST_S = 5.0
"""An error that does not end in this time is decided about without its body."""


class Kept:
    """Stands between an answer and its sink: the sink of the one, the answer of the other."""

    __slots__ = ("_answer", "_begins", "_ended", "_enough", "_fault", "_pieces", "_sink", "_size", "_waiter", "headers", "status")

    def __init__(self, answer: Answering) -> None:
        """Take the body of that answer."""
        self.status = answer.status
        self.headers: Headers = answer.headers
        self._answer: Answering | None = answer
        self._pieces: list[bytes] = []
        self._size = 0
        self._begins = self._ended = self._enough = False
        self._fault: Fault | None = None
        self._sink: Sink | None = None
        self._waiter: asyncio.Future[None] | None = None
        answer.attach(self)

    async def body(self) -> bytes:
        """Return the body once it is here; what there is of it where it is too long, too slow, or breaks."""
        if self._answer is not None and not self._enough:
            self._waiter = asyncio.get_running_loop().create_future()
            await asyncio.wait([self._waiter], timeout=LONGEST_S)
        return b"".join(self._pieces)

    async def begun(self) -> None:
        """Wait until something of the body is here, or it is known that nothing comes. The answer's own time-outs bound that."""
        if self._answer is not None and not self._pieces:
            self._begins = True
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter

    def drop(self) -> None:
        """Forget it: its connection serves on where the answer has ended, else it is given up."""
        self._pieces = []
        self.abort()

    # ── the sink of what came ───────────────────────────────────────────────

    def piece(self, data: bytes) -> None:
        """Keep the next bytes, or hand them on."""
        if self._sink is not None:
            self._sink.piece(data)
            return
        self._pieces.append(data)
        self._size += len(data)
        if self._begins:
            self._begins = False
            self._wake()
        if self._size > MOST_BYTES and not self._enough and self._answer is not None:
            self._enough = True
            self._answer.pause()
            self._wake()

    def ended(self) -> None:
        """Note the end: the connection may serve another now."""
        self._answer = None
        self._ended = True
        self._wake()
        if self._sink is not None:
            self._sink.ended()

    def failed(self, fault: Fault) -> None:
        """Note that the rest will not come."""
        self._answer = None
        if self.status >= FIRST_ERROR_STATUS:
            fault.unsent = True  # nothing is charged
        self._fault = fault
        self._wake()
        if self._sink is not None:
            self._sink.failed(fault)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # ── the answer, as it goes on ───────────────────────────────────────────

    def attach(self, sink: Sink) -> None:
        """Hand the body to a sink: what is here now, the rest as it comes."""
        self._sink = sink
        pieces, self._pieces = self._pieces, []
        if pieces:
            sink.piece(b"".join(pieces))
        if self._ended:
            sink.ended()
        elif self._fault is not None:
            sink.failed(self._fault)
        elif self._enough and self._answer is not None:
            self._answer.resume()

    def pause(self) -> None:
        """Leave the rest in the kernel for now."""
        if self._answer is not None:
            self._answer.pause()

    def resume(self) -> None:
        """Read on."""
        if self._answer is not None:
            self._answer.resume()

    def abort(self) -> None:
        """Give it up, where it has not ended."""
        if self._answer is not None:
            answer, self._answer = self._answer, None
            answer.abort()
