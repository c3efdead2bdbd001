"""How answers reach their callers: at once, unchanged, and never as a whole when they are not."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from tests.claude.streams import ERROR, answer_body, block, message, sse, start
from tests.claude.streams import STOP as MESSAGE_STOP
from tests.claude.test_answer import CHAT
from tests.exchange.callers import ASK, ASK_STREAMED, PROMPT, ask, caller, ends_in_one_error, request
from tests.exchange.house import Setting, house
from tests.exchange.scripted import END, STREAM_HEAD, Call, Script, answers, chunk, hang, head_of, plain, streams, until, upstream, zipped
from yumen.claude import Usage
from yumen.exchange import Outcome
from yumen.http import PoolOptions, Reply

EVENT_STREAM = (b"Content-Type", b"text/event-stream")
LEGACY = request(
    b"POST", b"/v1/complete", body=b'{"prompt":"\\n\\nHuman: Hi\\n\\nAssistant:","model":"claude-2","max_tokens_to_sample":9,"stream":true}'
)
ASK_CHAT = request(b"POST", b"/v1/chat/completions", body=PROMPT[:-1] + b',"stream":true}')
ASK_OPEN = request(b"GET", b"/v1/open")
IMPATIENT_AT_FIRST = Setting(pool=PoolOptions(first_byte_timeout_s=0.01))
IMPATIENT = Setting(pool=PoolOptions(between_bytes_timeout_s=0.01))
"""Time-outs that end at the next sweep; the other one never comes."""


@pytest.mark.parametrize(
    ("data", "head", "events"),
    [
        pytest.param(ASK_STREAMED, STREAM_HEAD, [*message(), b": bye\n\n"], id="message"),
        pytest.param(ASK_STREAMED, STREAM_HEAD, [each.replace(b"\n", b"\r\n") for each in message()], id="crlf"),
        pytest.param(ASK_CHAT, STREAM_HEAD, CHAT, id="chat"),
        pytest.param(ASK_OPEN, STREAM_HEAD, [sse("session.status", n=n) for n in range(5)], id="unknown"),
        pytest.param(
            ASK_STREAMED,
            head_of(200, EVENT_STREAM, (b"Content-Encoding", b"gzip"), (b"Transfer-Encoding", b"chunked")),
            zipped(message()),
            id="compressed",
        ),
    ],
)
async def test_each_event_reaches_the_caller_before_the_next_is_made(data: bytes, head: bytes, events: list[bytes], tmp_path: Path) -> None:
    """The upstream makes each event only when the caller has the one before it, byte for byte, pings and the head included."""
    turn = asyncio.Queue[None]()

    async def script(call: Call) -> None:
        await call.send(head)
        for each in events:
            await turn.get()
            await call.send(chunk(each))
        await call.send(END)

    async with upstream(script) as up, house(up, tmp_path) as home, caller(home.port) as one:
        await one.send(data)
        assert (await one.head()).status == 200
        for each in events:
            turn.put_nowait(None)
            assert await one.chunk() == each
        assert await one.chunk() == b""
        assert (await home.last()).outcome is Outcome.ANSWERED


@pytest.mark.parametrize(
    ("script", "data", "last"), [(streams(*message()), ASK_STREAMED, b"message_stop"), (answers(plain(answer_body())), ASK, b"}")]
)
async def test_the_close_comes_before_the_last_bytes(
    script: Script, data: bytes, last: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes by which a caller sees that its answer is whole leave when the exchange is written down, and not before."""
    written = bytearray()
    at_the_close: list[bytes] = []
    write = Reply.write

    def note(reply: Reply, piece: bytes) -> None:
        written.extend(piece)
        write(reply, piece)

    monkeypatch.setattr(Reply, "write", note)
    async with (
        upstream(script) as up,
        house(up, tmp_path, closing=lambda real: (*real, lambda _: at_the_close.append(bytes(written)))) as home,
    ):
        answer = await ask(home.port, data)
        assert bytes(written) == answer.body
        assert len(at_the_close) == 1
        assert answer.body.startswith(at_the_close[0])
        assert last not in at_the_close[0]
        assert last in answer.body


