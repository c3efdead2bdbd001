"""attach: a request with an idempotency key is the first one, or gets the first one's answer; its close says what becomes of that."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import msgspec

from yumen.claude import Intake
from yumen.errors import IdempotencyKeyReused, InvalidRequest, RepeatsUnreadable, RepeatTooEarly, RepeatUnanswered
from yumen.exchange.patience import SAID_BY, US_PER_S, patience_us
from yumen.exchange.use import was_refused, was_sent
from yumen.exchange.values import Outcome, Why
from yumen.idempotency.recording import Recording
from yumen.idempotency.replay import Follower, Stored, gone
from yumen.idempotency.rules import PIPED, Bad, Fate, Next, fate_of, judge, read_key, unanswered
from yumen.idempotency.sealing import Scope, digest_of, marks_of, unseal
from yumen.idempotency.values import Reason, Row, State
from yumen.storage import DatabaseUnavailable

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.exchange import Exchange
    from yumen.exchange.stages import Replay
    from yumen.http import Request
    from yumen.idempotency.keeping import Keeping
    from yumen.idempotency.recording import Room
    from yumen.idempotency.sealing import Marks

Pause = Callable[[float], Awaitable[object]]
"""Waits for seconds."""
OWN = b"x-yumen-idempotency-key"
COMMON = b"idempotency-key"
SESSION = b"x-yumen-session"
POLL_S = 0.25
"""How often the store is asked whether the first request has ended that another process serves."""
MARGIN_S = 1.0
"""So long before its caller's patience ends, a request that waits is told to come again."""
NS_PER_S = 1_000_000_000
INLINE_BYTES = 256 * 1024
"""A longer body is hashed in a thread."""


MarkOf = Callable[["Exchange"], Awaitable[str]]
"""Returns what marks the policies that a request is under, nothing where there are none: an answer is given again under the same alone."""


class AttachOptions(msgspec.Struct, frozen=True):
    """How long callers wait that do not say it, and under which policies they ask."""

    patience_s: float = 60.0
    mark_of: MarkOf | None = None
    """None: there are no policies."""


