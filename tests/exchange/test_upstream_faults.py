"""What an upstream can do wrong, said to the caller in Claude's shape."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.claude.streams import start
from tests.exchange.callers import ASK, ASK_STREAMED, PROMPT, ask, ends_in_one_error, request
from tests.exchange.house import PLAIN, Setting, house
from tests.exchange.scripted import Call, Script, answers, hang, head_of, plain, streams, until, upstream
from yumen.exchange import Outcome
from yumen.http import PoolOptions

EVENT_STREAM = (b"Content-Type", b"text/event-stream")
LEGACY = request(
    b"POST", b"/v1/complete", body=b'{"prompt":"\\n\\nHuman: Hi\\n\\nAssistant:","model":"claude-2","max_tokens_to_sample":9,"stream":true}'
)
LEGACY_PLAIN = request(
    b"POST", b"/v1/complete", body=b'{"prompt":"\\n\\nHuman: Hi\\n\\nAssistant:","model":"claude-2","max_tokens_to_sample":9}'
)
ASK_CHAT = request(b"POST", b"/v1/chat/completions", body=PROMPT[:-1] + b',"stream":true}')
ASK_OPEN = request(b"GET", b"/v1/open")
IMPATIENT_AT_FIRST = Setting(pool=PoolOptions(first_byte_timeout_s=0.01))
IMPATIENT = Setting(pool=PoolOptions(between_bytes_timeout_s=0.01))
"""Time-outs that end at the next sweep; the other one never comes."""


SWITCH = b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"


@pytest.mark.parametrize(
    ("script", "setting", "status", "error_type"),
    [
        pytest.param(answers(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), PLAIN, 502, "api_error", id="rubbish"),
        pytest.param(
            answers(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"), PLAIN, 502, "api_error", id="two lengths"
        ),
        pytest.param(answers(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000 + b"\r\n\r\n"), PLAIN, 502, "api_error", id="a head without end"),
        pytest.param(answers(SWITCH), PLAIN, 502, "api_error", id="another protocol"),
        pytest.param(answers(head_of(200, (b"Content-Length", b"10")) + b"{"), IMPATIENT, 504, "timeout_error", id="a body that stalls"),
        pytest.param(hang, IMPATIENT_AT_FIRST, 504, "timeout_error", id="no first byte"),
    ],
)
async def test_what_the_upstream_does_wrong_is_said_in_claudes_shape(
    script: Script, setting: Setting, status: int, error_type: str, tmp_path: Path
) -> None:
    """Rubbish is a 502 and silence a 504, each under one request id, and the connection is given up."""
    async with upstream(script) as up, house(up, tmp_path, setting) as home:
        (await ask(home.port)).claims(status, error_type)
        exchange = await home.last()
        assert (exchange.outcome, exchange.status) == (Outcome.FAILED, status)
        assert [attempt.upstream for attempt in exchange.attempts] == ["default"]
        await home.nothing_is_open()


PAGE = b"<html>" + b"Please sign in. " * 8 + b"</html>"
NO_MESSAGES = [PAGE, b"", b"  ", b'{"id":"msg_1","content":[', b'"a text"']


@pytest.mark.parametrize("body", NO_MESSAGES)
@pytest.mark.parametrize("asks", [ASK, LEGACY_PLAIN, request(b"POST", b"/v1/chat/completions", body=PROMPT)])
async def test_a_success_that_is_no_message_is_a_502(asks: bytes, body: bytes, tmp_path: Path) -> None:
    """A proxy's page with status 200, or half an answer that claims to be whole, does not reach the caller as a success."""
    async with upstream(answers(plain(body))) as up, house(up, tmp_path) as home:
        (await ask(home.port, asks)).claims(502, "api_error")
        assert (await home.last()).outcome is Outcome.FAILED
        await home.nothing_is_open()


async def test_a_page_in_several_pieces_is_a_502_too(tmp_path: Path) -> None:
    """What cannot become an answer is known by its first piece, before any of it has gone on."""

    async def script(call: Call) -> None:
        whole = plain(PAGE)
        await call.send(whole[:-60], whole[-60:-30], whole[-30:])

    async with upstream(script) as up, house(up, tmp_path) as home:
        (await ask(home.port)).claims(502, "api_error")
        await home.nothing_is_open()


async def test_an_upstream_that_hangs_up_is_a_502(tmp_path: Path) -> None:
    """A connection that closes without a word is lost."""

    async def script(call: Call) -> None:
        call.cut()

    async with upstream(script) as up, house(up, tmp_path) as home:
        (await ask(home.port)).claims(502, "api_error")
        assert (await home.last()).attempts[0].fault == "UpstreamLost"


async def test_an_upstream_that_is_not_there_is_a_502(tmp_path: Path) -> None:
    """A refused connection is said as such, and nothing was sent."""
    async with upstream(hang) as up:
        port = up.port
    async with house(port, tmp_path) as home:
        answer = await ask(home.port)
        answer.claims(502, "api_error")
        assert answer.json["error"]["message"].startswith("The upstream cannot be reached")
        exchange = await home.last()
        assert (exchange.outcome, exchange.sent_ns) == (Outcome.FAILED, 0)
        assert exchange.attempts[0].fault == "UpstreamUnreachable"


async def test_a_stream_that_stalls_ends_in_a_timeout_error(tmp_path: Path) -> None:
    """Silence within a stream becomes an error event of its own type."""
    async with upstream(streams(start(), then="hold")) as up, house(up, tmp_path, IMPATIENT) as home:
        ends_in_one_error(await ask(home.port, ASK_STREAMED), "timeout_error")
        assert (await home.last()).outcome is Outcome.TRUNCATED
        await until(lambda: up.last.left, "the upstream to be left")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422, 429, 500, 503, 529])
async def test_an_upstreams_error_is_an_answer(status: int, tmp_path: Path) -> None:
    """Its body and the headers that steer retries pass untouched; it is recorded as an error, and its id is ours to keep."""
    body = b'{"type":"error", "error":{"type":"x_error","message":"m\\u00e9"},"request_id":"req_theirs"}'
    headers = [
        (b"x-should-retry", b"false"),
        (b"retry-after", b"17"),
        (b"anthropic-ratelimit-requests-remaining", b"0"),
        (b"request-id", b"req_theirs"),
    ]
    async with upstream(answers(plain(body, *headers, status=status))) as up, house(up, tmp_path) as home:
        answer = await ask(home.port)
        assert (answer.status, answer.body) == (status, body)
        assert (answer.header(b"x-should-retry"), answer.header(b"retry-after")) == (b"false", b"17")
        assert answer.header(b"anthropic-ratelimit-requests-remaining") is None
        exchange = await home.last()
        assert (exchange.outcome, exchange.status, exchange.upstream_request_id) == (Outcome.ERROR, status, "req_theirs")
        assert answer.header(b"request-id") == exchange.request_id.encode() != b"req_theirs"
        assert exchange.usage is None
