"""A caller at the end of a plain socket, which reads answers as they come."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tests.exchange.scripted import PATIENCE_S, Pairs
from yumen.claude import EventCutter, event_data, event_name


@dataclass
class Answer:
    """One answer, its body without framing."""

    status: int
    headers: Pairs
    body: bytes = b""
    cut: bool = False
    """Whether it ended before its framing said so."""

    def header(self, name: bytes) -> bytes | None:
        """Return the one value of a header (name in lower case)."""
        values = [value for key, value in self.headers if key.lower() == name]
        assert len(values) < 2, values
        return values[0] if values else None

    @property
    def json(self) -> Any:  # noqa: ANN401  (whatever JSON says)
        """The body's JSON."""
        return json.loads(self.body)

    @property
    def events(self) -> list[tuple[bytes, bytes]]:
        """Names and data of the body's events."""
        return [(event_name(each), event_data(each)) for each in EventCutter().feed(self.body)]

    def claims(self, status: int, error_type: str) -> None:
        """Check that this is Claude's shape of an error, under one request id."""
        body = self.json
        assert (self.status, body["type"], body["error"]["type"]) == (status, "error", error_type)
        assert body["error"]["message"]
        assert self.header(b"request-id") == body["request_id"].encode()
        assert self.header(b"content-type") == b"application/json"
        assert self.header(b"x-should-retry") in (b"true", b"false")


class Caller:
    """One connection of a caller's."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        """Send bytes."""
        self.writer.write(data)
        await self.writer.drain()

    def leave(self) -> None:
        """Close the connection at once."""
        self.writer.transport.abort()

    async def head(self) -> Answer:
        """Read the head of an answer."""
        async with asyncio.timeout(PATIENCE_S):
            data = await self.reader.readuntil(b"\r\n\r\n")
        line, *lines = data[:-4].split(b"\r\n")
        pairs = [tuple(each.split(b": ", 1)) for each in lines]
        return Answer(int(line.split(b" ")[1]), [(name, value) for name, value in pairs])

    async def chunk(self) -> bytes:
        """Read one chunk; empty at the end."""
        async with asyncio.timeout(PATIENCE_S):
            size = int(await self.reader.readline(), 16)
            data = await self.reader.readexactly(size)
            await self.reader.readexactly(2)
        return data

    async def answer(self, *, head_only: bool = False) -> Answer:
        """Read one answer to its end."""
        answer = await self.head()
        return answer if head_only or answer.status in (204, 304) else await self.rest(answer)

    async def rest(self, answer: Answer) -> Answer:
        """Read the rest of an answer."""
        try:
            await self._body(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            answer.cut = True
        except ValueError:  # no chunk's size: the connection ended between two chunks
            answer.cut = True
        return answer

    async def _body(self, answer: Answer) -> None:
        length = answer.header(b"content-length")
        if answer.header(b"transfer-encoding") == b"chunked":
            while data := await self.chunk():
                answer.body += data
        elif length is not None:
            async with asyncio.timeout(PATIENCE_S):
                answer.body = await self.reader.readexactly(int(length))
        else:
            async with asyncio.timeout(PATIENCE_S):
                answer.body = await self.reader.read()


@asynccontextmanager
async def caller(port: int) -> AsyncIterator[Caller]:
    """Connect."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Caller(reader, writer)
    finally:
        writer.close()


def request(method: bytes, target: bytes, *headers: tuple[bytes, bytes], body: bytes | None = None) -> bytes:
    """A request with its length."""
    pairs = [(b"Host", b"gateway"), *headers, *([(b"Content-Length", b"%d" % len(body))] if body is not None else [])]
    return b"%b %b HTTP/1.1\r\n" % (method, target) + b"".join(b"%b: %b\r\n" % pair for pair in pairs) + b"\r\n" + (body or b"")


PROMPT = b'{"model":"claude-opus-4-6","max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}'
STREAMED = PROMPT[:-1] + b',"stream":true}'
ASK = request(b"POST", b"/v1/messages", (b"x-api-key", b"yk-test"), body=PROMPT)
ASK_STREAMED = request(b"POST", b"/v1/messages", (b"x-api-key", b"yk-test"), body=STREAMED)


async def ask(port: int, data: bytes = ASK, *, head_only: bool = False) -> Answer:
    """Send one request on a connection of its own and read its answer."""
    async with caller(port) as one:
        await one.send(data)
        return await one.answer(head_only=head_only)


def ends_in_one_error(answer: Answer, error_type: str) -> None:
    """Check that the last event, and no other, is an error in Claude's shape under the answer's request id."""
    assert not answer.cut
    assert [name for name, _ in answer.events].count(b"error") == 1
    said = json.loads(answer.events[-1][1])
    assert (said["type"], said["error"]["type"]) == ("error", error_type)
    assert said["request_id"].encode() == answer.header(b"request-id")
