"""How bodies are taken in: held to their limits, looked at, spooled or piped, and never held where they should not be."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from contextlib import suppress
from pathlib import Path

import pytest

from tests.claude.streams import answer_body
from tests.exchange.callers import ask, caller, request
from tests.exchange.house import LIMITS, MB, Setting, house
from tests.exchange.scripted import END, Call, answers, chunk, plain, until, upstream
from yumen.claude import Intake
from yumen.exchange import Outcome

SMALL = Setting(budget_bytes=1 * MB)
OK = answers(plain(answer_body()))


@pytest.mark.parametrize(
    ("method", "target", "intake"),
    [
        (b"POST", b"/v1/messages", Intake.WHOLE),
        (b"POST", b"/v1/messages/count_tokens", Intake.WHOLE),
        (b"POST", b"/v1/complete", Intake.WHOLE),
        (b"POST", b"/v1/messages/batches", Intake.SPOOLED),
        (b"POST", b"/v1/files", Intake.PIPED),
        (b"PUT", b"/v1/open", Intake.PIPED),
        (b"GET", b"/v1/models", Intake.NONE),
    ],
)
async def test_a_body_over_the_limit_is_refused_before_it_is_read(method: bytes, target: bytes, intake: Intake, tmp_path: Path) -> None:
    """The stated length alone is enough for Claude's 413: not one byte of the body is asked for, and nothing is sent."""
    head = request(method, target, (b"Content-Length", b"%d" % (LIMITS[intake] + 1)), (b"Expect", b"100-continue"))
    async with upstream(OK) as up, house(up, tmp_path) as home, caller(home.port) as one:
        await one.send(head)
        answer = await one.answer()
        answer.claims(413, "request_too_large")
        assert answer.header(b"x-should-retry") == b"false"
        assert (await home.last()).outcome is Outcome.REFUSED
        assert not up.calls


