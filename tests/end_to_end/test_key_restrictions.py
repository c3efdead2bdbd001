"""Restrictions, labels and switches of keys, in a gateway that runs: in force without a restart, and seen in the ledger."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.cli.command import inside
from tests.gateway import Gateway, wait_for

MODEL = "claude-haiku-4-5"
CONFIG = 'upstream = "sandbox"\ntrusted_proxies = ["127.0.0.1"]\n'


class Answer(NamedTuple):
    """What a caller got."""

    status: int
    kind: str | None
    message: str


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway before the sandbox, behind a proxy on this machine that it trusts."""
    with Gateway(tmp_path_factory.mktemp("gateway"), config=CONFIG) as gateway:
        yield gateway


def run(gateway: Gateway, *arguments: str) -> str:
    """Run a command on the gateway's data and return what it printed."""
    ran = inside(gateway.folder, *arguments)
    assert ran.code == 0, ran.err
    return ran.out


def new_key(gateway: Gateway, name: str, *options: str) -> str:
    """Make a key and return it whole."""
    return run(gateway, "keys", "create", name, *options).strip()


def entries(gateway: Gateway) -> list[dict[str, Any]]:
    """Return the ledger."""
    return [json.loads(line) for line in run(gateway, "logs", "--json", "--limit", "1000").splitlines()]


def ask(gateway: Gateway, key: str, path: str = "/v1/messages", **headers: str) -> Answer:
    """Ask on a connection of its own."""
    connection = http.client.HTTPConnection(urlsplit(gateway.url).netloc, timeout=30)
    body = {"model": MODEL, "max_tokens": 20, "messages": [{"role": "user", "content": "hi"}]}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"x-api-key": key, "content-type": "application/json", "anthropic-version": "2023-06-01"} | named
    connection.request("POST", path, json.dumps(body).encode(), sent)
    answer = connection.getresponse()
    read: dict[str, Any] = json.loads(answer.read())
    connection.close()
    error = read.get("error", {})
    return Answer(answer.status, error.get("type"), error.get("message", ""))


def test_a_key_keeps_to_its_addresses(gateway: Gateway) -> None:
    """The caller's address is the one that the trusted proxy names; a refusal is Claude's 403 and names what was seen."""
    key = new_key(gateway, "here", "--allow-ip", "203.0.113.0/24", "--allow-ip", "2001:db8::/32")
    assert ask(gateway, key, x_forwarded_for="203.0.113.9").status == 200
    assert ask(gateway, key, x_forwarded_for="2001:db8::5").status == 200
    assert ask(gateway, key, x_forwarded_for="::ffff:203.0.113.9").status == 200
    assert ask(gateway, key) == (403, "permission_error", "This key may not be used from 127.0.0.1: it is restricted to other addresses")
    assert "from 198.51.100.7:" in ask(gateway, key, x_forwarded_for="203.0.113.9, 198.51.100.7").message
    refused = [entry for entry in entries(gateway) if entry["status"] == 403]
    assert {entry["caller"] for entry in refused} == {"127.0.0.1", "198.51.100.7"}
    assert {entry["outcome"] for entry in refused} == {"refused"}


def test_a_change_is_in_force_without_a_restart(gateway: Gateway) -> None:
    """Models, max_tokens and paths, and the switch, on a key that is in use; and back again."""
    key = new_key(gateway, "changing")
    assert ask(gateway, key).status == 200
    for option, back, message in (
        (("--allow-model", "claude-opus-*"), ("--no-allow-model",), f"may not use the model {MODEL}"),
        (("--max-tokens", "19"), ("--no-max-tokens",), "may not ask for 20 tokens"),
        (("--only-path", "/v1/files"), ("--no-only-path",), "it may use /v1/files"),
        (("--status", "inactive"), ("--status", "active"), "switched off"),
    ):
        run(gateway, "keys", "update", "changing", *option)
        wait_for(lambda: ask(gateway, key).status in (401, 403), "the change")
        assert message in ask(gateway, key).message
        run(gateway, "keys", "update", "changing", *back)
        wait_for(lambda: ask(gateway, key).status == 200, "the change back")


def test_a_request_names_its_label(gateway: Gateway) -> None:
    """It is booked there, and usage adds up by it; a bad one is a 400; a key that may not name one is booked on its own."""
    key = new_key(gateway, "labelled", "--label", "ops", "--takes-label")
    assert ask(gateway, key, x_yumen_label="4711").status == 200
    assert ask(gateway, key).status == 200
    assert ask(gateway, key, x_yumen_label="a\tb")[:2] == (400, "invalid_request_error")
    strict = new_key(gateway, "strict", "--label", "ops")
    assert ask(gateway, strict, x_yumen_label="4711").status == 200
    rows = run(gateway, "usage", "--by", "label", "--by", "key", "--json").splitlines()
    usage = {(line["label"], line["key"]): line["counted_requests"] for line in map(json.loads, rows) if line["label"]}
    assert usage == {("4711", "labelled"): 1, ("ops", "labelled"): 1, ("ops", "strict"): 1}


def test_an_admin_key_opens_no_model(gateway: Gateway) -> None:
    """The data port says what it is for."""
    key = new_key(gateway, "root", "--kind", "admin")
    assert ask(gateway, key)[:2] == (401, "authentication_error")
    assert "an admin key opens the admin API" in ask(gateway, key).message
