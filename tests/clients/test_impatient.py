"""An SDK that loses patience and asks again with the same idempotency key gets the answer of its first attempt, which is paid once."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bench.soak.site import before
from tests.clients.conftest import interpreter, place, run_program
from tests.end_to_end.upstream import Asked, answering
from tests.gateway import clean_environment

MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-haiku-4-5",
    "content": [{"type": "text", "text": "worth the wait"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 9, "output_tokens": 4},
}


def plain(body: bytes) -> bytes:
    """A whole answer."""
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


@pytest.mark.parametrize(("client", "program"), [("python-today", "impatient.py"), ("node-today", "impatient.mjs")])
async def test_the_retry_collects_what_was_paid(tmp_path: Path, client: str, program: str) -> None:
    """With `--on-leave drain` the upstream is asked once, though the SDK asked twice or more; the ledger has one charge."""
    command = [interpreter(client), str(place(client, program, tmp_path))]
    go_on = asyncio.Event()
    asked: list[bytes] = []

    async def answer(request: Asked, writer: asyncio.StreamWriter) -> None:
        if request.head.startswith(b"POST /go-on"):
            go_on.set()
            writer.write(plain(b"{}"))
            return
        asked.append(request.body)
        await go_on.wait()
        writer.write(plain(json.dumps(MESSAGE).encode()))

    async with answering(answer) as upstream:
        with before(upstream, tmp_path / "gateway") as gateway:
            key = gateway.new_key("impatient", "--on-leave", "drain")
            environment = clean_environment(GATEWAY_URL=gateway.url, GATEWAY_KEY=key, GO_ON=f"{upstream}/go-on")
            told = json.loads(await asyncio.to_thread(run_program, command, tmp_path, environment))
            entries = await asyncio.to_thread(gateway.entries)
    assert told["text"] == "worth the wait"
    assert told["attempts"] > 1
    assert len(asked) == 1
    outcomes = {entry["outcome"]: entry for entry in entries}
    assert outcomes.keys() <= {"drained", "replayed", "cancelled"}
    assert [entry["outcome"] for entry in entries].count("drained") == 1
    assert outcomes["replayed"]["replay_of"] == outcomes["drained"]["request_id"]
    assert [entry["outcome"] for entry in entries if entry["cost_microusd"]] == ["drained"]
