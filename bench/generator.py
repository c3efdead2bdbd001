"""A load generator for streams: closed-loop connections that know the time of the first event and of the gaps between events.

It runs in a process of its own: `python -m bench.generator` reads one JSON object (`Load`) on stdin and prints one (`Measured`). With
`hold` it opens so many streams, prints `open N`, and keeps them until stdin is closed. Its own limits: one Python process of uvloop
takes about 10 µs for each piece of an answer that arrives, so above some 30,000 plain requests or 60,000 events a second it is the
generator that is measured; gaps below 0.1 ms are its own.
"""

from __future__ import annotations

import asyncio
import sys
import time
from statistics import quantiles
from typing import cast

import httptools
import msgspec
import uvloop


class Load(msgspec.Struct, frozen=True):
    """What is to be sent."""

    port: int
    connections: int
    requests: int
    body: str
    headers: dict[str, str]
    per_second: int | None = None
    """Requests a second in all; None: as fast as the answers come."""
    hold: bool = False
    """Open `requests` streams and keep them open."""


class Spread(msgspec.Struct, frozen=True):
    """Where most of many values lie, in microseconds."""

    p50_us: int = 0
    p99_us: int = 0
    most_us: int = 0


class Measured(msgspec.Struct, frozen=True):
    """What came of it."""

    requests: int
    succeeded: int
    """Whole answers with status 200."""
    seconds: float
    latency: Spread
    """From the request's first byte sent to the answer's last byte received."""
    first_event: Spread | None = None
    gap: Spread | None = None
    """Between two arrivals of events of one stream."""
    events: int = 0


def spread(values_s: list[float]) -> Spread:
    """Return where the values lie."""
    if len(values_s) < 2:
        return Spread()
    cuts = quantiles(values_s, n=100)
    return Spread(round(cuts[49] * 1e6), round(cuts[98] * 1e6), round(max(values_s) * 1e6))


class Tally:
    """What all connections see together."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.request = request_bytes(load)
        self.left = load.requests
        self.ended = 0
        self.succeeded = 0
        self.events = 0
        self.latencies: list[float] = []
        self.firsts: list[float] = []
        self.gaps: list[float] = []
        self.done = asyncio.Event()

    def took(self, *, good: bool, latency_s: float) -> None:
        """Count an answer that has ended, or a connection that was lost."""
        self.ended += 1
        self.succeeded += good
        if good:
            self.latencies.append(latency_s)
        if self.ended >= self.load.requests:
            self.done.set()

    def measured(self, seconds: float) -> Measured:
        """Return the sums."""
        streamed = bool(self.firsts)
        return Measured(
            requests=self.ended,
            succeeded=self.succeeded,
            seconds=seconds,
            latency=spread(self.latencies),
            first_event=spread(self.firsts) if streamed else None,
            gap=spread(self.gaps) if streamed else None,
            events=self.events,
        )


def request_bytes(load: Load) -> bytes:
    """Return the request as it goes over the wire."""
    body = load.body.encode()
    lines = [f"POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1:{load.port}\r\ncontent-length: {len(body)}\r\n"]
    lines += [f"{name}: {value}\r\n" for name, value in load.headers.items()]
    return "".join(lines).encode() + b"\r\n" + body


class Caller(asyncio.Protocol):
    """One connection that asks again as soon as it has an answer, or at its next turn."""

    def __init__(self, tally: Tally, number: int) -> None:
        self._tally = tally
        self._loop = asyncio.get_running_loop()
        self._busy = False
        self._due_s = time.perf_counter()
        self._interval_s = 0.0
        if tally.load.per_second:
            self._interval_s = tally.load.connections / tally.load.per_second
            self._due_s += self._interval_s * number / tally.load.connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        self._at_turn()

    def _at_turn(self) -> None:
        wait_s = self._due_s - time.perf_counter()
        self._due_s += self._interval_s
        if self._interval_s and wait_s > 0:
            self._loop.call_later(wait_s, self._ask)
        else:
            self._ask()

    def _ask(self) -> None:
        if self._tally.left <= 0 or self._transport.is_closing():
            self._transport.close()
            return
        self._tally.left -= 1
        self._busy = True
        self._streamed = False
        self._parser = httptools.HttpResponseParser(self)
        self._asked_s = time.perf_counter()
        self._seen_s = 0.0
        self._transport.write(self._tally.request)

    def data_received(self, data: bytes) -> None:
        """Parse."""
        self._parser.feed_data(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        """See whether it is a stream."""
        if name.lower() == b"content-type" and value.startswith(b"text/event-stream"):
            self._streamed = True

    def on_body(self, data: bytes) -> None:
        """Note when events came."""
        if not self._streamed:
            return
        now_s = time.perf_counter()
        self._tally.events += data.count(b"\n\n")
        if self._seen_s:
            self._tally.gaps.append(now_s - self._seen_s)
        else:
            self._tally.firsts.append(now_s - self._asked_s)
        self._seen_s = now_s

    def on_message_complete(self) -> None:
        """Note the end and ask again."""
        self._busy = False
        self._tally.took(good=self._parser.get_status_code() == 200, latency_s=time.perf_counter() - self._asked_s)
        self._at_turn()

    def connection_lost(self, _error: Exception | None) -> None:
        """Count what was lost with it."""
        if self._busy:
            self._tally.took(good=False, latency_s=0.0)


async def run(load: Load) -> Measured:
    """Send a load and return what came of it."""
    tally = Tally(load)
    loop = asyncio.get_running_loop()
    began_s = time.perf_counter()
    for number in range(load.connections):
        await loop.create_connection(lambda number=number: Caller(tally, number), "127.0.0.1", load.port)  # type: ignore[misc]
    await tally.done.wait()
    return tally.measured(time.perf_counter() - began_s)


class Holder(asyncio.Protocol):
    """One stream that is opened and never ends."""

    def __init__(self, request: bytes, opened: asyncio.Future[bool]) -> None:
        self._request = request
        self._opened = opened
        self._seen = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask."""
        cast("asyncio.Transport", transport).write(self._request)

    def data_received(self, data: bytes) -> None:
        """The first event says that it is open."""
        self._seen += data
        if b"message_start" in self._seen and not self._opened.done():
            self._opened.set_result(True)

    def connection_lost(self, _error: Exception | None) -> None:
        """It was not to end."""
        if not self._opened.done():
            self._opened.set_result(False)


async def hold(load: Load, at_once: int = 50) -> int:
    """Open streams, a few at a time; return how many are open."""
    loop = asyncio.get_running_loop()
    request = request_bytes(load)
    gate = asyncio.Semaphore(at_once)

    async def one() -> bool:
        async with gate:
            opened = loop.create_future()
            await loop.create_connection(lambda: Holder(request, opened), "127.0.0.1", load.port)
            return bool(await opened)

    return sum(await asyncio.gather(*[one() for _ in range(load.requests)]))


async def main() -> None:
    """Do what stdin says."""
    load = msgspec.json.decode(sys.stdin.readline(), type=Load)
    if not load.hold:
        print(msgspec.json.encode(await run(load)).decode(), flush=True)
        return
    print(f"open {await hold(load)}", flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    uvloop.run(main())
