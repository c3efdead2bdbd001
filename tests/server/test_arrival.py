"""The control port against callers that are slow, long-winded or many, over real sockets."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from yumen.server import arrival
from yumen.server.arrival import Arrival
from yumen.server.control import ControlServer

PATIENCE_S = 30
HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\n"
WHOLE = HEAD + b"Content-Length: 2\r\n\r\n{}"


async def count(request: Request) -> PlainTextResponse:
    """Say how long the body is."""
    return PlainTextResponse(f"{len(await request.body())} bytes")


@pytest.fixture
def server() -> Iterator[ControlServer]:
    """A control port that reads bodies."""

    @asynccontextmanager
    async def opening() -> AsyncIterator[ASGIApp]:
        yield Starlette(routes=[Route("/", count, methods=["POST"])])

    made = ControlServer(opening, "127.0.0.1", 0)
    made.start()
    yield made
    made.stop()


def connected(server: ControlServer) -> socket.socket:
    """Connect."""
    made = socket.create_connection(("127.0.0.1", server.port))
    made.settimeout(PATIENCE_S)
    return made


def said(connection: socket.socket, sent: bytes) -> bytes:
    """What is answered to that, up to the end of its body; nothing where the connection was cut."""
    heard = b""
    try:
        connection.sendall(sent)
        while not heard.endswith(b"bytes"):
            piece = connection.recv(4096)
            if not piece:
                break
            heard += piece
    except ConnectionError:
        pass
    return heard


@pytest.mark.parametrize("sent", [b"", b"POST / HT", HEAD, HEAD + b"Content-Length: 100\r\n\r\n{", WHOLE + HEAD])
def test_what_does_not_arrive_in_time_is_cut_off(server: ControlServer, sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A head or a body that stops half-way holds nothing for long, on a connection that was good before too."""
    monkeypatch.setattr(Arrival, "seconds", 0.2)
    with connected(server) as connection:
        if sent.startswith(WHOLE):
            assert b"2 bytes" in said(connection, WHOLE)
        assert said(connection, sent.removeprefix(WHOLE)) == b""


def test_a_head_has_an_end(server: ControlServer) -> None:
    """A head that goes on and on is cut off; a body of the same size is taken."""
    much = b"x" * arrival.HEAD_BYTES
    with connected(server) as connection:
        assert b"%d bytes" % len(much) in said(connection, HEAD + b"Content-Length: %d\r\n\r\n" % len(much) + much)
        assert b"2 bytes" in said(connection, WHOLE)
    with connected(server) as connection:
        assert said(connection, HEAD + b"x-long: " + much) == b""


def test_one_too_many_is_turned_away(server: ControlServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is there already is served on."""
    monkeypatch.setattr(arrival, "CONNECTIONS", 2)
    with connected(server) as first, connected(server) as second:
        for each in (first, second):
            assert b"2 bytes" in said(each, WHOLE)
        with connected(server) as third:
            assert said(third, WHOLE) == b""
        assert b"2 bytes" in said(first, WHOLE)
