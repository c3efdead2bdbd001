"""What an upstream may answer, and what it must not."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.http.asking import GET, HEAD, Taken, ask, pool_to
from tests.http.patience import soon, turns, until
from tests.http.upstream import OK, Line, answering, closing, upstream
from yumen.errors import Truncated, UpstreamLost, UpstreamRubbish
from yumen.http import PoolOptions

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n"
WHOLE = CHUNKED + b"5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nTrailer: dropped\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (OK, 200, b"ok"),
        (WHOLE, 200, b"hello world"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, b""),
        (b"HTTP/1.1 529 \r\nContent-Length: 0\r\n\r\n", 529, b""),
        (b"HTTP/1.1 400\r\nContent-Length: 2\r\n\r\nno", 400, b"no"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, 200, b"ok"),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + WHOLE, 200, b"hello world"),
    ],
    ids=["measured", "chunked", "204", "304", "no phrase", "no space", "100", "103 and 102"],
)
async def test_answers(answer: bytes, status: int, body: bytes) -> None:
    """An answer arrives whole, interim ones are passed over, and the connection takes the next request."""
    async with upstream(answering(answer)) as site:
        pool = pool_to(site.port)
        for _ in range(3):
            got = await ask(pool)
            assert (got.status, got.body, got.fault) == (status, body, None)
            assert not any(name == b"Link" for name, _ in got.headers)
        assert [number for number, _ in site.requests] == [1, 1, 1]
        await pool.close()


@settings(max_examples=50)
@given(st.lists(st.integers(1, len(WHOLE) - 1), max_size=10, unique=True))
async def test_an_answer_in_random_pieces(cuts: list[int]) -> None:
    """Wherever the upstream's bytes are cut, it is the same answer."""

    async def script(line: Line) -> None:
        await line.request()
        ends = [0, *sorted(cuts), len(WHOLE)]
        for begin, end in pairwise(ends):
            line.writer.write(WHOLE[begin:end])
            await turns()

    async with upstream(script) as site:
        pool = pool_to(site.port)
        got = await ask(pool)
        assert (got.status, got.headers, got.body) == (200, [(b"Transfer-Encoding", b"chunked"), (b"X", b"y")], b"hello world")
        await pool.close()


@pytest.mark.parametrize("version", [b"HTTP/1.1", b"HTTP/1.0"])
async def test_an_answer_that_lasts_until_the_close(version: bytes) -> None:
    """Without framing, the close is the end."""
    async with upstream(closing(version + b" 200 OK\r\n\r\none", b"two")) as site:
        got = await ask(pool_to(site.port))
        assert (got.body, got.fault, got.connection.closed) == (b"onetwo", None, True)


async def test_each_piece_comes_in_its_turn() -> None:
    """The sink has a piece of a stream before the next one is sent."""
    taken = Taken()

    async def script(line: Line) -> None:
        await line.request()
        await line.send(CHUNKED)
        for number in range(5):
            await line.send(b"1\r\n%d\r\n" % number)
            await until(lambda number=number: len(taken.pieces) == number + 1)  # type: ignore[misc]
        await line.send(b"0\r\n\r\n")
        await line.gone()

    async with upstream(script) as site:
        pool = pool_to(site.port)
        connection = await pool.acquire()
        connection.send(GET, whole=True)
        await soon(connection.head())
        connection.attach(taken)
        await soon(taken.done.wait())
        assert taken.pieces == [b"0", b"1", b"2", b"3", b"4"]
        await pool.close()


async def test_head_has_no_body() -> None:
    """The answer to HEAD ends with its head, whatever length it names, and disturbs no later request."""
    async with upstream(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")) as site:
        pool = pool_to(site.port)
        for _ in range(2):
            got = await ask(pool, HEAD)
            assert (got.status, got.body, got.fault) == (200, b"", None)
        await pool.close()


async def test_a_body_in_answer_to_head_is_nobodys() -> None:
    """An upstream that sends one all the same disturbs neither this answer nor the next."""
    async with upstream(answering(OK, OK)) as site:
        pool = pool_to(site.port)
        for request, body in ((HEAD, b""), (GET, b"ok"), (HEAD, b""), (HEAD, b""), (GET, b"ok")):
            got = await ask(pool, request)
            assert (got.status, got.body, got.fault) == (200, body, None)
        await pool.close()


# ── rubbish ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "answer",
    [
        b"\x15\x03\x03\x00\x02\x02\x46",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"<html>\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX : y\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: y\r\n z\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: \x00\r\n\r\n",
        b"HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + OK,
        CHUNKED[:-2] + b"Y: " + b"y" * 300_000 + b"\r\n\r\n",
        CHUNKED[:-2] + b"".join(b"Y-%d: %s\r\n" % (i, b"y" * 1000) for i in range(300)),
        b"HTTP/1.1 200 " + b"K" * 300_000,
    ],
    ids=lambda answer: answer[:40].decode("latin-1") + f" {len(answer)}",
)
async def test_rubbish(answer: bytes) -> None:
    """What is not HTTP/1.1, switches protocols, or has too large a head is a fault of the upstream's, and its connection closes."""

    async def script(line: Line) -> None:
        await line.request()
        await line.send(answer)
        await line.gone()

    async with upstream(script) as site:
        with pytest.raises(UpstreamRubbish):
            await ask(pool_to(site.port))
        await until(lambda: site.left == 1)


