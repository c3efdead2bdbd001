"""The way of a call through the real SDK and a real connection: attempts, what is said of them, and the line that each call leaves."""

from __future__ import annotations

import asyncio
import io
import logging
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import anthropic
import pytest

from tests.client.scripted import Said, Scripted
from tests.gateway import PATIENCE_S, wait_for
from yumen import AsyncClaude, Claude, Pool, Retry

MODEL = "claude-sonnet-5-5"
SECRET, WORDS = "yk-test-secret", "the weather in Dunhuang"
AT_ONCE = Retry(attempts=3, wait_min=0, wait_max=0)
BUSY = Said(529)


@pytest.fixture
def serve() -> Iterator[Callable[..., Scripted]]:
    """Return what makes a server of answers."""
    made: list[Scripted] = []

    def make(*script: Said) -> Scripted:
        made.append(Scripted(script or (Said(),)))
        return made[-1]

    yield make
    for server in made:
        server.close()


def ask(server: Scripted | str, retry: Retry = AT_ONCE, *, stream: bool = False) -> anthropic.types.Message:
    """Ask once, as a thread does."""
    url = server if isinstance(server, str) else server.url
    with Claude(api_key=SECRET, base_url=url, retry=retry) as claude:
        if stream:
            with claude.messages.stream(model=MODEL, max_tokens=9, messages=[{"role": "user", "content": WORDS}]) as events:
                return events.get_final_message()
        return claude.messages.create(model=MODEL, max_tokens=9, messages=[{"role": "user", "content": WORDS}])


async def ask_async(server: Scripted, retry: Retry = AT_ONCE) -> anthropic.types.Message:
    """Ask once, as a task does."""
    async with AsyncClaude(api_key=SECRET, base_url=server.url, retry=retry) as claude:
        return await claude.messages.create(model=MODEL, max_tokens=9, messages=[{"role": "user", "content": WORDS}])


def left(server: Scripted) -> list[str]:
    """Return how many attempts each request said to be left."""
    return [head["x-yumen-attempts"] for head in server.heads]


@pytest.mark.parametrize("way", ["plain", "stream", "await"])
def test_it_is_tried_again_and_says_so(way: str, serve: Callable[..., Scripted], caplog: pytest.LogCaptureFixture) -> None:
    """Each retry is one warning, each request says what is left, and the answer says how many attempts it took."""
    server = serve(BUSY, BUSY, Said())
    with caplog.at_level(logging.INFO, "yumen"):
        if way == "await":
            asyncio.run(ask_async(server))
        else:
            ask(server, stream=way == "stream")
    assert left(server) == ["3", "2", "1"]
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert [warning[:30] for warning in warnings] == ["attempt 1 of 3 failed (529 ove", "attempt 2 of 3 failed (529 ove"]
    (line,) = lines(caplog)
    assert "attempts=3" in line


@pytest.mark.parametrize("attempts", [1, 2, 4])
def test_never_more_than_the_stated_attempts(attempts: int, serve: Callable[..., Scripted]) -> None:
    """The SDK's own retries are off: what fails for ever is asked exactly so often, and the error says so."""
    server = serve(BUSY)
    with pytest.raises(anthropic.APIStatusError) as caught:
        ask(server, Retry(attempts=attempts, wait_min=0, wait_max=0))
    assert len(server.times) == attempts
    assert caught.value.response.headers["x-yumen-attempts"] == str(attempts)


def test_a_gateways_attempts_count(serve: Callable[..., Scripted]) -> None:
    """A gateway that says it made two leaves one of three."""
    server = serve(Said(529, [(b"x-yumen-attempts", b"2")]), BUSY)
    with pytest.raises(anthropic.APIStatusError):
        ask(server)
    assert left(server) == ["3", "1"]


def test_a_lost_call_is_not_paid_twice(serve: Callable[..., Scripted]) -> None:
    """Sent and never answered, it is an error at once; with `resend_lost` it is sent again where nobody else can be at it still."""
    server = serve(Said(0), Said())
    with pytest.raises(anthropic.APIConnectionError):
        ask(server)
    assert len(server.times) == 1
    resend = Retry(attempts=3, wait_min=0, wait_max=0, resend_lost=True)
    unknown = serve(Said(0), Said())
    with pytest.raises(anthropic.APIConnectionError):
        ask(unknown, resend)
    assert len(unknown.times) == 1, "whoever may be a gateway may still be making the attempts that it was left"
    known = serve(Said(), Said(0), Said())
    with Claude(api_key=SECRET, base_url=known.url, retry=resend) as claude:
        for _ in range(2):
            claude.messages.create(model=MODEL, max_tokens=9, messages=[{"role": "user", "content": WORDS}])
    assert len(known.times) == 3


def test_a_refused_connection_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody has worked on what found no connection."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        with caplog.at_level(logging.INFO, "yumen"), pytest.raises(anthropic.APIConnectionError) as caught:
            ask(url)
    assert caught.value.__notes__ == ["after 3 attempts"]
    (line,) = lines(caplog)
    assert "attempts=3" in line
    assert "error=APIConnectionError" in line


