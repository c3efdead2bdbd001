"""Gives an earlier request's answer to a later one: from the store, or along with the first while it comes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from yumen.claude import error_event
from yumen.errors import Fault, RepeatUnanswered, Truncated
from yumen.idempotency.recording import PIECE_BYTES
from yumen.idempotency.rules import Fate, unanswered

if TYPE_CHECKING:
    from yumen.exchange import Exchange
    from yumen.http import Headers, Reply
    from yumen.idempotency.recording import Recording
    from yumen.idempotency.values import Answer

NOT_REPLAYED = (b"request-id", b"anthropic-ratelimit-", b"x-yumen-")
"""What an answer says of its own request, of its key's limits, or of a moment that has passed."""
SESSION = b"x-yumen-session"
"""Its session and its turn there are the same for whoever gets it."""
EVENT_STREAM = b"text/event-stream"


def headers_for(exchange: Exchange, kept: Headers, request_id: str) -> Headers:
    """Return the headers of a replayed answer: those of the first, with what is said of this request, and whose answer it is."""
    passing = [(name, value) for name, value in kept if not name.lower().startswith(NOT_REPLAYED) or name.lower().startswith(SESSION)]
    return [
        *passing,
        (b"request-id", exchange.request_id.encode()),
        *exchange.shown,
        (b"idempotent-replayed", b"true"),
        (b"x-yumen-replay-of", request_id.encode()),
    ]


class Stored:
    """An answer that ended before."""

    def __init__(self, request_id: str, answer: Answer) -> None:
        """Give that answer, of that request."""
        self.request_id = request_id
        self._answer = answer

    async def relay(self, exchange: Exchange) -> bytes:
        """Write all of it but the last piece."""
        answer, reply = self._answer, exchange.reply
        exchange.status = answer.status
        length = None if answer.streamed else len(answer.body)
        reply.start(answer.status, headers_for(exchange, answer.headers, self.request_id), length)
        last = max(len(answer.body) - 1, 0) // PIECE_BYTES * PIECE_BYTES
        for start in range(0, last, PIECE_BYTES):
            reply.write(answer.body[start : start + PIECE_BYTES])
            await reply.drained()
        return answer.body[last:]

    def leave(self) -> None:
        """Do nothing: nobody else has it."""


class Follower:
    """The answer of a request that is under way in this process. Whoever makes it calls `leave`."""

    def __init__(self, recording: Recording) -> None:
        """Follow that request from now on."""
        self.request_id = recording.request_id
        self._recording = recording
        recording.join()

    def leave(self) -> None:
        """Follow it no more."""
        self._recording.leave()

    async def has_begun(self) -> bool:
        """Wait for the answer's head; return False where none comes and nothing was charged. Raises what the first met instead."""
        recording = self._recording
        while recording.beginning is None:
            if recording.fault is not None:
                raise recording.fault
            if recording.over and recording.fate is not Fate.FORGET:
                raise RepeatUnanswered(unanswered(recording.request_id, recording.reason))
            if recording.over or recording.gone:
                return False
            await recording.changed()
        return True

    async def relay(self, exchange: Exchange) -> bytes:
        """Write it as it comes; what ends an answer of known length is returned."""
        recording, reply = self._recording, exchange.reply
        beginning = recording.beginning
        assert beginning is not None  # noqa: S101  (`has_begun` has waited for it)
        exchange.status = beginning.status
        try:
            if recording.dropped is not None:
                raise self._dropped()
            reply.start(beginning.status, headers_for(exchange, beginning.headers, recording.request_id), beginning.length)
            if beginning.length is None:
                reply.flush_head()
            return await self._pass_on(reply, beginning.length)
        except Fault as fault:
            if reply.started:
                break_off(reply, beginning.headers, fault, exchange.request_id)
            raise

    async def _pass_on(self, reply: Reply, length: int | None) -> bytes:
        recording, position = self._recording, 0
        while True:
            piece = recording.read(position)
            position += len(piece)
            if recording.dropped is not None:
                raise self._dropped()
            if piece and position == length:
                return piece
            if piece:
                reply.write(piece)
                await reply.drained()
            elif recording.whole:
                return b""
            elif recording.over:
                raise Truncated
            else:
                await recording.changed()

    def _dropped(self) -> RepeatUnanswered:
        return RepeatUnanswered(unanswered(self._recording.request_id, self._recording.dropped))


def break_off(reply: Reply, headers: Headers, fault: Fault, request_id: str) -> None:
    """End an answer that has begun and cannot go on: a stream by an event, anything else by a cut."""
    if any(name.lower() == b"content-type" and value.lower().startswith(EVENT_STREAM) for name, value in headers):
        reply.write(b"\n\n" + error_event(fault.error_type, fault.message, request_id))
        reply.end()
    else:
        reply.abort()


async def gone(recording: Recording, patience_s: float) -> bool:
    """Wait until a request that ended counts no longer; return False where that takes longer."""
    try:
        async with asyncio.timeout(patience_s):
            while not recording.gone:
                await recording.changed()
    except TimeoutError:
        return False
    return True
