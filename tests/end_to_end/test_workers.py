"""`yumen serve --workers N`: one port, one ledger, one log, and no death of any process loses anything."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bench.soak import GOOD, Behaviour, Caller, Storm, body_for, headers_for, reckon, storm
from bench.soak.site import before, port_of
from bench.soak.storms import kill_storms
from tests.cli.command import yumen
from tests.end_to_end.crews import journals, numbers, runs, workers_of
from tests.end_to_end.upstream import BEGUN, ENDED, Asked, answering
from tests.gateway import PATIENCE_S, Gateway, wait_for

PLAIN = body_for(Behaviour.PLAIN)
CALLERS = 24
CALL = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - INFO - API call: .*request_id=(req_\w+)")


@pytest.fixture
def crew(tmp_path: Path, upstream: str) -> Iterator[Gateway]:
    """Start a gateway of two workers before the canned upstream."""
    with before(upstream, tmp_path / "gateway", "--workers", "2") as gateway:
        yield gateway


@pytest.fixture
def running() -> Iterator[ExitStack]:
    """What is entered here is stopped at the test's end, however that comes."""
    with ExitStack() as stack:
        yield stack


async def ask_all(gateway: Gateway, headers: dict[str, str], count: int = CALLERS) -> list[str]:
    """Ask once over each of many new connections; return the requests' ids."""
    ids = []
    for _ in range(count):
        async with Caller(port_of(gateway), headers) as caller:
            answer = await caller.ask(PLAIN)
            assert answer.complete
            ids.append(answer.request_id)
    return ids


async def test_workers_share_port_ledger_log_and_numbers(crew: Gateway) -> None:
    """Both workers serve on one port; each exchange is once in the ledger, in the log's one file and in the summed numbers."""
    headers = headers_for(crew.new_key("crew"))
    ids = await ask_all(crew, headers)
    assert sorted(entry["request_id"] for entry in crew.entries()) == sorted(ids)
    held = journals(crew)
    assert list(held) == ["worker-1", "worker-2"]
    assert min(held.values()) > 0
    assert sum(held.values()) == CALLERS
    counted = await asyncio.to_thread(numbers, crew)
    assert counted["yumen_requests_total"] == counted["yumen_duration_seconds_count"] == CALLERS
    assert (counted["yumen_workers"], counted["yumen_worker_deaths_total"]) == (2, 0)
    assert await asyncio.to_thread(crew.stop) == 0
    lines = (crew.data / "claude_api.log").read_text().splitlines()
    assert sorted(found[1] for line in lines if (found := CALL.match(line))) == sorted(ids)


async def test_a_worker_that_dies_is_followed_by_another(crew: Gateway) -> None:
    """`kill -9` of a worker under load: what callers got is in the ledger once, what was open as well; counters do not fall."""
    headers = headers_for(crew.new_key("crew"))
    told: list[Storm] = []
    seen = [0.0]
    for number in range(2):
        victim = workers_of(crew)[number]

        def until(one: Storm, victim: int = victim) -> bool:
            if one.complete >= 150 and runs(victim):
                os.kill(victim, signal.SIGKILL)
            return one.complete >= 400

        told.append(await storm(port_of(crew), headers, GOOD * 4, until))
        await asyncio.to_thread(wait_for, lambda: len(workers_of(crew)) == 2, "another worker")
        seen.append((await asyncio.to_thread(numbers, crew))["yumen_requests_total"])
    assert seen == sorted(seen)
    await asyncio.to_thread(
        wait_for, lambda: numbers(crew)["yumen_workers"] == 2 and numbers(crew)["yumen_worker_deaths_total"] == 2, "both to serve"
    )
    check_ledger(crew, told)


async def test_the_supervisors_death_ends_all_and_loses_nothing(crew: Gateway) -> None:
    """`kill -9` of the supervisor under load, twice: the next start takes up everything, each exchange once."""
    told = await kill_storms(crew, 2, 150, GOOD * 4)
    assert told.right, str(told)


