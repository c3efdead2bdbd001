"""A GET of the gateway's own at an upstream, with its credential; the body comes piece by piece, never faster than it is taken."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from yumen.http import field_lines
from yumen.upstream.head import credential_field

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from yumen.errors import Fault
    from yumen.exchange.values import Target
    from yumen.http import ClientConnection, Headers, Pool

WAITING_BYTES = 1024 * 1024
"""What may wait to be taken; beyond it the rest stays in the kernel."""
DEFAULT_VERSION = "2023-06-01"


class Get:
    """Asks the operator's upstreams by their names."""

    def __init__(self, pools: Mapping[str, Pool], targets: Callable[[str], Target]) -> None:
        """Use these pools, and what says where an upstream is now, by its name; that may raise CredentialUnavailable."""
        self._pools = pools
        self._targets = targets

    @asynccontextmanager
    async def __call__(self, upstream: str, path: str, api_version: str | None = None) -> AsyncIterator[Answer]:
        """Ask; yield the answer once its head is here. Raises the upstream's faults."""
        target = self._targets(upstream)
        connection = await self._pools[upstream].acquire()
        answer = Answer(connection)
        try:
            connection.send(head_of(target, path, api_version or DEFAULT_VERSION), whole=True)
            await connection.head()
            answer.status = connection.status
            connection.attach(answer)
            yield answer
        finally:
            answer.leave()


class Answer:
    """The answer to a GET: the sink of its connection, and what is taken from it."""

    def __init__(self, connection: ClientConnection) -> None:
        """Belong to a connection that is asked now."""
        self._connection: ClientConnection | None = connection
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._paused = False
        self._ended = False
        self._fault: Fault | None = None
        self._arrived = asyncio.Event()
        self.status = 0

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the body. Raises the fault that broke it."""
        while True:
            while self._waiting:
                piece = self._waiting.popleft()
                self._size -= len(piece)
                self._resume()
                yield piece
            if self._fault is not None:
                raise self._fault
            if self._ended:
                return
            self._arrived.clear()
            await self._arrived.wait()

    def piece(self, data: bytes) -> None:
        """Take the next bytes."""
        self._waiting.append(data)
        self._size += len(data)
        if self._size > WAITING_BYTES and not self._paused and self._connection is not None:
            self._paused = True
            self._connection.pause()
        self._arrived.set()

    def ended(self) -> None:
        """Take the end: the connection may serve another now."""
        self._connection = None
        self._ended = True
        self._arrived.set()

    def failed(self, fault: Fault) -> None:
        """Take the fault."""
        self._connection = None
        self._fault = fault
        self._arrived.set()

    def leave(self) -> None:
        """End, whether all of it was taken or not."""
        if self._connection is not None:
            self._connection.abort()
            self._connection = None

    def _resume(self) -> None:
        if self._paused and self._size <= WAITING_BYTES and self._connection is not None:
            self._paused = False
            self._connection.resume()


def head_of(target: Target, path: str, api_version: str) -> bytes:
    """Return the request line and headers, with the empty line."""
    headers: Headers = [
        (b"Host", target.authority.encode("latin-1")),
        (b"Accept-Encoding", b"identity"),
        (b"anthropic-version", api_version.encode("latin-1")),
    ]
    if target.credential is not None:
        headers.append(credential_field(target.credential_header, target.credential))
    return f"GET {target.prefix}{path} HTTP/1.1\r\n".encode("latin-1") + field_lines(headers) + b"\r\n"
