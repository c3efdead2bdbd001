"""Secrets that were planted wherever one could be appear in no output of the gateway: log, console, errors, ledger, metrics, files."""

from __future__ import annotations

import asyncio
import http.client
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bench.soak import Answer, Behaviour, Caller, body_for, headers_for
from bench.soak.site import CREDENTIAL, before, port_of
from tests.end_to_end.upstream import Asked, answering
from tests.gateway import PATIENCE_S, Gateway
from yumen.exchange.values import Principal, Secret, Target

FOREIGN = "sk-ant-api03-planted-in-a-wrong-place-9876543210"
"""A key of Claude's that a caller sends by mistake."""
PROMPT = "planted prompt Zanzibar-4711"
REPLY = "planted answer Timbuktu-0815"
MESSAGE = (
    b'{"type":"message","id":"msg_1","role":"assistant","model":"claude-opus-5-5","content":[{"type":"text","text":"%b"}],'
    b'"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}' % REPLY.encode()
)


async def test_planted_secrets_appear_nowhere(tmp_path: Path) -> None:
    """Neither keys in right, wrong and half-right places nor prompts and answers are in anything that the gateway writes or says."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        """Answer, having seen that the operator's credential is the only one."""
        lines = [line for line in asked.head.split(b"\r\n") if line.lower().startswith((b"x-api-key:", b"authorization:"))]
        seen.append(lines)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(MESSAGE), MESSAGE))

    seen: list[list[bytes]] = []
    async with answering(answer) as upstream:
        with before(upstream, tmp_path / "gateway") as gateway:
            key = gateway.new_key("planted")
            other = gateway.new_key("other")
            answers = [await ask(gateway, key, other, number) for number in range(len(places(key, other)))]
            told = {"metrics": await asyncio.to_thread(metrics_of, gateway)}
            told |= {f"answer {number}": answer.body + str(answer.headers).encode() for number, answer in enumerate(answers)}
            told |= {name: gateway.run(*command).encode() for name, command in COMMANDS.items()}
            told |= written(gateway)
    told |= {"console": gateway.output().encode(), **{f"after {name}": content for name, content in written(gateway).items()}}
    assert [(answer.status, REPLY.encode() in answer.body) for answer in answers[:2]] == [(200, True)] * 2
    assert seen
    assert all(lines == [b"x-api-key: " + CREDENTIAL.encode()] for lines in seen)
    found: list[str] = []
    secrets = {"key": secret_of(key), "other key": secret_of(other), "credential": CREDENTIAL, "foreign": FOREIGN}
    content = {"prompt": PROMPT, "answer": REPLY}
    for place, text in told.items():
        wanted = secrets if place.startswith("answer") else secrets | content
        found += [f"{name} in {place}" for name, secret in wanted.items() if secret.encode() in text]
    assert not found


async def test_a_credential_of_no_known_form_is_kept_out_too(tmp_path: Path) -> None:
    """An upstream that repeats its credential as the model's name gets it into no log, ledger or metric."""
    credential = "a-credential-of-another-vendor-4711"

    async def answer(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        body = MESSAGE.replace(b"claude-opus-5-5", credential.encode())
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))

    async with answering(answer) as upstream:
        where = ("--upstream", upstream, "--credential", "env:OTHER_CREDENTIAL")
        with Gateway(tmp_path / "gateway", *where, environment={"OTHER_CREDENTIAL": credential}) as gateway:
            async with Caller(port_of(gateway), headers_for(gateway.new_key("app"))) as caller:
                assert (await caller.ask(body_for(Behaviour.PLAIN))).status == 200
            told = {"metrics": await asyncio.to_thread(metrics_of, gateway)}
            told |= {name: gateway.run(*command).encode() for name, command in COMMANDS.items()}
    told |= {"console": gateway.output().encode(), **written(gateway)}
    assert [place for place, text in told.items() if credential.encode() in text] == []


def metrics_of(gateway: Gateway) -> bytes:
    """Return what the gateway tells Prometheus."""
    connection = http.client.HTTPConnection(urlsplit(gateway.control_url).netloc, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/metrics")
        return connection.getresponse().read()
    finally:
        connection.close()


COMMANDS = {
    "logs": ("logs", "--limit", "1000"),
    "logs --json": ("logs", "--json", "--limit", "1000"),
    "usage": ("usage", "--json"),
    "keys list": ("keys", "list", "--json"),
}


def places(key: str, other: str) -> list[tuple[str, dict[str, str]]]:
    """Return where callers put keys: in the right place, in a wrong one, with another beside it, mistyped, or in an address."""
    right = headers_for(key)
    bare = {name: value for name, value in right.items() if name != "x-api-key"}
    mistyped = key[:-1] + ("0" if key[-1] != "0" else "1")
    return [
        ("/v1/messages", right),
        ("/v1/messages", bare | {"authorization": f"Bearer {key}"}),
        ("/v1/messages", right | {"authorization": f"Bearer {FOREIGN}"}),
        ("/v1/messages", right | {"authorization": f"Bearer {other}"}),
        ("/v1/messages", right | {"x-api-key": f" {key}\t"}),
        ("/v1/messages", right | {"x-api-key": mistyped}),
        ("/v1/messages", right | {"x-api-key": FOREIGN}),
        ("/v1/messages", right | {"x-api-key": f"{key}{other}"}),
        ("/v1/messages", bare | {"authorization": f"Basic {key}"}),
        ("/v1/messages", right | {"user-agent": f"app ({key})"}),
        ("/v1/messages", right | {"user-agent": f"app x-api-key: {FOREIGN}"}),
        ("/v1/messages", right | {"anthropic-version": key}),
        (f"/v1/messages?api_key={other}", right),
        (f"/v1/models/{other}", right),
        (f"/v1/{other}", right),
        (f"/{FOREIGN}", right),
        (f"/v1/messages/batches/{other}", right),
    ]


async def ask(gateway: Gateway, key: str, other: str, number: int) -> Answer:
    """Ask with a key in one of those places."""
    path, headers = places(key, other)[number]
    async with Caller(port_of(gateway), headers) as caller:
        return await caller.ask(body_for(Behaviour.PLAIN).replace("Hello there", PROMPT), path=path)


def written(gateway: Gateway) -> dict[str, bytes]:
    """Return every file that the gateway wrote (what a first start keeps for its owner stands apart, and is none of these keys)."""
    return {str(path): path.read_bytes() for path in gateway.data.rglob("*") if path.is_file()}


def secret_of(key: str) -> str:
    """Return the part of a key that nobody may see; the rest is its public id."""
    return key.rsplit("-", 1)[1]


@pytest.mark.parametrize("form", [repr, str, "{}".format, "{!r}".format])
def test_a_secret_has_no_looks(form: object) -> None:
    """A credential shows itself in no form of itself, of its target, or of a list of both."""
    secret = Secret(CREDENTIAL)
    target = Target("default", "127.0.0.1", credential=secret)
    for holder in (secret, target, [secret, target], {"a": secret}, Principal("apikey_1", "a", "production", "wrkspc_1")):
        assert CREDENTIAL not in form(holder)  # type: ignore[operator]
