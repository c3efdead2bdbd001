"""Answers that come compressed although nobody asked for it: they pass as they are, and what must be read is read or refused."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Any

import pytest

from tests.claude.streams import answer_body, block, start
from tests.exchange.callers import ASK_STREAMED, PROMPT, ask, request
from tests.exchange.house import Setting, house
from tests.exchange.scripted import END, Call, answers, chunk, head_of, plain, upstream, zipped
from yumen.exchange import Outcome
from yumen.http import PoolOptions

EVENT_STREAM = (b"Content-Type", b"text/event-stream")
LEGACY = request(
    b"POST", b"/v1/complete", body=b'{"prompt":"\\n\\nHuman: Hi\\n\\nAssistant:","model":"claude-2","max_tokens_to_sample":9,"stream":true}'
)
ASK_CHAT = request(b"POST", b"/v1/chat/completions", body=PROMPT[:-1] + b',"stream":true}')
ASK_OPEN = request(b"GET", b"/v1/open")
IMPATIENT_AT_FIRST = Setting(pool=PoolOptions(first_byte_timeout_s=0.01))
IMPATIENT = Setting(pool=PoolOptions(between_bytes_timeout_s=0.01))
"""Time-outs that end at the next sweep; the other one never comes."""


@pytest.mark.parametrize(("coding", "compress"), [(b"gzip", gzip.compress), (b"deflate", zlib.compress), (b"X-GZIP", gzip.compress)])
async def test_a_compressed_answer_passes_and_is_read_along(coding: bytes, compress: Any, tmp_path: Path) -> None:  # noqa: ANN401
    """An answer that came compressed unasked goes on as it is, and its usage is known all the same."""
    body = compress(answer_body())
    async with upstream(answers(plain(body, (b"Content-Encoding", coding)))) as up, house(up, tmp_path) as home:
        answer = await ask(home.port)
        assert (answer.body, answer.header(b"content-encoding")) == (body, coding)
        exchange = await home.last()
        assert exchange.usage is not None
        assert (exchange.usage.output_tokens, exchange.estimated, exchange.stop_reason) == (15, False, "end_turn")


async def test_a_compressed_stream_that_breaks_is_cut(tmp_path: Path) -> None:
    """No readable error can be put into compressed bytes: the caller sees a connection that breaks."""

    async def script(call: Call) -> None:
        await call.send(head_of(200, EVENT_STREAM, (b"Content-Encoding", b"gzip"), (b"Transfer-Encoding", b"chunked")))
        await call.send(*map(chunk, zipped([start(), *block()])), END)

    async with upstream(script) as up, house(up, tmp_path) as home:
        answer = await ask(home.port, ASK_STREAMED)
        assert answer.cut
        exchange = await home.last()
        assert (exchange.outcome, exchange.estimated) == (Outcome.TRUNCATED, True)
        assert exchange.usage is not None


@pytest.mark.parametrize(
    ("coding", "data", "body"),
    [
        pytest.param(b"gzip", LEGACY, gzip.compress(answer_body()), id="to be translated"),
        pytest.param(b"gzip", request(b"GET", b"/v1/files"), gzip.compress(b'{"data":[{"id":"file_theirs"}]}'), id="a list to be filtered"),
        pytest.param(b"br", request(b"GET", b"/v1/messages/batches"), b"x", id="a list that cannot be read"),
    ],
)
async def test_what_must_be_read_and_cannot_ends_in_an_error(coding: bytes, data: bytes, body: bytes, tmp_path: Path) -> None:
    """A compressed answer that must be changed or filtered never passes unread."""
    async with upstream(answers(plain(body, (b"Content-Encoding", coding)))) as up, house(up, tmp_path) as home:
        answer = await ask(home.port, data)
        answer.claims(502, "api_error")
        assert (await home.last()).outcome is Outcome.FAILED
        await home.nothing_is_open()


async def test_an_answer_in_an_unknown_coding_passes_and_is_charged_by_estimate(tmp_path: Path) -> None:
    """What cannot be read along goes on as it is; its use is estimated and marked so."""
    async with upstream(answers(plain(b"\x1b\x03", (b"Content-Encoding", b"br")))) as up, house(up, tmp_path) as home:
        answer = await ask(home.port)
        assert (answer.status, answer.body, answer.header(b"content-encoding")) == (200, b"\x1b\x03", b"br")
        exchange = await home.last()
        assert (exchange.outcome, exchange.usage) == (Outcome.ANSWERED, None)
