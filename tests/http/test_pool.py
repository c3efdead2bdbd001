"""Which connections are used again, which are not, and how many there are."""

from __future__ import annotations

import asyncio
import os
import select
import socket

import pytest

from tests.http.asking import GET, ask, pool_to
from tests.http.patience import soon, until
from tests.http.upstream import OK, Line, answering, closing, upstream
from yumen.errors import UpstreamBusy, UpstreamLost, UpstreamUnreachable
from yumen.http import ClientConnection, Origin, PoolOptions, pool
from yumen.http.unreachable import unreachable


async def test_the_same_connection_again() -> None:
    """One request after the other goes over one connection."""
    async with upstream(answering(OK)) as site:
        asked = pool_to(site.port)
        for _ in range(5):
            assert (await ask(asked)).body == b"ok"
        assert site.connections == 1
        await asked.close()
        await until(lambda: site.left == 1)


async def test_a_connection_for_each_at_once() -> None:
    """Requests at the same time go over connections of their own, which are used again afterwards."""
    async with upstream(answering(OK)) as site:
        asked = pool_to(site.port)
        for _ in range(3):
            await asyncio.gather(*(ask(asked) for _ in range(4)))
        assert site.connections == 4
        await asked.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nConnection: X, Close\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
    ],
)
async def test_not_after_a_close(answer: bytes) -> None:
    """An upstream that says that it closes, or speaks HTTP/1.0, is believed."""
    async with upstream(answering(answer)) as site:
        asked = pool_to(site.port)
        for _ in range(2):
            assert (await ask(asked)).body == b"ok"
        assert [number for number, _ in site.requests] == [1, 2]
        await until(lambda: site.left == 2)


async def test_an_idle_connection_ends() -> None:
    """After the idle time it is closed by itself."""
    async with upstream(answering(OK)) as site:
        asked = pool_to(site.port, PoolOptions(idle_timeout_s=0.2))
        await ask(asked)
        await until(lambda: site.left == 1)
        await ask(asked)
        assert site.connections == 2
        await asked.close()


async def test_a_connection_that_ended_is_not_given_out() -> None:
    """One that the upstream closed meanwhile is dropped, and the next request gets a new one."""
    async with upstream(closing(OK)) as site:
        asked = pool_to(site.port)
        for number in range(1, 4):
            got = await ask(asked)
            assert got.body == b"ok"
            await until(lambda got=got: got.connection.closed)  # type: ignore[misc]
            assert site.connections == number


def wait_for_end(connection: ClientConnection) -> None:
    """Wait without the loop until the kernel has the end of the connection."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    assert poll.poll(60_000)


async def test_the_end_is_looked_for_before_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the loop has not heard of the close yet, a connection that has ended is not used."""
    monkeypatch.setattr(pool, "FRESH_S", 0.0)
    ended: list[socket.socket] = []

    async def script(line: Line) -> None:
        await line.request()
        await line.send(OK)
        ended.append(socket.socket(fileno=os.dup(line.writer.get_extra_info("socket").fileno())))
        await line.gone()

    async with upstream(script) as site:
        asked = pool_to(site.port)
        first = await ask(asked)
        await until(lambda: ended)
        # Both ends in one turn: the kernel has the end of the connection, the loop has not looked.
        ended[0].shutdown(socket.SHUT_RDWR)
        ended[0].close()
        wait_for_end(first.connection)
        second = await asked.acquire()
        assert second is not first.connection
        second.abort()


async def test_the_number_of_connections() -> None:
    """One too many is refused as overload, connecting ones included; when one is free it is used."""
    async with upstream(answering(OK)) as site:
        asked = pool_to(site.port, PoolOptions(max_connections=2))
        one, two = await asyncio.gather(asked.acquire(), asked.acquire())
        with pytest.raises(UpstreamBusy):
            await asked.acquire()
        one.abort()
        await until(lambda: site.left == 1)
        third = await soon(asked.acquire())
        two.abort()
        third.abort()


async def test_an_abandoned_acquire() -> None:
    """A caller that leaves while its connection is made leaves no count behind."""
    async with upstream(answering(OK)) as site:
        asked = pool_to(site.port, PoolOptions(max_connections=1))
        for _ in range(5):
            acquiring = asyncio.create_task(asked.acquire())
            await asyncio.sleep(0)
            acquiring.cancel()
            await asyncio.wait([acquiring])
            if not acquiring.cancelled():
                acquiring.result().abort()
        await until(lambda: site.left == site.connections)
        assert (await ask(asked)).body == b"ok"
        await asked.close()


async def test_nobody_listens() -> None:
    """A port where nobody listens is said to be unreachable, and why."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(UpstreamUnreachable, match=r"refused"):
            await pool_to(unused.getsockname()[1]).acquire()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (socket.gaierror(-2, "Name or service not known"), "the name api.example does not resolve (Name or service not known)"),
        (ConnectionRefusedError(111, "x"), "api.example refused the connection"),
        (ConnectionResetError(104, "Connection reset by peer"), "the connection to api.example failed (Connection reset by peer)"),
        (OSError("several"), "the connection to api.example failed (OSError)"),
    ],
)
def test_why_not(error: OSError, said: str) -> None:
    """Whatever fails on the way to a host is said with the host's name, and why."""
    assert unreachable("api.example", error).message == f"The upstream cannot be reached: {said}."


async def test_connecting_takes_too_long() -> None:
    """A host that accepts nothing is given up after the connect time-out."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = []
        try:
            # Fill the backlog: further connections wait for ever.
            for _ in range(4):
                filler = socket.socket()
                filler.settimeout(0)
                filler.connect_ex(("127.0.0.1", port))
                waiting.append(filler)
            with pytest.raises(UpstreamUnreachable, match=r"within 0\.2 seconds"):
                await soon(pool_to(port, PoolOptions(connect_timeout_s=0.2)).acquire())
        finally:
            for filler in waiting:
                filler.close()


async def test_a_connection_that_was_lost_in_use() -> None:
    """After a loss the next request gets a new connection."""
    count = 0

    async def script(line: Line) -> None:
        nonlocal count
        await line.request()
        count += 1
        if count > 1:
            await line.send(OK)

    async with upstream(script) as site:
        asked = pool_to(site.port)
        with pytest.raises(UpstreamLost):
            await ask(asked, GET)
        assert (await ask(asked, GET)).body == b"ok"


@pytest.mark.parametrize(
    ("origin", "authority"),
    [
        (Origin("https", "api.example", 443), "api.example"),
        (Origin("http", "api.example", 80), "api.example"),
        (Origin("http", "api.example", 443), "api.example:443"),
        (Origin("https", "::1", 8443), "[::1]:8443"),
    ],
)
def test_authority(origin: Origin, authority: str) -> None:
    """The `Host` header names the port where it is not the scheme's own."""
    assert origin.authority == authority
