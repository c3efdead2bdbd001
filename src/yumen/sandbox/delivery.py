"""Sends an answer at its pace, with what goes wrong on the way: delays, an error in the stream, a cut, rubbish."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude import error_event
from yumen.sandbox.reply_headers import EVENTS
from yumen.sandbox.rules import Trouble
from yumen.sandbox.stream import PING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from yumen.http import Headers
    from yumen.sandbox.call import Call
    from yumen.sandbox.stream import Piece

SETTLE_S = 0.01
"""Before a cut: what was written leaves the process first."""
PING_EVERY_S = 10.0
"""A stream that is slower than this has pings between its pieces, as Claude's has."""
RUBBISH = b"\x00\xff<html>this is no JSON"
RUBBISH_EVENT = b"event: content_block_delta\ndata: {this is no JSON\n\n"


class Way(msgspec.Struct, frozen=True):
    """How an answer goes to its caller."""

    trouble: Trouble
    token_s: float = 0.0
    """What the pace puts between two tokens."""

    @property
    def gap_s(self) -> float:
        """The time between two pieces of a stream."""
        return max(self.trouble.token_ms / 1000, self.token_s)


class Courier:
    """Delivers answers; time passes through `sleep` alone."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]], pace: float) -> None:
        """Wait by `sleep`; `pace` tokens a second, 0: as fast as it goes."""
        self._sleep = sleep
        self._token_s = 1 / pace if pace > 0 else 0.0

    def way(self, trouble: Trouble) -> Way:
        """Return how an answer is sent: its trouble, at the sandbox's pace."""
        return Way(trouble, self._token_s)

    async def deliver(self, call: Call, headers: Headers, body: bytes, way: Way, tokens: int = 0) -> None:
        """Send a whole body."""
        trouble = way.trouble
        await self.first_byte(way, tokens * way.gap_s)
        if trouble.cut_after is not None:
            if trouble.cut_after > 0:
                call.reply.start(200, headers, len(body))
                call.reply.write(body[: len(body) // 2])
            await self._cut(call)
        elif trouble.rubbish == "http":
            break_head(call)
        else:
            call.reply.send(200, headers, RUBBISH if trouble.rubbish == "body" else body)

    async def first_byte(self, way: Way, more_s: float = 0.0) -> None:
        """Wait before the first byte."""
        seconds = way.trouble.first_byte_ms / 1000 + more_s
        if seconds > 0:
            await self._sleep(seconds)

    async def stream(self, call: Call, headers: Headers, pieces: Iterable[Piece], way: Way) -> None:
        """Send a stream of events."""
        trouble = way.trouble
        await self.first_byte(way)
        if trouble.cut_after == 0:
            call.reply.abort()
            return
        if trouble.rubbish == "http":
            break_head(call)
            return
        call.reply.start(200, headers, None)
        if trouble.rubbish == "body":
            call.reply.write(RUBBISH)
        else:
            await self._events(call, pieces, way)
        call.reply.end()

    async def _events(self, call: Call, pieces: Iterable[Piece], way: Way) -> None:
        trouble = way.trouble
        for place, piece in enumerate(pieces):
            if trouble.error_after is not None and place >= trouble.error_after:
                call.reply.write(error_event("overloaded_error", "Overloaded", call.request_id))
                return
            if trouble.cut_after is not None and place >= trouble.cut_after:
                await self._cut(call)
                return
            if piece.delta and way.gap_s > 0:
                await self._gap(call, way.gap_s)
            call.reply.write(RUBBISH_EVENT if trouble.rubbish == "event" and piece.delta else piece.data)
            await call.reply.drained()

    async def _cut(self, call: Call) -> None:
        await self._sleep(SETTLE_S)
        call.reply.abort()

    async def _gap(self, call: Call, seconds: float) -> None:
        while seconds > PING_EVERY_S:
            await self._sleep(PING_EVERY_S)
            call.reply.write(PING)
            seconds -= PING_EVERY_S
        await self._sleep(seconds)


def break_head(call: Call) -> None:
    """Answer with what is not HTTP: a header line that is none."""
    call.reply.start(200, [(b"\x00\x01 rubbish\x7f\r\n\r\x00", RUBBISH)], None)
    call.reply.close_after()
    call.reply.end()


def stream_headers(call: Call) -> Headers:
    """Return the headers of a stream."""
    return [*call.headers(EVENTS), (b"cache-control", b"no-cache")]