async def half_a_body(call: Call) -> None:
    """Send a plain answer bit by bit, without end."""
    await call.send(head_of(200, (b"Content-Length", b"1000000000")))
    leaving = asyncio.ensure_future(call.hold())
    while not leaving.done():
        with suppress(ConnectionError):
            await call.send(b"{")
        await asyncio.sleep(0.001)


@pytest.mark.parametrize(
    ("script", "data", "first", "usage"),
    [
        pytest.param(hang, ASK, b"", None, id="plain, before the first byte"),
        pytest.param(hang, ASK_STREAMED, b"", None, id="streamed, before the first byte"),
        pytest.param(half_a_body, ASK, b"HTTP/1.1 200", None, id="plain, within the body"),
        pytest.param(streams(then="hold"), ASK_STREAMED, b"HTTP/1.1 200", None, id="streamed, after the head"),
        pytest.param(
            streams(start(), *block(), then="hold"),
            ASK_STREAMED,
            b"content_block_stop",
            Usage(input_tokens=25, output_tokens=1, cache_read_tokens=7, service_tier="standard"),
            id="streamed, after events",
        ),
    ],
)
async def test_a_caller_that_leaves_ends_the_upstreams_work(
    script: Script, data: bytes, first: bytes, usage: Usage | None, tmp_path: Path
) -> None:
    """The upstream's connection is closed whenever the caller leaves, and what was used so far is kept."""
    async with upstream(script) as up, house(up, tmp_path) as home, caller(home.port) as one:
        await one.send(data)
        await until(lambda: up.calls, "the call")
        if first:
            await one.reader.readuntil(first)
        one.leave()
        await until(lambda: up.last.left, "the upstream to be left")
        exchange = await home.last()
        assert exchange.outcome is Outcome.CANCELLED
        assert exchange.status == (200 if first else 499)
        assert exchange.usage == usage
        if usage is not None:
            assert exchange.estimated
            assert exchange.output_estimate_tokens > 0
        await home.nothing_is_open()


@pytest.mark.parametrize("then", ["end", "cut", "close"])
@pytest.mark.parametrize("torn", [b"", b"event: content_block_delta\ndata: {"])
async def test_a_stream_without_its_end_ends_in_an_error(then: str, torn: bytes, tmp_path: Path) -> None:
    """A stream that ends before `message_stop`, in order or not, becomes an error event after its whole events."""
    events = [start(), *block()]
    async with upstream(streams(*events, *([torn] if torn else []), then=then)) as up, house(up, tmp_path) as home:
        answer = await ask(home.port, ASK_STREAMED)
        assert answer.body.startswith(b"".join(events) + b"event: error\n")
        ends_in_one_error(answer, "api_error")
        exchange = await home.last()
        assert (exchange.outcome, exchange.status, exchange.estimated) == (Outcome.TRUNCATED, 200, True)
        assert exchange.usage is not None
        assert exchange.usage.input_tokens == 25
        assert exchange.output_estimate_tokens > 0
        await home.nothing_is_open()


@pytest.mark.parametrize("then", ["end", "cut", "close"])
async def test_the_upstreams_error_event_passes_untouched(then: str, tmp_path: Path) -> None:
    """An error that the upstream tells in its stream is the caller's last event, and no second one is added."""
    events = [start(), *block(), ERROR]
    async with upstream(streams(*events, then=then)) as up, house(up, tmp_path) as home:
        answer = await ask(home.port, ASK_STREAMED)
        assert (answer.body, answer.cut) == (b"".join(events), False)
        assert (await home.last()).outcome is Outcome.TRUNCATED


