"""Requests over one connection: in order, whole, in whatever pieces they come, and answered in their own version."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.http.caller import calling
from tests.http.patience import soon, until
from tests.http.site import Seen, served
from yumen.errors import Unauthenticated
from yumen.http import Reply, Request

GET = b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST /%d HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
EXPECTING = b"POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"


async def test_one_connection_serves_many_requests() -> None:
    """A connection is kept alive after each answer, and is one connection to the server."""
    async with served() as site, calling(site.port) as caller:
        for number in range(20):
            await caller.send(POST % number)
            answer = await caller.answer()
            assert (answer.status, answer.body, answer.header(b"connection")) == (200, b"hello", None)
        assert site.arrived == [b"/%d" % number for number in range(20)]
        assert site.server.connections == 1


@pytest.mark.parametrize("count", [2, 15, 16, 17, 40, 500])
async def test_pipelined_requests_are_answered_in_order(count: int) -> None:
    """However many come at once, each is answered, one after the other."""
    async with served() as site, calling(site.port) as caller:
        await caller.send(b"".join((POST if number % 2 else GET) % number for number in range(count)))
        for number in range(count):
            assert (await caller.answer()).body == (b"hello" if number % 2 else b"")
        assert site.arrived == [b"/%d" % number for number in range(count)]


async def test_a_pipelined_request_waits_for_the_answer_before() -> None:
    """The second of two begins when the first is answered and its handler has returned; its body waits with it, whole."""
    go_on = asyncio.Event()
    begun: list[bytes] = []
    bodies: list[bytes] = []

    async def handle(request: Request, reply: Reply) -> None:
        begun.append(request.target)
        bodies.append(await request.read(1 << 20))
        reply.send(200, [], request.target)
        await go_on.wait()

    async with served(handler=handle) as site, calling(site.port) as caller:
        await caller.send(POST % 1)
        assert (await caller.answer()).body == b"/1"
        # The answer is here, its handler still has something to do: the next request comes meanwhile, in pieces.
        await caller.send_pieces([(POST % 2)[:-3], b"l", b"lo", GET % 3])
        assert begun == [b"/1"]
        go_on.set()
        assert [(await caller.answer()).body for _ in range(2)] == [b"/2", b"/3"]
        assert bodies == [b"hello", b"hello", b""]


async def test_a_large_pipelined_body_waits_in_the_kernel() -> None:
    """A body behind an unfinished request is not heaped up, and arrives whole when its turn comes."""
    go_on = asyncio.Event()

    async def handle(request: Request, reply: Reply) -> None:
        if request.target == b"/1":
            await go_on.wait()
        body = await request.read(1 << 25)
        reply.send(200, [], b"%d" % len(body))

    size = 20 * 1024 * 1024
    async with served(handler=handle) as site, calling(site.port) as caller:
        await caller.send(GET % 1)
        sending = asyncio.create_task(caller.send(b"POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % size + bytes(size)))
        await asyncio.wait([sending], timeout=0.3)
        assert not sending.done()
        go_on.set()
        assert [(await caller.answer()).body for _ in range(2)] == [b"0", b"%d" % size]
        await sending


# ── bodies in pieces ────────────────────────────────────────────────────────

CHUNKED = (
    b"POST /a?b=c HTTP/1.1\r\nHost: a\r\nX-One: 1\r\nEmpty:\r\nTransfer-Encoding: chunked\r\n\r\n"
    b'5\r\nhello\r\n1;name=value;other="q;\\"x"\r\n \r\n0005\r\nworld\r\n0\r\nTrailer: dropped\r\n\r\n'
)
MEASURED = b"POST /m HTTP/1.1\r\nHost: a\r\nX-One: 1\r\nContent-Length: 11\r\n\r\nhello world"
STREAM = CHUNKED + MEASURED + CHUNKED + GET % 1
HEADERS = [(b"Host", b"a"), (b"X-One", b"1")]
EXPECTED = [
    Seen("POST", b"/a?b=c", "1.1", [*HEADERS, (b"Empty", b""), (b"Transfer-Encoding", b"chunked")], b"hello world"),
    Seen("POST", b"/m", "1.1", HEADERS, b"hello world"),
    Seen("POST", b"/a?b=c", "1.1", [*HEADERS, (b"Empty", b""), (b"Transfer-Encoding", b"chunked")], b"hello world"),
    Seen("GET", b"/1", "1.1", [(b"Host", b"a")], b""),
]


async def read_in_pieces(pieces: list[bytes]) -> None:
    """Send the stream in these pieces, and look at what arrived."""
    async with served() as site, calling(site.port) as caller:
        await caller.send_pieces(pieces)
        assert [(await caller.answer()).body for _ in range(4)] == [b"hello world"] * 3 + [b""]
        assert site.seen == EXPECTED


@pytest.mark.parametrize("size", [1, 2, 3, 7])
async def test_bodies_in_equal_pieces(size: int) -> None:
    """Byte by byte, or a few at a time, they are the same requests."""
    await read_in_pieces([STREAM[at : at + size] for at in range(0, len(STREAM), size)])


@settings(max_examples=60)
@given(st.lists(st.integers(1, len(STREAM) - 1), max_size=12, unique=True))
async def test_bodies_in_random_pieces(cuts: list[int]) -> None:
    """Wherever the stream is cut, they are the same requests."""
    ends = [0, *sorted(cuts), len(STREAM)]
    await read_in_pieces([STREAM[begin:end] for begin, end in pairwise(ends)])


async def test_a_padded_length() -> None:
    """White space around a length is not of it: the body is limited, and the next request is found."""
    async with served() as site, calling(site.port) as caller:
        await caller.send(b"POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: \t5 \t\r\n\r\nhello" + GET % 1)
        assert [(await caller.answer()).body for _ in range(2)] == [b"hello", b""]
        await caller.send(b"POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999 \r\n\r\n")
        assert (await caller.answer()).status == 413


async def test_a_body_as_it_arrives() -> None:
    """`pieces` hands over each part before the next is sent, and ends with the body."""
    parts: list[bytes] = []
    ended = asyncio.Event()

    async def handle(request: Request, reply: Reply) -> None:
        async for piece in request.pieces(100):
            parts.append(piece)  # noqa: PERF401  (the test looks at the list while it grows)
        ended.set()
        reply.send(200, [], b"")

    async with served(handler=handle) as site, calling(site.port) as caller:
        await caller.send(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        for number in range(5):
            await caller.send(b"1\r\n%d\r\n" % number)
            await until(lambda number=number: len(parts) == number + 1)  # type: ignore[misc]
        assert not ended.is_set()
        await caller.send(b"0\r\n\r\n")
        await soon(ended.wait())
        assert parts == [b"0", b"1", b"2", b"3", b"4"]


# ── Expect: 100-continue ────────────────────────────────────────────────────


async def test_continue_is_said_when_the_body_is_wanted() -> None:
    """A caller that waits for `100 Continue` gets it when the handler asks for the body, once, and then the answer."""
    async with served() as site, calling(site.port) as caller:
        await caller.send(EXPECTING)
        assert (await caller.answer()).status == 100
        await caller.send_pieces([b"he", b"llo"])
        answer = await caller.answer()
        assert (answer.status, answer.body) == (200, b"hello")
        await caller.send(GET % 1)
        assert (await caller.answer()).status == 200


async def test_continue_is_not_said_before() -> None:
    """A handler that refuses from the head alone refuses without `100 Continue`, and the caller is told that the connection ends."""

    async def handle(request: Request, reply: Reply) -> None:
        del request, reply
        raise Unauthenticated

    async with served(handler=handle) as site, calling(site.port) as caller:
        await caller.send(EXPECTING)
        answer = await caller.answer()
        assert (answer.status, answer.header(b"connection")) == (401, b"close")


async def test_continue_is_not_said_when_the_body_is_here() -> None:
    """A caller that did not wait needs no `100 Continue`, and gets its answer."""
    async with served() as site, calling(site.port) as caller:
        await caller.send(EXPECTING + b"hello")
        answer = await caller.answer()
        if answer.status == 100:  # allowed (RFC 9110 §10.1.1), not needed
            answer = await caller.answer()
        assert (answer.status, answer.body) == (200, b"hello")


async def test_continue_is_not_said_to_the_old() -> None:
    """HTTP/1.0 knows no `100 Continue`: the expectation is ignored."""
    async with served() as site, calling(site.port) as caller:
        await caller.send(EXPECTING.replace(b"HTTP/1.1", b"HTTP/1.0"))
        await caller.send_pieces([b"", b"he", b"llo"])
        answer = await caller.answer()
        assert (answer.status, answer.body) == (200, b"hello")


# ── what kind of answer ─────────────────────────────────────────────────────


async def stream(request: Request, reply: Reply) -> None:
    """Answer with three pieces of unknown length."""
    del request
    reply.start(200, [(b"x", b"y")], None)
    for piece in (b"one", b"", b"two", b"three"):
        reply.write(piece)
    reply.end()


async def test_a_streamed_answer_is_chunked() -> None:
    """An answer of unknown length is chunked, and the connection goes on."""
    async with served(handler=stream) as site, calling(site.port) as caller:
        for _ in range(2):
            await caller.send(GET % 1)
            head = await caller.head()
            assert head.header(b"transfer-encoding") == b"chunked"
            assert [await caller.chunk() for _ in range(4)] == [b"one", b"two", b"three", b""]


async def test_a_streamed_answer_to_the_old_lasts_until_the_close() -> None:
    """HTTP/1.0 knows no chunks: the answer is bare and ends with the connection."""
    async with served(handler=stream) as site, calling(site.port) as caller:
        await caller.send(b"GET / HTTP/1.0\r\n\r\n")
        answer = await caller.answer()
        assert (answer.body, answer.header(b"transfer-encoding"), answer.header(b"connection")) == (b"onetwothree", None, b"close")


@pytest.mark.parametrize("keep_alive", [b"", b"Connection: keep-alive\r\n"])
async def test_the_old_get_one_answer(keep_alive: bytes) -> None:
    """A connection of HTTP/1.0 ends after its answer, and says so."""
    async with served() as site, calling(site.port) as caller:
        await caller.send(b"POST / HTTP/1.0\r\nContent-Length: 2\r\n" + keep_alive + b"\r\nhi")
        answer = await caller.answer()
        assert (answer.status, answer.body, answer.header(b"connection")) == (200, b"hi", b"close")
        assert await caller.rest() == b""


@pytest.mark.parametrize("handler", [None, stream], ids=["whole", "streamed"])
async def test_head_gets_a_head(handler: object) -> None:
    """The answer to HEAD has the head of the answer to GET and no body; the next request works."""
    async with served(handler=handler) as site, calling(site.port) as caller:  # type: ignore[arg-type]
        await caller.send(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" * 2 + GET % 1)
        heads = [await caller.answer(head_only=True) for _ in range(2)]
        last = await caller.answer()
        assert [head.headers for head in heads] == [last.headers] * 2
        assert last.body == (b"onetwothree" if handler else b"")


@pytest.mark.parametrize("status", [204, 304])
@pytest.mark.parametrize("length", [0, None])
async def test_an_answer_that_can_have_no_body(status: int, length: int | None) -> None:
    """204 and 304 have neither a body nor its framing, and the next request works."""

    async def handle(request: Request, reply: Reply) -> None:
        del request
        reply.start(status, [], length)
        reply.write(b"never")
        reply.end()

    async with served(handler=handle) as site, calling(site.port) as caller:
        await caller.send(GET % 1 + GET % 2)
        for _ in range(2):
            answer = await caller.answer()
            assert (answer.status, answer.headers) == (status, [])


async def test_the_head_leaves_before_the_body() -> None:
    """`flush_head` sends the head alone; otherwise it leaves with the first byte of the body."""
    flush = asyncio.Event()
    go_on = asyncio.Event()

    async def handle(request: Request, reply: Reply) -> None:
        del request
        reply.start(200, [], None)
        await flush.wait()
        reply.flush_head()
        await go_on.wait()
        reply.write(b"body")
        reply.end()

    async with served(handler=handle) as site, calling(site.port) as caller:
        await caller.send(GET % 1)
        flush.set()
        assert (await caller.head()).status == 200
        go_on.set()
        assert await caller.chunk() == b"body"


async def test_a_fault_of_the_handler_is_answered() -> None:
    """A Fault before the answer becomes the answer, and the connection lives; any other error a 500, and the close."""

    async def handle(request: Request, reply: Reply) -> None:
        del reply
        if request.target == b"/1":
            raise Unauthenticated
        msg = "unforeseen"
        raise ZeroDivisionError(msg)

    trouble: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: trouble.append(context))
    async with served(handler=handle) as site, calling(site.port) as caller:
        await caller.send(GET % 1)
        assert (await caller.answer()).status == 401
        await caller.send(GET % 2)
        answer = await caller.answer()
        assert (answer.status, answer.body, answer.header(b"connection")) == (500, b"Internal server error", b"close")
        assert await caller.rest() == b""


async def test_a_handler_that_gives_no_answer() -> None:
    """A handler that returns without an answer leaves nobody waiting; one that broke off in the middle cuts the connection."""

    async def handle(request: Request, reply: Reply) -> None:
        if request.target == b"/2":
            reply.start(200, [], None)
            reply.write(b"half")

    async with served(handler=handle) as site:
        async with calling(site.port) as caller:
            await caller.send(GET % 1)
            assert (await caller.answer()).status == 500
            assert await caller.rest() == b""
        async with calling(site.port) as caller:
            await caller.send(GET % 2)
            assert not (await caller.is_cut()).endswith(b"0\r\n\r\n")
