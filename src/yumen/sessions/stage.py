"""recall: a request that names its session gets what was said before in front of what it says, and is its next turn."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from yumen.claude import Shape, read_fields, view_request
from yumen.claude.history import MARK, joined, messages_in, with_history, without_marks
from yumen.errors import InvalidRequest, SessionBusy, SessionsUnreadable, TooLarge
from yumen.exchange.patience import SAID_BY, US_PER_S, patience_us
from yumen.sessions.full import Room, Size, dropped, size_in_all, tokens_of, too_long, window_of
from yumen.sessions.header import FULL, NAMED, NONE_KEPT, NOT_HERE, NOTHING_STORED, WhenFull, session_named, when_full
from yumen.sessions.under_way import UnderWay
from yumen.sessions.values import Begun, Mine, Opening, Session, TurnState
from yumen.storage import DatabaseUnavailable

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.exchange import Exchange
    from yumen.exchange.stages import Stage
    from yumen.sessions.lines import Key
    from yumen.sessions.remember import Pause, Remember
    from yumen.sessions.values import Turn

POLL_S = 0.25
"""How often the store is asked whether a turn has ended that another process serves."""
MARGIN_S = 1.0
"""So long before its caller's patience ends, a request that waits is told to come again."""
NS_PER_S = 1_000_000_000
NS_PER_US = 1000
INLINE_BYTES = 256 * 1024
"""A longer conversation is put together in a thread, so that the others' streams go on meanwhile."""
MOST_MARKS = 4
KEPT = ("system", "tools")
"""What is kept with the session, and filled in where a request has none of it."""
Screen = Callable[["Exchange", bytes], Awaitable[bytes]]
"""Returns a JSON object with `messages`, and perhaps `system` and `tools`, as an upstream may see it. Raises PolicyBlocked and others."""
Result = TypeVar("Result")
CACHE = b'{"type":"ephemeral"}'


class RecallOptions(msgspec.Struct, frozen=True):
    """What the operator says of sessions."""

    keeps: bool = True
    when_full: WhenFull = "refuse"
    cache: bool = True
    turns: int = 10_000
    patience_s: float = 60.0
    """How long callers wait that do not say it."""


class Said(NamedTuple):
    """What a request says itself: its body, read once."""

    body: bytes
    fields: dict[str, msgspec.Raw]
    question: bytes


class Told(NamedTuple):
    """What was said before."""

    session: Session | None
    turns: tuple[Turn, ...]


