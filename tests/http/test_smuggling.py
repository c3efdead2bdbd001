"""What two parsers could read in two ways is refused, and nothing after it is taken as a request."""

from __future__ import annotations

import pytest

from tests.http.caller import calling
from tests.http.site import served
from yumen.errors import InvalidRequest

NEXT = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST /first HTTP/1.1\r\nHost: a\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n"

HEADS = {
    # two framings, or one that cannot be trusted
    "length and chunked": CHUNKED + b"Content-Length: 5\r\n\r\n0\r\n\r\n",
    "chunked and length": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 0\r\nContent-Length: 44\r\n\r\n",
    "the same length twice": POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    "a list of lengths": POST + b"Content-Length: 5, 5\r\n\r\nhello",
    "a signed length": POST + b"Content-Length: +5\r\n\r\nhello",
    "a negative length": POST + b"Content-Length: -1\r\n\r\n",
    "a hexadecimal length": POST + b"Content-Length: 0x5\r\n\r\nhello",
    "a length with an underscore": POST + b"Content-Length: 0_5\r\n\r\nhello",
    "an empty length": POST + b"Content-Length:\r\n\r\n",
    "an endless length": POST + b"Content-Length: 99999999999999999999999\r\n\r\n",
    "two codings": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "identity before chunked": POST + b"Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n",
    "two codings in two lines": POST + b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked twice": CHUNKED + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked twice in a line": POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "chunked before another coding": CHUNKED + b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "not chunked at all": POST + b"Transfer-Encoding: gzip\r\n\r\n",
    "almost chunked": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunked behind a vertical tab": POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "chunked with a parameter": POST + b"Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n",
    "an empty coding": POST + b"Transfer-Encoding:\r\n\r\n",
    "chunked in HTTP/1.0": b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    # lines
    "a folded header": b"GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
    "a folded header by tab": b"GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n",
    "white space before the first header": b"GET / HTTP/1.1\r\n Host: a\r\n\r\n",
    "bare LF after the request line": b"GET / HTTP/1.1\nHost: a\r\n\r\n",
    "bare LF after a header": b"GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
    "bare LF for the empty line": b"GET / HTTP/1.1\r\nHost: a\r\n\n",
    "bare LF alone": b"GET / HTTP/1.1\nHost: a\n\n",
    "lone CR after the request line": b"GET / HTTP/1.1\rHost: a\r\n\r\n",
    "lone CR in a header": b"GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
    "lone CR in a name": b"GET / HTTP/1.1\r\nHost: a\r\nX\r: b\r\n\r\n",
    "NUL in a value": b"GET / HTTP/1.1\r\nHost: a\r\nX: b\x00c\r\n\r\n",
    "NUL in a name": b"GET / HTTP/1.1\r\nHost: a\r\nX\x00: b\r\n\r\n",
    "NUL in the target": b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
    "a control character in a value": b"GET / HTTP/1.1\r\nHost: a\r\nX: b\x1bc\r\n\r\n",
    "a space before the colon": b"GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n",
    "a tab before the colon": b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length\t: 5\r\n\r\n",
    "a space in a name": b"GET / HTTP/1.1\r\nHost: a\r\nX Y: b\r\n\r\n",
    "a header without a name": b"GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
    "a header without a colon": b"GET / HTTP/1.1\r\nHost: a\r\nfoo\r\n\r\n",
    "a name beyond ASCII": "GET / HTTP/1.1\r\nHost: a\r\nÄ: b\r\n\r\n".encode(),
    # the request line
    "no version": b"GET /\r\n\r\n",
    "HTTP/0.9": b"GET / HTTP/0.9\r\n\r\n",
    "HTTP/1.2": b"GET / HTTP/1.2\r\nHost: a\r\n\r\n",
    "HTTP/2.0": b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
    "HTTP/2's own opening": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/11": b"GET / HTTP/11\r\nHost: a\r\n\r\n",
    "a version with a sign": b"GET / HTTP/+1.1\r\nHost: a\r\n\r\n",
    "a lower-case version": b"GET / http/1.1\r\nHost: a\r\n\r\n",
    "a lower-case method": b"get / HTTP/1.1\r\nHost: a\r\n\r\n",
    "an unknown method": b"FOO / HTTP/1.1\r\nHost: a\r\n\r\n",
    "white space before the method": b" GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "no target": b"GET HTTP/1.1\r\nHost: a\r\n\r\n",
    "a tab in the target": b"GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n",
    "a space in the target": b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
    "a target beyond ASCII": "GET /é HTTP/1.1\r\nHost: a\r\n\r\n".encode(),
    "a target without a slash": b"GET first HTTP/1.1\r\nHost: a\r\n\r\n",
    "a star for GET": b"GET * HTTP/1.1\r\nHost: a\r\n\r\n",
    "an absolute form without a path": b"GET http://a HTTP/1.1\r\nHost: a\r\n\r\n",
    "CONNECT": b"CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n",
    "TLS to a plain port": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    # the host
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "the same host twice": b"GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n",
    "two hosts in HTTP/1.0": b"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
}