async def test_a_stream_of_stated_length_can_still_end_in_an_error(tmp_path: Path) -> None:
    """The upstream's length is no promise of ours: a stream that breaks inside it ends in a whole event, not in a torn frame."""

    async def script(call: Call) -> None:
        await call.send(head_of(200, EVENT_STREAM, (b"Content-Length", b"9999")), start(), *block())
        call.cut()

    async with upstream(script) as up, house(up, tmp_path) as home, caller(home.port) as one:
        for _ in range(2):  # the caller's connection is as good as before
            await one.send(ASK_STREAMED)
            ends_in_one_error(await one.answer(), "api_error")


async def test_a_plain_answer_that_breaks_is_cut(tmp_path: Path) -> None:
    """Once a plain answer has begun, the caller must not take the part for the whole."""
    begun = asyncio.Event()

    async def script(call: Call) -> None:
        await call.send(head_of(200, (b"Content-Type", b"application/json"), (b"Transfer-Encoding", b"chunked")))
        while not begun.is_set():
            await call.send(chunk(b"{"))
            await asyncio.sleep(0.001)
        call.cut()

    async with upstream(script) as up, house(up, tmp_path) as home, caller(home.port) as one:
        await one.send(ASK)
        answer = await one.head()
        assert answer.status == 200
        assert (await one.chunk()).strip(b"{") == b""
        begun.set()
        assert (await one.rest(answer)).cut
        exchange = await home.last()
        assert (exchange.outcome, exchange.status) == (Outcome.TRUNCATED, 200)


async def test_connections_to_the_upstream_are_used_again(tmp_path: Path) -> None:
    """Plain answers, errors and streams one after the other need one connection."""
    scripts = [answers(plain(answer_body())), streams(*message()), answers(plain(b"{}", status=400)), answers(plain(answer_body()))]

    async def script(call: Call) -> None:
        await scripts[len(up.calls) - 1](call)

    async with upstream(script) as up, house(up, tmp_path) as home, caller(home.port) as one:
        for data in (ASK, ASK_STREAMED, ASK, ASK):
            await one.send(data)
            assert not (await one.answer()).cut
        assert (len(up.calls), up.connections) == (4, 1)
        await home.last(4)