class Recall:
    """The stage between attach and resolve, for requests with the header alone."""

    def __init__(  # noqa: PLR0913  (the pause is for tests alone)
        self,
        remember: Remember,
        clock: Clock,
        options: RecallOptions,
        own: Stage,
        *,
        screen: Screen | None = None,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """Read what `remember` stores.

        `own` looks whose the things are that the whole conversation names, and `screen` lets nothing into the store that the upstream may
        not see; None: everything may be.
        """
        self._screen = screen
        self._remember = remember
        self._clock = clock
        self._options = options
        self._own = own
        self._pause = pause

    async def __call__(self, exchange: Exchange) -> None:
        """Put what was said before into the exchange's body. Raises why it cannot be."""
        counts = exchange.endpoint.name == "count_tokens"
        if exchange.endpoint.shape is not Shape.MESSAGE and not counts:
            raise InvalidRequest(NOT_HERE)
        if not self._options.keeps:
            raise InvalidRequest(NONE_KEPT)
        principal, body = exchange.principal, exchange.body
        assert principal is not None  # noqa: S101  (the table of states has `known` before this)
        assert body is not None  # noqa: S101  (these endpoints' bodies are held)
        if not principal.storable:
            raise InvalidRequest(NOTHING_STORED)
        key = (principal.workspace_id, session_named(exchange.request.head.values(NAMED)))
        full = when_full(exchange.request.header(FULL), self._options.when_full)
        said = await _anywhere(len(body), said_in, body)
        if counts:
            told = await self._looked_up(principal.organization_id, key)
        else:
            told = await self._begin(exchange, key, await self._screened(exchange, said))
        await self._put(exchange, said, told, full)
        await self._own(exchange)

    async def _screened(self, exchange: Exchange, said: Said) -> Said:
        """Return what is stored of a request: what the upstream may see. Raises PolicyBlocked where nothing of it may be."""
        if self._screen is None:
            return said
        parts = {name: bytes(said.fields[name]) for name in KEPT if name in said.fields}
        whole = object_of(parts | {"messages": b"[" + said.question + b"]"})
        fields = read_fields(await self._screen(exchange, whole))
        return Said(said.body, fields, messages_in(fields))

    # ── what was said before ────────────────────────────────────────────────

    async def _looked_up(self, organization_id: str, key: Key) -> Told:
        """Return what the session holds now, for a request that is no turn of it."""
        try:
            found = await self._remember.places.of(organization_id).shelf.read(*key)
        except DatabaseUnavailable as error:
            raise SessionsUnreadable from error
        if found is None:
            return Told(None, ())
        return Told(found[0], tuple(turn for turn in found[1] if turn.state is TurnState.ANSWERED and not turn.dropped))

    async def _begin(self, exchange: Exchange, key: Key, said: Said) -> Told:
        """Open the turn, once no other of the session is under way; from here on the exchange's close ends it."""
        begun_ns = self._clock.elapsed_ns()
        lines = self._remember.lines
        if not await lines.enter(key, self._left_s(exchange)):
            raise SessionBusy(retry_after_s=1)
        try:
            begun = await self._begun(exchange, key, said)
        except BaseException as error:
            lines.leave(key)
            if isinstance(error, DatabaseUnavailable):
                raise SessionsUnreadable from error
            raise
        finally:
            exchange.session_wait_us += (self._clock.elapsed_ns() - begun_ns) // NS_PER_US
        mine = Mine(begun.session.id, begun.number, exchange.request_id)
        turn = exchange.turn = UnderWay(mine, key, organization_of(exchange), begun.session.placeholders)
        exchange.listeners.append(turn)
        turn.said = {name: bytes(said.fields[name]) for name in KEPT if name in said.fields}
        self._remember.begin(turn)
        exchange.shown = [*exchange.shown, (NAMED, key[1].encode()), (b"x-yumen-session-turn", b"%d" % begun.number)]
        if len(begun.turns) >= self._options.turns:
            msg = f"The session {key[1]} has {len(begun.turns)} turns, the most that one may have here: begin another session."
            raise InvalidRequest(msg)
        return Told(begun.session, begun.turns)

    async def _begun(self, exchange: Exchange, key: Key, said: Said) -> Begun:
        question = await _anywhere(len(said.question), without_marks, said.question)
        session_id = self._clock.new_id("sess_")
        while True:
            now_us = self._clock.now_us()
            opening = Opening(session_id, exchange.request_id, question, now_us, now_us + self._remember.lease_us)
            organization_id = organization_of(exchange)
            opened = asyncio.ensure_future(self._remember.places.of(organization_id).store.begin(*key, opening))
            try:
                begun = await asyncio.shield(opened)
            except asyncio.CancelledError:
                self._remember.leave(opened, organization_id, exchange.request_id)
                raise
            if isinstance(begun, Begun):
                return begun
            if self._left_s(exchange) < POLL_S:
                raise SessionBusy(retry_after_s=1)
            await self._pause(POLL_S)

    def _left_s(self, exchange: Exchange) -> float:
        """Return how long the caller can still be kept waiting."""
        patience_s = patience_us(exchange.request.header(SAID_BY), self._options.patience_s) / US_PER_S
        return max(patience_s - MARGIN_S - (self._clock.elapsed_ns() - exchange.received_ns) / NS_PER_S, 0.0)

    # ── the whole conversation ──────────────────────────────────────────────

    async def _put(self, exchange: Exchange, said: Said, told: Told, full: WhenFull) -> None:
        """Make the body of it all, and let every later stage see that one."""
        added = self._added(said, told, counts=exchange.turn is None)
        turns = await self._fitting(exchange, said, told, full)
        before = [told.session.summary or b""] if told.session is not None else []
        history = joined([*before, *(part for turn in turns for part in (turn.question, turn.answer or b""))])
        more = len(history) + sum(map(len, added.values()))
        if len(said.body) + more > exchange.max_body_bytes:
            raise TooLarge(f"Request exceeds the maximum size: {len(said.body) + more} bytes with what its session holds.")
        exchange.request.hold(more, exchange.max_body_bytes)
        body = exchange.body = await _anywhere(len(said.body), with_history, said.body, history, added)
        exchange.view = await _anywhere(len(body), view_request, body)

    def _added(self, said: Said, told: Told, *, counts: bool) -> dict[str, bytes]:
        """Return what of the session is filled in where the request has none of it."""
        session, added = told.session, dict[str, bytes]()
        if session is not None:
            stored = {name: getattr(session, name) for name in KEPT}
            added = {name: value for name, value in stored.items() if value is not None and name not in said.fields}
        marks = sum(value.count(MARK) for value in added.values())
        if self._options.cache and not counts and MARK not in said.body and marks < MOST_MARKS:
            added["cache_control"] = CACHE
        return added

    async def _fitting(self, exchange: Exchange, said: Said, told: Told, full: WhenFull) -> tuple[Turn, ...]:
        """Return the turns that are sent. Raises InvalidRequest where there is no room, and nothing may be left out."""
        turns, model = told.turns, exchange.view.model
        room = Room(window_of(model), exchange.max_body_bytes)
        least = len(said.body) + sum(len(turn.question) + len(turn.answer or b"") + 2 for turn in turns)
        if least <= min(room.tokens, room.bytes) or exchange.turn is None:
            return turns  # no token stands for less than a byte
        whole = await _anywhere(least, size_of_all, said.body, turns, model)
        if whole.fits(room):
            return turns
        gone = dropped(whole, turns, room, model) if full == "drop" else 0
        if gone and isinstance(exchange.turn, UnderWay):
            exchange.turn.left_out_to = turns[gone - 1].number  # in the store once the turn counts: what is refused changes nothing
        elif whole.tokens > room.tokens:
            raise too_long(session_named(exchange.request.head.values(NAMED)), whole.tokens, room.tokens)
        return turns[gone:]


def organization_of(exchange: Exchange) -> str:
    """Return whose organization's key asks."""
    assert exchange.principal is not None  # noqa: S101  (the table of states has `known` before this)
    return exchange.principal.organization_id


def object_of(members: dict[str, bytes]) -> bytes:
    """Return a JSON object of members whose values stand as they are."""
    return b"{" + b",".join(b'"%b":%b' % (name.encode(), value) for name, value in members.items()) + b"}"


def said_in(body: bytes) -> Said:
    """Read what a request says. Raises InvalidRequest where it says no messages."""
    fields = read_fields(body)
    return Said(body, fields, messages_in(fields))


def size_of_all(body: bytes, turns: tuple[Turn, ...], model: str | None) -> Size:
    """Return what a body takes with the turns before it."""
    return size_in_all(Size(tokens_of(body, model), len(body)), turns, model)


async def _anywhere(size: int, work: Callable[..., Result], *arguments: object) -> Result:
    """Do it here, or in a thread where so much is to be looked at."""
    return work(*arguments) if size <= INLINE_BYTES else await asyncio.to_thread(work, *arguments)