async def test_a_large_body_in_the_heads_read() -> None:
    """The limit of the head counts the head alone."""
    body = bytes(200_000)
    async with upstream(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + body)) as site:
        pool = pool_to(site.port, PoolOptions(max_header_bytes=1000))
        assert (await ask(pool)).body == body
        await pool.close()


@pytest.mark.parametrize("rest", [b"x\r\n", b"5\r\nhelloworld\r\n", b"5\r\nhello\r\n5\nworld\r\n"])
async def test_rubbish_in_the_body(rest: bytes) -> None:
    """The good part is handed over, then the fault."""
    async with upstream(answering(CHUNKED + b"2\r\nok\r\n" + rest)) as site:
        got = await ask(pool_to(site.port))
        assert got.body.startswith(b"ok")
        assert isinstance(got.fault, UpstreamRubbish)
        await until(lambda: site.left == 1)


@pytest.mark.parametrize("more", [OK.replace(b"ok", b"no"), b"HTTP/1.1 200 OK\r\nX", b"rubbish", b"H"])
async def test_more_than_was_asked(more: bytes) -> None:
    """Bytes behind the answer, in the same read, are neither of this answer nor of the next: the connection is not used again."""
    async with upstream(answering(OK + more)) as site:
        pool = pool_to(site.port)
        for _ in range(2):
            got = await ask(pool)
            assert (got.status, got.body, got.fault) == (200, b"ok", None)
        assert [number for number, _ in site.requests] == [1, 2]
        await pool.close()


async def test_an_answer_that_nobody_asked_for() -> None:
    """What comes on an unused connection closes it."""
    async with upstream(answering(OK)) as site:
        pool = pool_to(site.port)

        async def script(line: Line) -> None:
            await line.request()
            await line.send(OK)
            await soon(go_on.wait())
            await line.send(OK.replace(b"ok", b"no"))
            await line.gone()

        go_on = asyncio.Event()
        async with upstream(script) as talker:
            pool = pool_to(talker.port)
            first = await ask(pool)
            go_on.set()
            await until(lambda: first.connection.closed)
            await until(lambda: talker.left == 1)


# ── what ends too early ─────────────────────────────────────────────────────


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Le", b"HTTP/1.1 100 Continue\r\n\r\n"])
async def test_lost_before_the_head(sent: bytes) -> None:
    """A close before the head is a loss."""
    async with upstream(closing(sent)) as site:
        with pytest.raises(UpstreamLost):
            await ask(pool_to(site.port))


@pytest.mark.parametrize(
    ("sent", "body"),
    [
        (OK[:-1], b"o"),
        (CHUNKED, b""),
        (CHUNKED + b"5\r\nhel", b"hel"),
        (CHUNKED + b"5\r\nhello\r\n", b"hello"),
        (CHUNKED + b"5\r\nhello\r\n0\r\n", b"hello"),
        (CHUNKED + b"5\r\nhello\r\n0\r\nTrai", b"hello"),
    ],
)
async def test_truncated(sent: bytes, body: bytes) -> None:
    """A close inside the body hands over what came, and says that it is not the whole."""
    async with upstream(closing(sent)) as site:
        got = await ask(pool_to(site.port))
        assert got.body == body
        assert isinstance(got.fault, Truncated)


async def test_a_reset_is_no_end() -> None:
    """An answer without framing that ends with a reset is not whole."""
    sent = asyncio.Event()

    async def script(line: Line) -> None:
        await line.request()
        await line.send(b"HTTP/1.1 200 OK\r\n\r\nhalf")
        await soon(sent.wait())
        line.reset()

    async with upstream(script) as site:
        connection = await pool_to(site.port).acquire()
        connection.send(GET, whole=True)
        await soon(connection.head())
        taken = Taken()
        connection.attach(taken)
        await until(lambda: taken.pieces)
        sent.set()
        await soon(taken.done.wait())
        assert isinstance(taken.fault, Truncated)
