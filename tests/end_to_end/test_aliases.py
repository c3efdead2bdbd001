"""An organization's own name for a model, through a gateway that runs: the upstream gets the model, the ledger has both names."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.end_to_end.test_secrets import MESSAGE
from tests.end_to_end.upstream import Asked, answering
from tests.gateway import Gateway, wait_for

MODEL = "claude-haiku-4-5"
ANSWERED = "claude-haiku-4-5-20251001"
BODY = (
    b'{ "max_tokens" : 16,\n"metadata":{"user_id":"model"} ,"mod\\u0065l" :\t"%b" , '
    b'"messages":[{"content":"\\u4f60\\u597d \xe4\xbd\xa0 \\"model\\":\\"fast\\"","role":"user"}],"stream":false}\r\n'
)


def ask(gateway: Gateway, key: str, body: bytes, path: str = "/v1/messages") -> tuple[int, dict[str, object]]:
    """Post a body."""
    connection = http.client.HTTPConnection(urlsplit(gateway.url).netloc, timeout=60)
    headers = {"x-api-key": key, "content-type": "application/json", "anthropic-version": "2023-06-01"}
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    said = json.loads(answer.read())
    connection.close()
    return answer.status, said


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway before the sandbox, with an alias."""
    with Gateway(tmp_path_factory.mktemp("aliases"), "--upstream", "sandbox") as gateway:
        gateway.run("models", "alias", "set", "fast", MODEL)
        yield gateway


def call_until_known(gateway: Gateway, key: str) -> dict[str, object]:
    """Call by the alias until the running gateway has heard of it, and return the answer."""
    found: dict[str, object] = {}

    def known() -> bool:
        status, said = ask(gateway, key, BODY % b"fast")
        found.update(said)
        return status == 200 and said["model"] == ANSWERED

    wait_for(known, "the alias to be known", 5)
    return found


def test_the_sandbox_answers_as_the_model(gateway: Gateway) -> None:
    """`fast` is answered by the model, counted and priced as it; the ledger has the name that was asked and the one that answered."""
    key = gateway.new_key("app")
    answer = call_until_known(gateway, key)
    assert answer["model"] == ANSWERED
    wait_for(lambda: bool(of_fast(gateway)), "the entry")
    entry = of_fast(gateway)[0]
    assert entry["cost_microusd"] == entry["input_tokens"] + 5 * entry["output_tokens"]  # of the model's price: $1 and $5 a million
    status, counted = ask(gateway, key, b'{"model":"fast","messages":[{"role":"user","content":"Hello"}]}', "/v1/messages/count_tokens")
    assert (status, "input_tokens" in counted) == (200, True)


def of_fast(gateway: Gateway) -> list[dict[str, Any]]:
    """The ledger's entries of calls by the alias that the model answered."""
    return [each for each in gateway.entries() if (each["model"], each["model_answered"]) == ("fast", ANSWERED)]


def test_a_key_s_models_hold_for_the_name_and_for_the_model(gateway: Gateway) -> None:
    """A key that may use one of the two alone is refused; one that may use both is not."""
    call_until_known(gateway, gateway.new_key("warm"))
    for models, status in ((["fast"], 403), ([MODEL], 403), (["fast", MODEL], 200)):
        key = gateway.new_key("-".join(models), *(f"--allow-model={each}" for each in models))
        wait_for(lambda key=key: ask(gateway, key, b"{}")[0] != 401, "the key")  # type: ignore[misc]  # bound now
        assert ask(gateway, key, BODY % b"fast")[0] == status, models


def test_limits_count_an_alias_as_its_model(gateway: Gateway) -> None:
    """The tokens of `fast` stand in the bucket of the model's class."""
    call_until_known(gateway, gateway.new_key("warm-2"))
    key = gateway.new_key("limited", "--limit", "input_tokens_per_minute=300")
    wait_for(lambda: ask(gateway, key, b"{}")[0] != 401, "the key")
    long = b'{"model":"%b","max_tokens":16,"messages":[{"role":"user","content":"' + b"one more word " * 60 + b'"}]}'
    statuses = [ask(gateway, key, long % model)[0] for model in (b"fast", MODEL.encode(), b"claude-sonnet-4-6")]
    assert statuses == [200, 429, 200]


def test_an_alias_inside_a_batch_is_refused_with_its_place(gateway: Gateway) -> None:
    """A batch goes on as it came, so an alias there would be an error of its own in each result: it is said before anything is sent."""
    key = gateway.new_key("batches")
    call_until_known(gateway, key)

    def batch(*models: object) -> bytes:
        requests = [
            {"custom_id": f"r{place}", "params": {"model": model, "max_tokens": 8, "messages": [{"role": "user", "content": "fast"}]}}
            for place, model in enumerate(models)
        ]
        return json.dumps({"requests": requests}).encode()

    status, said = ask(gateway, key, batch(MODEL, "fast"), "/v1/messages/batches")
    assert (status, said["error"]["type"]) == (400, "invalid_request_error")  # type: ignore[index]
    told = f"requests.1.params.model: fast is an alias, and aliases do not hold inside batches: name the model, {MODEL}"
    assert said["error"]["message"] == told  # type: ignore[index]
    assert ask(gateway, key, batch(MODEL, MODEL), "/v1/messages/batches")[0] == 200
    for odd in (None, 7, ["fast"]):
        assert "alias" not in json.dumps(ask(gateway, key, batch(odd), "/v1/messages/batches")[1])


def test_what_is_removed_means_itself_again(gateway: Gateway) -> None:
    """A second after it was removed, the upstream is asked for the name itself."""

    def answered() -> object:
        return ask(gateway, key, BODY % b"brief")[1].get("model")

    key = gateway.new_key("last")
    gateway.run("models", "alias", "set", "brief", MODEL)
    wait_for(lambda: answered() == ANSWERED, "the alias", 5)
    gateway.run("models", "alias", "remove", "brief")
    wait_for(lambda: answered() != ANSWERED, "it to be gone", 5)


async def test_the_upstream_gets_the_caller_s_bytes_but_for_the_one_value(tmp_path: Path) -> None:
    """White space, escapes, order, texts that look like members: all as the caller sent it."""
    got: list[bytes] = []

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        got.append(asked.body)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(MESSAGE), MESSAGE))

    secret = tmp_path / "key"
    secret.write_text("sk-ant-api03-a-key-of-an-upstream")
    async with answering(answer) as upstream:

        def work() -> None:
            with Gateway(tmp_path / "gateway", "--upstream", upstream, "--credential", f"file:{secret}") as gateway:
                key = gateway.new_key("app")
                gateway.run("models", "alias", "set", "fast", MODEL)
                gateway.restart()  # what is set is known from the first request on
                assert ask(gateway, key, BODY % b"fast")[0] == 200
                assert ask(gateway, key, BODY % b"slow")[0] == 200

        await asyncio.to_thread(work)
    assert got == [BODY % MODEL.encode(), BODY % b"slow"]
