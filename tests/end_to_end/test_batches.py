"""A Message Batch is charged once, from its results, when it has ended, whoever fetches them."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

from tests.gateway import Gateway, wait_for

MODEL = "claude-haiku-4-5"
CONFIG = "[timeouts]\nbatch_poll_s = 0.2\n"


def call(gateway: Gateway, key: str, path: str, body: object | None = None, method: str | None = None) -> Any:  # noqa: ANN401  (a JSON answer)
    """Ask the gateway as a client does."""
    headers = {"x-api-key": key, "anthropic-version": "2023-06-01", "content-type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(gateway.url + path, data=data, headers=headers, method=method)  # noqa: S310  (our own gateway)
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  (the same)
        return json.loads(answer.read())


def batch_entries(gateway: Gateway) -> list[dict[str, Any]]:
    """Return the ledger's entries of batches."""
    return [entry for entry in gateway.entries() if entry["request_id"].startswith("msgbatch_")]


def test_a_batch_becomes_one_priced_entry(tmp_path: Path) -> None:
    """Its creation is free; at its end one entry has the tokens of all its answers, at half the price."""
    with Gateway(tmp_path, config=CONFIG) as gateway:
        key = gateway.new_key()
        asked = [
            {"custom_id": f"n{number}", "params": {"model": MODEL, "max_tokens": 50, "messages": [{"role": "user", "content": "Hello"}]}}
            for number in range(3)
        ]
        made = call(gateway, key, "/v1/messages/batches", {"requests": asked})
        wait_for(lambda: bool(batch_entries(gateway)), "the batch to be charged")
        (entry,) = batch_entries(gateway)
        assert entry["request_id"] == made["id"]
        assert entry["model"].startswith(MODEL)
        assert entry["output_tokens"] > 0
        # Half of Haiku's 1 and 5 dollars a million tokens.
        assert entry["cost_microusd"] * 1000 == entry["input_tokens"] * 500 + entry["output_tokens"] * 2500
        creation = next(one for one in gateway.entries() if one["request_id"] != made["id"])
        assert creation["cost_microusd"] == 0


def test_a_batch_that_is_deleted_at_once_is_charged_before(tmp_path: Path) -> None:
    """Whoever deletes a batch before the gateway has looked at it pays for its answers all the same."""
    with Gateway(tmp_path, config="[timeouts]\nbatch_poll_s = 3600\n") as gateway:
        key = gateway.new_key("quick", "--limit", "spend_per_month=1.00")
        params = {"model": MODEL, "max_tokens": 50, "messages": [{"role": "user", "content": "Hello"}]}
        made = call(gateway, key, "/v1/messages/batches", {"requests": [{"custom_id": "n", "params": params}]})
        path = f"/v1/messages/batches/{made['id']}"
        wait_for(lambda: call(gateway, key, path)["processing_status"] == "ended", "the batch to end")
        assert batch_entries(gateway) == []
        call(gateway, key, path, method="DELETE")
        (entry,) = batch_entries(gateway)
        assert (entry["estimated"], entry["output_tokens"] > 0) == (False, True)
