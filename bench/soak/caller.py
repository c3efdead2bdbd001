"""One caller's connection, which knows of each answer whether its last byte came."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Self

import msgspec

BLOCK_BYTES = 4096
SLOW_S = 0.002
"""What a slow reader waits between two blocks."""


class Answer(msgspec.Struct):
    """What a caller got."""

    status: int = 0
    """0: nothing came."""
    headers: dict[str, str] = {}
    body: bytes = b""
    whole: bool = False
    """Whether the last byte came, as the framing says."""

    @property
    def request_id(self) -> str:
        """The gateway's id, empty where no head came."""
        return self.headers.get("request-id", "")

    @property
    def complete(self) -> bool:
        """Whether it is a good answer to its end."""
        stream = self.headers.get("content-type", "").startswith("text/event-stream")
        return self.whole and self.status == 200 and (not stream or b"event: message_stop" in self.body)

    @property
    def error_type(self) -> str:
        """The type of the error in Claude's shape; raises where the body has another shape."""
        told: dict[str, Any] = json.loads(self.body)
        assert told["type"] == "error"  # noqa: S101  (the shape that is promised)
        return str(told["error"]["type"])


class Caller:
    """A keep-alive connection to a gateway."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        """Prepare a connection to 127.0.0.1; it is made when it is needed."""
        self._port = port
        self._headers = dict(headers)
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> Self:
        """Connect."""
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close."""
        await self.close()

    async def connect(self) -> None:
        """Connect, if it is not connected; raises OSError."""
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=BLOCK_BYTES * 16)

    async def close(self) -> None:
        """Close; a caller that leaves does just this."""
        writer, self._writer, self._reader = self._writer, None, None
        if writer is not None:
            writer.close()
            try:
                await writer.wait_closed()
            except OSError:
                return

    async def ask(self, body: str, *, path: str = "/v1/messages", slow: bool = False) -> Answer:
        """Send a request and read its answer to its end; what came is returned even where the connection broke."""
        answer = await self.begin(body, path=path)
        if answer.status:
            await self.finish(answer, slow=slow)
        return answer

    async def begin(self, body: str, *, path: str = "/v1/messages") -> Answer:
        """Send a request and read the head of its answer."""
        answer = Answer()
        try:
            await self.connect()
            assert self._reader is not None  # noqa: S101  (connected)
            assert self._writer is not None  # noqa: S101  (the same)
            self._writer.write(self._request(body, path))
            await self._writer.drain()
            head = await self._reader.readuntil(b"\r\n\r\n")
        except (OSError, asyncio.IncompleteReadError):
            await self.close()
            return answer
        first, *lines = head.decode("latin-1").split("\r\n")
        answer.status = int(first.split()[1])
        answer.headers = {name.lower(): value.strip() for name, colon, value in (line.partition(":") for line in lines) if colon}
        return answer

    async def finish(self, answer: Answer, *, slow: bool = False, pieces: int | None = None) -> None:
        """Read the answer's body, or so many pieces of it."""
        try:
            if "content-length" in answer.headers:
                await self._read(answer, int(answer.headers["content-length"]), slow=slow)
                answer.whole = True
            else:
                await self._read_chunks(answer, slow=slow, pieces=pieces)
        except (OSError, asyncio.IncompleteReadError, ValueError):
            await self.close()
        if answer.headers.get("connection") == "close":
            await self.close()

    async def _read_chunks(self, answer: Answer, *, slow: bool, pieces: int | None) -> None:
        assert self._reader is not None  # noqa: S101  (connected)
        while pieces is None or pieces > 0:
            size = int(await self._reader.readuntil(b"\r\n"), 16)
            await self._read(answer, size, slow=slow)
            await self._reader.readexactly(2)
            if not size:
                answer.whole = True
                return
            if pieces is not None:
                pieces -= 1

    async def _read(self, answer: Answer, size: int, *, slow: bool) -> None:
        assert self._reader is not None  # noqa: S101  (connected)
        parts = []
        while size:
            parts.append(await self._reader.readexactly(min(size, BLOCK_BYTES)))
            size -= len(parts[-1])
            if slow:
                await asyncio.sleep(SLOW_S)
        answer.body += b"".join(parts)

    def _request(self, body: str, path: str) -> bytes:
        content = body.encode()
        lines = [f"POST {path} HTTP/1.1", f"host: 127.0.0.1:{self._port}", f"content-length: {len(content)}"]
        lines += [f"{name}: {value}" for name, value in self._headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + content