async def test_an_upstream_that_lingers_after_the_message_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller's answer ends soon after the message, whatever the upstream's connection does, and is whole."""
    monkeypatch.setattr("yumen.exchange.relay.TAIL_S", 0.0)
    async with upstream(streams(*message(), then="hold")) as up, house(up, tmp_path) as home:
        answer = await ask(home.port, ASK_STREAMED)
        assert (answer.body, answer.cut) == (b"".join(message()), False)
        await until(lambda: up.last.left, "the upstream to be left")
        assert (await home.last()).outcome is Outcome.ANSWERED


@pytest.mark.parametrize("by", ["the caller", "the server"])
async def test_nothing_stays_open_when_the_tail_is_interrupted(by: str, tmp_path: Path) -> None:
    """A caller that leaves, or a server that stops, while the upstream lingers after the message leaves nothing behind."""
    async with upstream(streams(*message(), then="hold")) as up, house(up, tmp_path) as home, caller(home.port) as one:
        await one.send(ASK_STREAMED)
        await one.reader.readuntil(b"message_stop")
        if by == "the caller":
            one.leave()
        else:
            await home.server.drain(0)
            rest = await one.reader.read()
            assert rest.endswith(END)
            assert b"event: error" not in rest
        await until(lambda: up.last.left, "the upstream to be left")
        assert (await home.last()).outcome is Outcome.ANSWERED
        await home.nothing_is_open()


async def test_a_shutdown_ends_streams_in_an_error_event(tmp_path: Path) -> None:
    """When the time to drain is over, a stream ends in an error that says to try again; what has not begun gets the same as a status."""
    scripts = [streams(start(), then="hold"), hang]

    async def script(call: Call) -> None:
        await scripts[len(up.calls) - 1](call)

    async with upstream(script) as up, house(up, tmp_path) as home, caller(home.port) as one, caller(home.port) as other:
        await one.send(ASK_STREAMED)
        head = await one.head()
        first = await one.chunk()
        await other.send(ASK)
        await until(lambda: len(up.calls) == 2, "the second call")
        await home.server.drain(0)
        head.body = first
        while piece := await one.chunk():
            head.body += piece
        ends_in_one_error(head, "overloaded_error")
        answer = await other.answer()
        answer.claims(529, "overloaded_error")
        assert answer.header(b"x-should-retry") == b"true"
        await home.last(2)
        outcomes = {exchange.outcome for exchange in home.closed}
        assert outcomes == {Outcome.TRUNCATED, Outcome.FAILED}
        await home.nothing_is_open()


async def test_a_caller_of_http_1_0_gets_its_stream(tmp_path: Path) -> None:
    """A caller that knows no chunks reads until the connection closes, errors included."""
    old = ASK_STREAMED.replace(b"HTTP/1.1", b"HTTP/1.0")
    for events in (message(), [start(), *block()]):
        async with upstream(streams(*events)) as up, house(up, tmp_path) as home:
            answer = await ask(home.port, old)
            assert answer.header(b"transfer-encoding") is None
            assert answer.body.startswith(b"".join(events))
            assert answer.events[-1][0] == (b"message_stop" if events[-1] == MESSAGE_STOP else b"error")


async def test_head_has_the_answers_headers_and_no_body(tmp_path: Path) -> None:
    """A HEAD request on an open path goes through, and both connections serve the next one."""
    async with upstream(answers(head_of(200, (b"Content-Length", b"5"), (b"ETag", b"x")))) as up, house(up, tmp_path) as home:
        async with caller(home.port) as one:
            for _ in range(2):
                await one.send(request(b"HEAD", b"/v1/open"))
                answer = await one.answer(head_only=True)
                assert (answer.status, answer.header(b"etag"), answer.header(b"content-length")) == (200, b"x", b"5")
        assert [call.method for call in up.calls] == [b"HEAD", b"HEAD"]
        await home.nothing_is_open()


@pytest.mark.parametrize("status", [204, 304])
async def test_answers_without_a_body_pass(status: int, tmp_path: Path) -> None:
    """A status that has no body ends with its head."""
    async with upstream(answers(head_of(status, (b"ETag", b"x")))) as up, house(up, tmp_path) as home, caller(home.port) as one:
        for _ in range(2):
            await one.send(ASK_OPEN)
            answer = await one.answer()
            assert (answer.status, answer.header(b"etag"), answer.header(b"transfer-encoding")) == (status, b"x", None)


async def test_an_interim_answer_is_passed_over(tmp_path: Path) -> None:
    """A 1xx before the answer is not the answer."""
    data = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + plain(answer_body())
    async with upstream(answers(data)) as up, house(up, tmp_path) as home:
        answer = await ask(home.port)
        assert (answer.status, answer.body, answer.header(b"link")) == (200, answer_body(), None)


async def test_a_slow_caller_slows_the_upstream(tmp_path: Path) -> None:
    """What a caller does not read stays with the upstream, and all of it comes when it reads on."""
    total = 64 * 1024 * 1024
    piece = b"x" * 65_536
    sent = 0

    async def script(call: Call) -> None:
        nonlocal sent
        await call.send(head_of(200, (b"Content-Length", b"%d" % total)))
        while sent < total:
            call.writer.write(piece)
            sent += len(piece)
            await call.writer.drain()

    async with upstream(script) as up, house(up, tmp_path) as home, caller(home.port) as one:
        one.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await one.send(ASK_OPEN)
        before = -1
        while sent == 0 or before != sent:
            before = sent
            for _ in range(20):
                await asyncio.sleep(0.001)
        assert sent < total
        one.writer.transport.resume_reading()  # type: ignore[attr-defined]
        answer = await one.answer()
        assert len(answer.body) == total
        assert (await home.last()).outcome is Outcome.ANSWERED
