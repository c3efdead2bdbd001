"""Stored conversations over real processes: through a death in the middle of an answer, and over two workers at once."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bench.soak import Answer, Caller, headers_for
from bench.soak.site import before, port_of
from tests.claude.streams import message
from tests.end_to_end.upstream import Asked, answering
from tests.exchange.scripted import END, STREAM_HEAD, chunk
from tests.gateway import PATIENCE_S, Gateway, wait_for

EVENTS = [chunk(each) for each in message(["Hi"])]
SHORT_LEASE = "[sessions]\nlease_s = 1\n"
LOOKED_AFTER = """
[sessions]
lease_s = 1
keep_days = 1

[upstreams.aws]
kind = "bedrock"
region = "us-west-2"
environments = ["staging"]
credential = "env:BEDROCK_KEY"

[upstreams.claude]
url = "{upstream}"
credential = "env:CLAUDE_KEY"
environments = ["production"]
"""


def body_of(text: str) -> str:
    """A streamed turn."""
    messages = [{"role": "user", "content": text}]
    return json.dumps({"model": "claude-opus-4-6", "max_tokens": 50, "stream": True, "messages": messages}, separators=(",", ":"))


def said_in(body: bytes) -> list[Any]:
    """What the upstream was asked, message by message."""
    return [each["content"] if isinstance(each["content"], str) else each["content"][0]["text"] for each in json.loads(body)["messages"]]


def states_in(data: Path) -> list[str]:
    """How the turns stand in a data folder's database."""
    (file,) = data.glob("*.db")
    connection = sqlite3.connect(file)
    try:
        return [str(state) for (state,) in connection.execute("SELECT state FROM session_turns ORDER BY number")]
    finally:
        connection.close()


async def say(gateway: Gateway, headers: dict[str, str], text: str) -> Answer:
    """Say something on a connection of its own, and return the whole answer."""
    one = Caller(port_of(gateway), headers)
    try:
        return await asyncio.wait_for(one.ask(body_of(text)), PATIENCE_S)
    finally:
        await one.close()


async def test_a_death_in_the_middle_of_an_answer_loses_no_turn_before_it(tmp_path: Path) -> None:
    """After `kill -9` the conversation goes on from its last whole turn; what was cut off is kept as broken, and does not count."""
    asked: list[bytes] = []

    async def answer(one: Asked, writer: asyncio.StreamWriter) -> None:
        asked.append(one.body)
        writer.write(STREAM_HEAD + b"".join(EVENTS[:4]))
        if b"hold" not in one.body:
            writer.write(b"".join(EVENTS[4:]) + END)

    async with answering(answer) as upstream:
        gateway = before(upstream, tmp_path / "gateway", config=SHORT_LEASE)
        await asyncio.to_thread(gateway.start)
        headers = headers_for(await asyncio.to_thread(gateway.new_key, "sessions")) | {"x-yumen-session": "customer-42"}
        assert (await say(gateway, headers, "first")).complete
        cut = Caller(port_of(gateway), headers)
        assert (await cut.begin(body_of("hold"))).status == 200
        gateway.kill()
        await cut.close()
        await asyncio.to_thread(gateway.start)
        assert (await say(gateway, headers, "third")).complete
        await asyncio.to_thread(gateway.stop)
    assert [said_in(body) for body in asked] == [["first"], ["first", "Hi", "hold"], ["first", "Hi", "third"]]
    assert asked[2].startswith(asked[1][: asked[1].index(b"hold") - 30])
    assert states_in(gateway.data) == ["answered", "broken", "answered"]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_two_workers_keep_one_conversation(tmp_path: Path, request: pytest.FixtureRequest, kind: str) -> None:
    """Twelve turns at once over two workers and either database: each begins with the bytes of all before it, and none is lost."""
    asked: list[bytes] = []

    async def answer(one: Asked, writer: asyncio.StreamWriter) -> None:
        asked.append(one.body)
        writer.write(STREAM_HEAD + b"".join(EVENTS) + END)

    config = f'[database]\nurl = "{request.getfixturevalue("postgres_url")}"\n' if kind == "postgresql" else ""
    async with answering(answer) as upstream:
        with before(upstream, tmp_path / "gateway", "--workers", "2", config=config) as gateway:
            headers = headers_for(await asyncio.to_thread(gateway.new_key, "sessions")) | {"x-yumen-session": "shared"}
            answers = await asyncio.gather(*(say(gateway, headers, f"turn {number}") for number in range(12)))
    assert [one.status for one in answers] == [200] * 12
    assert [len(said_in(body)) for body in asked] == list(range(1, 25, 2))
    beginnings = [body[: body.rindex(b"]")] for body in asked]
    assert all(later.startswith(earlier + b",") for earlier, later in pairwise(beginnings))
    assert {said_in(body)[-1] for body in asked} == {f"turn {number}" for number in range(12)}


def read(data: Path, statement: str) -> list[Any]:
    """Ask a data folder's database; what a statement changes is kept."""
    (file,) = data.glob("*.db")
    connection = sqlite3.connect(file)
    try:
        rows = connection.execute(statement).fetchall()
        connection.commit()
        return rows
    finally:
        connection.close()


async def test_sessions_are_looked_after(tmp_path: Path) -> None:
    """The lease of a turn under way is renewed, what nobody used for `keep_days` is deleted; beside a cloud no mark is set."""
    asked: list[bytes] = []
    go_on = asyncio.Event()

    async def answer(one: Asked, writer: asyncio.StreamWriter) -> None:
        asked.append(one.body)
        writer.write(STREAM_HEAD + b"".join(EVENTS[:4]))
        await go_on.wait()
        writer.write(b"".join(EVENTS[4:]) + END)

    async with answering(answer) as upstream:
        keys = {"BEDROCK_KEY": "a-test-key-of-bedrock", "CLAUDE_KEY": "sk-ant-api03-a-test"}
        gateway = Gateway(tmp_path / "gateway", config=LOOKED_AFTER.format(upstream=upstream), environment=keys)
        await asyncio.to_thread(gateway.start)
        headers = headers_for(await asyncio.to_thread(gateway.new_key, "sessions")) | {"x-yumen-session": "customer-42"}
        saying = asyncio.create_task(say(gateway, headers, "hold"))

        def lease() -> int:
            rows = read(gateway.data, "SELECT lease_until_us FROM session_turns") if any(gateway.data.glob("*.db")) else []
            return int(rows[0][0]) if rows else 0

        await asyncio.to_thread(wait_for, lambda: lease() > 0, "a turn")
        first = lease()
        await asyncio.to_thread(wait_for, lambda: lease() > first, "a lease that is renewed")
        go_on.set()
        assert (await saying).complete
        assert b"cache_control" not in asked[0]
        await asyncio.to_thread(gateway.stop)
        read(gateway.data, "UPDATE sessions SET used_us = 1")
        await asyncio.to_thread(gateway.start)
        await asyncio.to_thread(wait_for, lambda: read(gateway.data, "SELECT id FROM sessions") == [], "old sessions to be deleted")
        await asyncio.to_thread(gateway.stop)
