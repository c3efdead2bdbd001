"""A request's life as its operator reads it afterwards: real failover, waits, a replay and an alias, told by `yumen logs explain`."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.cli.command import inside
from tests.end_to_end.upstream import Answerer, Asked, answering
from tests.gateway import Gateway, wait_for

CONFIG = """
[retry]
first_wait_ms = 1
[upstreams.near]
url = "{near}"
credential = "none"
models = ["claude-*"]
[upstreams.far]
url = "{far}"
credential = "none"
priority = 2
models = ["claude-haiku-4-5"]
names = {{ claude-haiku-4-5 = "deep-1" }}
currency = "CNY"
usd_per_unit = "0.14"
[upstreams.far.prices]
deep-1 = {{ input = "2", output = "8.5" }}
"""
ENGLISH, CHINESE = "C.UTF-8", "zh_CN.UTF-8"
OVERLOADED = b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'


class Lives(NamedTuple):
    """The requests' ids, by what became of them, and the gateway whose ledger has them."""

    gateway: Gateway
    ids: dict[str, str]

    def told(self, life: str, *options: str, language: str = ENGLISH) -> str:
        """What an operator of that language reads."""
        config = str(self.gateway.config)
        ran = inside(self.gateway.folder, "logs", "explain", self.ids[life], *options, LC_ALL=language, YUMEN_CONFIG=config)
        assert (ran.code, ran.err) == (0, "")
        return ran.out

    def read(self, life: str) -> dict[str, Any]:
        """What a program reads."""
        return json.loads(self.told(life, "--json"))  # type: ignore[no-any-return]


class Upstreams:
    """Two upstreams that answer as they are told: an error for each turn that is named, else a Message."""

    def __init__(self) -> None:
        self.turns: dict[str, list[bytes]] = {"near": [], "far": []}
        self.go_on = asyncio.Event()
        self.go_on.set()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[dict[str, str]]:
        """Serve both; give their addresses."""
        async with answering(self.answerer("near")) as near, answering(self.answerer("far")) as far:
            yield {"near": near, "far": far}

    def answerer(self, name: str) -> Answerer:
        """Return what answers at one."""

        async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
            await self.go_on.wait()
            body = json.loads(asked.body)
            turns = self.turns[name]
            extra = turns.pop(0) if turns else None
            said = OVERLOADED if extra is not None else message(body["model"])
            status = b"200 OK" if extra is None else b"529 Overloaded\r\n" + extra
            head = b"HTTP/1.1 %b\r\ncontent-type: application/json\r\nrequest-id: req_of_%b\r\ncontent-length: %d\r\n\r\n"
            writer.write(head % (status, name.encode(), len(said)) + said)

        return answer


def message(model: str) -> bytes:
    """Return a Message of that model."""
    usage = {"input_tokens": 1000, "output_tokens": 20}
    said = {"id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": [{"type": "text", "text": "hi"}]}
    return json.dumps(said | {"stop_reason": "end_turn", "usage": usage}).encode()


def ask(gateway: Gateway, key: str, model: str, **headers: str) -> tuple[int, str]:
    """Send a Message; return status and request id."""
    connection = http.client.HTTPConnection(urlsplit(gateway.url).netloc, timeout=60)
    body = {"model": model, "max_tokens": 64, "messages": [{"role": "user", "content": "hi"}]}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"x-api-key": key, "content-type": "application/json", "anthropic-version": "2023-06-01", **named}
    connection.request("POST", "/v1/messages", json.dumps(body), sent)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.headers["request-id"]


def waiting(gateway: Gateway) -> bool:
    """Whether a request waits for room in a limit."""
    connection = http.client.HTTPConnection(urlsplit(gateway.control_url).netloc, timeout=60)
    connection.request("GET", "/metrics")
    said = connection.getresponse().read().decode()
    connection.close()
    return "yumen_limit_waiting 1" in said


async def lived(gateway: Gateway, upstreams: Upstreams) -> dict[str, str]:
    """Let requests live; return their ids."""
    key = await asyncio.to_thread(gateway.new_key, "app", "--limit", "concurrent_requests=1:wait=30")

    async def one(model: str, status: int = 200, **headers: str) -> str:
        got, request_id = await asyncio.to_thread(ask, gateway, key, model, **headers)
        assert got == status
        return request_id

    upstreams.turns["near"] = [b"x-request: 1"]
    ids = {"elsewhere": await one("fast", idempotency_key="once")}
    ids["replayed"] = await one("fast", idempotency_key="once")
    upstreams.turns["near"] = [b"retry-after-ms: 30"]
    ids["again"] = await one("claude-sonnet-4-6")
    upstreams.go_on.clear()
    first = asyncio.create_task(one("claude-sonnet-4-6"))
    second = asyncio.create_task(one("claude-sonnet-4-6"))
    await asyncio.to_thread(wait_for, lambda: waiting(gateway), "one of two to wait")
    upstreams.go_on.set()
    await asyncio.gather(first, second)
    entries = await asyncio.to_thread(gateway.entries)
    ids["waited"] = max(entries, key=lambda entry: entry["limit_wait_ms"])["request_id"]
    upstreams.turns["near"] = [b"x-should-retry: false"]
    ids["given up"] = await one("claude-sonnet-4-6", 529)
    return ids


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Lives:
    """Requests that have lived."""
    folder = tmp_path_factory.mktemp("explained")

    async def work() -> Lives:
        upstreams = Upstreams()
        async with upstreams.serving() as addresses:
            gateway = Gateway(folder, config=CONFIG.format(**addresses))
            await asyncio.to_thread(gateway.start)
            try:
                await asyncio.to_thread(gateway.run, "models", "alias", "set", "fast", "claude-haiku-4-5")
                await asyncio.to_thread(gateway.restart)  # what is set is known from the first request on
                return Lives(gateway, await lived(gateway, upstreams))
            finally:
                await asyncio.to_thread(gateway.stop)

    return asyncio.run(work())