def test_a_stream_that_breaks_is_not_begun_again(serve: Callable[..., Scripted], caplog: pytest.LogCaptureFixture) -> None:
    """After the first byte there is no second try; what was used so far is counted, and marked as broken."""
    server = serve(Said(breaks=True), Said())
    with caplog.at_level(logging.INFO, "yumen"), suppress(Exception):
        ask(server, stream=True)
    assert len(server.times) == 1
    (line,) = lines(caplog)
    assert "input_tokens=7" in line
    assert "error=RemoteProtocolError" in line


def test_nothing_holds_the_connection(serve: Callable[..., Scripted]) -> None:
    """Dropped errors, broken-off streams and read ones give it back: with one connection, the next call would wait for ever."""
    server = serve(BUSY, Said(), BUSY, BUSY, Said(400), Said())
    with Claude(api_key=SECRET, base_url=server.url, retry=AT_ONCE, pool=Pool(connections=1, idle=1), timeout=PATIENCE_S) as claude:
        asked: dict[str, Any] = {"model": MODEL, "max_tokens": 9, "messages": [{"role": "user", "content": WORDS}], "stream": True}
        claude.messages.create(**asked).close()
        with pytest.raises(anthropic.BadRequestError):
            claude.messages.create(**asked)
        for _ in range(3):
            assert [event.type for event in claude.messages.create(**asked)]
    wait_for(lambda: not server.server._connections, "the client's connection to be closed")


def test_a_body_that_was_read_is_not_sent_again(serve: Callable[..., Scripted]) -> None:
    """An upload from a file may have been read by the first attempt."""
    server = serve(BUSY)
    with Claude(api_key=SECRET, base_url=server.url, retry=AT_ONCE) as claude, pytest.raises(anthropic.APIStatusError):
        claude.beta.files.upload(file=("a.txt", io.BytesIO(b"abc"), "text/plain"))
    assert len(server.times) == 1


@pytest.mark.parametrize("stream", [False, True])
def test_a_line_for_each_call(stream: bool, serve: Callable[..., Scripted], caplog: pytest.LogCaptureFixture) -> None:  # noqa: FBT001
    """One line with the prompt's length, the time, tokens and cost; neither content nor key stands in any record."""
    with caplog.at_level(logging.INFO, "yumen"):
        ask(serve(), stream=stream)
    (line,) = lines(caplog)
    assert f"prompt_length={len(WORDS)} " in line
    for name in ("response_time_ms=", "input_tokens=", "output_tokens=", "cost_usd=", "stop_reason=end_turn", "attempts=1", "status=200"):
        assert name in line
    assert not any(secret in str(vars(record)) for record in caplog.records if record.name == "yumen" for secret in (SECRET, "Dunhuang"))


def test_metrics_by_the_conventions(serve: Callable[..., Scripted], monkeypatch: pytest.MonkeyPatch) -> None:
    """A call of a model is one duration and two counts of tokens, with OpenTelemetry's names."""
    metrics = pytest.importorskip("opentelemetry.sdk.metrics")
    export = pytest.importorskip("opentelemetry.sdk.metrics.export")
    from yumen.client import telemetry  # noqa: PLC0415  (after the import that may skip)

    reader = export.InMemoryMetricReader()
    meter = metrics.MeterProvider([reader])
    monkeypatch.setattr("opentelemetry.metrics.get_meter", meter.get_meter)
    telemetry.instruments.cache_clear()
    try:
        ask(serve())
        ask(serve(), stream=True)
    finally:
        telemetry.instruments.cache_clear()
    found = {metric.name: metric.data.data_points for metric in reader.get_metrics_data().resource_metrics[0].scope_metrics[0].metrics}
    assert sum(point.count for point in found["gen_ai.client.operation.duration"]) == 2
    kinds = {point.attributes["gen_ai.token.type"] for point in found["gen_ai.client.token.usage"]}
    assert kinds == {"input", "output"}
    assert all(point.attributes["gen_ai.request.model"] == MODEL for points in found.values() for point in points)


def lines(caplog: pytest.LogCaptureFixture) -> Sequence[str]:
    """Return the lines of calls."""
    return [record.getMessage() for record in caplog.records if record.name == "yumen" and record.levelno == logging.INFO]


def test_a_budget_stops_storms(serve: Callable[..., Scripted]) -> None:
    """Of thirty calls into an outage not every one is repeated: ten retries are free, beyond that a fifth of the calls."""
    server = serve(BUSY)
    with Claude(api_key=SECRET, base_url=server.url, retry=Retry(attempts=2, wait_min=0, wait_max=0)) as claude:
        for _ in range(30):
            with pytest.raises(anthropic.APIStatusError):
                claude.ask(WORDS, model=MODEL, max_tokens=9)
    assert len(server.times) == 30 + 10 + 30 // 5