async def test_the_supervisors_death_frees_its_port(tmp_path: Path, upstream: str) -> None:
    """Workers do not outlive their supervisor, even one that stands still; the next start has the same port at once."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with before(upstream, tmp_path / "gateway", "--workers", "2", "--listen", f"127.0.0.1:{port}") as crew:
        headers = headers_for(crew.new_key("crew"))
        first = await ask_all(crew, headers, 4)
        pids = workers_of(crew)
        os.kill(pids[0], signal.SIGSTOP)
        crew.kill()
        crew.start()
        assert not any(runs(pid) for pid in pids)
        assert port_of(crew) == port
        again = await ask_all(crew, headers, 4)
        assert sorted(entry["request_id"] for entry in crew.entries()) == sorted(first + again)


async def test_fewer_workers_take_up_what_more_left(tmp_path: Path, upstream: str, running: ExitStack) -> None:
    """After the death of three, two start, then one: what was open is `interrupted`, what ended is there, once; no folder is left."""
    gateway = running.enter_context(before(upstream, tmp_path / "gateway", "--workers", "3"))
    headers = headers_for(gateway.new_key("crew"))
    body = body_for(Behaviour.STREAM).replace("[bench events=30]", "[bench hold]")
    ended = await ask_all(gateway, headers, 12)
    callers = [Caller(port_of(gateway), headers) for _ in range(12)]
    begun = [(await caller.begin(body)).request_id for caller in callers]
    gateway.kill()
    for caller in callers:
        await caller.close()
    held: dict[str, str] = {}

    def all_there() -> bool:
        held.update({entry["request_id"]: entry["outcome"] for entry in gateway.entries()})
        return held.keys() >= {*ended, *begun}

    for later, folders in (("2", ["worker-1", "worker-2"]), ("1", [])):
        gateway.options = (*gateway.options[:-1], later)
        gateway.start()
        await asyncio.to_thread(wait_for, all_there, "every exchange to be in the ledger")
        assert held == dict.fromkeys(ended, "answered") | dict.fromkeys(begun, "interrupted")
        assert list(journals(gateway)) == folders
        await asyncio.to_thread(gateway.stop)


async def test_sigterm_drains_every_worker(tmp_path: Path, running: ExitStack) -> None:
    """Streams that run on both workers at SIGTERM end as they would have, nobody new gets in, the exit code is 0."""
    release = asyncio.Event()

    async def answer(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(BEGUN)
        await release.wait()
        writer.write(ENDED)
        await writer.drain()

    async with answering(answer) as upstream:
        gateway = running.enter_context(before(upstream, tmp_path / "gateway", "--workers", "2"))
        headers = headers_for(gateway.new_key("drain"))
        callers = [Caller(port_of(gateway), headers) for _ in range(12)]
        begun = [await caller.begin(body_for(Behaviour.STREAM)) for caller in callers]
        assert gateway.process is not None
        gateway.process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(wait_for, lambda: refuses(port_of(gateway)), "the port to be closed")
        assert gateway.process.poll() is None
        release.set()
        for caller, one in zip(callers, begun, strict=True):
            await caller.finish(one)
            await caller.close()
        assert all(one.complete for one in begun)
        assert await asyncio.to_thread(gateway.process.wait, PATIENCE_S) == 0
        gateway.process = None
    assert [entry["outcome"] for entry in gateway.entries()] == ["answered"] * 12


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_a_second_signal_hurries(tmp_path: Path, running: ExitStack, workers: str) -> None:
    """Whoever asks twice does not wait for streams that do not end; they are broken off and written down."""

    async def answer(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(BEGUN)
        await asyncio.Event().wait()

    async with answering(answer) as upstream:
        gateway = running.enter_context(before(upstream, tmp_path / "gateway", "--workers", workers, "--set", "timeouts.drain_s=3600"))
        headers = headers_for(gateway.new_key("hurry"))
        async with Caller(port_of(gateway), headers) as caller:
            begun = await caller.begin(body_for(Behaviour.STREAM))
            assert gateway.process is not None
            gateway.process.send_signal(signal.SIGTERM)
            await asyncio.to_thread(wait_for, lambda: refuses(port_of(gateway)), "the port to be closed")
            assert gateway.process.poll() is None
            gateway.process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(gateway.process.wait, PATIENCE_S) == 0
            gateway.process = None
            await caller.finish(begun)
        assert not begun.complete
    assert [entry["request_id"] for entry in gateway.entries()] == [begun.request_id]


async def test_a_worker_that_stands_still_does_not_hold_up_the_numbers(crew: Gateway) -> None:
    """`/metrics` answers without it, says so, and goes on counting what it had counted."""
    await ask_all(crew, headers_for(crew.new_key("crew")))
    assert (await asyncio.to_thread(numbers, crew))["yumen_requests_total"] == CALLERS
    pid = workers_of(crew)[0]
    os.kill(pid, signal.SIGSTOP)
    counted = await asyncio.to_thread(numbers, crew)
    assert counted["yumen_requests_total"] == CALLERS
    assert (await asyncio.to_thread(numbers, crew))["yumen_silent_workers_total"] >= 1
    os.kill(pid, signal.SIGCONT)


async def test_limited_keys_need_redis(crew: Gateway) -> None:
    """Without Redis the start says that limited keys are refused, and each such request gets the reason; keys without limits are served."""
    assert "keys with limits are refused; set redis.url, or serve with one worker" in crew.output()
    free, limited = crew.new_key("free"), crew.new_key("limited", "--limit", "requests_per_minute=1000")
    for _ in range(8):
        async with Caller(port_of(crew), headers_for(limited)) as caller:
            answer = await caller.ask(PLAIN)
            assert (answer.status, answer.error_type) == (500, "api_error")
            assert b"the operator must set redis.url or run one worker" in answer.body
            assert answer.headers["x-should-retry"] == "false"
    await ask_all(crew, headers_for(free), 4)


async def test_all_workers_have_one_sandbox(tmp_path: Path) -> None:
    """A batch that one worker's caller makes is found by every other's."""
    with Gateway(tmp_path, "--workers", "2") as crew:
        headers = headers_for((crew.data / "first-run" / "key").read_text().strip())
        asked = {"model": "claude-haiku-4-5", "max_tokens": 8, "messages": [{"role": "user", "content": "hi"}]}
        async with Caller(port_of(crew), headers) as caller:
            made = await caller.ask(json.dumps({"requests": [{"custom_id": "a", "params": asked}]}), path="/v1/messages/batches")
            assert made.status == 200, made.body
        for _ in range(12):
            async with Caller(port_of(crew), headers) as caller:
                gone = await caller.ask("", path=f"/v1/messages/batches/{json.loads(made.body)['id']}/cancel")
                assert gone.status in (200, 400), gone.body  # known, and ended already


def test_a_port_that_others_serve_on_is_refused(tmp_path: Path) -> None:
    """Two gateways never share a port by mistake, whether the other has one worker or several; the sentence says which port."""
    with Gateway(tmp_path / "first", "--workers", "2") as first:
        address = f"127.0.0.1:{port_of(first)}"
        for workers in ("1", "2"):
            ran = yumen(tmp_path, "serve", "--workers", workers, "--listen", address, "--control", "127.0.0.1:0", "--data", "data")
            assert ran.code == 1
            assert ran.err.splitlines()[-1] == f"yumen: cannot listen on {address}: Address already in use"


def test_a_worker_that_cannot_start_is_a_sentence(tmp_path: Path) -> None:
    """What a worker finds wrong at its start is said as the supervisor's own, and nothing is left running."""
    data = tmp_path / "data"
    (data / "spool").mkdir(mode=0o700, parents=True)
    data.chmod(0o700)
    (data / "spool").chmod(0o755)
    ran = yumen(tmp_path, "serve", "--workers", "2", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--data", str(data))
    assert ran.code == 1
    assert f"{data / 'spool'} is open to others (mode 0755)" in ran.err.splitlines()[-1]


def refuses(port: int) -> bool:
    """Whether nobody takes connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def check_ledger(gateway: Gateway, told: list[Storm]) -> None:
    """Every answer that callers saw is in the ledger once, with the right outcome."""
    begun = {answer.request_id for one in told for answer in one.answers}
    held: list[tuple[str, str]] = []

    def knows_all() -> bool:
        held[:] = [(entry["request_id"], entry["outcome"]) for entry in gateway.entries()]
        return begun <= {request_id for request_id, _ in held}

    wait_for(knows_all, "every exchange to be in the ledger")
    found = reckon(told, held)
    assert found.right, str(found)
