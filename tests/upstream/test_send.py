"""The request as the upstream gets it, and how the sending ends."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.claude.streams import answer_body
from tests.exchange.callers import ask, caller, request
from tests.exchange.house import CREDENTIAL, Setting, house
from tests.exchange.scripted import Call, answers, plain, until, upstream
from yumen.exchange import Outcome
from yumen.http import PoolOptions
from yumen.upstream.writing import JOINED_BYTES

OK = answers(plain(answer_body()))
BOTH_KEYS = ((b"X-API-Key", b"yk-mine"), (b"Authorization", b"Bearer yk-mine"))


@pytest.mark.parametrize("credential", [CREDENTIAL, None])
@pytest.mark.parametrize("headers", [BOTH_KEYS, BOTH_KEYS[:1], BOTH_KEYS[1:], (*BOTH_KEYS, *BOTH_KEYS)])
async def test_a_callers_credential_never_goes_on(headers: tuple[tuple[bytes, bytes], ...], credential: str | None, tmp_path: Path) -> None:
    """Both of its headers are removed however often they stand; the upstream's own is put in where there is one."""
    async with upstream(OK) as up, house(up, tmp_path, Setting(credential=credential)) as home:
        for target in (b"/v1/messages", b"/v1/files", b"/v1/messages/batches", b"/v1/complete"):
            await ask(home.port, request(b"POST", target, *headers, body=b"{}"))
        for call in up.calls:
            assert call.header(b"authorization") is None
            assert call.header(b"x-api-key") == (None if credential is None else credential.encode())
            assert not any(b"yk-mine" in value for _, value in call.headers)


@pytest.mark.parametrize(
    ("method", "target", "body", "said"),
    [
        (b"GET", b"/v1/models", None, None),
        (b"GET", b"/v1/open", None, None),
        (b"HEAD", b"/v1/open", None, None),
        (b"DELETE", b"/v1/open", None, None),
        (b"POST", b"/v1/open", None, b"0"),
        (b"PUT", b"/v1/open", b"", b"0"),
        (b"PATCH", b"/v1/open", b"x", b"1"),
        (b"DELETE", b"/v1/open", b"xy", b"2"),
        (b"GET", b"/v1/models", b"xyz", b"3"),
    ],
)
async def test_a_body_is_framed_by_its_length(method: bytes, target: bytes, body: bytes | None, said: bytes | None, tmp_path: Path) -> None:
    """What has a body, or a method that may have one, says its length; what has none does not."""
    async with upstream(OK) as up, house(up, tmp_path) as home:
        answer = await ask(home.port, request(method, target, body=body), head_only=method == b"HEAD")
        assert answer.status == 200
        assert (up.last.method, up.last.target, up.last.body) == (method, target, body or b"")
        assert up.last.header(b"content-length") == said
        assert up.last.header(b"transfer-encoding") is None


@pytest.mark.parametrize("connection", [b"close, X-One", b"x-one", b"X-One , x-two, Keep-Alive"])
async def test_what_the_connection_header_names_stays_here(connection: bytes, tmp_path: Path) -> None:
    """Headers of this connection alone are not the upstream's business, whatever their names are."""
    headers = ((b"X-One", b"1"), (b"X-Two", b"2"), (b"X-One", b"3"), (b"X-Three", b"4"))
    async with upstream(OK) as up, house(up, tmp_path) as home:
        await ask(home.port, request(b"POST", b"/v1/messages", (b"Connection", connection), *headers, body=b"{}"))
        assert up.last.header(b"connection") is None
        assert up.last.header(b"x-one") is None
        assert up.last.header(b"x-two") == (None if b"two" in connection else b"2")
        assert up.last.header(b"x-three") == b"4"


async def test_requests_of_one_connection_do_not_mix(tmp_path: Path) -> None:
    """Each request goes on with its own headers, also where the one before it on the connection had others, or the same."""
    async with upstream(OK) as up, house(up, tmp_path) as home, caller(home.port) as one:
        for beta in (b"a", b"a", b"b", None, b"a"):
            headers = [] if beta is None else [(b"Anthropic-Beta", beta)]
            for target, body in ((b"/v1/messages", b"{}"), (b"/v1/messages?x=1", b'{"max_tokens":1}')):
                await one.send(request(b"POST", target, *headers, body=body))
                assert (await one.answer()).status == 200
                assert (up.last.target, up.last.body, up.last.header(b"anthropic-beta")) == (target, body, beta)


async def test_the_version_of_a_legacy_request_is_ours(tmp_path: Path) -> None:
    """A translated request names one version, and the next request of the same head has its own again."""
    legacy = b'{"prompt":"\\n\\nHuman: Hi\\n\\nAssistant:","model":"claude-2","max_tokens_to_sample":9}'
    version = (b"Anthropic-Version", b"2023-01-01")
    async with upstream(OK) as up, house(up, tmp_path) as home, caller(home.port) as one:
        for target, body, sent in ((b"/v1/complete", legacy, b"2023-06-01"), (b"/v1/messages", b"{}", b"2023-01-01")) * 2:
            await one.send(request(b"POST", target, version, body=body))
            assert (await one.answer()).status == 200
            assert up.last.header(b"anthropic-version") == sent


async def test_when_every_connection_is_in_use_the_caller_is_told(tmp_path: Path) -> None:
    """Beyond the pool's limit a request is a 529 that may be tried again, and nothing was sent for it."""
    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        await go_on.wait()
        await call.send(plain(answer_body()))

    async with upstream(script) as up, house(up, tmp_path, Setting(pool=PoolOptions(max_connections=1))) as home, caller(home.port) as one:
        data = request(b"POST", b"/v1/messages", body=b"{}")
        await one.send(data)
        await until(lambda: up.calls, "the first call")
        answer = await ask(home.port, data)
        answer.claims(529, "overloaded_error")
        assert answer.header(b"x-should-retry") == b"true"
        refused = await home.last()
        assert (refused.outcome, refused.sent_ns) == (Outcome.FAILED, 0)
        go_on.set()
        assert (await one.answer()).status == 200


async def test_an_attempt_says_where_and_how_it_ended(tmp_path: Path) -> None:
    """Each try names its upstream, its status or its fault, and how long it took."""
    async with upstream(answers(plain(b"{}", status=503))) as up, house(up, tmp_path) as home:
        await ask(home.port, request(b"POST", b"/v1/messages", body=b"{}"))
        (attempt,) = (await home.last()).attempts
        assert (attempt.upstream, attempt.status, attempt.fault) == ("default", 503, None)
        assert attempt.duration_us >= 0


@pytest.mark.parametrize("size", [JOINED_BYTES, JOINED_BYTES + 1, 900_000])
async def test_a_long_body_arrives_whole(size: int, tmp_path: Path) -> None:
    """Whether or not it is joined with its head, the upstream gets the body byte for byte, once."""
    body = b'{"model":"claude-opus-4-6","x":"'
    body += b"y" * (size - len(body) - 2) + b'"}'
    async with upstream(OK) as up, house(up, tmp_path) as home:
        assert (await ask(home.port, request(b"POST", b"/v1/messages", body=body))).status == 200
        assert up.last.body == body
        assert len(up.calls) == 1
