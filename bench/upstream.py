"""A canned upstream for measurements: answers at once, or at a pace, as the prompt's mark says; run as a program it prints its port.

`[bench events=30 pace_us=5000]` in the prompt of a streamed request gives that many events, each so long after the one before;
`[bench hold]` begins a stream and leaves it open; `[bench fault=NAME]` is one of the faults below. Everything else gets one message.
The mark stands in the prompt, since that is what every gateway passes on.
"""

from __future__ import annotations

import asyncio
import re
import sys
from typing import cast

import httptools
import uvloop

MODEL = b"claude-opus-5-5"
MESSAGE = (
    b'{"model":"%b","id":"msg_01BenchBenchBenchBench00","type":"message","role":"assistant","content":[{"type":"text","text":"%b"}],'
    b'"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":222,"cache_creation_input_tokens":0,'
    b'"cache_read_input_tokens":0,"output_tokens":61,"service_tier":"standard"}}' % (MODEL, b"hello " * 46)
)
START = (
    b'event: message_start\ndata: {"type":"message_start","message":{"model":"%b","id":"msg_01BenchBenchBenchBench00","type":"message",'
    b'"role":"assistant","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":135,"cache_creation_input_tokens":0,'
    b'"cache_read_input_tokens":0,"output_tokens":1,"service_tier":"standard"}}}\n\n' % MODEL
)
OPEN = b'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n'
PING = b'event: ping\ndata: {"type": "ping"}\n\n'
DELTA = b'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" word and"}}\n\n'
SHUT = b'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n'
LAST = (
    b'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},'
    b'"usage":{"input_tokens":135,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":61}}\n\n'
)
STOP = b'event: message_stop\ndata: {"type":"message_stop"}\n\n'
AROUND = (START, OPEN, PING, SHUT, LAST, STOP)

PLAIN_ANSWER = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nrequest-id: req_011BenchUpstream\r\ncontent-length: %d\r\n\r\n" % len(MESSAGE)
) + MESSAGE
STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n"
    b"request-id: req_011BenchUpstream\r\ntransfer-encoding: chunked\r\n\r\n"
)
END = b"0\r\n\r\n"

OVERLOADED = b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_011BenchUpstream"}'
FAULTS = {
    b"overloaded": b"HTTP/1.1 529 \r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(OVERLOADED) + OVERLOADED,
    b"cut": STREAM_HEAD + b"%x\r\n%b\r\n" % (len(START), START),
    b"rubbish": b"\x00\x01 this is no HTTP\r\n\r\n",
    b"gone": b"",
}
"""What is sent before the connection is closed (kept open where an error was answered)."""

STREAMED = re.compile(rb'"stream":\s*true')
MARK = re.compile(rb"\[bench (?:(hold)|fault=(\w+)|events=(\d+)(?: pace_us=(\d+))?)\]")


def chunk(data: bytes) -> bytes:
    """Return the data as one chunk of a chunked body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def events(count: int) -> list[bytes]:
    """Return a whole stream of so many events, pings included."""
    return [START, OPEN, PING, *[DELTA] * (count - len(AROUND)), SHUT, LAST, STOP]


class Answering(asyncio.Protocol):
    """One connection: answers each request as its mark says."""

    whole: dict[int, bytes]
    """Streams sent at once, by their number of events; made once for all connections."""

    def __init__(self, whole: dict[int, bytes]) -> None:
        self.whole = whole
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        self._body: list[bytes] = []
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, _error: Exception | None) -> None:
        """Stop a paced stream."""
        if self._timer is not None:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Parse."""
        self._parser.feed_data(data)

    def on_body(self, data: bytes) -> None:
        """Keep a piece of the body."""
        self._body.append(data)

    def on_message_complete(self) -> None:
        """Answer."""
        body = b"".join(self._body)
        self._body.clear()
        mark = MARK.search(body)
        if mark is not None and mark[2]:
            self._transport.write(FAULTS[mark[2]])
            if mark[2] != b"overloaded":
                self._transport.close()
        elif mark is None or not STREAMED.search(body):
            self._transport.write(PLAIN_ANSWER)
        elif mark[1]:
            self._transport.write(STREAM_HEAD + chunk(START) + chunk(PING))
        elif mark[4] is None:
            self._transport.write(self._at_once(int(mark[3])))
        else:
            self._transport.write(STREAM_HEAD)
            self._next(events(int(mark[3])), 0, int(mark[4]) / 1e6)

    def _at_once(self, count: int) -> bytes:
        if count not in self.whole:
            self.whole[count] = STREAM_HEAD + b"".join(chunk(event) for event in events(count)) + END
        return self.whole[count]

    def _next(self, left: list[bytes], index: int, pace_s: float) -> None:
        """Send an event and set the timer for the next."""
        self._transport.write(chunk(left[index]))
        if index + 1 < len(left):
            self._timer = self._loop.call_later(pace_s, self._next, left, index + 1, pace_s)
        else:
            self._transport.write(END)


async def main(port: int) -> None:
    """Answer until the process is ended."""
    whole: dict[int, bytes] = {}
    server = await asyncio.get_running_loop().create_server(lambda: Answering(whole), "127.0.0.1", port, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]) if sys.argv[1:] else 0))
