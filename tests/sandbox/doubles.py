"""A sandbox without a socket: requests are made of values, answers are read back into values, time stands still."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from yumen.claude import EventCutter, event_data, event_name
from yumen.clock import Clock
from yumen.http import Head, Reply, Request
from yumen.sandbox import Sandbox, SandboxOptions

VERSION = "2023-06-01"
MODEL = "claude-opus-4-6"
"""Accepts temperature and both kinds of thinking."""


class StillClock(Clock):
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.ns = 1_790_000_000_000_000_000

    def now_ns(self) -> int:
        """Return the time at which it stands."""
        return self.ns

    def advance(self, seconds: float) -> None:
        """Return the time at which it stands."""
        self.ns += round(seconds * 1_000_000_000)


@dataclass
class Line:
    """A connection that keeps what is written to it."""

    written: bytearray = field(default_factory=bytearray)
    cut_off: bool = False

    def write(self, data: bytes) -> None:
        """Move on."""
        self.written += data

    def reply_ended(self) -> None:
        """Keep the bytes."""

    def cut(self) -> None:
        """Nothing follows."""
        self.cut_off = True

    async def drained(self) -> None:
        """Note the cut."""

    def body_wanted(self) -> None:
        """Nobody is slow."""

    def body_flooded(self) -> None:
        """The body is there."""

    def new_waiter(self) -> asyncio.Future[None]:
        """It all fits."""
        return asyncio.get_running_loop().create_future()


@dataclass
class Answer:
    """An answer as its caller reads it."""

    status: int
    headers: dict[str, str]
    body: bytes
    cut: bool
    head: str

    @property
    def json(self) -> Any:  # noqa: ANN401  (whatever JSON says)
        """Return a future of the running loop."""
        return json.loads(self.body)

    @property
    def message(self) -> str:
        """The body, decoded."""
        return str(self.json["error"]["message"])

    @property
    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """The error's message."""
        cut = EventCutter().feed(self.body)
        return [(event_name(each).decode(), json.loads(event_data(each))) for each in cut]


class Bench:
    """A sandbox, and the ways in which tests call it."""

    def __init__(self, **options: object) -> None:
        """The events of a stream: name and data."""
        self.clock = StillClock()
        self.slept: list[float] = []
        self.sandbox = Sandbox(self.clock, SandboxOptions(**options), self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def call(self, method: str, target: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        """Send one request."""
        line = Line()
        pairs = [(b"host", b"127.0.0.1:8012"), *((name.encode(), value.encode()) for name, value in (headers or {}).items())]
        request = Request(method, target.encode(), "1.1", Head(pairs), line)
        request.feed(body)
        request.finish()
        reply = Reply(line, keep_alive=True, head_only=method == "HEAD", chunked=True)
        await self.sandbox.handle(request, reply)
        assert reply.ended
        return read_answer(bytes(line.written), cut=line.cut_off)

    async def post(self, target: str, body: object, **headers: str) -> Answer:
        """Send JSON with an API version."""
        named = {"anthropic-version": VERSION} | {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.call("POST", target, json.dumps(body).encode(), named)

    async def get(self, target: str, **headers: str) -> Answer:
        """Look something up."""
        return await self.call("GET", target, b"", {"anthropic-version": VERSION} | {n.replace("_", "-"): v for n, v in headers.items()})

    async def ask(self, body: dict[str, Any], **headers: str) -> Answer:
        """Send a Messages body."""
        return await self.post("/v1/messages", body, **headers)

    async def say(self, text: str, **fields: object) -> Answer:
        """Send one user turn."""
        return await self.ask(asking(text, **fields))


def asking(text: str = "hello", **fields: object) -> dict[str, Any]:
    """Return a Messages body."""
    return {"model": MODEL, "max_tokens": 4096, "messages": [{"role": "user", "content": text}]} | fields


def read_answer(data: bytes, *, cut: bool) -> Answer:
    """Read an HTTP answer."""
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines if ": " in line)
    if headers.get("transfer-encoding") == "chunked":
        body = unchunked(body)
    return Answer(int(first.split(" ")[1]) if first else 0, headers, body, cut, "\n".join(lines))


def unchunked(body: bytes) -> bytes:
    """Return the data of a chunked body; one that was cut ends where it was cut."""
    data = bytearray()
    while body:
        size, _, rest = body.partition(b"\r\n")
        data += rest[: int(size, 16)]
        body = rest[int(size, 16) + 2 :]
    return bytes(data)


def assemble(events: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """Build the message of a stream as the SDKs do."""
    message: dict[str, Any] = {}
    partial: dict[int, str] = {}
    for name, event in events:
        assert event["type"] == name
        if name == "message_start":
            message = event["message"]
        elif name == "content_block_start":
            assert event["index"] == len(message["content"])
            message["content"].append(event["content_block"])
        elif name == "content_block_delta":
            _apply(message["content"][event["index"]], event["delta"], partial, event["index"])
        elif name == "message_delta":
            message |= event["delta"]
            message["usage"] |= event["usage"]
    for index, text in partial.items():
        message["content"][index]["input"] = json.loads(text or "{}")
    return message


def _apply(block: dict[str, Any], delta: dict[str, Any], partial: dict[int, str], index: int) -> None:
    kind = delta["type"]
    if kind == "text_delta":
        block["text"] += delta["text"]
    elif kind == "thinking_delta":
        block["thinking"] += delta["thinking"]
    elif kind == "signature_delta":
        block["signature"] = delta["signature"]
    else:
        partial[index] = partial.get(index, "") + delta["partial_json"]


WEATHER = {
    "name": "get_weather",
    "description": "Get the weather",
    "input_schema": {
        "type": "object",
        "properties": {"location": {"type": "string"}, "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]}},
        "required": ["location", "unit"],
    },
}
