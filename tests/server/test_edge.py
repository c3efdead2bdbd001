"""The data port: small questions are answered there, everything else becomes an exchange or Claude's refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.claude.streams import answer_body
from tests.exchange.callers import ASK, ask, caller, request
from tests.exchange.house import Setting, house
from tests.exchange.scripted import answers, plain, upstream
from yumen.exchange import Outcome
from yumen.server import EdgeOptions

OK = answers(plain(answer_body(), (b"Access-Control-Allow-Origin", b"*")))
PAGE = "https://page.test"
CORS = Setting(edge=EdgeOptions(cors_origins=(PAGE, "https://other.test/")))


@pytest.mark.parametrize("ready", [True, False])
@pytest.mark.parametrize(
    ("method", "target"),
    [(b"HEAD", b"/"), (b"GET", b"/"), (b"HEAD", b"/api/hello"), (b"GET", b"/api/hello"), (b"GET", b"/healthz"), (b"HEAD", b"/healthz")],
)
async def test_whether_somebody_is_there_is_always_answered(method: bytes, target: bytes, ready: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """A greeting needs no key, reaches no upstream, and is answered while the gateway drains too."""
    async with upstream(OK) as up, house(up, tmp_path) as home, caller(home.port) as one:
        home.is_ready = ready
        for _ in range(2):
            await one.send(request(method, target))
            answer = await one.answer(head_only=method == b"HEAD")
            assert (answer.status, answer.header(b"content-length")) == (200, b"3")
        assert not up.calls
        assert not home.closed


async def test_readiness_is_told_and_no_more(tmp_path: Path) -> None:
    """`/readyz` says whether new work is wanted; while it is not, everything else is refused with the wish to be asked again."""
    async with upstream(OK) as up, house(up, tmp_path) as home:
        assert (await ask(home.port, request(b"GET", b"/readyz"))).status == 200
        home.is_ready = False
        answer = await ask(home.port, request(b"GET", b"/readyz"))
        assert (answer.status, answer.body) == (503, b"not ready\n")
        assert (await ask(home.port, request(b"HEAD", b"/readyz"), head_only=True)).status == 503
        answer = await ask(home.port)
        answer.claims(529, "overloaded_error")
        assert answer.header(b"x-should-retry") == b"true"
        assert not up.calls


@pytest.mark.parametrize(
    ("method", "target", "allowed"),
    [
        (b"GET", b"/v1/messages", b"POST"),
        (b"PUT", b"/messages", b"POST"),
        (b"PATCH", b"/v1/messages/batches", b"GET, POST"),
        (b"POST", b"/v1/files/file_1", b"DELETE, GET"),
        (b"HEAD", b"/v1/models", b"GET"),
        (b"DELETE", b"/v1/models/claude-opus-4-6", b"GET"),
        (b"GET", b"/v1/complete", b"POST"),
    ],
)
async def test_a_wrong_method_is_told_the_right_ones(method: bytes, target: bytes, allowed: bytes, tmp_path: Path) -> None:
    """A path of the table under another method is a 405 that names those it takes."""
    async with upstream(OK) as up, house(up, tmp_path) as home:
        answer = await ask(home.port, request(method, target), head_only=method == b"HEAD")
        assert (answer.status, answer.header(b"allow")) == (405, allowed)
        if method != b"HEAD":
            answer.claims(405, "invalid_request_error")
        assert not home.closed


@pytest.mark.parametrize(
    "target",
    [
        b"/v1//messages",
        b"/v1/./messages",
        b"/v1/files/..",
        b"/v1/models/..",
        b"/v1/messages/batches/../results",
        b"/v1/%6dessages",
        b"/v1\\messages",
    ],
)
async def test_a_path_that_can_be_read_in_two_ways_is_refused(target: bytes, tmp_path: Path) -> None:
    """What a server behind us might take for another path is a 400 for every method, and goes nowhere."""
    async with upstream(OK) as up, house(up, tmp_path) as home:
        for method in (b"GET", b"POST", b"DELETE"):
            (await ask(home.port, request(method, target))).claims(400, "invalid_request_error")
        assert not up.calls
        assert not home.closed


@pytest.mark.parametrize("target", [b"/v1/models/", b"/v1/files/a%20b", b"/v1/unheard-of", b"/favicon.ico", b"/v1/messages/"])
async def test_an_unknown_path_needs_a_key_that_allows_it(target: bytes, tmp_path: Path) -> None:
    """What is not in the table is an exchange like any, and refused for this key."""
    async with upstream(OK) as up, house(up, tmp_path) as home:
        (await ask(home.port, request(b"GET", target))).claims(403, "permission_error")
        assert (await home.last()).outcome is Outcome.REFUSED
        assert not up.calls


async def test_aliases_are_served(tmp_path: Path) -> None:
    """A client whose base address lacks `/v1` reaches the upstream under the full path, and the record has what it asked."""
    async with upstream(OK) as up, house(up, tmp_path) as home:
        assert (await ask(home.port, ASK.replace(b"/v1/messages", b"/messages?beta=true"))).status == 200
        assert up.last.target == b"/v1/messages?beta=true"
        assert (await home.last()).request.path == "/messages"


# ── browsers ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("target", [b"/v1/messages", b"/v1/anything", b"/", b"/readyz"])
async def test_a_preflight_is_answered_for_allowed_origins(target: bytes, tmp_path: Path) -> None:
    """An origin on the operator's list may send what it asks to send; nobody's key is needed, and the upstream is not asked."""
    asked = [(b"Access-Control-Request-Method", b"POST"), (b"Access-Control-Request-Headers", b"x-api-key,content-type,x-new")]
    async with upstream(OK) as up, house(up, tmp_path, CORS) as home:
        answer = await ask(home.port, request(b"OPTIONS", target, (b"Origin", PAGE.encode()), *asked))
        assert (answer.status, answer.body) == (204, b"")
        assert answer.header(b"access-control-allow-origin") == PAGE.encode()
        assert answer.header(b"access-control-allow-headers") == b"x-api-key,content-type,x-new"
        assert b"POST" in (answer.header(b"access-control-allow-methods") or b"")
        assert answer.header(b"vary") == b"Origin"
        for headers in ([(b"Origin", b"https://evil.test")], []):
            answer = await ask(home.port, request(b"OPTIONS", target, *headers, *asked))
            assert answer.status == 204
            assert not [name for name, _ in answer.headers if name.startswith(b"access-control")]
        assert not up.calls


@pytest.mark.parametrize(
    ("origins", "origin", "mark"),
    [
        ((), PAGE, None),
        ((PAGE,), PAGE, PAGE),
        ((PAGE + "/",), PAGE, PAGE),
        ((PAGE,), "https://page.test.evil", None),
        ((PAGE,), "http://page.test", None),
        ((PAGE,), "null", None),
        (("*",), "https://any.test", "https://any.test"),
    ],
)
async def test_answers_are_marked_for_allowed_origins_alone(
    origins: tuple[str, ...], origin: str, mark: str | None, tmp_path: Path
) -> None:
    """Answers and refusals alike may be read by an allowed page; the upstream's own list of origins is not ours."""
    setting = Setting(edge=EdgeOptions(cors_origins=origins))
    from_page = (b"Origin", origin.encode())
    async with upstream(OK) as up, house(up, tmp_path, setting) as home:
        for data, status in (
            (request(b"POST", b"/v1/messages", from_page, body=b"{}"), 200),
            (request(b"POST", b"/v1/messages", from_page, body=b"no"), 400),
            (request(b"GET", b"/v1/messages", from_page), 405),
            (request(b"GET", b"/v1//messages", from_page), 400),
        ):
            answer = await ask(home.port, data)
            assert answer.status == status
            assert answer.header(b"access-control-allow-origin") == (None if mark is None else mark.encode())
            if mark is not None:
                assert b"request-id" in (answer.header(b"access-control-expose-headers") or b"")
        home.is_ready = False
        answer = await ask(home.port, request(b"POST", b"/v1/messages", from_page, body=b"{}"))
        assert answer.header(b"access-control-allow-origin") == (None if mark is None else mark.encode())


