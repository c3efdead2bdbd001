"""relay: from the head of the upstream's answer to the last bytes that are withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.claude import ChatTap, InflatingTap, MessageTap, Shape, StreamTap
from yumen.errors import Truncated, UpstreamRubbish
from yumen.exchange.answer_head import AnswerHead
from yumen.exchange.attempting import attempts_told
from yumen.exchange.changes import Changes
from yumen.exchange.passages import NOT_JSON, Flow, Whole
from yumen.exchange.relay import Relay
from yumen.exchange.told import Told

if TYPE_CHECKING:
    from yumen.claude import Tap
    from yumen.exchange.exchange import Exchange

METERED = frozenset({Shape.MESSAGE, Shape.COMPLETION})
OK = 200
FIRST_ERROR_STATUS = 400
NO_STREAM = "The upstream's answer is not the stream that was asked for."
UNASKED = "The upstream compressed its answer although it was asked not to, and it must be read here."


async def relay_answer(exchange: Exchange) -> bytes | None:
    """Relay the answer but for its last bytes, and fill in what it used. Returns the edited whole, where it must be changed whole."""
    connection = exchange.connection
    assert connection is not None  # noqa: S101  (the table of states has `sent` before this)
    exchange.head_ns = exchange.clock.elapsed_ns()
    exchange.status = connection.status
    head = AnswerHead(connection.headers)
    head.passing.append((b"request-id", exchange.request_id.encode()))
    head.passing += exchange.shown + attempts_told(exchange)
    exchange.upstream_request_id = head.request_id
    streams = head.is_event_stream
    early = exchange.early
    if early is not None:
        early.stop()
        if early.begun and (exchange.status != OK or not streams or head.compression):
            await _tell(exchange)
            return None
    _refuse_unreadable(exchange, head)
    tap = _tap(exchange, head) if connection.status == OK else None
    exchange.tap = tap
    changes = Changes(exchange, exchange.status, streams=streams)
    passage = changes.passage(tap, readable=not head.compression)
    # A stream's length is not promised: it may have to end in an error event.
    relay = Relay(exchange, passage, head.passing, None if streams or changes.any else head.length)
    exchange.relay = relay
    try:
        connection.attach(relay)
        if streams and not relay.begun and not relay.finished:
            relay.begin()
            exchange.reply.flush_head()
        await relay.withheld()
        if tap is not None:
            tap.end()
            if tap.rubbish:
                raise UpstreamRubbish(NOT_JSON)
        if streams and tap is not None and not tap.complete:
            raise Truncated
        if isinstance(passage, Flow):
            passage.finish()
        return await changes.whole(relay.rest()) if isinstance(passage, Whole) else None
    finally:
        _note(exchange, tap)


async def _tell(exchange: Exchange) -> None:
    """Say in the stream that was begun early what the upstream refused: its own type and message, as an event."""
    connection = exchange.connection
    assert connection is not None  # noqa: S101  (`relay_answer` has it)
    if exchange.status < FIRST_ERROR_STATUS:
        raise UpstreamRubbish(NO_STREAM)
    told = Told(exchange.request_id)
    relay = exchange.relay = Relay(exchange, told, [], None)
    connection.attach(relay)
    await relay.withheld()
    told.body = await Changes(exchange, exchange.status, streams=False).whole(told.body)


def _note(exchange: Exchange, tap: Tap | None) -> None:
    """Write what the tap read into the exchange."""
    exchange.tap = None
    if tap is None:
        return
    exchange.model_answered = tap.model
    exchange.stop_reason = tap.stop_reason
    exchange.usage = tap.usage
    exchange.made = tap.made
    exchange.estimated = not tap.complete or tap.usage is None
    if exchange.estimated:
        exchange.output_estimate_tokens = tap.output_estimate()


def _refuse_unreadable(exchange: Exchange, head: AnswerHead) -> None:
    """Raise UpstreamRubbish for a compressed answer that must be read."""
    must_read = exchange.screening is not None or any(each.must_read for each in exchange.listeners)
    if head.compression and (must_read or (exchange.edit is not None and exchange.status == OK)):
        raise UpstreamRubbish(UNASKED)


def _tap(exchange: Exchange, head: AnswerHead) -> Tap | None:
    """Return what reads along; None where there is nothing to read."""
    shape = exchange.endpoint.shape
    tap: Tap
    if shape in METERED:
        tap = StreamTap(exchange.view.model) if head.is_event_stream else MessageTap()
    elif shape is Shape.CHAT:
        tap = ChatTap(stream=head.is_event_stream)
    else:
        return None
    if not head.compression:
        return tap
    return InflatingTap(tap) if head.compression in InflatingTap.ENCODINGS else None
