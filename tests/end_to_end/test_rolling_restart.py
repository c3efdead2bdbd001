"""Two gateways restarted one after the other under load, behind a load balancer: no request fails."""

from __future__ import annotations

import asyncio
import signal
from contextlib import ExitStack
from pathlib import Path

from bench.soak import Behaviour, Caller, Storm, body_for, headers_for, storm
from bench.soak.site import before, port_of
from tests.end_to_end.balancer import Balancer, balancing, is_ready
from tests.end_to_end.test_workers import refuses
from tests.gateway import PATIENCE_S, Gateway, wait_for
from tests.valkey import free_port, redis_url

NOTICE_S = 1.0
PATIENT = {"YUMEN_REDIS_TIMEOUT_MS": "20000"}
"""A machine that runs other tests too may let Redis wait; here it is the restarts that are looked at."""
LOAD = (Behaviour.PLAIN, Behaviour.STREAM, Behaviour.CHURNS)
LONG = body_for(Behaviour.PACED).replace("events=10 pace_us=1000", "events=150 pace_us=10000")
"""A stream that outlasts the notice."""
STREAMS = 4


async def test_a_rolling_restart_fails_no_request(tmp_path: Path, upstream: str, postgres_url: str) -> None:
    """Each says that it leaves, serves on for a while, ends what runs, and comes back, with one worker or two; nobody notices."""
    with redis_url(tmp_path / "redis") as redis, ExitStack() as running:
        shared = {"YUMEN_DATABASE_URL": postgres_url, "YUMEN_REDIS_URL": redis, "YUMEN_TIMEOUTS_DRAIN_NOTICE_S": str(NOTICE_S)} | PATIENT
        gateways = [fixed(tmp_path / workers, upstream, "--workers", workers) for workers in ("1", "2")]
        for gateway in gateways:
            gateway.environment |= shared
            running.enter_context(gateway)
        told = await roll(gateways)
    assert told.unanswered == 0
    assert told.complete == len(told.answers) > 200
    held = [entry["request_id"] for entry in gateways[0].entries()]
    assert len(held) == len(set(held)) == told.complete + STREAMS * len(gateways)


async def roll(gateways: list[Gateway]) -> Storm:
    """Restart one gateway after the other under load, and stop both; return what the callers got, whose key has limits."""
    headers = headers_for(gateways[0].new_key("rolling", "--limit", "requests_per_minute=1000000", "--limit", "concurrent_requests=1000"))
    async with balancing([port_of(gateway) for gateway in gateways]) as balancer:
        done = asyncio.Event()
        load = asyncio.create_task(storm(balancer.port, headers, LOAD, lambda _: done.is_set()))
        for gateway in gateways:
            streams = [asyncio.create_task(one_stream(balancer, headers)) for _ in range(STREAMS)]
            await asyncio.sleep(0.2)
            await asyncio.to_thread(gateway.restart)
            await until_ready(balancer, port_of(gateway))
            assert all(await asyncio.gather(*streams))
        done.set()
        told = await asyncio.wait_for(load, PATIENCE_S)
    assert await asyncio.gather(*[asyncio.to_thread(gateway.stop) for gateway in gateways]) == [0] * len(gateways)
    return told


async def test_notice_is_given_before_the_end(tmp_path: Path, upstream: str) -> None:
    """After SIGTERM `/readyz` says no at once, new connections are served all the same, each told to go; then the port closes."""
    with before(upstream, tmp_path / "gateway", "--set", "timeouts.drain_notice_s=2") as gateway:
        headers = headers_for(gateway.new_key("notice"))
        async with Caller(port_of(gateway), headers) as kept:
            assert (await kept.ask(body_for(Behaviour.PLAIN))).headers.get("connection") is None
            assert gateway.process is not None
            gateway.process.send_signal(signal.SIGTERM)
            while await is_ready(port_of(gateway)):
                assert gateway.process.poll() is None
            for caller in (kept, Caller(port_of(gateway), headers)):
                answer = await caller.ask(body_for(Behaviour.PLAIN))
                assert answer.complete
                assert answer.headers["connection"] == "close"
        await asyncio.to_thread(wait_for, lambda: refuses(port_of(gateway)), "the port to be closed")
        assert await asyncio.to_thread(gateway.process.wait, PATIENCE_S) == 0
        gateway.process = None


def fixed(folder: Path, upstream: str, *options: str) -> Gateway:
    """Return a gateway at a port that it keeps when it starts again."""
    return before(upstream, folder, "--listen", f"127.0.0.1:{free_port()}", *options)


async def one_stream(balancer: Balancer, headers: dict[str, str]) -> bool:
    """Take a long stream; return whether it came to its end."""
    async with Caller(balancer.port, headers) as caller:
        return (await caller.ask(LONG)).complete


async def until_ready(balancer: Balancer, port: int) -> None:
    """Wait until the balancer knows that a gateway is back."""
    async with asyncio.timeout(PATIENCE_S):
        while port not in balancer.ready:  # noqa: ASYNC110  (the balancer tells nobody)
            await asyncio.sleep(0.01)