@pytest.mark.parametrize("target", [b"/v1/messages", b"/v1/messages/batches"])
async def test_a_chunked_body_over_the_limit_is_refused_when_it_gets_there(target: bytes, tmp_path: Path) -> None:
    """A body without a stated length is read up to the limit and no further."""
    async with upstream(OK) as up, house(up, tmp_path) as home, caller(home.port) as one:
        await one.send(request(b"POST", target, (b"Transfer-Encoding", b"chunked")))
        piece = chunk(b" " * 65_536)
        answering = asyncio.ensure_future(one.answer())
        for _ in range(9 * MB // 65_536):
            one.writer.write(piece)
            await asyncio.sleep(0)
            if answering.done():
                break
        (await answering).claims(413, "request_too_large")
        await home.last()
        assert not up.calls
        await home.nothing_is_open()


async def test_a_piped_body_over_the_limit_breaks_the_upstreams_request(tmp_path: Path) -> None:
    """Of a chunked upload too much may be sent on before it is known; then it never becomes whole there."""

    async def script(call: Call) -> None:
        async for piece in call.pieces():
            call.body_bytes += len(piece)
        raise AssertionError("the request became whole")

    async with upstream(script, reads=False) as up, house(up, tmp_path) as home, caller(home.port) as one:
        await one.send(request(b"POST", b"/v1/files", (b"Transfer-Encoding", b"chunked")))
        piece = chunk(b"x" * MB)
        answering = asyncio.ensure_future(one.answer())
        with suppress(ConnectionError):  # refused already
            for _ in range(LIMITS[Intake.PIPED] // MB + 1):
                await one.send(piece)
        (await answering).claims(413, "request_too_large")
        await home.last()
        await until(lambda: up.last.left, "the upstream to be left")
        assert up.last.body_bytes <= LIMITS[Intake.PIPED]
        await home.nothing_is_open()


@pytest.mark.parametrize("coding", [b"gzip", b"br", b"identity, gzip"])
@pytest.mark.parametrize("target", [b"/v1/messages", b"/v1/messages/batches", b"/v1/files"])
async def test_a_compressed_body_is_refused(coding: bytes, target: bytes, tmp_path: Path) -> None:
    """What cannot be looked at does not pass, and the caller learns what to do."""
    claim, denial = (b"Content-Encoding", coding), (b"content-encoding", b"identity")
    async with upstream(OK) as up, house(up, tmp_path) as home:
        for headers in ((claim,), (claim, denial), (denial, claim)):
            answer = await ask(home.port, request(b"POST", target, *headers, body=gzip.compress(b"{}")))
            answer.claims(400, "invalid_request_error")
            assert "without `content-encoding`" in answer.json["error"]["message"]
        assert not up.calls


async def test_identity_is_no_compression(tmp_path: Path) -> None:
    """A body that says that it is not compressed passes."""
    async with upstream(OK) as up, house(up, tmp_path) as home:
        assert (await ask(home.port, request(b"POST", b"/v1/messages", (b"Content-Encoding", b"Identity"), body=b"{}"))).status == 200


@pytest.mark.parametrize("target", [b"/v1/messages", b"/v1/messages/count_tokens", b"/v1/chat/completions", b"/v1/complete"])
@pytest.mark.parametrize(
    "body",
    [b"", b"no", b"[]", b'{"model":"a","\\u006dodel":"b"}', b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"],
    ids=lambda body: repr(body[:16]),
)
async def test_a_body_that_cannot_be_read_one_way_is_refused(target: bytes, body: bytes, tmp_path: Path) -> None:
    """Rubbish, repeated keys and bottomless nesting are a 400 in Claude's shape, and the connection serves the next request."""
    async with upstream(OK) as up, house(up, tmp_path) as home, caller(home.port) as one:
        for _ in range(2):
            await one.send(request(b"POST", target, body=body))
            (await one.answer()).claims(400, "invalid_request_error")
        assert not up.calls
        await home.last(2)


async def test_a_long_body_is_viewed_like_a_short_one(tmp_path: Path) -> None:
    """Beyond what is parsed between two events, a thread does it."""
    body = b'{"model":"claude-opus-4-6","messages":[{"role":"user","content":"%b"}]}' % (b"x" * 1_500_000)
    async with upstream(OK) as up, house(up, tmp_path) as home:
        assert (await ask(home.port, request(b"POST", b"/v1/messages", body=body))).status == 200
        exchange = await home.last()
        assert exchange.view.prompt_characters == 1_500_000
        assert up.last.body == body


async def test_held_bodies_share_one_budget(tmp_path: Path) -> None:
    """A body that does not fit beside the others is a 529 that may be tried again; when they are done it fits."""
    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        await go_on.wait()
        await call.send(plain(answer_body()))

    data = request(b"POST", b"/v1/messages", body=b"{}" + b" " * 700_000)
    async with upstream(script) as up, house(up, tmp_path, SMALL) as home, caller(home.port) as one, caller(home.port) as other:
        await one.send(data)
        await until(lambda: up.calls, "the first call")
        await other.send(data)
        answer = await other.answer()
        answer.claims(529, "overloaded_error")
        assert answer.header(b"x-should-retry") == b"true"
        go_on.set()
        assert (await one.answer()).status == 200
        await home.nothing_is_open()
        await one.send(data)
        assert (await one.answer()).status == 200


async def counting(call: Call) -> None:
    """Count and hash a body without keeping it, and answer with both."""
    digest = hashlib.sha256()
    async for piece in call.pieces():
        call.body_bytes += len(piece)
        digest.update(piece)
    await call.send(plain(b'{"type":"file","id":"file_1","sha256":"%b"}' % digest.hexdigest().encode()))


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_file_flows_through_and_is_never_held(chunked: bool, tmp_path: Path) -> None:  # noqa: FBT001  (a table)
    """Each piece of a file is at the upstream before the next one exists, takes nothing of the budget, and touches no disk."""
    piece, count = b"0123456789abcdef" * 4096, 400
    framing = (b"Transfer-Encoding", b"chunked") if chunked else (b"Content-Length", b"%d" % (len(piece) * count))
    async with upstream(counting, reads=False) as up, house(up, tmp_path, SMALL) as home, caller(home.port) as one:
        await one.send(request(b"POST", b"/v1/files", framing))
        for number in range(1, count + 1):
            await one.send(chunk(piece) if chunked else piece)
            if number % 50 == 0:
                await until(lambda sent=number: up.calls and up.last.body_bytes == sent * len(piece), "the pieces")  # type: ignore[misc]
                assert home.budget.held_bytes == 0
        await one.send(END if chunked else b"")
        answer = await one.answer()
        assert answer.json["sha256"] == hashlib.sha256(piece * count).hexdigest()
        assert not home.on_disk()
        await home.last()


async def test_a_slow_upstream_slows_the_caller(tmp_path: Path) -> None:
    """What an upstream does not read of a file stays with the caller."""
    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        call.reader._transport.pause_reading()  # type: ignore[attr-defined]
        await go_on.wait()
        call.reader._transport.resume_reading()  # type: ignore[attr-defined]
        await counting(call)

    total, piece, sent = 60 * MB, b"x" * 65_536, 0

    async def feed() -> None:
        nonlocal sent
        while sent < total:
            await one.send(piece)
            sent += len(piece)

    async with upstream(script, reads=False) as up, house(up, tmp_path, SMALL) as home, caller(home.port) as one:
        await one.send(request(b"POST", b"/v1/files", (b"Content-Length", b"%d" % total)))
        feeding = asyncio.ensure_future(feed())
        before = -1
        while sent == 0 or before != sent:
            before = sent
            for _ in range(20):
                await asyncio.sleep(0.001)
        assert sent < total
        go_on.set()
        await feeding
        assert (await one.answer()).status == 200
        assert up.last.body_bytes == total


async def test_a_batch_is_spooled_and_never_held(tmp_path: Path) -> None:
    """A batch far above the budget passes byte for byte; its file has no name, is not readable, and is gone at the end."""
    body = b'{"requests":[' + b",".join(b'{"custom_id":"%06d","params":{"text":"secret"}}' % number for number in range(140_000)) + b"]}"
    assert 6 * MB < len(body) < 8 * MB
    async with upstream(counting, reads=False) as up, house(up, tmp_path, SMALL) as home, caller(home.port) as one:
        await one.send(request(b"POST", b"/v1/messages/batches", (b"Content-Length", b"%d" % len(body))))
        for at in range(0, len(body), 65_536):
            await one.send(body[at : at + 65_536])
            assert home.budget.held_bytes == 0
        answer = await one.answer()
        assert answer.json["sha256"] == hashlib.sha256(body).hexdigest()
        assert up.last.body_bytes == len(body)
        assert not home.on_disk()
        exchange = await home.last()
        assert exchange.spool is not None
        assert exchange.spool._file.closed


@pytest.mark.parametrize("target", [b"/v1/messages", b"/v1/messages/batches", b"/v1/files"])
async def test_a_caller_that_leaves_within_its_body_is_cancelled(target: bytes, tmp_path: Path) -> None:
    """Half a body leaves nothing behind, neither here nor at the upstream."""
    async with upstream(counting, reads=False) as up, house(up, tmp_path) as home, caller(home.port) as one:
        await one.send(request(b"POST", target, (b"Content-Length", b"1000")) + b"x" * 500)
        await until(lambda: home.edge.open_exchanges, "the exchange")
        if target == b"/v1/files":
            await until(lambda: up.calls and up.last.body_bytes == 500, "the upstream's half")
        one.leave()
        exchange = await home.last()
        assert exchange.outcome is Outcome.CANCELLED
        await home.nothing_is_open()
        await until(lambda: up.open == 0, "the upstream's connections to end")


async def test_an_upstream_may_answer_before_the_body_is_whole(tmp_path: Path) -> None:
    """An early refusal of an upload reaches the caller, who need not send the rest; neither connection is used again."""

    async def script(call: Call) -> None:
        await call.send(plain(b'{"type":"error"}', status=413))

    async with upstream(script, reads=False) as up, house(up, tmp_path) as home, caller(home.port) as one:
        await one.send(request(b"POST", b"/v1/files", (b"Content-Length", b"100000")) + b"x" * 500)
        answering = asyncio.ensure_future(one.answer())
        while not answering.done():
            one.writer.write(b"x")
            await asyncio.sleep(0.001)
        answer = await answering
        assert (answer.status, answer.body) == (413, b'{"type":"error"}')
        assert (await home.last()).outcome is Outcome.ERROR
        await home.nothing_is_open()
