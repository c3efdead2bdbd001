"""An upstream that is slow, a sink that is slow, and an exchange that is given up."""

from __future__ import annotations

import asyncio

import pytest

from tests.http.asking import GET, POST, Taken, ask, pool_to
from tests.http.patience import soon, turns, until
from tests.http.upstream import OK, Line, answering, upstream
from yumen.errors import Fault, Truncated, UpstreamLost, UpstreamRubbish, UpstreamTimeout
from yumen.http import ClientConnection, Pool, PoolOptions
from yumen.http.deadlines import NEVER

QUICK_S = 0.2
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n"

# ── time ────────────────────────────────────────────────────────────────────


async def silent(line: Line) -> None:
    """Take requests and say nothing."""
    await line.gone()


async def test_no_first_byte() -> None:
    """An upstream that says nothing is given up, and told by the close."""
    async with upstream(silent) as site:
        with pytest.raises(UpstreamTimeout):
            await ask(pool_to(site.port, PoolOptions(first_byte_timeout_s=QUICK_S)))
        await until(lambda: site.left == 1)


async def test_nothing_between_bytes() -> None:
    """One that stops in the middle is given up; what came is handed over."""
    async with upstream(answering(CHUNKED + b"5\r\nhello\r\n")) as site:
        got = await ask(pool_to(site.port, PoolOptions(between_bytes_timeout_s=QUICK_S)))
        assert got.body == b"hello"
        assert isinstance(got.fault, UpstreamTimeout)
        await until(lambda: site.left == 1)


async def test_an_upload_that_nobody_reads() -> None:
    """An upstream that takes no more of a request is given up too."""

    async def script(line: Line) -> None:
        line.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a stream's transport
        await asyncio.get_running_loop().create_future()

    async with upstream(script) as site:
        connection = await pool_to(site.port, PoolOptions(between_bytes_timeout_s=QUICK_S)).acquire()
        connection.send(POST, whole=False)
        for _ in range(1000):
            connection.write(bytes(65536))
            await soon(connection.writable())
            if connection.answered:
                break
        with pytest.raises(UpstreamTimeout):
            await soon(connection.head())


# ── who is slow, who leaves ─────────────────────────────────────────────────


async def test_back_pressure() -> None:
    """While it is paused, an answer stays with the upstream, beyond a little, and no time-out runs; then all of it comes."""
    size = 50 * 1024 * 1024
    sent = 0

    async def script(line: Line) -> None:
        nonlocal sent
        await line.request()
        await line.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        while sent < size:
            await line.send(bytes(65536))
            sent += 65536
        await line.gone()

    async with upstream(script) as site:
        pool = pool_to(site.port)
        connection = await pool.acquire()
        connection.send(GET, whole=True)
        await soon(connection.head())
        taken = Taken()
        connection.attach(taken)
        connection.pause()
        assert connection.deadline == NEVER
        waited = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(0.3, waited.set_result, None)
        await waited
        assert sent < size / 2
        assert not taken.done.is_set()
        connection.resume()
        assert connection.deadline < NEVER
        await soon(taken.done.wait())
        assert (len(taken.body), taken.fault) == (size, None)
        await pool.close()


async def test_an_answer_that_nobody_takes_yet() -> None:
    """Between the head and the sink, an answer is held back with the upstream, and arrives whole."""
    size = 50 * 1024 * 1024
    sent = 0

    async def script(line: Line) -> None:
        nonlocal sent
        await line.request()
        await line.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        while sent < size:
            await line.send(bytes(65536))
            sent += 65536
        await line.gone()

    async with upstream(script) as site:
        pool = pool_to(site.port)
        connection = await pool.acquire()
        connection.send(GET, whole=True)
        await soon(connection.head())
        waited = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(0.3, waited.set_result, None)
        await waited
        assert sent < size / 2
        taken = Taken()
        connection.attach(taken)
        await soon(taken.done.wait())
        assert len(taken.body) == size
        await pool.close()


@pytest.mark.parametrize("phase", ["before the head", "in the body"])
async def test_abort_closes_at_once(phase: str) -> None:
    """The upstream sees the close, the sink hears nothing more, and the pool gives out another connection."""

    async def script(line: Line) -> None:
        await line.request()
        if phase == "in the body":
            await line.send(CHUNKED + b"2\r\nok\r\n")
        await line.gone()

    async with upstream(script) as site:
        pool = pool_to(site.port)
        connection = await pool.acquire()
        connection.send(GET, whole=True)
        taken = Taken()
        if phase == "in the body":
            await soon(connection.head())
            connection.attach(taken)
        else:
            await until(lambda: site.requests)
        connection.abort()
        await until(lambda: site.left == 1)
        assert taken.ends == 0
        other = await pool.acquire()
        assert other is not connection
        other.abort()


async def test_a_sink_that_gives_up() -> None:
    """A sink may abort from within its own call."""

    class Weary(Taken):
        """Gives up at the first piece."""

        def piece(self, data: bytes) -> None:
            """Give up."""
            super().piece(data)
            connection.abort()

    async with upstream(answering(OK)) as site:
        connection = await pool_to(site.port).acquire()
        connection.send(GET, whole=True)
        await soon(connection.head())
        taken = Weary()
        connection.attach(taken)
        await until(lambda: site.left == 1)
        assert (taken.body, taken.ends) == (b"ok", 0)


async def early(line: Line) -> None:
    """Answer before the body has come, and keep the connection open."""
    await line.reader.readuntil(b"\r\n\r\n")
    await line.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
    await asyncio.get_running_loop().create_future()


async def ends_with(connection: ClientConnection, pool: Pool) -> None:
    """See that the early answer arrives whole, and that nobody gets its connection, which does not linger with what was never sent."""
    await soon(connection.head())
    assert connection.status == 413
    taken = Taken()
    connection.attach(taken)
    await soon(taken.done.wait())
    assert (taken.body, taken.fault, connection.closed) == (b"no", None, True)
    other = await pool.acquire()
    assert other is not connection
    other.abort()
    await until(lambda: connection.fileno() == -1)


async def test_an_early_answer_to_an_upload() -> None:
    """An answer before the request's end stops the upload, arrives whole, and ends the connection, which nobody may use again."""
    async with upstream(early) as site:
        pool = pool_to(site.port)
        connection = await pool.acquire()
        connection.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900000000\r\n\r\n", whole=False)
        pieces = 0
        while not connection.answered:
            connection.write(bytes(65536))
            pieces += 1
            assert pieces < 5000
            await soon(connection.writable())
            await turns()
        await ends_with(connection, pool)


async def test_an_early_answer_to_a_body_that_waits_here() -> None:
    """A body that was handed over whole and has not left is not what the next request waits behind: its connection ends."""
    async with upstream(early) as site:
        pool = pool_to(site.port)
        connection = await pool.acquire()
        connection.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 32000000\r\n\r\n", whole=False)
        connection.write(bytes(32_000_000))
        connection.request_ended()
        await ends_with(connection, pool)


def test_every_fault_of_the_upstream_says_so() -> None:
    """The faults that a connection raises have a sentence each."""
    assert all(str(fault()) and isinstance(fault(), Fault) for fault in (Truncated, UpstreamLost, UpstreamRubbish, UpstreamTimeout))
