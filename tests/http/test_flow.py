"""Who leaves, who is slow, and how a server stops."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.http.caller import Caller, calling, slow_calling
from tests.http.patience import soon, until
from tests.http.site import served
from yumen.errors import Unauthenticated
from yumen.http import SHUTDOWN, Reply, Request, ServerOptions

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
WAYS: dict[str, Callable[[Caller], None]] = {"closes": Caller.leave, "resets": Caller.reset, "half-closes": Caller.half_close}


class Waiting:
    """A handler that answers so far, then waits for ever; it notes how it ended."""

    def __init__(self, phase: str) -> None:
        self.phase = phase
        self.begun = asyncio.Event()
        self.cancelled = asyncio.Event()
        self.message: object = None

    async def handle(self, request: Request, reply: Reply) -> None:
        """Go as far as the phase says."""
        try:
            if self.phase != "before the body":
                await request.read(100)
            if self.phase == "after the first byte":
                reply.start(200, [], None)
                reply.write(b"first")
            self.begun.set()
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError as cancelled:
            self.message = cancelled.args
            self.cancelled.set()
            raise


@pytest.mark.parametrize("leave", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("phase", ["before the body", "before the first byte", "after the first byte"])
async def test_a_caller_that_leaves(phase: str, leave: Callable[[Caller], None]) -> None:
    """Its handler is cancelled, wherever it stands, and not in the name of a shutdown; the connection is gone."""
    waiting = Waiting(phase)
    async with served(handler=waiting.handle) as site, calling(site.port) as caller:
        await caller.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n")
        if phase != "before the body":
            await caller.send(b"hi")
        await soon(waiting.begun.wait())
        leave(caller)
        await soon(waiting.cancelled.wait())
        assert waiting.message != (SHUTDOWN,)
        await until(lambda: site.server.connections == 0)


async def test_a_caller_that_leaves_in_its_body() -> None:
    """The reader of half a body is cancelled."""
    reading = asyncio.Event()
    ended = asyncio.Event()

    async def handle(request: Request, reply: Reply) -> None:
        reading.set()
        try:
            await request.read(100)
        finally:
            ended.set()
        reply.send(200, [], b"")

    async with served(handler=handle) as site, calling(site.port) as caller:
        await caller.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe")
        await soon(reading.wait())
        caller.leave()
        await soon(ended.wait())


async def test_a_caller_that_leaves_with_requests_in_line() -> None:
    """What waits behind the request that is given up is never begun."""
    waiting = Waiting("before the first byte")
    async with served(handler=waiting.handle) as site, calling(site.port) as caller:
        await caller.send(GET * 3)
        await soon(waiting.begun.wait())
        waiting.begun.clear()
        caller.leave()
        await soon(waiting.cancelled.wait())
        await until(lambda: site.server.connections == 0)
        assert not waiting.begun.is_set()


async def test_a_cut_answer_is_seen_to_be_cut() -> None:
    """After `abort` no caller can take what it got for the whole."""

    async def handle(request: Request, reply: Reply) -> None:
        del request
        reply.start(200, [], None)
        reply.write(b"half")
        await reply.drained()
        reply.abort()

    async with served(handler=handle) as site, calling(site.port) as caller:
        await caller.send(GET)
        assert not (await caller.is_cut()).endswith(b"0\r\n\r\n")
        await until(lambda: site.server.connections == 0)


# ── slow callers ────────────────────────────────────────────────────────────


async def test_a_slow_reader_pauses_its_writer() -> None:
    """`drained` waits, `on_pause` and `on_resume` say so in turn; what lies unsent is bounded; all arrives in the end."""
    size, count = 64 * 1024, 512
    written = 0
    signals: list[str] = []

    async def handle(request: Request, reply: Reply) -> None:
        nonlocal written
        del request
        reply.on_pause = lambda: signals.append("pause")
        reply.on_resume = lambda: signals.append("resume")
        reply.start(200, [], size * count)
        for _ in range(count):
            reply.write(bytes(size))
            written += size
            await reply.drained()
        reply.end()

    loop = asyncio.get_running_loop()
    async with served(ServerOptions(write_buffer_bytes=size), handle) as site, slow_calling(site.port) as caller:
        await loop.sock_sendall(caller, GET)
        await until(lambda: signals[-1:] == ["pause"])
        stood = written
        assert stood < size * count / 2  # the rest is the kernel's buffers
        got = 0
        while got < size * count:
            piece = await soon(loop.sock_recv(caller, 1 << 20))
            assert piece
            got += len(piece)
        assert written == size * count
        assert signals[:2] == ["pause", "resume"]
        assert signals == ["pause", "resume"] * (len(signals) // 2)


async def test_a_slow_handler_pauses_its_caller() -> None:
    """A body that is not read stays with its sender, beyond a little."""
    go_on = asyncio.Event()
    size = 50 * 1024 * 1024

    async def handle(request: Request, reply: Reply) -> None:
        await go_on.wait()
        total = 0
        async for piece in request.pieces(size):
            total += len(piece)
        reply.send(200, [], b"%d" % total)

    async with served(handler=handle) as site, calling(site.port) as caller:
        sending = asyncio.create_task(caller.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % size + bytes(size)))
        await asyncio.wait([sending], timeout=0.5)
        assert not sending.done()
        go_on.set()
        assert (await caller.answer()).body == b"%d" % size
        await sending


# ── the end ─────────────────────────────────────────────────────────────────


async def test_a_drain_closes_what_is_idle() -> None:
    """Connections without a request are closed at once, new ones are not taken, and the drain ends."""
    async with served() as site, calling(site.port) as fresh, calling(site.port) as used:
        await used.send(GET)
        assert (await used.answer()).status == 200
        await until(lambda: site.server.connections == 2)
        await soon(site.server.drain(1000))
        assert await fresh.rest() == b""
        assert await used.rest() == b""
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", site.port)


async def test_a_drain_lets_answers_end() -> None:
    """Running answers end, whether they have begun or not, and their connections close; the caller is told where it still can be."""
    go_on = asyncio.Event()
    running = 0

    async def handle(request: Request, reply: Reply) -> None:
        nonlocal running
        if request.target == b"/begun":
            reply.start(200, [], None)
            reply.write(b"first")
        running += 1
        await go_on.wait()
        if not reply.started:
            reply.start(200, [], None)
        reply.write(b"last")
        reply.end()

    async with served(handler=handle) as site, calling(site.port) as one, calling(site.port) as two:
        await one.send(b"GET /begun HTTP/1.1\r\nHost: a\r\n\r\n")
        await two.send(GET)
        await until(lambda: running == 2)
        draining = asyncio.create_task(site.server.drain(1000))
        await asyncio.wait([draining], timeout=0.05)
        assert not draining.done()
        go_on.set()
        begun, other = await one.answer(), await two.answer()
        assert (begun.body, other.body) == (b"firstlast", b"last")
        assert other.header(b"connection") == b"close"
        assert await one.rest() == await two.rest() == b""
        await soon(draining)


async def test_a_drain_interrupts_what_takes_too_long() -> None:
    """After the time, a handler that has not answered is answered for; one that has begun may say its last word."""
    begun = 0

    async def handle(request: Request, reply: Reply) -> None:
        nonlocal begun
        if request.target == b"/begun":
            reply.start(200, [], None)
            reply.write(b"first")
        begun += 1
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError as cancelled:
            if not reply.started:
                raise
            reply.write(b"sorry" if SHUTDOWN in cancelled.args else b"wrong")
            reply.end()

    async with served(handler=handle) as site, calling(site.port) as one, calling(site.port) as two:
        await one.send(b"GET /begun HTTP/1.1\r\nHost: a\r\n\r\n")
        await two.send(GET)
        await until(lambda: begun == 2)
        await soon(site.server.drain(0.05))
        first, second = await one.answer(), await two.answer()
        assert first.body == b"firstsorry"
        assert (second.status, second.header(b"connection")) == (529, b"close")
        assert b"shutting down" in second.body


async def test_a_drain_ends_although_nobody_reads() -> None:
    """A caller that takes nothing, and a handler that will not be interrupted, hold nothing up for ever."""

    async def handle(request: Request, reply: Reply) -> None:
        if request.target == b"/stubborn":
            while True:
                try:
                    await asyncio.get_running_loop().create_future()
                except asyncio.CancelledError as cancelled:
                    if SHUTDOWN not in cancelled.args:
                        raise
        reply.start(200, [], None)
        while True:
            reply.write(bytes(65536))
            await reply.drained()

    loop = asyncio.get_running_loop()
    async with served(handler=handle) as site, slow_calling(site.port) as slow, calling(site.port) as stubborn:
        await loop.sock_sendall(slow, GET)
        await stubborn.send(b"GET /stubborn HTTP/1.1\r\nHost: a\r\n\r\n")
        await until(lambda: site.server.connections == 2)
        await soon(site.server.drain(0.05))
        await until(lambda: site.server.connections == 0)


async def test_a_refused_body_holds_no_drain_up() -> None:
    """A connection that only waits for the rest of a refused body ends with the drain."""

    async def handle(request: Request, reply: Reply) -> None:
        del request, reply
        raise Unauthenticated

    async with served(handler=handle) as site, calling(site.port) as caller:
        await caller.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe")
        assert (await caller.answer()).status == 401
        await soon(site.server.drain(0.05))
        await until(lambda: site.server.connections == 0)


async def test_a_leaving_server_takes_everything_and_sends_its_callers_elsewhere() -> None:
    """Before a drain, each answer tells its caller to connect anew; new connections are still taken, and theirs are answered too."""
    async with served() as site, calling(site.port) as old:
        await old.send(GET)
        assert (await old.answer()).header(b"connection") is None
        site.server.leave()
        await old.send(GET)
        answer = await old.answer()
        assert (answer.status, answer.header(b"connection")) == (200, b"close")
        assert await old.rest() == b""
        async with calling(site.port) as new:
            await new.send(GET)
            answer = await new.answer()
            assert (answer.status, answer.header(b"connection")) == (200, b"close")


@pytest.mark.parametrize("early", [True, False])
async def test_a_drain_that_is_hurried_waits_no_longer(early: bool) -> None:  # noqa: FBT001
    """Whoever is in a hurry, before the drain or in it, need not wait for answers that do not end; they are answered for."""
    waiting = Waiting("before the first byte")
    async with served(handler=waiting.handle) as site, calling(site.port) as caller:
        await caller.send(GET)
        await soon(waiting.begun.wait())
        if early:
            site.server.hurry()
        draining = asyncio.create_task(site.server.drain(1000))
        if not early:
            await asyncio.wait([draining], timeout=0.05)
            assert not draining.done()
            site.server.hurry()
        await soon(draining)
        assert (await caller.answer()).status == 529
