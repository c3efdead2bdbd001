"""relay: from the head of the upstream's answer to the last bytes that are withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.claude import ChatTap, InflatingTap, MessageTap, Shape, StreamTap
from yumen.claude.headers import NOT_TO_CALLER, NOT_TO_CALLER_PREFIXES
from yumen.errors import Truncated, UpstreamRubbish
from yumen.exchange.passages import Events, Live, Plain, Whole
from yumen.exchange.relay import Relay
from yumen.http import HOP_BY_HOP, connection_tokens

if TYPE_CHECKING:
    from yumen.claude import Tap
    from yumen.exchange.exchange import Exchange
    from yumen.exchange.passages import Passage
    from yumen.http import Headers

METERED = frozenset({Shape.MESSAGE, Shape.COMPLETION})
OK = 200
UNASKED = "The upstream compressed its answer although it was asked not to, and it must be read here."


async def relay_answer(exchange: Exchange) -> bytes | None:
    """Relay the answer but for its last bytes, and fill in what it used. Returns the edited whole, where it must be changed whole."""
    connection = exchange.connection
    assert connection is not None  # noqa: S101  (the table of states has `sent` before this)
    exchange.head_ns = exchange.clock.elapsed_ns()
    exchange.status = connection.status
    headers, facts = split_headers(connection.headers)
    headers.append((b"request-id", exchange.request_id.encode()))
    exchange.upstream_request_id = facts.request_id
    streams = facts.is_event_stream
    tap = _tap(exchange, facts) if connection.status == OK else None
    edit = exchange.edit
    passage: Passage
    if streams and tap is not None and not facts.compressed:
        passage = Events(tap, edit.stream() if edit is not None else None)
    elif edit is not None:
        passage = Whole(tap)
    else:
        passage = Live(tap) if streams else Plain(tap)
    # A stream's length is not promised: it may have to end in an error event.
    relay = Relay(exchange, passage, headers, None if streams or edit is not None else facts.length)
    exchange.relay = relay
    try:
        connection.attach(relay)
        if streams and not exchange.reply.started and not relay.finished:
            relay.begin()
            exchange.reply.flush_head()
        await relay.withheld()
        if tap is not None:
            tap.end()
        if streams and tap is not None and not tap.complete:
            raise Truncated
        return await edit.whole(exchange.status, relay.rest()) if isinstance(passage, Whole) and edit is not None else None
    finally:
        _note(exchange, tap)


def _note(exchange: Exchange, tap: Tap | None) -> None:
    """Write what the tap read into the exchange."""
    if tap is None:
        return
    exchange.model_answered = tap.model
    exchange.stop_reason = tap.stop_reason
    exchange.usage = tap.usage
    exchange.made = tap.made
    exchange.estimated = not tap.complete or tap.usage is None
    if exchange.estimated:
        exchange.output_estimate_tokens = tap.output_estimate()


class AnswerFacts:
    """What an answer's head says about its body."""

    __slots__ = ("encoding", "is_event_stream", "length", "request_id")

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.encoding = b""
        self.is_event_stream = False
        self.length: int | None = None
        self.request_id: str | None = None

    @property
    def compressed(self) -> bool:
        """Whether its bytes are not the answer's own."""
        return self.encoding not in (b"", b"identity")


def split_headers(received: Headers) -> tuple[Headers, AnswerFacts]:
    """Return the headers that go on to the caller, and what the others say."""
    facts = AnswerFacts()
    dropped: set[bytes] = set()
    passing: Headers = []
    for pair in received:
        name = pair[0].lower()
        if name in HOP_BY_HOP:
            if name == b"connection":
                dropped |= connection_tokens(pair[1])
        elif name in NOT_TO_CALLER:
            if name == b"content-length":
                facts.length = int(pair[1])
            elif name == b"request-id":
                facts.request_id = pair[1].decode("latin-1")[:128]
        elif not name.startswith(NOT_TO_CALLER_PREFIXES):
            if name == b"content-type":
                facts.is_event_stream = pair[1].lower().startswith(b"text/event-stream")
            elif name == b"content-encoding":
                facts.encoding = pair[1].lower()
            passing.append(pair)
    if dropped - HOP_BY_HOP:
        passing = [pair for pair in passing if pair[0].lower() not in dropped]
    return passing, facts


def _tap(exchange: Exchange, facts: AnswerFacts) -> Tap | None:
    """Return what reads along; None where there is nothing to read."""
    if facts.compressed and exchange.edit is not None:
        raise UpstreamRubbish(UNASKED)
    shape = exchange.endpoint.shape
    tap: Tap
    if shape in METERED:
        tap = StreamTap(exchange.view.model) if facts.is_event_stream else MessageTap()
    elif shape is Shape.CHAT:
        tap = ChatTap(stream=facts.is_event_stream)
    else:
        return None
    if not facts.compressed:
        return tap
    if facts.encoding not in InflatingTap.ENCODINGS:
        raise UpstreamRubbish(UNASKED)
    return InflatingTap(tap)
