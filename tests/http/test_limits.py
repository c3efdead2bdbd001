"""Every limit of the listening side answers in its own status, and holds."""

from __future__ import annotations

import asyncio

import pytest

from tests.http.caller import calling, slow_calling
from tests.http.patience import soon, until
from tests.http.site import served
from yumen.errors import Overloaded, RequestTimeout, TooLarge
from yumen.http import ByteBudget, Reply, Request, ServerOptions

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
QUICK_S = 0.2
"""For what happens in any case, however slow the machine is."""
CALM_S = 1.5
"""For what must not happen meanwhile."""
LINE = b"GET / HTTP/1.1\r\nHost: a\r\n"

# ── heads ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "head",
    [
        LINE + b"X: " + b"x" * 5000 + b"\r\n\r\n",
        LINE + b"".join(b"X-%d: %s\r\n" % (i, b"x" * 90) for i in range(50)) + b"\r\n",
        b"GET /" + b"x" * 5000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        LINE + b"x" * 5000 + b": y\r\n\r\n",
        LINE + b"X: 1\r\n" * 21 + b"\r\n",
        LINE + b"X: " + b"x" * 5000,
        b"GET /" + b"x" * 5000,
        LINE + b"x" * 5000,
        b"\r\n" * 2500,
    ],
    ids=["value", "all values", "target", "name", "count", "endless value", "endless target", "endless name", "endless empty lines"],
)
@pytest.mark.parametrize("size", [100, 100_000], ids=["in pieces", "at once"])
async def test_a_head_that_is_too_large(head: bytes, size: int) -> None:
    """Whatever makes it large, whole or endless: 431, and the close."""
    options = ServerOptions(max_header_bytes=4096, max_headers=20)
    async with served(options) as site, calling(site.port) as caller:
        await caller.send_pieces([head[at : at + size] for at in range(0, len(head), size)])
        answer = await caller.answer()
        assert (answer.status, answer.header(b"connection")) == (431, b"close")
        assert await caller.rest() == b""
        assert site.arrived == []


async def test_a_head_as_large_as_allowed() -> None:
    """Just under the limits, a request is served, and the next one counts anew."""
    options = ServerOptions(max_header_bytes=4096, max_headers=20)
    async with served(options) as site, calling(site.port) as caller:
        for _ in range(3):
            await caller.send(LINE + b"X: 1\r\n" * 18 + b"Y: " + b"y" * 3000 + b"\r\n\r\n")
            assert (await caller.answer()).status == 200