class Repeats:
    """`attach` is the stage between read and resolve; `close` goes with the closing phase, behind the record."""

    def __init__(self, keeping: Keeping, room: Room, clock: Clock, options: AttachOptions, pause: Pause = asyncio.sleep) -> None:
        """Keep answers in that room; `pause` waits between two looks at the store."""
        self._keeping = keeping
        self._room = room
        self._clock = clock
        self._options = options
        self._pause = pause

    async def attach(self, exchange: Exchange) -> Replay | None:
        """Return the earlier answer; None: the request has no key, or is the first with it. Raises why it gets neither."""
        fields = exchange.request.head.fields
        if COMMON not in fields and OWN not in fields:
            return None
        marks = await self._marks(exchange)
        if marks is None:
            return None
        while True:
            recording = self._keeping.open.get(marks.id)
            replay: Replay | None
            if recording is not None:
                replay = await self._follow(exchange, marks, recording)
            else:
                row = await self._claim(exchange, marks)
                if row is None:
                    return None
                replay = await self._stored(exchange, marks, row)
            if replay is not None:
                return replay

    def close(self, exchange: Exchange) -> None:
        """Say what becomes of the answer, before its last bytes go."""
        recording = exchange.shared
        if not isinstance(recording, Recording):
            return
        resent = any(attempt.why is Why.RESENT for attempt in exchange.attempts)
        sent = was_sent(exchange) and not was_refused(exchange)
        recording.fate, recording.reason = fate_of(exchange.outcome or Outcome.FAILED, exchange.status, sent=sent, resent=resent)

    # ── what a key means ────────────────────────────────────────────────────

    async def _marks(self, exchange: Exchange) -> Marks | None:
        """Return what the request is known by; None where a key means nothing: without a body, or outside the table of endpoints."""
        request, endpoint, principal = exchange.request, exchange.endpoint, exchange.principal
        if endpoint.intake is Intake.NONE or endpoint.name == "other" or principal is None:
            return None
        key = read_key(request.head.values(OWN), request.head.values(COMMON))
        if isinstance(key, Bad):
            raise InvalidRequest(key.value)
        if key is None:
            return None
        if endpoint.intake is Intake.PIPED:
            raise InvalidRequest(PIPED)
        scope = Scope(principal.workspace_id, request.method, request.path, key)
        mark = "" if self._options.mark_of is None else await self._options.mark_of(exchange)
        asked = f"{asked_in(request)} {mark}" if mark else asked_in(request)
        return marks_of(scope, asked, await digest_of_body(exchange))

    # ── the first request is here ───────────────────────────────────────────

    async def _follow(self, exchange: Exchange, marks: Marks, recording: Recording) -> Replay | None:
        """Return its answer; None: ask again, since it has ended without one, or another process serves the first."""
        if recording.running and recording.marks.body_hash != marks.body_hash:
            raise IdempotencyKeyReused
        if recording.over and recording.fate is not Fate.KEEP:
            if not await gone(recording, self._left_s(exchange)):
                raise RepeatTooEarly(retry_after_s=1)
            return None
        follower = Follower(recording)
        begun = False
        try:
            begun = await follower.has_begun()
        finally:
            if not begun:
                follower.leave()
        if not begun:
            return None
        if recording.marks.body_hash != marks.body_hash:
            follower.leave()
            raise IdempotencyKeyReused
        return follower

    # ── the store says who is the first ─────────────────────────────────────

    async def _claim(self, exchange: Exchange, marks: Marks) -> Row | None:
        """Be the first, and let the answer be kept from now on; or return the row of the one that was."""
        keeping = self._keeping
        recording = Recording(marks, exchange.request_id, self._room, keeping.end)
        keeping.open[marks.id] = recording  # before the await: whoever comes meanwhile follows this one
        now_us = self._clock.now_us()
        principal = exchange.principal
        workspace_id = "" if principal is None else principal.workspace_id
        recording.organization_id = "" if principal is None else principal.organization_id
        recording.passing = principal is not None and not principal.storable
        lease_until_us = now_us + keeping.options.lease_us
        try:
            row = await keeping.stores.of(recording.organization_id).claim(
                Row(
                    marks.id,
                    workspace_id,
                    exchange.request_id,
                    marks.body_hash,
                    State.RUNNING,
                    lease_until_us,
                    now_us,
                    keeping.expires_us,
                )
            )
        except BaseException as error:
            keeping.doubt(recording)
            if not isinstance(error, DatabaseUnavailable):
                recording.leave_room()
                raise
            recording.fault = RepeatsUnreadable()
            recording.leave_room()
            raise RepeatsUnreadable from error
        if row is not None:
            del keeping.open[marks.id]
            recording.leave_room()
            return row
        recording.running = True
        exchange.shared = exchange.reply.tee = recording
        return None

    async def _stored(self, exchange: Exchange, marks: Marks, row: Row) -> Replay | None:
        """Return the answer of a row; None after a pause, where its request is under way elsewhere."""
        following, reason = judge(row, marks.body_hash, self._clock.now_us())
        if following is Next.OTHER_BODY:
            raise IdempotencyKeyReused
        if following is Next.NOTHING:
            raise RepeatUnanswered(unanswered(row.request_id, reason))
        if following is Next.REPLAY:
            answer = unseal(marks, row.request_id, row.sealed or b"")
            if answer is None:
                raise RepeatUnanswered(unanswered(row.request_id, Reason.SPOILT))
            return Stored(row.request_id, answer)
        if self._left_s(exchange) < POLL_S:
            raise RepeatTooEarly(retry_after_s=1)
        await self._pause(POLL_S)
        return None

    def _left_s(self, exchange: Exchange) -> float:
        """Return how long the caller can still be kept waiting."""
        patience = patience_us(exchange.request.header(SAID_BY), self._options.patience_s) / US_PER_S
        return max(patience - MARGIN_S - (exchange.clock.elapsed_ns() - exchange.received_ns) / NS_PER_S, 0.0)


def asked_in(request: Request) -> str:
    """Return what a request asks for beside its body: the query, and the session in which it speaks."""
    session = request.header(SESSION)
    return request.query if session is None else f"{request.query} {session.decode('latin-1')}"


async def digest_of_body(exchange: Exchange) -> bytes:
    """Return the hash of the body as the caller sent it."""
    if exchange.spool is not None:
        return await asyncio.to_thread(digest_of, exchange.spool.pieces())
    body = exchange.received if exchange.received is not None else exchange.body or b""
    return digest_of([body]) if len(body) <= INLINE_BYTES else await asyncio.to_thread(digest_of, [body])