# ── proxies before us ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("trusted", "forwarded", "peer"),
    [
        ((), b"203.0.113.7", "127.0.0.1"),
        (("10.0.0.0/8",), b"203.0.113.7", "127.0.0.1"),
        (("127.0.0.1",), b"203.0.113.7", "203.0.113.7"),
        (("127.0.0.0/8", "10.0.0.0/8"), b"6.6.6.6, 203.0.113.7, 10.1.2.3", "203.0.113.7"),
    ],
)
async def test_the_callers_address_is_what_trusted_proxies_say(
    trusted: tuple[str, ...], forwarded: bytes, peer: str, tmp_path: Path
) -> None:
    """The record has the address that the operator's own proxies vouch for, and the upstream hears of none."""
    setting = Setting(edge=EdgeOptions(trusted_proxies=trusted))
    async with upstream(OK) as up, house(up, tmp_path, setting) as home:
        await ask(home.port, request(b"POST", b"/v1/messages", (b"X-Forwarded-For", forwarded), body=b"{}"))
        assert (await home.last()).request.peer == peer
        assert up.last.header(b"x-forwarded-for") is None


# ── what never becomes an exchange ──────────────────────────────────────────


@pytest.mark.parametrize(
    "data",
    [
        b"no http\r\n\r\n",
        b"POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
async def test_bad_http_is_refused_in_claudes_shape(data: bytes, tmp_path: Path) -> None:
    """Even what is not HTTP gets an error that a client of Claude's understands, under a request id, and a closed connection."""
    async with upstream(OK) as up, house(up, tmp_path) as home, caller(home.port) as one:
        await one.send(data)
        answer = await one.answer()
        answer.claims(400, "invalid_request_error")
        assert answer.header(b"connection") == b"close"
        assert await one.reader.read() == b""
        assert not home.closed
