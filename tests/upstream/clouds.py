"""Bedrock and Vertex on one loopback socket, as far as a client sees them, and a house that speaks to them."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.claude.frames import chunk as frame_of
from tests.exchange.house import House, Setting, house
from tests.exchange.scripted import END, STREAM_HEAD, Call, Upstream, chunk, head_of, plain, upstream
from yumen.exchange import Exchange
from yumen.upstream.dialect import Dialect

REGION, PROJECT = "us-west-2", "some-project"
ACCESS_KEY, SECRET_KEY = "AKIAEXAMPLEEXAMPLE12", "a-secret-key-of-aws-for-tests-0123456789"
AWS_ID = "7f3c1b9e-6d0c-4a42-9d3e-0a1b2c3d4e5f"
NAMES = {
    "claude-opus-4-7": {"bedrock": "us.anthropic.claude-opus-4-7", "vertex": "claude-opus-4-7@20260416"},
    "claude-sonnet-4-5": {"bedrock": "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "vertex": "claude-sonnet-4-5@20250929"},
}
"""What each cloud calls a model."""


def event_data(kind: str, **fields: object) -> bytes:
    """The data of one event, as Claude writes it."""
    return json.dumps({"type": kind, **fields}, ensure_ascii=False, separators=(",", ":")).encode()


def delta(index: int, kind: str, **fields: str) -> bytes:
    """A piece of a block."""
    return event_data("content_block_delta", index=index, delta={"type": kind, **fields})


MESSAGE = {
    "id": "msg_bdrk_01",
    "type": "message",
    "role": "assistant",
    "model": "claude-opus-4-7",
    "content": [],
    "stop_reason": None,
    "stop_sequence": None,
    "usage": {"input_tokens": 25, "output_tokens": 1},
}
BLOCKS: list[dict[str, object]] = [
    {"type": "thinking", "thinking": "", "signature": ""},
    {"type": "text", "text": ""},
    {"type": "tool_use", "id": "toolu_bdrk_01", "name": "get_weather", "input": {}},
]
STREAM = [
    event_data("message_start", message=MESSAGE),
    event_data("content_block_start", index=0, content_block=BLOCKS[0]),
    event_data("ping"),
    delta(0, "thinking_delta", thinking="The gate\nis far."),
    delta(0, "signature_delta", signature="EqQBCgIYAhIM+/=="),
    event_data("content_block_stop", index=0),
    event_data("content_block_start", index=1, content_block=BLOCKS[1]),
    delta(1, "text_delta", text='玉门 "Jade" \\ gate'),
    event_data("content_block_stop", index=1),
    event_data("content_block_start", index=2, content_block=BLOCKS[2]),
    delta(2, "input_json_delta", partial_json='{"city": "敦'),
    delta(2, "input_json_delta", partial_json='煌"}'),
    event_data("content_block_stop", index=2),
    event_data("message_delta", delta={"stop_reason": "tool_use", "stop_sequence": None}, usage={"output_tokens": 42}),
]
METRICS = {"inputTokenCount": 25, "outputTokenCount": 42, "invocationLatency": 1200, "firstByteLatency": 300}
STOP = event_data("message_stop")
BEDROCK_STOP = event_data("message_stop", **{"amazon-bedrock-invocationMetrics": METRICS})
WHOLE = json.dumps(
    MESSAGE | {"content": [{"type": "text", "text": "玉门"}], "stop_reason": "end_turn", "usage": {"input_tokens": 25, "output_tokens": 3}},
    ensure_ascii=False,
).encode()
FRAMES_HEAD = head_of(
    200,
    (b"Content-Type", b"application/vnd.amazon.eventstream"),
    (b"x-amzn-RequestId", AWS_ID.encode()),
    (b"X-Amzn-Bedrock-Content-Type", b"application/json"),
    (b"Transfer-Encoding", b"chunked"),
)
THROTTLED = b'{"message":"Too many tokens, please wait before trying again."}'
EXHAUSTED = b'[{"error":{"code":429,"message":"Quota exceeded for projects/some-project/x.","status":"RESOURCE_EXHAUSTED"}}]'


def sse_of(data: bytes) -> bytes:
    """The event that Claude sends with that data."""
    return b"event: %b\ndata: %b\n\n" % (json.loads(data)["type"].encode(), data)


async def answer(call: Call) -> None:
    """Answer as the cloud whose path was asked; a prompt that says `throttle` is refused."""
    path = call.target.decode()
    if b"throttle" in call.body:
        body, name = (THROTTLED, b"ThrottlingException:http://internal.amazon.com/") if path.startswith("/model/") else (EXHAUSTED, b"")
        await call.send(plain(body, (b"x-amzn-ErrorType", name), (b"x-amzn-RequestId", AWS_ID.encode()), status=429))
    elif path.endswith("/invoke"):
        await call.send(plain(WHOLE, (b"x-amzn-RequestId", AWS_ID.encode()), (b"X-Amzn-Bedrock-Input-Token-Count", b"25")))
    elif path.endswith("/invoke-with-response-stream"):
        await call.send(FRAMES_HEAD, *[chunk(frame_of(data)) for data in [*STREAM, BEDROCK_STOP]], END)
    elif path.endswith("count-tokens:rawPredict"):
        await call.send(plain(b'{"input_tokens":14}'))
    elif path.endswith(":rawPredict"):
        await call.send(plain(WHOLE))
    elif path.endswith(":streamRawPredict"):
        await call.send(STREAM_HEAD, *[chunk(sse_of(data)) for data in [*STREAM, STOP]], END)
    else:
        await call.send(plain(b'{"message":"no such path"}', status=404))


def speaking(dialect: Dialect) -> Callable[[Any], Any]:
    """Let the house's sending speak a dialect."""

    def change(send: Any) -> Any:  # noqa: ANN401  (the stage)
        send._dialects = {"default": dialect}
        return send

    return change


