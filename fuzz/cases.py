"""Bytes of callers: sound requests, and what becomes of them when somebody plays with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

GET = b"GET /next HTTP/1.1\r\nHost: b\r\n\r\n"
SEEDS = (
    GET,
    b"GET /a?b=c&d=%20 HTTP/1.1\r\nHost: a.example:80\r\nAccept: */*\r\nX-Empty:\r\n\r\n" + GET,
    b"POST /v1/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nContent-Type: text/plain\r\n\r\nhello world" + GET,
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\n\r\n" + GET,
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n" + GET,
    b"PUT /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc" + GET,
    b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    b"POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi",
    b"DELETE /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + GET,
    b"POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 5\r\n\r\nhello" + GET,
    b"GET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n" + GET,
    b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n" + GET,
    b"HEAD / HTTP/1.1\r\nHost: a\r\nX: \t padded \t\r\nX: \xe9\xff\r\n\r\n" + GET,
)
TOKENS = (
    *(b"\r", b"\n", b"\r\n", b"\r\n\r\n", b" ", b"\t", b"\x00", b"\x0b", b"\x7f", b"\x80", b":", b";", b",", b'"', b"0", b"-", b"+", b"_"),
    *(
        b"Host: a\r\n",
        b"Host: evil\r\n",
        b"Content-Length: 5\r\n",
        b"Content-Length: 0\r\n",
        b"Content-Length: 5 \r\n",
        b"Content-Length:5\r\n",
    ),
    *(b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: gzip, chunked\r\n", b"transfer-encoding: CHUNKED\r\n"),
    *(
        b"Transfer-Encoding : chunked\r\n",
        b"Transfer-Encoding:\tchunked\t\r\n",
        b"Connection: close\r\n",
        b"Connection: upgrade\r\nUpgrade: x\r\n",
    ),
    *(
        b"0\r\n\r\n",
        b"5\r\nhello\r\n",
        b"00005",
        b"ffffffffffffffff",
        b"0x",
        b"1e1",
        b"HTTP/1.0",
        b"HTTP/1.1",
        b"HTTP/2.0",
        b"CONNECT ",
        GET,
    ),
)
"""What is put in: separators, framing in many spellings, numbers that some read and some do not."""


def flip(data: bytes, random: Random) -> bytes:
    """Change one byte."""
    at = random.randrange(len(data))
    return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]


def insert(data: bytes, random: Random) -> bytes:
    """Put a token in, anywhere."""
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(TOKENS) + data[at:]


def insert_line(data: bytes, random: Random) -> bytes:
    """Put a token in where a line begins."""
    starts = [at + 2 for at in range(len(data)) if data.startswith(b"\r\n", at)]
    at = random.choice([0, *starts])
    return data[:at] + random.choice(TOKENS) + data[at:]


def remove(data: bytes, random: Random) -> bytes:
    """Take a few bytes out."""
    at = random.randrange(len(data))
    return data[:at] + data[at + random.randrange(1, 5) :]


def repeat(data: bytes, random: Random) -> bytes:
    """Have a part twice."""
    begin = random.randrange(len(data))
    end = begin + random.randrange(1, 40)
    return data[:end] + data[begin:end] + data[end:]


def swap_ends(data: bytes, random: Random) -> bytes:
    """End one line in another way."""
    ends = [at for at in range(len(data)) if data.startswith(b"\r\n", at)]
    if not ends:
        return data
    at = random.choice(ends)
    return data[:at] + random.choice((b"\n", b"\r", b"\n\r", b"\r\r\n", b" \r\n", b"\r\n ", b"\r\n\t", b"")) + data[at + 2 :]


def splice(data: bytes, random: Random) -> bytes:
    """Go on with another request from some place."""
    other = random.choice(SEEDS)
    return data[: random.randrange(len(data))] + other[random.randrange(len(other)) :]


def change_case(data: bytes, random: Random) -> bytes:
    """Write a part in the other case."""
    begin = random.randrange(len(data))
    end = begin + random.randrange(1, 20)
    return data[:begin] + data[begin:end].swapcase() + data[end:]


MUTATIONS: tuple[Callable[[bytes, Random], bytes], ...] = (flip, insert, insert_line, remove, repeat, swap_ends, splice, change_case)


def make_case(random: Random) -> bytes:
    """Return a seed with one to four changes."""
    data = random.choice(SEEDS)
    for _ in range(random.randrange(1, 5)):
        data = random.choice(MUTATIONS)(data, random) or GET
    return data


def cut(data: bytes, random: Random) -> list[bytes]:
    """Cut the bytes into pieces, now and then into single ones."""
    if random.random() < 0.2:
        return [data[at : at + 1] for at in range(len(data))]
    cuts = sorted(random.randrange(len(data) + 1) for _ in range(random.randrange(1, 6)))
    return [data[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
