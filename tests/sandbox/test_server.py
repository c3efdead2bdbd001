"""The sandbox over real loopback connections."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from tests.sandbox.doubles import StillClock, asking
from yumen.errors import InvalidRequest
from yumen.http import Server, ServerOptions, serve
from yumen.sandbox import Sandbox, SandboxOptions


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A sandbox that listens."""
    sandbox = Sandbox(StillClock(), SandboxOptions())
    running = await serve(sandbox.handle, "127.0.0.1", 0, ServerOptions(refuse=sandbox.refuse))
    yield running
    await running.drain(5)
    await sandbox.close()


async def send(server: Server, body: dict[str, object], *headers: str) -> bytes:
    """Send one request and return all bytes until the connection ends."""
    encoded = json.dumps(body).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    lines = [
        "POST /v1/messages HTTP/1.1",
        "host: localhost",
        "connection: close",
        "anthropic-version: 2023-06-01",
        f"content-length: {len(encoded)}",
        *headers,
    ]
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + encoded)
    try:
        return await reader.read(-1)
    finally:
        writer.close()


async def test_plain_and_streamed(server: Server) -> None:
    """Both kinds of answer come whole over a connection."""
    plain = await send(server, asking("ping"))
    assert plain.startswith(b"HTTP/1.1 200 ")
    assert json.loads(plain.partition(b"\r\n\r\n")[2])["content"][0]["text"] == "pong"
    streamed = await send(server, asking("ping", stream=True))
    assert b"event: message_stop" in streamed
    assert streamed.endswith(b"0\r\n\r\n")


async def test_cut_connection(server: Server) -> None:
    """A cut stream has its first events and no end."""
    data = await send(server, asking("write a story", stream=True), "x-sandbox-cut-after: 4")
    assert data.count(b"event: ") == 4
    assert not data.endswith(b"0\r\n\r\n")


async def test_head_that_is_not_http(server: Server) -> None:
    """Rubbish in the head is no HTTP header."""
    data = await send(server, asking(), "x-sandbox-rubbish: http")
    assert b"\x00\x01 rubbish" in data


async def test_bad_http_is_refused_in_the_shape_of_claude(server: Server) -> None:
    """What is refused before it is a request has Claude's envelope too."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"NOT HTTP\r\n\r\n")
    data = await reader.read(-1)
    writer.close()
    assert json.loads(data.partition(b"\r\n\r\n")[2])["type"] == "error"


def test_refuse() -> None:
    """A fault becomes its status, headers and envelope."""
    status, headers, body = Sandbox(StillClock(), SandboxOptions()).refuse(InvalidRequest("No."))
    assert (status, json.loads(body)["error"]["message"]) == (400, "No.")
    assert json.loads(body)["request_id"].encode() in dict(headers).values()