def renaming(cloud: str) -> Callable[[Any], Any]:
    """Let the house's routes know what the cloud calls a model."""

    def change(resolve: Any) -> Any:  # noqa: ANN401  (the stage)
        async def renamed(exchange: Exchange) -> None:
            await resolve(exchange)
            asked = exchange.view.model or ""
            name = NAMES.get(asked, {}).get(cloud, asked)
            exchange.candidates = tuple([msgspec.structs.replace(each, model=name) for each in exchange.candidates])

        return renamed

    return change


KEYLESS = Setting(credential=None)


@asynccontextmanager
async def cloud_house(kind: str, dialect: Dialect, up: Upstream, folder: Path, setting: Setting = KEYLESS) -> AsyncIterator[House]:
    """Serve in front of a cloud."""
    async with house(up, folder, setting, send=speaking(dialect), resolve=renaming(kind)) as made:
        try:
            yield made
        finally:
            await dialect.close()


@asynccontextmanager
async def clouds() -> AsyncIterator[Upstream]:
    """Run both clouds on one port."""
    async with upstream(answer) as made:
        yield made


def is_signed(call: Call, secret_key: str = SECRET_KEY, token: str | None = None) -> bool:
    """Compute a request's signature again, by AWS's own library, from what has arrived; tell whether it is the one that was sent."""
    said = re.fullmatch(
        rb"AWS4-HMAC-SHA256 Credential=(\S+?)/(\d{8})/(\S+?)/bedrock/aws4_request, SignedHeaders=(\S+), Signature=([0-9a-f]{64})",
        call.header(b"authorization") or b"",
    )
    assert said is not None, call.headers
    names = said[4].decode().split(";")
    assert {"host", "x-amz-date"} <= set(names)
    headers = {name: (call.header(name.encode()) or b"").decode() for name in names}
    auth = SigV4Auth(Credentials(said[1].decode(), secret_key, token), "bedrock", said[3].decode())
    request = AWSRequest("POST", f"https://{headers['host']}{call.target.decode()}", headers=headers, data=call.body)
    request.context["timestamp"] = headers["x-amz-date"]
    assert call.header(b"x-amz-security-token") == (None if token is None else token.encode())
    signature = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    return said[3].decode() == REGION and signature == said[5].decode()
