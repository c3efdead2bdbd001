"""Streams that were begun early: the official SDKs pass over the pings, and see the answer, or one clear error, behind them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bench.soak.site import before, port_of
from bench.upstream import STREAM_HEAD, chunk
from tests.claude.streams import ERROR, message
from tests.clients.conftest import interpreter, place, run_program
from tests.end_to_end.upstream import Asked, answering
from tests.gateway import clean_environment
from yumen.exchange.early import PING

pytestmark = pytest.mark.clients

CONFIG = """
[retry]
attempts = 1
early_ping_s = 0.02
"""
PINGS = 3
BUSY = b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'
BODY = json.dumps({"model": "watch", "max_tokens": 1, "stream": True, "messages": [{"role": "user", "content": "?"}]}).encode()
SCENES = {
    "answers": STREAM_HEAD + b"".join(map(chunk, message())) + b"0\r\n\r\n",
    "overloaded": b"HTTP/1.1 529 Overloaded\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(BUSY), BUSY),
    "errs": STREAM_HEAD + chunk(ERROR) + b"0\r\n\r\n",
    "dies": b"",
}


class Watched:
    """An upstream that answers a request when the gateway has pinged one that came later: then it has pinged that one too."""

    def __init__(self) -> None:
        self.port = 0
        self.key = ""

    async def __call__(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        """Answer as the request's scene says."""
        if b'"watch"' in asked.body:
            await asyncio.Event().wait()
        await self._pings()
        name = next(line for line in asked.head.split(b"\r\n") if line.lower().startswith(b"x-trouble:")).split(b":")[1].strip()
        writer.write(SCENES[name.decode()])
        if not SCENES[name.decode()]:
            writer.close()

    async def _pings(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = "POST /v1/messages HTTP/1.1\r\nHost: x\r\nx-api-key: {}\r\nContent-Length: {}\r\n\r\n"
        writer.write(head.format(self.key, len(BODY)).encode() + BODY)
        for _ in range(PINGS):
            await reader.readuntil(PING)
        writer.close()


@pytest.mark.parametrize(("client", "program"), [("python-2.12", "troubled.py"), ("node-1", "troubled.mjs")])
async def test_what_follows_the_pings_is_seen(tmp_path: Path, client: str, program: str) -> None:
    """An answer is whole; an error status, an error as the stream's first event and a lost request are one error, and never a success."""
    command = [interpreter(client), str(place(client, program, tmp_path))]
    watched = Watched()
    scenes = [{"name": name, "model": "claude-haiku-4-5", "stream": True} for name in SCENES]
    async with answering(watched) as upstream:
        with before(upstream, tmp_path / "gateway", config=CONFIG) as gateway:
            watched.key = await asyncio.to_thread(gateway.new_key, "pinged")
            watched.port = port_of(gateway)
            environment = clean_environment(GATEWAY_URL=gateway.url, GATEWAY_KEY=watched.key, SCENES=json.dumps(scenes), SCENE_OF=client)
            printed = await asyncio.to_thread(run_program, command, tmp_path, environment)
            entries = await asyncio.to_thread(gateway.entries)
    told = {line.pop("does"): line for line in map(json.loads, printed.splitlines())}
    assert told["answers"]["stop_reason"] == "end_turn", told
    assert told["answers"]["answer"]
    assert {name: told[name].get("error") for name in ("overloaded", "errs", "dies")} == {
        "overloaded": "overloaded_error",
        "errs": "overloaded_error",
        "dies": "api_error",
    }, told
    asked = [entry for entry in entries if entry["model"] == "claude-haiku-4-5"]
    assert sorted(entry["outcome"] for entry in asked) == ["answered", "error", "failed", "truncated"]
