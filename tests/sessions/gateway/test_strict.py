"""Whatever a strict sandbox answers, it takes back: thinking, tool calls, texts, plain and streamed, in either version of the API."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.exchange.callers import Answer, ask, request
from tests.sessions.gateway.home import KEY, home
from yumen.clock import Clock
from yumen.http import ServerOptions, serve
from yumen.sandbox import Sandbox
from yumen.sandbox.options import SandboxOptions
from yumen.sessions.stage import RecallOptions
from yumen.storage import Database

WEATHER = {"name": "get_weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}


@pytest.mark.parametrize("version", [b"2023-06-01", b"2026-10-21"])
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
async def test_a_strict_claude_takes_back_what_it_said(tmp_path: Path, database: Database, version: bytes, *, stream: bool) -> None:
    """Thinking with its seal, a tool's call with its result, and the words after it, over four turns, with nothing refused."""
    sandbox = Sandbox(Clock(), SandboxOptions(strict=True))
    server = await serve(sandbox.handle, "127.0.0.1", 0, ServerOptions(refuse=sandbox.refuse))
    first = {"thinking": {"type": "enabled", "budget_tokens": 1024}, "tools": [WEATHER]}

    async def say(port: int, content: object, **more: object) -> Answer:
        fields = {"model": "claude-sonnet-4-6", "max_tokens": 2000, "messages": [{"role": "user", "content": content}], "stream": stream}
        headers = (KEY, (b"anthropic-version", version), (b"X-Yumen-Session", b"strict"))
        return await ask(port, request(b"POST", b"/v1/messages", *headers, body=json.dumps(fields | more).encode()))

    try:
        async with home(server.port, tmp_path, database, RecallOptions()) as one:
            assert (await say(one.port, "Think hard: what is 7 * 6?", **first)).status == 200
            called = await say(one.port, "What is the weather in Paris?", tool_choice={"type": "tool", "name": "get_weather"})
            assert called.status == 200, called.body
            blocks = json.loads((await one.stored("strict"))[1][1].answer or b"")["content"]
            results = [
                {"type": "tool_result", "tool_use_id": each["id"], "content": "Sunny"} for each in blocks if each["type"] == "tool_use"
            ]
            assert results
            for content in (results, "And tomorrow? Say it in a word.", "Thank you"):
                answer = await say(one.port, content)
                assert answer.status == 200, answer.body
            kinds = {block["type"] for turn in (await one.stored("strict"))[1] for block in json.loads(turn.answer or b"")["content"]}
            assert kinds >= {"thinking", "tool_use", "text"}
            assert await one.states("strict") == ["answered"] * 5
    finally:
        await server.drain(0)
        await sandbox.close()
