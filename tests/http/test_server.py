"""A server takes its address first and its callers later."""

from __future__ import annotations

import asyncio

import pytest

from tests.http.caller import calling
from tests.http.site import Site
from yumen.http import Server, ServerOptions

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


async def test_nobody_is_let_in_before_the_start() -> None:
    """A bound server knows its port and refuses connections: no caller can come before there is a handler. Started, it answers."""
    server, site = Server(ServerOptions(), asyncio.get_running_loop()), Site()
    await server.bind("127.0.0.1", 0)
    try:
        assert server.port
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", server.port)
        await server.start(site.handle)
        async with calling(server.port) as caller:
            await caller.send(GET)
            assert (await caller.answer()).status == 200
    finally:
        await server.drain(0)


async def test_one_that_never_started_gives_its_address_back() -> None:
    """Where the rest of a start fails, the next one can have the address."""
    server = Server(ServerOptions(), asyncio.get_running_loop())
    await server.bind("127.0.0.1", 0)
    await server.drain(0)
    other = Server(ServerOptions(), asyncio.get_running_loop())
    await other.bind("127.0.0.1", server.port)
    await other.start(Site().handle)
    await other.drain(0)


async def test_a_taken_address_is_said() -> None:
    """Where somebody listens already, the second is told by an OSError at its binding or its start, and gets no callers."""
    one, other = (Server(ServerOptions(), asyncio.get_running_loop()) for _ in range(2))
    await one.bind("127.0.0.1", 0)
    await one.start(Site().handle)
    try:
        with pytest.raises(OSError, match=r"(?i)address already in use"):
            await bound_and_started(other, one.port)
    finally:
        await other.drain(0)
        await one.drain(0)


async def bound_and_started(server: Server, port: int) -> None:
    """Do both."""
    await server.bind("127.0.0.1", port)
    await server.start(Site().handle)
