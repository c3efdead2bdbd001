"""A receiver on loopback that judges what comes as a vendor's does, and keeps it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from yumen.http import Reply, Request, ServerOptions, serve
from yumen.notices import Target, parse_target

LIMIT = 1024 * 1024
TOKEN = "token-that-nobody-may-see"


@dataclass
class Arrived:
    """One request."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        """The body, read."""
        document: dict[str, Any] = json.loads(self.body)
        return document


Judge = Callable[[Arrived], tuple[int, dict[str, Any]]]


def content(_: Arrived) -> tuple[int, dict[str, Any]]:
    """Be content with everything."""
    return 200, {}


@dataclass
class Receiver:
    """Answers as its judge says."""

    judge: Judge = content
    arrived: list[Arrived] = field(default_factory=list)
    url: str = ""

    async def handle(self, request: Request, reply: Reply) -> None:
        """Keep a request and answer it."""
        body = await request.read(LIMIT)
        headers = {name.decode().lower(): value.decode() for name, value in request.headers}
        self.arrived.append(Arrived(request.path, dict(parse_qsl(request.query, strict_parsing=True)), headers, body))
        status, document = self.judge(self.arrived[-1])
        reply.send(status, [(b"content-type", b"application/json")], json.dumps(document).encode())

    def target(self, path: str = f"/robot/send?access_token={TOKEN}") -> Target:
        """Where it listens."""
        return parse_target(self.url + path, "alerts.test")


@asynccontextmanager
async def receiving(judge: Judge = content, options: ServerOptions | None = None) -> AsyncIterator[Receiver]:
    """Receive on a free port."""
    receiver = Receiver(judge)
    server = await serve(receiver.handle, "127.0.0.1", 0, options or ServerOptions())
    scheme = "https" if options is not None and options.tls is not None else "http"
    receiver.url = f"{scheme}://127.0.0.1:{server.port}"
    try:
        yield receiver
    finally:
        await server.drain(0)
