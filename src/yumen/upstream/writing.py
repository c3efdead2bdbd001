"""Writes a request to an upstream's connection: the head, and the body as it is at hand, in memory, on disk, or still arriving."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import msgspec

from yumen.claude.members import with_value
from yumen.http import field_lines
from yumen.upstream.head import request_head

if TYPE_CHECKING:
    from yumen.exchange import Exchange
    from yumen.exchange.values import Target
    from yumen.http import ClientConnection
    from yumen.upstream.dialect import Outgoing

JOINED_BYTES = 64 * 1024
"""A longer body is not copied to stand behind its head: it may be 32 MB, and many may be under way."""
INLINE_BYTES = 1024 * 1024
"""The model of a longer body is replaced in a worker thread, so that the others' streams go on meanwhile."""


class Renaming:
    """Puts another model into a body: every other byte stays as it was."""

    def __init__(self) -> None:
        """Have a thread for the long ones; it starts when the first of them comes."""
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="rename")

    async def __call__(self, exchange: Exchange, body: bytes, model: str) -> bytes:
        """Return the body for that model, made once for all attempts that follow each other with it."""
        renamed = exchange.renamed
        if renamed is None or renamed[0] != model:
            renamed = exchange.renamed = (model, await self._renamed(body, msgspec.json.encode(model)))
        return renamed[1]

    async def _renamed(self, body: bytes, value: bytes) -> bytes:
        if len(body) <= INLINE_BYTES:
            return with_value(body, "model", value)
        return await asyncio.get_running_loop().run_in_executor(self._worker, with_value, body, "model", value)


async def write_coming(exchange: Exchange, target: Target, connection: ClientConnection) -> None:
    """Send a request whose body is on disk, or comes while it is sent. Raises the caller's faults in the latter."""
    if exchange.spool is not None:
        await _write_spool(exchange, target, connection)
    else:
        await _pipe(exchange, target, connection)


def write_outgoing(exchange: Exchange, target: Target, connection: ClientConnection, outgoing: Outgoing) -> None:
    """Send a request as a dialect made it."""
    line = f"{exchange.request.method} {outgoing.path} HTTP/1.1\r\nHost: {target.authority}\r\n".encode("latin-1")
    head = b"%b%bContent-Length: %d\r\n\r\n" % (line, field_lines(outgoing.headers), len(outgoing.body))
    write_whole(exchange, connection, head, outgoing.body)


def write_whole(exchange: Exchange, connection: ClientConnection, head: bytes, body: bytes) -> None:
    """Send a head and a body, in one write where that is cheap."""
    without_body = exchange.request.method == "HEAD"
    if len(body) <= JOINED_BYTES:
        connection.send(head + body, whole=True, without_body=without_body)
    else:
        connection.send(head, whole=False, without_body=without_body)
        connection.write(body)
        connection.request_ended()
    exchange.sent_ns = exchange.clock.elapsed_ns()


async def _write_spool(exchange: Exchange, target: Target, connection: ClientConnection) -> None:
    spool = exchange.spool
    assert spool is not None  # noqa: S101  (`write_coming` has looked)
    connection.send(request_head(exchange, target, spool.size), whole=False)
    exchange.sent_ns = exchange.clock.elapsed_ns()
    for piece in spool.pieces():
        connection.write(piece)
        await connection.writable()
        if connection.answered:
            return
    connection.request_ended()


async def _pipe(exchange: Exchange, target: Target, connection: ClientConnection) -> None:
    """Pass the body on as it comes, framed as it came."""
    request = exchange.request
    chunked = request.length is None
    without_body = request.method == "HEAD"
    connection.send(request_head(exchange, target, request.length), whole=False, without_body=without_body)
    exchange.sent_ns = exchange.clock.elapsed_ns()
    async for piece in request.pieces(exchange.max_body_bytes):
        exchange.body_taken = True
        connection.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        await connection.writable()
        if connection.answered:
            return
    if chunked:
        connection.write(b"0\r\n\r\n")
    connection.request_ended()
