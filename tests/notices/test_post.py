"""The poster: bounded in time and size, follows nobody, and says why in words without the URL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from tests.notices.receiver import TOKEN, receiving
from yumen.notices import NotSentError, Poster, Target, parse_target
from yumen.notices.post import MAX_ANSWER_BYTES

Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def peer(talk: Peer) -> AsyncIterator[Target]:
    """Serve bytes."""

    async def handled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            await talk(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(handled, "127.0.0.1", 0)
    try:
        yield parse_target(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/{TOKEN}?key={TOKEN}", "test")
    finally:
        server.close()


async def refused(target: Target, poster: Poster) -> str:
    """Return why a post failed; neither the words nor any cause of the error hold the token."""
    with pytest.raises(NotSentError) as caught:
        await poster.post(target, b"{}")
    assert TOKEN not in f"{caught.value!r}{caught.value.__cause__!r}{target!r}"
    return str(caught.value)


async def test_a_redirect_is_not_followed() -> None:
    """A redirect is a failure: the body was signed for this receiver alone."""
    async with receiving(lambda _: (307, {})) as receiver:
        assert await refused(receiver.target(), Poster()) == "127.0.0.1 answered with status 307"
    assert len(receiver.arrived) == 1


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
async def test_an_error_is_a_failure(status: int) -> None:
    """Only 2xx means that it arrived."""
    async with receiving(lambda _: (status, {})) as receiver:
        assert await refused(receiver.target(), Poster()) == f"127.0.0.1 answered with status {status}"


async def test_nobody_there() -> None:
    """Where nobody listens the sentence says so."""
    async with receiving() as receiver:
        target = receiver.target()
    assert await refused(target, Poster()) == "127.0.0.1 refused the connection"


async def test_a_silent_receiver_is_given_up() -> None:
    """Who never answers costs the time-out, no more."""
    async with peer(lambda reader, _: reader.read()) as target:  # type: ignore[arg-type, return-value]
        assert await refused(target, Poster(timeout_s=0.05)) == "127.0.0.1 did not answer within 0.05 s"


async def test_a_dripping_receiver_is_given_up() -> None:
    """Who sends a byte now and then costs the time-out, too: it is one for the whole."""

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await asyncio.sleep(0.005)

    async with peer(drip) as target:
        assert await refused(target, Poster(timeout_s=0.1)) == "127.0.0.1 did not answer within 0.1 s"


async def test_a_flood_is_cut_off() -> None:
    """Of an endless answer no more is kept than is needed."""

    async def flood(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 100_000)
            await writer.drain()

    async with peer(flood) as target:
        assert len(await Poster().post(target, b"{}")) == MAX_ANSWER_BYTES


async def test_rubbish_is_a_failure() -> None:
    """What is no HTTP is named so, without repeating it."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"{TOKEN}\r\n\r\n".encode())
        await writer.drain()

    async with peer(talk) as target:
        assert await refused(target, Poster()) == "127.0.0.1 gave no whole answer of HTTP"
