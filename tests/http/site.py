"""A served site that writes down every request that reached its handler."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from yumen.errors import Fault
from yumen.http import Headers, Reply, Request, Server, ServerOptions, serve
from yumen.http.server import Handler

BODY_LIMIT = 1024 * 1024


@dataclass
class Seen:
    """One request, as its handler got it."""

    method: str
    target: bytes
    version: str
    headers: Headers
    body: bytes = b""


@dataclass
class Site:
    """Answers every request with what its body was, and keeps it."""

    arrived: list[bytes] = field(default_factory=list)
    """The targets of all requests that reached the handler."""
    seen: list[Seen] = field(default_factory=list)
    """The requests that were read to their end."""
    faults: list[Fault] = field(default_factory=list)
    """What reading a body ended with."""
    port: int = 0
    server: Server = None  # type: ignore[assignment]  # set by `served`

    async def handle(self, request: Request, reply: Reply) -> None:
        """Read the body and send it back."""
        self.arrived.append(request.target)
        try:
            body = await request.read(BODY_LIMIT)
        except Fault as fault:
            self.faults.append(fault)
            raise
        self.seen.append(Seen(request.method, request.target, request.version, request.headers, body))
        reply.send(200, [(b"content-type", b"text/plain")], body)


@asynccontextmanager
async def served(options: ServerOptions | None = None, handler: Handler | None = None) -> AsyncIterator[Site]:
    """Serve on a free port, by a handler of the test's own or the site's."""
    site = Site()
    site.server = await serve(handler or site.handle, "127.0.0.1", 0, options or ServerOptions())
    site.port = site.server.port
    try:
        yield site
    finally:
        await site.server.drain(0)
