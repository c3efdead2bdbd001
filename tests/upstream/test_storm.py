"""Random scripts of faults at two upstreams: whatever they do, no call is paid twice in silence, and each caller gets one clear end."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from tests.claude.streams import STOP, answer_body, message_delta, start
from tests.exchange.callers import PROMPT, STREAMED, Answer, ask, request
from tests.exchange.house import Setting, house
from tests.exchange.scripted import STREAM_HEAD, Call, Script, chunk, head_of, plain, upstream
from yumen.exchange import Exchange, Outcome, Step, Why
from yumen.exchange.early import PING
from yumen.http import PoolOptions
from yumen.upstream import RetryOptions

EVENTS = (start(), message_delta(), STOP)
REFUSALS = (400, 401, 408, 409, 429, 500, 501, 503, 529)
HEADERS = (
    (),
    ((b"retry-after-ms", b"1"),),
    ((b"retry-after", b"3600"),),
    ((b"x-should-retry", b"true"),),
    ((b"x-should-retry", b"false"),),
)
ATTEMPTS = 4
CALLS = 150


class Fickle:
    """An upstream that draws what it does with each request, and counts which requests it has worked on."""

    def __init__(self, draw: random.Random, processed: Counter[bytes]) -> None:
        self._draw = draw
        self._processed = processed

    async def __call__(self, call: Call) -> None:
        """Answer, refuse, or break."""
        name = call.header(b"x-name") or b""
        streamed = b'"stream":true' in call.body
        match self._draw.choice(("refuse", "refuse", "answer", "die", "late death", "rubbish", "break")):
            case "refuse":
                await call.send(plain(b'{"error":{}}', *self._draw.choice(HEADERS), status=self._draw.choice(REFUSALS)))
            case "answer":
                self._processed[name] += 1
                await call.send(STREAM_HEAD, *map(chunk, EVENTS), b"0\r\n\r\n") if streamed else await call.send(plain(answer_body()))
            case "die":
                self._processed[name] += 1
                call.cut()
            case "late death":
                self._processed[name] += 1
                await call.send(b"HTTP/1.1 200 OK\r\nContent-")
                call.close()
            case "rubbish":
                self._processed[name] += 1
                await call.send(b"SSH-2.0\r\n\r\n")
                call.close()
            case _:
                self._processed[name] += 1
                await call.send(STREAM_HEAD + chunk(EVENTS[0]) if streamed else head_of(200, (b"Content-Length", b"900")) + b"{")
                call.cut()


def resent(exchange: Exchange) -> int:
    """How often it was sent again although it may have been worked on."""
    return sum(each.why is Why.RESENT for each in exchange.attempts)


def ends_clearly(answer: Answer, exchange: Exchange) -> None:
    """Check that the caller got the whole answer, one error, or a cut: nothing that looks like an empty success."""
    if exchange.outcome is Outcome.ANSWERED:
        assert (answer.status, answer.cut) == (200, False)
        assert answer.body.replace(PING, b"") in (answer_body(), b"".join(EVENTS))
    elif answer.status == 200:
        assert answer.cut or answer.events[-1][0] == b"error"
    else:
        assert answer.status >= 400


@pytest.mark.parametrize("resend_lost", [False, True])
@pytest.mark.parametrize("early_ping_s", [0.0, 1e-4])
@pytest.mark.parametrize("seed", range(3))
async def test_nobody_pays_twice_in_silence(seed: int, early_ping_s: float, resend_lost: bool, tmp_path: Path) -> None:  # noqa: FBT001  (a table)
    """Of no call are two processed without the setting; with it, each second charge is marked. Attempts never exceed their number."""
    draw = random.Random(seed)  # noqa: S311  (a script, no secret)
    processed: Counter[bytes] = Counter()
    one, other = Fickle(draw, processed), Fickle(draw, processed)
    retry = RetryOptions(ATTEMPTS, 1000, 50_000, 30.0, 500, resend_lost, early_ping_s)
    script: Script = one
    async with upstream(script) as up, upstream(other) as second:
        setting = Setting(retry=retry, elsewhere=second.port, pool=PoolOptions(between_bytes_timeout_s=30))
        async with house(up, tmp_path, setting) as home:
            for number in range(CALLS):
                name = b"%d" % number
                body = draw.choice((PROMPT, STREAMED))
                answer = await ask(home.port, request(b"POST", b"/v1/messages", (b"x-name", name), body=body))
                exchange = await home.last(number + 1)
                ends_clearly(answer, exchange)
                assert len(exchange.attempts) <= ATTEMPTS
                assert processed[name] <= 1 + resent(exchange)
                assert resend_lost or not resent(exchange)
                assert [each.step in (Step.AGAIN, Step.ELSEWHERE) for each in exchange.attempts] == [True] * (
                    len(exchange.attempts) - 1
                ) + [False]
            await home.nothing_is_open()
    assert sum(processed.values()) > CALLS / 4
    assert max(processed.values()) == 1 or resend_lost


async def test_an_outage_is_not_amplified(tmp_path: Path) -> None:
    """While an upstream fails every request, it gets the share of retries that the budget allows, and its floor, not one more."""
    async with upstream(refusing) as up, house(up, tmp_path, Setting(retry=RetryOptions(3, 1, 1, 60.0, 20))) as home:
        for _ in range(CALLS):
            assert (await ask(home.port, request(b"POST", b"/v1/messages", body=PROMPT))).status == 529
        assert CALLS < len(up.calls) <= CALLS * 1.2 + 2 * 10
        assert (await home.last(CALLS)).attempts[-1].why is Why.BUDGET


async def refusing(call: Call) -> None:
    """Be overloaded."""
    await call.send(plain(b"{}", status=529))