TIMED = re.compile(r"^([\d,.]*)\t([\d,.]*)\t(.+)$", re.MULTILINE)


@pytest.mark.parametrize("life", ["elsewhere", "replayed", "again", "waited", "given up"])
def test_a_life_adds_up(lives: Lives, life: str) -> None:
    """In order of time; the parts of the gateway's own time and of the money are what was written; both languages have the same times."""
    found = lives.read(life)
    entry, moments = found["entry"], found["timeline"]
    times = [moment["at_ms"] for moment in moments if moment["at_ms"] is not None]
    assert times == sorted(times)
    assert sum(found["overhead_us"].values()) == entry["overhead_us"]
    assert sum(line["microusd"] or 0 for line in found["cost"]) == pytest.approx(entry["cost_microusd"], abs=0.002)
    assert found["recomputed_microusd"] == entry["cost_microusd"]
    for language in (ENGLISH, CHINESE):
        said = TIMED.findall(lives.told(life, language=language))
        assert [Decimal(at.replace(",", "")) for at, _, _ in said if at] == [Decimal(str(at)) for at in times]
        assert len(said) == len(moments)


def test_a_failover_by_an_alias_is_told(lives: Lives) -> None:
    """The alias, both upstreams and what each was asked for, the reason, the prices of the one that answered."""
    said = lives.told("elsewhere")
    for part in (
        "It asked fast;",
        "attempt 1 at near, which is asked for claude-haiku-4-5\n",
        "status 529 – the upstream is overloaded, or has an error of its own; so at another upstream\n",
        "attempt 2 at far, which is asked for deep-1\n",
        "status 200 – it is an answer; the caller gets it\n",
        "280.000\t1,000 tokens of input × 2 CNY a million\n",
        "23.800\t20 tokens of output × 8.5 CNY a million\n",
        "one CNY counts 0.14 dollars\n",
        "It cost $0.0003038 (prices: far CNY at 0.14 ",
        "The upstream knows it as req_of_far.\n",
    ):
        assert part in said, part
    assert [each["why"] for each in lives.read("elsewhere")["entry"]["tries"]] == ["busy", "answered"]


def test_a_wait_for_the_same_upstream_is_told(lives: Lives) -> None:
    """The pause that the upstream asked for stands where it was, and is not the gateway's own time."""
    found = lives.read("again")
    assert [(each["step"], each["why"]) for each in found["entry"]["tries"]] == [("again", "busy"), ("done", "answered")]
    assert [moment["took_ms"] >= 30 for moment in found["timeline"] if moment["event"] == "pause"] == [True]
    assert found["entry"]["overhead_us"] < 1000 * (found["entry"]["duration_ms"] - 25)
    assert "so again at the same upstream" in lives.told("again")


def test_a_limit_that_was_waited_for_is_told(lives: Lives) -> None:
    """Which, whose and how long, in the reader's language."""
    assert re.search(r"\d\tit waited for room in concurrent_requests of the key\n", lives.told("waited"))
    assert "等待限额 密钥的 concurrent_requests 有空位" in lives.told("waited", language=CHINESE)


def test_a_replay_is_told(lives: Lives) -> None:
    """Whose answer it got, and that nobody pays for it."""
    said = lives.told("replayed")
    assert f"its answer is that of {lives.ids['elsewhere']}\n" in said
    assert "nothing was sent, nothing is charged.\nIt cost $0.00 (prices: free).\n" in said


def test_an_upstream_that_forbids_retries_is_told(lives: Lives) -> None:
    """Why no attempt followed."""
    assert "it says that nobody should try again; no further attempt" in lives.told("given up")


async def test_a_death_keeps_the_attempts_before(tmp_path: Path) -> None:
    """A request that was lost at one upstream and sent to another when the gateway died: both attempts, and what both may have charged."""
    asked: list[str] = []

    async def lose(_: Asked, writer: asyncio.StreamWriter) -> None:
        asked.append("near")
        writer.close()

    async def hang(_: Asked, __: asyncio.StreamWriter) -> None:
        asked.append("far")
        await asyncio.Event().wait()

    async with answering(lose) as near, answering(hang) as far:
        config = CONFIG.format(near=near, far=far).replace("first_wait_ms", "resend_lost = true\nfirst_wait_ms")
        gateway = Gateway(tmp_path, config=config)
        await asyncio.to_thread(gateway.start)
        key = await asyncio.to_thread(gateway.new_key, "app")
        caller = asyncio.create_task(asyncio.to_thread(ask, gateway, key, "claude-haiku-4-5"))
        await asyncio.to_thread(wait_for, lambda: asked == ["near", "far"], "the second attempt")
        await asyncio.to_thread(gateway.kill)
        with pytest.raises((http.client.HTTPException, OSError)):
            await caller
        with gateway:
            await asyncio.to_thread(wait_for, gateway.entries, "the entry")
            (entry,) = await asyncio.to_thread(gateway.entries)
    assert [(each["upstream"], each["why"]) for each in entry["tries"]] == [("near", "resent"), ("far", "lost")]
    assert (entry["outcome"], entry["attempts"], entry["upstream"], entry["estimated"]) == ("interrupted", 2, "far", True)
    life = await asyncio.to_thread(Lives(gateway, {"died": entry["request_id"]}).read, "died")
    lost, sent = [line["microusd"] for line in life["cost"] if "lost" in line["said"]], life["cost"][0]["microusd"]
    assert lost[0] > 0
    assert sent + lost[0] == pytest.approx(entry["cost_microusd"])
    assert life["recomputed_microusd"] == entry["cost_microusd"]
