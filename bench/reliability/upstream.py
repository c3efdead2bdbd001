"""A simulated upstream: answers in virtual time, fails as its weather says, and counts what it processed, and so would charge."""

from __future__ import annotations

import asyncio
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from bench.upstream import LAST, MESSAGE, OPEN, START, STOP

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from bench.reliability.virtual import Line

ID_HEADER = b"x-simulated-id: "


class Fault(StrEnum):
    """What an upstream can do to a request."""

    REFUSE = "refuses connections"
    HANG_CONNECTING = "does not answer a connection"
    RESET_SENDING = "resets before the request is whole"
    LOSE = "resets instead of answering, and has not processed it"
    LOSE_PROCESSED = "resets instead of answering, and has processed it"
    HANG = "never answers"
    LIMIT = "answers 429 with retry-after"
    ERROR = "answers 500"
    OVERLOAD = "answers 529"
    CUT = "cuts the answer off"


AT_CONNECT = frozenset({Fault.REFUSE, Fault.HANG_CONNECTING})
ERRORS = {
    Fault.LIMIT: (b"429 ", b"rate_limit_error", b"retry-after: 2\r\n"),
    Fault.ERROR: (b"500 ", b"api_error", b""),
    Fault.OVERLOAD: (b"529 ", b"overloaded_error", b""),
}


class Spell(msgspec.Struct, frozen=True):
    """From when to when which faults fall with which chance."""

    from_s: float
    to_s: float
    chances: Mapping[Fault, float]


class Upstream:
    """One upstream. Beyond `capacity` requests at once it is overloaded, as the real ones are."""

    def __init__(self, draw: Random, weather: Sequence[Spell], capacity: int = 10_000, latency_s: float = 1.0) -> None:
        """Fail by that weather."""
        self._draw = draw
        self._weather = weather
        self._capacity = capacity
        self._latency_s = latency_s
        self._working = 0
        self.attempts: Counter[str] = Counter()
        """How often each request reached it, or tried to be connected."""
        self.processed: Counter[str] = Counter()
        """How often each request was processed."""
        self.times_s: list[float] = []
        """When attempts reached it."""

    def _fault(self, now_s: float, among: frozenset[Fault]) -> Fault | None:
        """Draw what happens now, of those faults."""
        chance = self._draw.random()
        for spell in self._weather:
            if spell.from_s <= now_s < spell.to_s:
                for fault, share in spell.chances.items():
                    if fault in among:
                        if chance < share:
                            return fault
                        chance -= share
        return None

    async def connect(self, line: Line) -> None:
        """Let a connection be made, or not."""
        fault = self._fault(line.loop.time(), AT_CONNECT)
        if fault is not None:
            self.times_s.append(line.loop.time())
        if fault is Fault.REFUSE:
            raise ConnectionRefusedError
        if fault is Fault.HANG_CONNECTING:
            await line.loop.create_future()
        await asyncio.sleep(0.01)

    def received(self, line: Line, data: bytes) -> None:
        """Take a request; answer it, or fail, when it is whole."""
        line.read += data
        head, separator, body = bytes(line.read).partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        if not separator or len(body) < length:
            return
        line.read.clear()
        self.times_s.append(line.loop.time())
        name = head.partition(ID_HEADER)[2].partition(b"\r\n")[0].decode()
        self.attempts[name] += 1
        fault = self._fault(line.loop.time(), frozenset(Fault))
        if fault in AT_CONNECT:
            fault = Fault.LOSE  # nobody is there any more behind a connection that was made before
        if fault is None and self._working >= self._capacity:
            fault = Fault.OVERLOAD
        if fault is None or fault in (Fault.CUT, Fault.LOSE_PROCESSED):
            self._working += 1
            self.processed[name] += 1
        delay_s = self._latency_s * (0.5 + self._draw.random()) if fault in (None, Fault.CUT, Fault.LOSE_PROCESSED) else 0.05
        line.loop.call_later(delay_s, self._answer, line, fault, b'"stream":true' in body)

    def left(self, line: Line) -> None:
        """Note nothing: what was begun is charged."""

    def _answer(self, line: Line, fault: Fault | None, streamed: bool) -> None:  # noqa: FBT001  (called by a timer)
        if fault is None or fault in (Fault.CUT, Fault.LOSE_PROCESSED):
            self._working -= 1
        if fault in (Fault.RESET_SENDING, Fault.LOSE, Fault.LOSE_PROCESSED):
            line.reset()
        elif fault in ERRORS:
            status, kind, header = ERRORS[fault]
            body = b'{"type":"error","error":{"type":"%b","message":"Simulated"},"request_id":"req_1"}' % kind
            line.say(b"HTTP/1.1 %b\r\ncontent-type: application/json\r\n%bcontent-length: %d\r\n\r\n%b" % (status, header, len(body), body))
        elif fault is not Fault.HANG:
            self._say(line, streamed=streamed, cut=fault is Fault.CUT)

    def _say(self, line: Line, *, streamed: bool, cut: bool) -> None:
        if streamed:
            line.say(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
            events = START + OPEN + (b"" if cut else LAST + STOP)
            line.say(b"%x\r\n%b\r\n" % (len(events), events) + (b"" if cut else b"0\r\n\r\n"))
        else:
            line.say(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(MESSAGE))
            line.say(MESSAGE[:50] if cut else MESSAGE)
        if cut:
            line.reset()