@pytest.mark.parametrize(
    "body", [b"1;" + b"x" * 9000, b"0\r\nX: " + b"x" * 9000, b"0\r\n" + b"X: y\r\n" * 2000], ids=["extension", "trailer", "trailers"]
)
async def test_what_stands_between_chunks_is_limited(body: bytes) -> None:
    """Extensions and trailers are not a way around the head's limit."""
    async with served(ServerOptions(max_header_bytes=4096)) as site, calling(site.port) as caller:
        await caller.send(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        await caller.send_pieces([body[at : at + 100] for at in range(0, len(body), 100)])
        assert (await caller.answer()).status == 431
        assert site.seen == []


# ── bodies ──────────────────────────────────────────────────────────────────


def read_ten() -> tuple[list[type[Exception]], object]:
    """Make a handler that reads at most ten bytes, and the list of what it got instead."""
    faults: list[type[Exception]] = []

    async def handle(request: Request, reply: Reply) -> None:
        try:
            body = await request.read(10) if request.path == "/read" else b"".join([piece async for piece in request.pieces(10)])
        except (TooLarge, Overloaded) as fault:
            faults.append(type(fault))
            raise
        reply.send(200, [], body)

    return faults, handle


@pytest.mark.parametrize("path", [b"/read", b"/pieces"])
@pytest.mark.parametrize(
    ("framing", "body"),
    [
        (b"Content-Length: 11", b"hello world"),
        (b"Content-Length: 500000000", b""),
        (b"Transfer-Encoding: chunked", b"6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n"),
    ],
    ids=["measured", "announced", "chunked"],
)
async def test_a_body_that_is_too_large(path: bytes, framing: bytes, body: bytes) -> None:
    """413, by the length that is announced or as soon as it is passed."""
    faults, handle = read_ten()
    async with served(handler=handle) as site, calling(site.port) as caller:  # type: ignore[arg-type]
        await caller.send(b"POST " + path + b" HTTP/1.1\r\nHost: a\r\n" + framing + b"\r\n\r\n" + body)
        assert (await caller.answer()).status == 413
        assert faults == [TooLarge]


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_large_body_is_refused_early_and_readably(*, chunked: bool) -> None:
    """A caller that sends on and on, and reads only then, still finds the refusal: what it sends is read and dropped for a while."""

    async def handle(request: Request, reply: Reply) -> None:
        await request.read(1000)
        reply.send(200, [], b"")

    size = 12 * 1024 * 1024
    framing = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % size if chunked else b"Content-Length: %d\r\n\r\n" % size
    async with served(handler=handle) as site, calling(site.port) as caller:
        await caller.send(b"POST / HTTP/1.1\r\nHost: a\r\n" + framing)
        await caller.send(bytes(size))
        answer = await caller.answer()
        assert (answer.status, answer.header(b"connection")) == (413, b"close")


async def test_nothing_follows_a_body_that_was_refused() -> None:
    """What comes after such a body, even in the same read, is not handled."""
    arrived: list[bytes] = []

    async def handle(request: Request, reply: Reply) -> None:
        arrived.append(request.target)
        reply.send(403, [], b"no")

    async with served(handler=handle) as site, calling(site.port) as caller:
        await caller.send(b"POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe")
        assert (await caller.answer()).status == 403
        await caller.send(b"lloGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
        await caller.is_cut()
        assert arrived == [b"/1"]


async def test_the_budget_of_bytes() -> None:
    """Bodies that do not fit into what all share are refused as overload; what was taken is given back, whatever the end."""
    budget = ByteBudget(1000)
    go_on = asyncio.Event()

    async def handle(request: Request, reply: Reply) -> None:
        body = await request.read(2000)
        if request.target == b"/wait":
            await go_on.wait()
        reply.send(200, [], b"%d" % len(body))

    measured = b"POST /wait HTTP/1.1\r\nHost: a\r\nContent-Length: 600\r\n\r\n" + bytes(600)
    chunked = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n258\r\n" + bytes(600) + b"\r\n0\r\n\r\n"
    async with served(ServerOptions(budget=budget), handle) as site, calling(site.port) as one, calling(site.port) as two:
        await one.send(measured)
        await until(lambda: budget.held_bytes == 600)
        await two.send(measured)
        assert (await two.answer()).status == 529
        async with calling(site.port) as three:
            await three.send(chunked)
            assert (await three.answer()).status == 529
        go_on.set()
        assert (await one.answer()).body == b"600"
        await until(lambda: budget.held_bytes == 0)
        await one.send(chunked)
        assert (await one.answer()).body == b"600"
        go_on.clear()
        await one.send(measured)
        await until(lambda: budget.held_bytes == 600)
        one.leave()
        await until(lambda: budget.held_bytes == 0)


# ── connections ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("options", [ServerOptions(max_connections=2), ServerOptions(max_connections_per_address=2)])
async def test_the_number_of_connections(options: ServerOptions) -> None:
    """One too many, in all or of one address, gets 529 and the close; when one has left there is room again."""
    async with served(options) as site, calling(site.port) as one, calling(site.port) as two:
        for caller in (one, two):
            await caller.send(GET)
            assert (await caller.answer()).status == 200
        for _ in range(3):
            async with calling(site.port) as three:
                answer = await three.answer()
                assert (answer.status, answer.header(b"connection")) == (529, b"close")
                assert await three.rest() == b""
        assert site.server.connections == 2
        two.leave()
        await until(lambda: site.server.connections == 1)
        async with calling(site.port) as three:
            await three.send(GET)
            assert (await three.answer()).status == 200


async def test_addresses_are_counted_apart() -> None:
    """One address that has all its connections leaves another one its own."""
    options = ServerOptions(max_connections_per_address=1)
    async with served(options) as site, calling(site.port) as one:
        await one.send(GET)
        assert (await one.answer()).status == 200
        reader, writer = await soon(asyncio.open_connection("127.0.0.1", site.port, local_addr=("127.0.0.2", 0)))
        writer.write(GET)
        assert (await soon(reader.readline())).startswith(b"HTTP/1.1 200")
        writer.transport.abort()


# ── time ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("sent", [b"GET /", b"GET / HTTP/1.1\r\nHost: a\r\nX:", LINE])
async def test_a_head_that_takes_too_long(sent: bytes) -> None:
    """408 and the close, although bytes go on trickling in."""
    async with served(ServerOptions(header_timeout_s=QUICK_S)) as site, calling(site.port) as caller:
        await caller.send(sent)
        answering = asyncio.ensure_future(caller.answer())
        while not answering.done():
            await caller.send_pieces([b"x"])
            await asyncio.wait([answering], timeout=0.02)
        answer = await answering
        assert (answer.status, answer.header(b"connection")) == (408, b"close")
        assert site.arrived == []


async def test_the_next_head_that_takes_too_long() -> None:
    """The same holds for a head that began behind a request which was still being answered."""
    go_on = asyncio.Event()

    async def handle(request: Request, reply: Reply) -> None:
        await go_on.wait()
        reply.send(200, [], request.target)

    async with served(ServerOptions(header_timeout_s=QUICK_S), handle) as site, calling(site.port) as caller:
        await caller.send(GET + b"GET /second HT")
        go_on.set()
        assert (await caller.answer()).body == b"/"
        assert (await caller.answer()).status == 408


@pytest.mark.parametrize("framing", [b"Content-Length: 5\r\n\r\nhe", b"Transfer-Encoding: chunked\r\n\r\n5\r\nhe"])
async def test_a_body_that_stops(framing: bytes) -> None:
    """Its reader gets a fault, its caller 408."""
    async with served(ServerOptions(body_timeout_s=QUICK_S)) as site, calling(site.port) as caller:
        await caller.send(b"POST / HTTP/1.1\r\nHost: a\r\n" + framing)
        assert (await caller.answer()).status == 408
        assert [type(fault) for fault in site.faults] == [RequestTimeout]


async def test_an_idle_connection_is_closed() -> None:
    """Before its first request and after an answer, without a word."""
    async with served(ServerOptions(idle_timeout_s=CALM_S)) as site, calling(site.port) as fresh, calling(site.port) as used:
        await used.send(GET)
        assert (await used.answer()).status == 200
        assert await used.rest() == b""
        assert await fresh.rest() == b""


async def test_a_long_answer_is_not_idle() -> None:
    """While a request is handled no time-out of the caller's runs."""
    options = ServerOptions(idle_timeout_s=CALM_S, header_timeout_s=CALM_S, body_timeout_s=CALM_S)
    loop = asyncio.get_running_loop()

    async def handle(request: Request, reply: Reply) -> None:
        await request.read(10)
        reply.start(200, [], None)
        passed = loop.create_future()
        loop.call_later(2 * CALM_S, passed.set_result, None)
        await passed
        reply.end()

    async with served(options, handle) as site, calling(site.port) as caller:
        await caller.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
        assert (await caller.answer()).status == 200


async def test_an_answer_that_nobody_reads() -> None:
    """A caller that takes nothing for too long is cut off, and its handler is cancelled."""
    ended = asyncio.Event()

    async def handle(request: Request, reply: Reply) -> None:
        del request
        try:
            reply.start(200, [], None)
            while True:
                reply.write(bytes(65536))
                await reply.drained()
        finally:
            ended.set()

    loop = asyncio.get_running_loop()
    async with served(ServerOptions(write_timeout_s=QUICK_S), handle) as site, slow_calling(site.port) as caller:
        await loop.sock_sendall(caller, GET)
        await soon(ended.wait())
        await until(lambda: site.server.connections == 0)


@pytest.mark.parametrize("framing", [b"Connection: close\r\n", b""], ids=["the last answer", "an answer"])
async def test_a_whole_answer_that_nobody_reads(framing: bytes) -> None:
    """An answer that ended, and that nobody fetches, does not hold its connection for ever either."""
    begun = asyncio.Event()

    async def handle(request: Request, reply: Reply) -> None:
        del request
        begun.set()
        reply.send(200, [], bytes(50_000_000))

    loop = asyncio.get_running_loop()
    options = ServerOptions(write_timeout_s=QUICK_S, idle_timeout_s=CALM_S, write_buffer_bytes=1 << 30)
    async with served(options, handle) as site, slow_calling(site.port) as caller:
        await loop.sock_sendall(caller, LINE + framing + b"\r\n")
        await soon(begun.wait())
        await until(lambda: site.server.connections == 0)


async def test_a_pipelined_request_does_not_stop_the_clock() -> None:
    """A caller that takes no answers cannot hold its connection by asking for more."""
    begun = asyncio.Event()

    async def handle(request: Request, reply: Reply) -> None:
        del request
        begun.set()
        reply.send(200, [], bytes(50_000_000))
        await reply.drained()

    loop = asyncio.get_running_loop()
    async with served(ServerOptions(write_timeout_s=QUICK_S), handle) as site, slow_calling(site.port) as caller:
        await loop.sock_sendall(caller, GET * 3)
        await soon(begun.wait())
        await until(lambda: site.server.connections == 0)