BODIES = {
    "a chunk size with a prefix": b"0x5\r\nhello\r\n0\r\n\r\n",
    "a chunk size with a sign": b"+5\r\nhello\r\n0\r\n\r\n",
    "a negative chunk size": b"-5\r\nhello\r\n0\r\n\r\n",
    "a chunk size with an underscore": b"0_5\r\nhello\r\n0\r\n\r\n",
    "white space before a chunk size": b" 5\r\nhello\r\n0\r\n\r\n",
    "white space after a chunk size": b"5 \r\nhello\r\n0\r\n\r\n",
    "no chunk size": b"\r\nhello\r\n0\r\n\r\n",
    "a chunk size that is no number": b"g\r\nhello\r\n0\r\n\r\n",
    "a chunk size beyond 64 bits": b"10000000000000005\r\nhello\r\n0\r\n\r\n",
    "bare LF after a chunk size": b"5\nhello\r\n0\r\n\r\n",
    "bare LF after a chunk": b"5\r\nhello\n0\r\n\r\n",
    "no line end after a chunk": b"5\r\nhello0\r\n\r\n",
    "a chunk longer than its size": b"3\r\nhello\r\n0\r\n\r\n",
    "bare LF in a chunk's extension": b"5;a\nb\r\nhello\r\n0\r\n\r\n",
    "lone CR in a chunk's extension": b"5;a\rb\r\nhello\r\n0\r\n\r\n",
    "NUL in a chunk's extension": b"5;\x00\r\nhello\r\n0\r\n\r\n",
    "bare LF at the end": b"5\r\nhello\r\n0\n\n",
    "bare LF after the last chunk": b"5\r\nhello\r\n0\r\n\n",
    "a length in the trailer": b"5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n",
    "a coding in the trailer": b"5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n",
    "a folded trailer": b"5\r\nhello\r\n0\r\nX: a\r\n b\r\n\r\n",
}


@pytest.mark.parametrize("data", HEADS.values(), ids=HEADS.keys())
async def test_a_doubtful_head_is_refused(data: bytes) -> None:
    """It is answered 400, the connection closes, and neither it nor what follows reaches the handler."""
    async with served() as site, calling(site.port) as caller:
        await caller.send(data + NEXT)
        answer = await caller.answer()
        assert (answer.status, answer.header(b"connection")) == (400, b"close")
        assert await caller.rest() == b""
        assert site.arrived == []


@pytest.mark.parametrize("data", BODIES.values(), ids=BODIES.keys())
async def test_a_doubtful_body_is_refused(data: bytes) -> None:
    """The reader of the body gets a fault, the caller a 400 and the close; what follows is no request."""
    async with served() as site, calling(site.port) as caller:
        await caller.send(CHUNKED + b"\r\n" + data + NEXT)
        answer = await caller.answer()
        assert (answer.status, answer.header(b"connection")) == (400, b"close")
        assert await caller.rest() == b""
        assert site.arrived == [b"/first"]
        assert site.seen == []
        assert [type(fault) for fault in site.faults] == [InvalidRequest]


@pytest.mark.parametrize("data", [HEADS["two hosts"], HEADS["bare LF after a header"], HEADS["two lengths"], HEADS["CONNECT"]])
async def test_the_requests_before_a_doubtful_one_are_answered(data: bytes) -> None:
    """Requests that came whole before it in the same read get their answers; then the refusal, and the close."""
    async with served() as site, calling(site.port) as caller:
        good = b"".join(b"POST /%d HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n%d" % (i, i) for i in range(3))
        await caller.send(good + data + NEXT)
        assert [(await caller.answer()).body for _ in range(3)] == [b"0", b"1", b"2"]
        assert (await caller.answer()).status == 400
        assert await caller.rest() == b""
        assert site.arrived == [b"/0", b"/1", b"/2"]


