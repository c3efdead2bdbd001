"""Repeated requests over real processes: asked once by many callers and two workers, and never paid twice by a death or a stop."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path

import pytest

from bench.soak import Behaviour, Caller, body_for, headers_for
from bench.soak.site import before, port_of
from tests.end_to_end.test_drain import COUNTED, until_refused
from tests.end_to_end.upstream import BEGUN, ENDED, Asked, answering
from tests.gateway import PATIENCE_S, Gateway, wait_for

CALLERS = 50


async def until(condition: object, what: str) -> None:
    """Wait for a condition in a thread, so that the upstream serves meanwhile."""
    await asyncio.to_thread(wait_for, condition, what)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("workers", [1, 2])
async def test_fifty_at_once_are_asked_once(tmp_path: Path, request: pytest.FixtureRequest, kind: str, workers: int) -> None:
    """Of fifty identical streams at once, over one worker or two and either database, one reaches the upstream; all get its bytes."""
    asked: list[bytes] = []
    go_on = asyncio.Event()

    async def answer(one: Asked, writer: asyncio.StreamWriter) -> None:
        asked.append(one.body)
        writer.write(BEGUN)
        await go_on.wait()
        writer.write(ENDED)

    config = f'[database]\nurl = "{request.getfixturevalue("postgres_url")}"\n' if kind == "postgresql" else ""
    options = ("--workers", "2") if workers > 1 else ()
    async with answering(answer) as upstream:
        with before(upstream, tmp_path / "gateway", *options, config=config) as gateway:
            headers = headers_for(await asyncio.to_thread(gateway.new_key, "repeats")) | {"idempotency-key": "fifty"}
            callers = [Caller(port_of(gateway), headers) for _ in range(CALLERS)]
            running = [asyncio.create_task(one.ask(body_for(Behaviour.STREAM))) for one in callers]
            await until(lambda: asked, "the upstream to be asked")
            go_on.set()
            answers = await asyncio.wait_for(asyncio.gather(*running), PATIENCE_S)
            for one in callers:
                await one.close()
            again = Caller(port_of(gateway), headers)
            answers.append(await again.ask(body_for(Behaviour.STREAM)))
            await again.close()
            entries = await asyncio.to_thread(gateway.entries)
    assert [one.status for one in answers] == [200] * (CALLERS + 1)
    assert all(one.complete for one in answers)
    assert len({bytes(one.body) for one in answers}) == 1
    assert len(asked) == 1
    assert sorted(entry["outcome"] for entry in entries) == ["answered"] + ["replayed"] * CALLERS
    assert len([entry for entry in entries if entry["cost_microusd"]]) == 1


async def test_the_end_waits_for_what_has_no_caller(tmp_path: Path) -> None:
    """SIGTERM while an answer is read on without its caller: the gateway waits for its end, writes it down, and keeps it for the repeat."""
    go_on = asyncio.Event()
    asked: list[bytes] = []

    async def answer(one: Asked, writer: asyncio.StreamWriter) -> None:
        if b"/count_tokens " in one.head:
            writer.write(COUNTED)
            return
        asked.append(one.body)
        writer.write(BEGUN)
        await go_on.wait()
        writer.write(ENDED)

    async with answering(answer) as upstream:
        gateway = before(upstream, tmp_path / "gateway")
        await asyncio.to_thread(gateway.start)
        key = await asyncio.to_thread(gateway.new_key, "drain", "--on-leave", "drain")
        headers = headers_for(key) | {"idempotency-key": "left"}
        async with Caller(port_of(gateway), headers) as caller:
            begun = await caller.begin(body_for(Behaviour.STREAM))
            assert begun.status == 200
        assert gateway.process is not None
        gateway.process.send_signal(signal.SIGTERM)
        await until_refused(Caller(port_of(gateway), headers_for(key)))
        assert gateway.process.poll() is None
        go_on.set()
        assert await asyncio.to_thread(gateway.process.wait, PATIENCE_S) == 0
        gateway.process = None
        (entry,) = [each for each in await asyncio.to_thread(gateway.entries) if each["path"] == "/v1/messages"]
        assert (entry["outcome"], entry["estimated"]) == ("drained", False)
        await asyncio.to_thread(gateway.start)
        async with Caller(port_of(gateway), headers) as caller:
            again = await caller.ask(body_for(Behaviour.STREAM))
        await asyncio.to_thread(gateway.stop)
        assert again.complete
        assert len(asked) == 1


async def test_a_death_is_never_paid_twice(tmp_path: Path) -> None:
    """`kill -9` while an answer is read on without its caller: it is in the ledger, and its key is not asked again."""
    asked: list[bytes] = []

    async def answer(one: Asked, writer: asyncio.StreamWriter) -> None:
        asked.append(one.body)
        writer.write(BEGUN)
        await asyncio.Event().wait()

    async with answering(answer) as upstream:
        gateway = before(upstream, tmp_path / "gateway")
        await asyncio.to_thread(gateway.start)
        key = await asyncio.to_thread(gateway.new_key, "drain", "--on-leave", "drain=10m")
        headers = headers_for(key) | {"idempotency-key": "dead", "x-stainless-timeout": "1"}
        async with Caller(port_of(gateway), headers) as caller:
            begun = await caller.begin(body_for(Behaviour.STREAM))
        await asyncio.to_thread(gateway.kill)
        await asyncio.to_thread(gateway.start)
        async with Caller(port_of(gateway), headers) as caller:
            again = await caller.ask(body_for(Behaviour.STREAM))
        (interrupted,) = [entry for entry in await asyncio.to_thread(gateway.entries) if entry["outcome"] == "interrupted"]
        await asyncio.to_thread(gateway.stop)
    assert interrupted["request_id"] == begun.request_id
    assert (again.status, json.loads(again.body)["error"]["type"]) == (409, "conflict_error")
    assert len(asked) == 1


TWO = """
[upstreams.busy]
url = "{busy}"
credential = "none"
priority = 0

