"""The SDK's own Bedrock and Vertex clients as the reference: what they send and read, the gateway sends and reads for the plain client."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.claude.frames import chunk, error, exception, frame, text_headers
from tests.clients.conftest import PROGRAMS, interpreter
from tests.exchange.house import Setting
from tests.exchange.scripted import PATIENCE_S, Call
from tests.gateway import clean_environment
from tests.upstream.clouds import (
    ACCESS_KEY,
    BEDROCK_STOP,
    NAMES,
    PROJECT,
    REGION,
    SECRET_KEY,
    STREAM,
    cloud_house,
    clouds,
    is_signed,
)
from yumen.claude import EventCutter, event_data, event_name
from yumen.claude.bedrock import EventStream
from yumen.upstream.bedrock import Bedrock, Signer
from yumen.upstream.vertex import Google, Vertex

pytestmark = pytest.mark.clients

CLIENT = "python-2.12"
DOES = ("plain", "streamed", "betas", "refused")
KEY = "a-key-of-the-cloud-for-tests"


async def run(way: str, url: str, does: tuple[str, ...], **more: str) -> list[dict[str, Any]]:
    """Run the program and return what it says of each thing that it did."""
    keys = {"AWS_ACCESS_KEY": ACCESS_KEY, "AWS_SECRET_KEY": SECRET_KEY, "AWS_REGION": REGION, "REGION": REGION, "PROJECT": PROJECT}
    environment = clean_environment(**({"WAY": way, "URL": url, "KEY": KEY, **keys} | more))
    command = [interpreter(CLIENT), str(PROGRAMS / "clouds.py"), *does]
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE_S * 4)
    assert process.returncode == 0, err.decode()
    lines: list[dict[str, Any]] = [json.loads(line) for line in out.splitlines()]
    assert not [line["failed"] for line in lines if isinstance(line, dict) and "failed" in line]
    return lines


def models(cloud: str) -> str:
    """The models by the cloud's own names."""
    return json.dumps([names[cloud] for names in NAMES.values()])


def told(lines: list[dict[str, Any]]) -> list[object]:
    """What came of each thing, whatever the model's name was."""
    return [line["told"] for line in lines]


def asked(calls: list[Call], *, but: tuple[str, ...] = ()) -> list[tuple[bytes, bytes, Any]]:
    """What a cloud was asked, in a form that can be compared: method, path, and the body's members but some."""
    bodies = [{key: value for key, value in json.loads(call.body).items() if key not in but} for call in calls]
    return [(call.method, call.target, body) for call, body in zip(calls, bodies, strict=True)]


def versions(calls: list[Call]) -> list[str]:
    """The API versions in the bodies, each once."""
    return sorted({json.loads(call.body)["anthropic_version"] for call in calls})


def distinct(calls: list[Call]) -> list[Call]:
    """The calls without the gateway's own retries: these send the same body again at once."""
    first = [
        before is None or (before.target, before.body) != (call.target, call.body)
        for before, call in zip([None, *calls], calls, strict=False)
    ]
    return [call for call, is_first in zip(calls, first, strict=True) if is_first]


