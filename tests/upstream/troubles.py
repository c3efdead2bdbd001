"""Scripts of upstreams in trouble, and the settings under which they are asked again."""

from __future__ import annotations

from tests.claude.streams import answer_body
from tests.exchange.callers import PROMPT, request
from tests.exchange.house import Setting
from tests.exchange.scripted import Call, Script, answers, plain
from yumen.exchange import Exchange, Step, Why
from yumen.upstream import RetryOptions

OK = plain(answer_body())
ERROR = b'{"type":"error", "error":{"type":"overloaded_error","message":"Overl\\u006faded"},"request_id":"req_theirs"}'
SPENT = b'{"type":"error","error":{"type":"rate_limit_error","message":"x","details":{"error_code":"enforced_spend_limit_reached"}}}'
THREE = RetryOptions(attempts=3, first_wait_us=1000, longest_wait_us=30_000_000)
RETRIED = Setting(retry=THREE)
COUNT = request(b"POST", b"/v1/messages/count_tokens", (b"x-api-key", b"yk-test"), body=PROMPT)
LIST = request(b"GET", b"/v1/models", (b"x-api-key", b"yk-test"))
FILE = request(b"POST", b"/v1/files", (b"x-api-key", b"yk-test"), (b"content-type", b"multipart/form-data; boundary=x"), body=b"--x--")


def in_turn(*scripts: Script) -> Script:
    """A script for each request, the last one for all that follow."""
    left = list(scripts)

    async def script(call: Call) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(call)

    return script


async def cut(call: Call) -> None:
    """Break the connection after the request has come."""
    call.cut()


def failing(status: int, *headers: tuple[bytes, bytes], body: bytes = ERROR) -> Script:
    """Answer with an error."""
    return answers(plain(body, *headers, status=status))


def steps(exchange: Exchange) -> list[tuple[Step, Why]]:
    """What followed each attempt."""
    return [(each.step, each.why) for each in exchange.attempts]
