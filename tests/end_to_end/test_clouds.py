"""Bedrock and Vertex as upstreams of a real gateway, by the operator's settings alone."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.exchange.callers import Answer, ask, request
from tests.exchange.scripted import Call, plain, upstream
from tests.gateway import Gateway
from tests.upstream.clouds import ACCESS_KEY, BEDROCK_STOP, NAMES, PROJECT, REGION, SECRET_KEY, STREAM, answer, clouds, is_signed, sse_of

OLD_KEY, NEW_KEY = "bedrock-api-key-before", "bedrock-api-key-after"
TOKEN = "ya29.of-the-real-gateway"
REFUSED = b'{"Message":"Authentication failed: Please make sure your API Key is valid."}'
CONFIG = """
[upstreams.aws]
kind = "bedrock"
url = "http://127.0.0.1:{port}"
region = "{region}"
models = ["claude-opus-*"]
names = {{ claude-opus-4-7 = "{opus}" }}

[upstreams.google]
kind = "vertex"
url = "http://127.0.0.1:{port}"
region = "{region}"
project = "{project}"
credential = "file:google.token"
models = ["claude-sonnet-*"]
names = {{ claude-sonnet-4-5 = "{sonnet}" }}
"""
ROTATED = """
[upstreams.aws]
kind = "bedrock"
url = "http://127.0.0.1:{port}"
region = "{region}"
credential = "file:{file}"
"""


async def prompt(gateway: Gateway, key: str, model: str, *, stream: bool = False, path: bytes = b"/v1/messages") -> Answer:
    """Ask the gateway."""
    body = json.dumps({"model": model, "max_tokens": 100, "messages": [{"role": "user", "content": "玉门?"}], "stream": stream}).encode()
    port = urlsplit(gateway.url).port
    assert port is not None
    return await ask(port, request(b"POST", path, (b"x-api-key", key.encode()), (b"anthropic-version", b"2026-10-21"), body=body))


async def test_settings_alone_make_upstreams_of_both_clouds(tmp_path: Path) -> None:
    """Each model goes to its cloud under that cloud's name; the answers, the ledger and the refusals are Claude's."""
    async with clouds() as up:
        opus, sonnet = NAMES["claude-opus-4-7"]["bedrock"], NAMES["claude-sonnet-4-5"]["vertex"]
        config = CONFIG.format(port=up.port, region=REGION, project=PROJECT, opus=opus, sonnet=sonnet)
        keys = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "AWS_EC2_METADATA_DISABLED": "true"}
        folder = tmp_path / "gateway"
        folder.mkdir()
        (folder / "google.token").write_text(TOKEN + "\n")
        with Gateway(folder, config=config, environment=keys) as gateway:
            key = gateway.new_key()
            streamed = await prompt(gateway, key, "claude-opus-4-7", stream=True)
            assert streamed.body == b"".join(map(sse_of, [*STREAM, BEDROCK_STOP]))
            assert is_signed(up.last)
            assert (await prompt(gateway, key, "claude-sonnet-4-5")).status == 200
            assert up.last.header(b"authorization") == f"Bearer {TOKEN}".encode()
            assert (await prompt(gateway, key, "claude-sonnet-4-5", path=b"/v1/messages/count_tokens")).json == {"input_tokens": 14}
            before = len(up.calls)
            (await prompt(gateway, key, "claude-opus-4-7", path=b"/v1/messages/count_tokens")).claims(404, "not_found_error")
            assert len(up.calls) == before
            assert [call.target.split(b"/")[1] for call in up.calls] == [b"model", b"v1", b"v1"]
            entries = gateway.entries()
            assert gateway.stop() == 0
        used = [entry for entry in entries if entry["path"] == "/v1/messages"]
        assert {entry["outcome"] for entry in used} == {"answered"}
        assert SECRET_KEY not in gateway.output()


async def test_a_rotated_api_key_is_never_seen_by_callers(tmp_path: Path) -> None:
    """A Bedrock API key that has ended is fetched anew from its store, and the request tried once more, within the caller's one call."""
    accepted = OLD_KEY

    async def script(call: Call) -> None:
        if call.header(b"authorization") == f"Bearer {accepted}".encode():
            await answer(call)
        else:
            await call.send(plain(REFUSED, status=403))

    async with upstream(script) as up:
        file = tmp_path / "key"
        file.write_text(OLD_KEY)
        with Gateway(tmp_path / "gateway", config=ROTATED.format(port=up.port, region=REGION, file=file)) as gateway:
            key = gateway.new_key()
            assert (await prompt(gateway, key, "claude-opus-4-7")).status == 200
            accepted = NEW_KEY
            file.write_text(NEW_KEY)
            assert (await prompt(gateway, key, "claude-opus-4-7")).status == 200
            assert [call.header(b"authorization") for call in up.calls] == [
                f"Bearer {each}".encode() for each in (OLD_KEY, OLD_KEY, NEW_KEY)
            ]


@pytest.mark.parametrize(
    ("table", "says"), [('kind = "bedrock"', "region"), ('kind = "vertex"\nregion = "global"', "project"), ('kind = "claude"', "url")]
)
def test_what_is_missing_is_said_at_the_start(table: str, says: str, tmp_path: Path) -> None:
    """A table without what its kind needs ends the start with a sentence that names it."""
    gateway = Gateway(tmp_path, config=f"[upstreams.cloud]\n{table}\n")
    with pytest.raises(AssertionError, match=says):
        gateway.start()