@pytest.mark.parametrize("way", ["bedrock-keys", "bedrock"])
async def test_bedrock_is_asked_as_its_own_client_asks(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Path, body, betas and credential are those of `AnthropicBedrock`, and the plain client reads what that one reads."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    signs = way == "bedrock-keys"
    dialect = Bedrock(Signer("aws", REGION, lambda _: None) if signs else None)
    async with clouds() as up:
        theirs = await run(way, f"http://127.0.0.1:{up.port}", DOES, MODELS=models("bedrock"))
        reference, up.calls = up.calls, []
        async with cloud_house("bedrock", dialect, up, tmp_path, Setting(credential=None if signs else KEY)) as made:
            ours = await run("claude", f"http://127.0.0.1:{made.port}", DOES, MODELS=json.dumps(list(NAMES)), KEY="yk-test")
        mine = distinct(up.calls)
    assert len(reference) == len(DOES) * len(NAMES)
    assert told(ours) == told(theirs)
    # The one difference: a model that knows no later API version on Bedrock gets that of 2023, where the SDK gets an error.
    old = [b"claude-sonnet-4-5" in call.target for call in reference]
    assert asked(mine, but=("anthropic_version",)) == asked(reference, but=("anthropic_version",))
    assert versions(reference) == ["2026-10-21"]
    assert versions([call for call, is_old in zip(mine, old, strict=True) if is_old]) == ["bedrock-2023-05-31"]
    assert versions([call for call, is_old in zip(mine, old, strict=True) if not is_old]) == ["2026-10-21"]
    for call in (*reference, *mine):
        assert is_signed(call) if signs else call.header(b"authorization") == f"Bearer {KEY}".encode()
        assert call.header(b"x-api-key") is None
        assert call.header(b"anthropic-version") is None
    for name in (b"content-type", b"anthropic-beta", b"accept"):
        assert [call.header(name) for call in mine] == [call.header(name) for call in reference]


async def test_vertex_is_asked_as_its_own_client_asks(tmp_path: Path) -> None:
    """Path, body, betas, counts and credential are those of `AnthropicVertex`, and the plain client reads what that one reads."""
    does = (*DOES, "counted")
    dialect = Vertex(PROJECT, REGION, Google("google", lambda _: None))
    async with clouds() as up:
        theirs = await run("vertex", f"http://127.0.0.1:{up.port}", does, MODELS=models("vertex"))
        reference, up.calls = up.calls, []
        async with cloud_house("vertex", dialect, up, tmp_path, Setting(credential=KEY)) as made:
            ours = await run("claude", f"http://127.0.0.1:{made.port}", does, MODELS=json.dumps(list(NAMES)), KEY="yk-test")
        mine = distinct(up.calls)
    assert len(reference) == len(does) * len(NAMES)
    assert told(ours) == told(theirs)
    assert asked(mine) == asked(reference)
    for name in (b"authorization", b"content-type", b"anthropic-beta", b"accept"):
        assert [call.header(name) for call in mine] == [call.header(name) for call in reference]
    for call in mine:
        assert call.header(b"x-api-key") is None
        assert call.header(b"anthropic-version") is None


CHUNKS = [
    *STREAM,
    BEDROCK_STOP,
    b'{"completion":" Hello","stop_reason":null}',
    b'{"amazon-bedrock-invocationMetrics":{}}',
    b'{"type":7,"completion":"x"}',
    b"[1]",
    b"no json",
    '{"type":"other","text":"玉\\u7389"}'.encode(),
]
FAILURES = [exception("throttlingException", "Too many"), exception("modelStreamErrorException", "broke"), error("InternalFailure", "oops")]


async def test_frames_are_decoded_as_the_sdk_decodes_them(tmp_path: Path) -> None:
    """Names and data of every chunk are the very bytes of the SDK's own decoder; of an exception the message is, its type is Claude's."""
    others = [frame(text_headers(message_type="event", event_type="initial-response"), b"{}"), frame({}, b"")]
    data = b"".join([others[0], *map(chunk, CHUNKS), others[1], *FAILURES])
    file = tmp_path / "frames"
    file.write_bytes(data)
    [reference] = await run("decode", "", (), FRAMES=str(file), MODELS="[]")
    events = EventCutter().feed(EventStream("req_1").feed(data))
    ours = [(event_name(each).decode(), event_data(each).decode()) for each in events]
    theirs = [(str(name), str(text)) for name, text in reference]
    assert ours[: -len(FAILURES)] == theirs[: -len(FAILURES)]
    told_ours = [json.loads(text)["error"] for _, text in ours[-len(FAILURES) :]]
    told_theirs = [json.loads(text)["error"] for _, text in theirs[-len(FAILURES) :]]
    assert [each["message"] for each in told_ours[:2]] == [each["message"] for each in told_theirs[:2]]
    assert [each["type"] for each in told_ours] == ["rate_limit_error", "api_error", "api_error"]
