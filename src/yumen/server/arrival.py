"""How requests may arrive on the control port: whole within a time, with a head of a size, over so many connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

HEAD_BYTES = 64 * 1024
CONNECTIONS = 256
"""At once: more would take the files that the data port's callers need."""


class Arrival(HttpToolsProtocol):
    """A connection that does not wait for ever."""

    seconds = 30.0
    """From the connection, or a request's first byte, to the last byte of the request."""
    _late: asyncio.TimerHandle | None = None
    _head_bytes: int | None = 0
    """How much of a head has come; None: it is whole."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its base has it
        """Begin to wait, unless too many do already."""
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS:
            transport.abort()
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take in what came."""
        if self._head_bytes is not None:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes is not None and self._head_bytes > HEAD_BYTES:
            self.transport.abort()

    def on_message_begin(self) -> None:
        """Wait for the rest of a request."""
        super().on_message_begin()
        self._wait()

    def on_headers_complete(self) -> None:
        """Count no more: a body's size is for whoever reads it."""
        self._head_bytes = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Wait no more; the answer may take its time."""
        super().on_message_complete()
        self._head_bytes = 0
        self._rest()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._rest()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._rest()
        self._late = self.loop.call_later(self.seconds, self.transport.abort)

    def _rest(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