@pytest.mark.parametrize("close", [b"Connection: close\r\n", b"Connection: x, Close\r\n"])
async def test_nothing_follows_a_close(close: bytes) -> None:
    """After a request with `Connection: close` the rest is not looked at."""
    async with served() as site, calling(site.port) as caller:
        await caller.send(POST + close + b"Content-Length: 2\r\n\r\nhi" + NEXT)
        answer = await caller.answer()
        assert (answer.status, answer.body, answer.header(b"connection")) == (200, b"hi", b"close")
        await caller.is_cut()
        assert site.arrived == [b"/first"]


@pytest.mark.parametrize(
    ("framing", "body"),
    [
        (b"", b""),
        (b"Content-Length: 35\r\n", NEXT),
        (b"Transfer-Encoding: chunked\r\n", NEXT),
    ],
    ids=["without a body", "with a length", "chunked"],
)
@pytest.mark.parametrize("splits", [False, True], ids=["at once", "byte by byte"])
async def test_an_offer_to_upgrade_is_passed_over(framing: bytes, body: bytes, *, splits: bool) -> None:
    """A request that offers HTTP/2 is served as HTTP/1.1, its body is its body, and the next request is the next."""
    sent = b"23\r\n" + body + b"\r\n0\r\n\r\n" if b"chunked" in framing else body
    offer = POST + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n" + framing + b"\r\n" + sent
    data = offer + offer + b"GET /last HTTP/1.1\r\nHost: a\r\n\r\n"
    async with served() as site, calling(site.port) as caller:
        await caller.send_pieces([data[i : i + 1] for i in range(len(data))] if splits else [data])
        assert [(await caller.answer()).body for _ in range(3)] == [body, body, b""]
        assert site.arrived == [b"/first", b"/first", b"/last"]


async def test_many_offers_to_upgrade_in_one_read() -> None:
    """Thousands of them in a row are thousands of requests, and no deeper a stack."""
    offer = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"
    async with served() as site, calling(site.port) as caller:
        await caller.send(offer * 3000)
        for _ in range(3000):
            assert (await caller.answer()).status == 200
        assert len(site.seen) == 3000


@pytest.mark.parametrize(
    ("data", "target"),
    [
        (b"\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n", b"/a"),
        (b"GET http://a.example:8010/a?b=c HTTP/1.1\r\nHost: a\r\n\r\n", b"/a?b=c"),
        (b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", b"*"),
        (b"GET /a/../b//c/%2e%2e/ HTTP/1.1\r\nHost: a\r\n\r\n", b"/a/../b//c/%2e%2e/"),
        (b"GET /a HTTP/1.0\r\n\r\n", b"/a"),
        (b"GET /a HTTP/1.1\r\nHost:\r\n\r\n", b"/a"),
        (b"GET /a HTTP/1.1\r\nHost: a\r\nX: \xff\xfe\r\nY:\r\nZ:\t z \t\r\n\r\n", b"/a"),
    ],
    ids=["empty lines before", "absolute form", "star", "dots", "HTTP/1.0", "an empty host", "obs-text and white space"],
)
async def test_odd_but_clear(data: bytes, target: bytes) -> None:
    """What HTTP/1.1 allows and can be read in one way is served; dots in paths are the edge's matter."""
    async with served() as site, calling(site.port) as caller:
        await caller.send(data)
        assert (await caller.answer()).status == 200
        assert [seen.target for seen in site.seen] == [target]


async def test_empty_and_padded_values() -> None:
    """An empty value stays empty, its neighbours stay themselves, and white space around a value is not of it."""
    async with served() as site, calling(site.port) as caller:
        data = b"GET /a HTTP/1.1\r\nHost: a\r\nX: \xff\r\nEmpty:\r\nPadded:\t z \t\r\nLast: l\r\n\r\n"
        await caller.send_pieces([data[i : i + 1] for i in range(len(data))])
        await caller.answer()
        assert site.seen[0].headers == [(b"Host", b"a"), (b"X", b"\xff"), (b"Empty", b""), (b"Padded", b"z"), (b"Last", b"l")]