[upstreams.other]
url = "{other}"
credential = "none"
priority = 1
"""


async def test_a_death_after_a_failover_names_who_was_asked(tmp_path: Path) -> None:
    """`kill -9` while the second upstream works: one entry, of the upstream that may charge it; the key is asked of neither again."""
    asked: list[str] = []

    async def busy(_: Asked, writer: asyncio.StreamWriter) -> None:
        asked.append("busy")
        writer.write(b"HTTP/1.1 529 Overloaded\r\nContent-Length: 2\r\n\r\n{}")

    async def works(_: Asked, writer: asyncio.StreamWriter) -> None:
        asked.append("other")
        writer.write(BEGUN)
        await asyncio.Event().wait()

    async with answering(busy) as first, answering(works) as second:
        gateway = Gateway(tmp_path / "gateway", config=TWO.format(busy=first, other=second))
        await asyncio.to_thread(gateway.start)
        headers = headers_for(await asyncio.to_thread(gateway.new_key, "failover")) | {
            "idempotency-key": "dead",
            "x-stainless-timeout": "30",
        }
        async with Caller(port_of(gateway), headers) as caller:
            assert (await caller.begin(body_for(Behaviour.STREAM))).status == 200
            await asyncio.to_thread(gateway.kill)
        await asyncio.to_thread(gateway.start)
        (interrupted,) = [entry for entry in await asyncio.to_thread(gateway.entries) if entry["outcome"] == "interrupted"]
        async with Caller(port_of(gateway), headers | {"x-stainless-timeout": "1"}) as caller:
            again = await caller.ask(body_for(Behaviour.STREAM))
        await asyncio.to_thread(gateway.stop)
    assert interrupted["upstream"] == "other"
    assert again.status == 409
    assert asked == ["busy", "other"]
