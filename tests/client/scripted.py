"""A server on loopback that answers as it is told, and writes down when each request came, and how many there were at once."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.claude.streams import answer_body
from yumen.client import loop
from yumen.http import Reply, Request, Server, ServerOptions, serve

JSON = (b"content-type", b"application/json")
ERROR = json.dumps({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}).encode()
START = (
    b'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],'
    b'"model":"claude-sonnet-5-5","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":7,"output_tokens":1}}}\n\n'
)
STREAM = START + (
    b'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},'
    b'"usage":{"output_tokens":5}}\n\n'
    b'event: message_stop\ndata: {"type":"message_stop"}\n\n'
)


@dataclass(frozen=True)
class Said:
    """One answer; status 0: none, the connection is cut."""

    status: int = 200
    headers: Sequence[tuple[bytes, bytes]] = ()
    body: bytes = b""
    breaks: bool = False
    """The body is cut off in its middle, an error's too."""


@dataclass
class Scripted:
    """Answers in turn; the last answer is repeated."""

    script: Sequence[Said] = (Said(),)
    times: list[float] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)
    open: int = 0
    most_open: int = 0
    """At one time."""
    loop_turns: int = 0
    """For so many turns of the loop each request is kept."""

    def __post_init__(self) -> None:
        """Listen."""
        self.server: Server = loop.run(serve(self._answer, "127.0.0.1", 0, ServerOptions()))
        self.url = f"http://127.0.0.1:{self.server.port}"

    def close(self) -> None:
        """Listen no longer."""
        loop.run(self.server.drain(0))

    async def _answer(self, request: Request, reply: Reply) -> None:
        self.times.append(time.monotonic())
        self.heads.append({name.decode().lower(): value.decode() for name, value in request.headers})
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            body = await request.read(1_000_000)
            for _ in range(self.loop_turns):
                await asyncio.sleep(0)
            self._say(reply, self.script[min(len(self.times), len(self.script)) - 1], streams=b'"stream":true' in body)
        finally:
            self.open -= 1

    def _say(self, reply: Reply, said: Said, *, streams: bool) -> None:
        if not said.status:
            reply.abort()
            return
        if said.status != 200 and said.breaks:
            reply.start(said.status, [JSON, *said.headers], None)
            reply.write(ERROR[:9])
            reply.flush_head()
            reply.abort()
        elif said.status != 200:
            reply.send(said.status, [JSON, *said.headers], said.body or ERROR)
        elif said.breaks or streams:
            reply.start(200, [(b"content-type", b"text/event-stream"), *said.headers], None)
            reply.write(START if said.breaks else STREAM)
            if said.breaks:
                reply.flush_head()
                reply.abort()
                return
            reply.end()
        else:
            reply.send(200, [JSON, *said.headers], said.body or answer_body())
