"""SIGTERM: running streams end as they would have, new work is refused, everything is written down, the exit code is 0."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from bench.soak import Answer, Behaviour, Caller, body_for, headers_for
from bench.soak.site import before, port_of
from tests.end_to_end.upstream import BEGUN, ENDED, Asked, answering
from tests.gateway import PATIENCE_S

STREAMS = 8
COUNTED = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 19\r\n\r\n{"input_tokens": 1}'


async def test_sigterm_lets_running_streams_end(tmp_path: Path) -> None:
    """Streams that were open at SIGTERM get their last byte; nobody new gets in; all are `answered` in the ledger; exit 0."""
    release = asyncio.Event()

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if b"/count_tokens " in asked.head:  # somebody new, who came before the signal did
            writer.write(COUNTED)
            return
        writer.write(BEGUN)
        await release.wait()
        writer.write(ENDED)
        await writer.drain()

    async with answering(answer) as upstream:
        gateway = before(upstream, tmp_path / "gateway")
        gateway.start()
        headers = headers_for(gateway.new_key("drain"))
        callers = [Caller(port_of(gateway), headers) for _ in range(STREAMS)]
        begun = [await caller.begin(body_for(Behaviour.STREAM)) for caller in callers]
        assert [one.status for one in begun] == [200] * STREAMS
        assert gateway.process is not None
        gateway.process.send_signal(signal.SIGTERM)
        await until_refused(Caller(port_of(gateway), headers))
        assert gateway.process.poll() is None
        release.set()
        for caller, one in zip(callers, begun, strict=True):
            await caller.finish(one)
            await caller.close()
        assert all(one.complete for one in begun)
        assert await asyncio.to_thread(gateway.process.wait, PATIENCE_S) == 0
        gateway.process = None
    held = {entry["request_id"]: entry["outcome"] for entry in gateway.entries()}
    assert [held.get(one.request_id) for one in begun] == ["answered"] * STREAMS


async def test_a_stream_that_does_not_end_is_ended(tmp_path: Path) -> None:
    """After the time to drain, a stream that is still open is broken off with an error event and written down; the exit code is 0."""

    async def answer(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(BEGUN)
        await asyncio.Event().wait()

    async with answering(answer) as upstream:
        gateway = before(upstream, tmp_path / "gateway", "--set", "timeouts.drain_s=0.2")
        gateway.start()
        headers = headers_for(gateway.new_key("drain"))
        async with Caller(port_of(gateway), headers) as caller:
            begun = await caller.begin(body_for(Behaviour.STREAM))
            assert await asyncio.to_thread(gateway.stop) == 0
            await caller.finish(begun)
        assert not begun.complete
        assert not begun.whole or b"event: error" in begun.body
    (entry,) = gateway.entries()
    assert entry["request_id"] == begun.request_id
    assert entry["outcome"] in ("truncated", "cancelled", "failed", "interrupted")


async def until_refused(caller: Caller) -> None:
    """Ask until no new work is taken: by a closed port, or by an answer in Claude's shape."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while True:
        try:
            answer = await caller.ask('{"model":"claude-opus-5-5"}', path="/v1/messages/count_tokens")
        except OSError:
            return
        finally:
            await caller.close()
        if not answer.status or refused(answer):
            return
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.01)


def refused(answer: Answer) -> bool:
    """Whether an answer says that the gateway is shutting down."""
    return answer.status in (503, 529) and answer.error_type in ("overloaded_error", "api_error")
