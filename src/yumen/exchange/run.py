"""The order of one exchange, from the head of the request to the last byte of the answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from yumen.claude import error_body, error_event
from yumen.errors import Fault
from yumen.exchange.answers import relay_answer
from yumen.exchange.attempting import ATTEMPTS, attempts_told, most_attempts
from yumen.exchange.close import finish
from yumen.exchange.leaving import watch_leaving
from yumen.exchange.states import State
from yumen.exchange.values import Step

if TYPE_CHECKING:
    from yumen.exchange.exchange import Exchange
    from yumen.exchange.stages import Replay, Stages
    from yumen.http import Headers

SETTLE_S = 2.0
"""How long the last bytes of an answer wait for the stores of the limits and the sessions. Both go on without them."""
SESSION = b"x-yumen-session"
"""The header by which a request names the stored conversation that it goes on with."""


async def run(exchange: Exchange, stages: Stages) -> None:
    """Answer a request. A fault is answered too; what nobody foresaw, and the caller's leaving, are raised again after the close."""
    try:
        await _answer(exchange, stages)
    finally:
        exchange.relay = None  # else the two hold each other, and wait for the garbage collector
        if exchange.leaving is not None:
            exchange.leaving.close()


async def _answer(exchange: Exchange, stages: Stages) -> None:
    whole: bytes | None = None
    try:
        await stages.authenticate(exchange)
        exchange.move(State.KNOWN)
        await stages.read(exchange)
        await stages.own(exchange)
        exchange.move(State.READ)
        replay = await stages.attach(exchange)
        if replay is None:
            watch_leaving(exchange)
            whole = await _ask(exchange, stages)
        else:
            whole = await _repeat(exchange, stages, replay)
    except BaseException as error:
        exchange.fail(error)
        if not isinstance(error, Fault):
            exchange.reply.close_after()  # the connection ends with this answer, which is to say so
            raise
    finally:
        if exchange.early is not None:
            exchange.early.stop()
        finish(exchange, stages)
        _say_fault(exchange)
    if exchange.replay_of is not None:
        exchange.reply.write(whole or b"")
        exchange.reply.end()
    elif exchange.fault is None and exchange.relay is not None:
        if exchange.settling is not None or exchange.turn is not None:
            await _stored(exchange)
        await exchange.relay.deliver(whole)


async def _ask(exchange: Exchange, stages: Stages) -> bytes | None:
    """Ask until there is an answer, and relay it but for its last bytes; return the edited whole, where it must be changed whole."""
    exchange.most_attempts = most_attempts(exchange.request.header(ATTEMPTS))
    if SESSION in exchange.request.head.fields:
        await stages.recall(exchange)
    await stages.resolve(exchange)
    await stages.restrict(exchange)
    await stages.quote(exchange)
    await stages.admit(exchange)
    exchange.admitted_ns = exchange.clock.elapsed_ns()
    exchange.move(State.ADMITTED)
    await stages.check(exchange)
    exchange.move(State.ALLOWED)
    await stages.choose(exchange)
    exchange.move(State.ROUTED)
    stages.open(exchange)
    exchange.move(State.SENT)  # from here on: no silent second charge
    while not await stages.send(exchange):
        exchange.move(State.RETRYING)
        await stages.wait(exchange)
        await stages.choose(exchange)
        if exchange.attempts[-1].step is Step.ELSEWHERE:
            stages.open(exchange)  # what is written of an exchange that a death ends is to name who may charge it
        exchange.move(State.SENT)
    whole = await relay_answer(exchange)  # within: STREAMING, from here on: no error status
    if exchange.made:
        await stages.keep(exchange)
    exchange.answer()
    return whole


async def _stored(exchange: Exchange) -> None:
    """Wait until the stores know of the exchange, within a time-out."""
    storing = [exchange.settling, None if exchange.turn is None else exchange.turn.stored]
    awaited = [each for each in storing if each is not None]
    if awaited:
        await asyncio.wait(awaited, timeout=SETTLE_S)


async def _repeat(exchange: Exchange, stages: Stages, replay: Replay) -> bytes:
    """Pass on what an earlier request got. It may have been another key's, so this key is held to its own restrictions."""
    try:
        await stages.resolve(exchange)
        await stages.restrict(exchange)
        last = await replay.relay(exchange)
    finally:
        replay.leave()
    exchange.replayed(replay.request_id)
    return last


def _say_fault(exchange: Exchange) -> None:
    """Tell the caller of a fault: as an error answer before the first byte, in the stream after it, be it begun early."""
    fault = exchange.fault
    if fault is None:
        return
    if exchange.reply.started and exchange.relay is not None:
        exchange.relay.break_off(fault)
    elif exchange.early is not None and exchange.early.begun:
        exchange.reply.write(error_event(fault.error_type, fault.message, exchange.request_id))
        exchange.reply.end()
    elif not exchange.reply.started:
        status, headers, body = error_answer(fault, exchange.request_id)
        exchange.reply.send(status, [*headers, *exchange.shown, *attempts_told(exchange)], body)


def error_answer(fault: Fault, request_id: str) -> tuple[int, Headers, bytes]:
    """Return the answer to a fault in Claude's shape: status, headers, body."""
    headers: Headers = [
        (b"content-type", b"application/json"),
        (b"request-id", request_id.encode()),
        (b"x-should-retry", b"true" if fault.should_retry else b"false"),
    ]
    if fault.retry_after_s is not None:
        headers.append((b"retry-after", b"%d" % fault.retry_after_s))
    return fault.status, headers, error_body(fault.error_type, fault.message, request_id)
