"""send: asks the upstream, and waits for the head of its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.errors import Fault
from yumen.exchange.values import Attempt
from yumen.upstream.head import request_head

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.exchange import Exchange
    from yumen.exchange.values import Target
    from yumen.http import ClientConnection, Pool


JOINED_BYTES = 64 * 1024
"""A longer body is not copied to stand behind its head: it may be 32 MB, and many may be under way."""


class Send:
    """Sends over pools of kept-alive connections, one pool an upstream."""

    def __init__(self, pools: Mapping[str, Pool]) -> None:
        """Use these pools, by the upstreams' names."""
        self._pools = pools

    async def __call__(self, exchange: Exchange) -> bool:
        """Set `exchange.connection`, whose answer's head has come. Raises the upstream's faults."""
        target = exchange.target
        assert target is not None  # noqa: S101  (the table of states has `routed` before this)
        begun_ns = exchange.clock.elapsed_ns()
        status: int | None = None
        name: str | None = None
        try:
            connection = exchange.connection = await self._pools[target.upstream].acquire()
            await self._write(exchange, target, connection)
            await connection.head()
            status = connection.status
        except Fault as fault:
            name = type(fault).__name__
            raise
        finally:
            duration_us = (exchange.clock.elapsed_ns() - begun_ns) // 1000
            exchange.attempts.append(Attempt(target.upstream, status, duration_us, name))
            exchange.first_sent_ns = exchange.first_sent_ns or exchange.sent_ns
        return True

    async def _write(self, exchange: Exchange, target: Target, connection: ClientConnection) -> None:
        without_body = exchange.request.method == "HEAD"
        if exchange.body is not None:
            head = request_head(exchange, target, len(exchange.body))
            if len(exchange.body) <= JOINED_BYTES:
                connection.send(head + exchange.body, whole=True, without_body=without_body)
            else:
                connection.send(head, whole=False, without_body=without_body)
                connection.write(exchange.body)
                connection.request_ended()
            exchange.sent_ns = exchange.clock.elapsed_ns()
        elif exchange.spool is not None:
            connection.send(request_head(exchange, target, exchange.spool.size), whole=False)
            exchange.sent_ns = exchange.clock.elapsed_ns()
            for piece in exchange.spool.pieces():
                connection.write(piece)
                await connection.writable()
                if connection.answered:
                    return
            connection.request_ended()
        else:
            await self._pipe(exchange, target, connection)

    async def _pipe(self, exchange: Exchange, target: Target, connection: ClientConnection) -> None:
        """Pass the body on as it comes, framed as it came."""
        request = exchange.request
        chunked = request.length is None
        without_body = request.method == "HEAD"
        connection.send(request_head(exchange, target, request.length), whole=False, without_body=without_body)
        exchange.sent_ns = exchange.clock.elapsed_ns()
        async for piece in request.pieces(exchange.max_body_bytes):
            connection.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
            await connection.writable()
            if connection.answered:
                return
        if chunked:
            connection.write(b"0\r\n\r\n")
        connection.request_ended()
