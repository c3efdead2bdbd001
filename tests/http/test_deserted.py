"""An answer that goes on without its caller, and one that is taken along: what the connection and the reply do then."""

from __future__ import annotations

import asyncio

import pytest

from tests.http.caller import calling
from tests.http.patience import soon, until
from tests.http.site import served
from yumen.http import SHUTDOWN, Headers, Reply, Request, ServerOptions

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


class Told:
    """A tee that writes down what it is told."""

    def __init__(self) -> None:
        self.heard: list[object] = []

    def began(self, status: int, headers: Headers, length: int | None) -> None:
        """Note it."""
        self.heard.append((status, headers, length))

    def piece(self, data: bytes) -> None:
        """Note it."""
        self.heard.append(data)

    def ended(self) -> None:
        """Note it."""
        self.heard.append("ended")

    def cut(self) -> None:
        """Note it."""
        self.heard.append("cut")


class Staying:
    """A handler that goes on when its caller leaves, as often as it says so."""

    def __init__(self, *, stays: bool = True) -> None:
        self.stays = stays
        self.tee = Told()
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()
        self.ended: object = None

    async def handle(self, request: Request, reply: Reply) -> None:
        """Answer in two pieces."""
        del request
        reply.tee = self.tee
        reply.on_leave = lambda: self.stays
        reply.start(200, [(b"a", b"b")], None)
        reply.write(b"one")
        self.begun.set()
        try:
            await self.go_on.wait()
        except asyncio.CancelledError as cancelled:
            self.ended = cancelled.args
            raise
        reply.write(b"two")
        await reply.drained()
        reply.end()
        self.ended = "whole"


async def test_it_goes_on_to_its_end() -> None:
    """The handler is not cancelled; what it writes goes nowhere but to the tee; the connection counts until then, and no longer."""
    staying = Staying()
    async with served(handler=staying.handle) as site:
        async with calling(site.port) as caller:
            await caller.send(GET)
            await soon(staying.begun.wait())
            caller.leave()
            await until(lambda: site.server.connections == 0)
        assert staying.ended is None
        staying.go_on.set()
        await until(lambda: staying.ended == "whole")
        assert staying.tee.heard == [(200, [(b"a", b"b")], None), b"one", b"two", "ended"]
        await site.server.drain(0)


async def test_it_may_say_no() -> None:
    """A handler that does not want to is cancelled as ever."""
    staying = Staying(stays=False)
    async with served(handler=staying.handle) as site, calling(site.port) as caller:
        await caller.send(GET)
        await soon(staying.begun.wait())
        caller.leave()
        await until(lambda: staying.ended == ())


async def test_the_end_of_the_server_is_its_end() -> None:
    """A drain waits for it, and gives it up in the name of the shutdown when its time is over."""
    staying = Staying()
    async with served(handler=staying.handle) as site:
        async with calling(site.port) as caller:
            await caller.send(GET)
            await soon(staying.begun.wait())
            caller.leave()
            await until(lambda: site.server.connections == 0)
        await site.server.drain(0.001)
        assert staying.ended == (SHUTDOWN,)


async def test_it_takes_a_place() -> None:
    """It counts among the connections, so that callers who leave cannot pile up answers without end."""
    staying = Staying()
    async with served(ServerOptions(max_connections=1), handler=staying.handle) as site:
        async with calling(site.port) as caller:
            await caller.send(GET)
            await soon(staying.begun.wait())
            caller.leave()
            await until(lambda: site.server.connections == 0)
        async with calling(site.port) as other:
            await other.send(GET)
            assert (await other.answer()).status == 529
        staying.go_on.set()
        await until(lambda: staying.ended == "whole")


@pytest.mark.parametrize("how", ["whole", "cut"])
async def test_a_tee_gets_what_the_caller_gets(how: str) -> None:
    """Status, headers and body without framing, and whether it ended or was cut."""
    told = Told()

    async def handle(_: Request, reply: Reply) -> None:
        reply.tee = told
        if how == "whole":
            reply.send(201, [(b"a", b"b")], b"body")
        else:
            reply.start(200, [], 10)
            reply.write(b"bod")
            reply.abort()

    async with served(handler=handle) as site, calling(site.port) as caller:
        await caller.send(GET)
        await until(lambda: told.heard[-1:] in (["ended"], ["cut"]))
    assert told.heard == ([(201, [(b"a", b"b")], 4), b"body", "ended"] if how == "whole" else [(200, [], 10), b"bod", "cut"])
