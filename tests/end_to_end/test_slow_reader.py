"""A caller that does not read its stream slows the upstream down; the gateway holds a bounded part of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bench.processes import memory
from bench.soak import Behaviour, Caller, body_for, headers_for
from bench.soak.site import before, port_of
from bench.upstream import chunk, events
from tests.end_to_end.upstream import BEGUN, ENDED, Asked, answering
from tests.gateway import PATIENCE_S

MB = 1024 * 1024
OFFERED_MB = 160
IN_KERNELS_MB = 48
"""What the buffers of four sockets may take at their most."""
IN_GATEWAY_MB = 24
"""What one stream may take in the gateway, the work of the others beside it included."""


async def test_an_unread_stream_pauses_the_upstream(tmp_path: Path) -> None:
    """The upstream is stopped long before its end, others are served meanwhile, and once the caller reads it gets every byte."""
    block = chunk(events(7)[3]) * 4096
    blocks = OFFERED_MB * MB // len(block)
    sent = 0

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        if b"[bench" not in asked.body:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}")
            return
        writer.write(BEGUN)
        for _ in range(blocks):
            writer.write(block)
            sent += len(block)
            await writer.drain()
        writer.write(ENDED)
        await writer.drain()

    async with answering(answer) as upstream:
        with before(upstream, tmp_path / "gateway") as gateway:
            headers = headers_for(gateway.new_key("slow"))
            port = port_of(gateway)
            assert gateway.process is not None
            async with Caller(port, headers) as other, Caller(port, headers) as slow:
                for _ in range(50):
                    assert (await other.ask(body_for(Behaviour.PLAIN).replace("[bench", ""))).status == 200
                at_first = memory(gateway.process.pid).rss_bytes
                begun = await slow.begin(body_for(Behaviour.STREAM))
                assert begun.status == 200
                standing, rounds = -1, 0
                deadline = asyncio.get_running_loop().time() + PATIENCE_S
                while rounds < 200:
                    rounds = rounds + 1 if sent == standing else 0
                    standing = sent
                    assert (await other.ask(body_for(Behaviour.PLAIN))).status == 200
                    assert asyncio.get_running_loop().time() < deadline
                assert standing < IN_KERNELS_MB * MB
                assert memory(gateway.process.pid).rss_bytes - at_first < IN_GATEWAY_MB * MB
                size = await swallow(slow)
                assert sent == blocks * len(block)
                assert size > sent * 0.8
                entry = next(entry for entry in gateway.entries() if entry["request_id"] == begun.request_id)
                assert entry["outcome"] == "answered"


async def swallow(caller: Caller) -> int:
    """Read a chunked answer to its end without keeping it; return its size."""
    reader = caller._reader
    assert reader is not None
    size = 0
    while length := int(await reader.readuntil(b"\r\n"), 16):
        left = length + 2
        while left:
            left -= len(await reader.read(left))
        size += length
    await reader.readexactly(2)
    return size
