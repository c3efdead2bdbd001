"""Today's Python SDK and the generation before it get through the gateway all that they can ask for."""

from __future__ import annotations

import pytest

from tests.clients.conftest import AskClient
from tests.gateway import Gateway

pytestmark = [pytest.mark.clients, pytest.mark.parametrize("client", ["python-2.12", "python-1.17"])]


def test_plain_message(client: str, ask_client: AskClient, gateway: Gateway) -> None:
    """A plain answer arrives whole, with our request id, which finds the call in the ledger."""
    told = ask_client(client, "today.py", "plain")
    assert told["text"]
    assert told["stop_reason"] == "end_turn"
    assert told["request_id"].startswith("req_")
    [entry] = [entry for entry in gateway.entries() if entry["request_id"] == told["request_id"]]
    assert (entry["status"], entry["outcome"]) == (200, "answered")
    assert (entry["input_tokens"], entry["output_tokens"]) == (told["input_tokens"], told["output_tokens"])


def test_streamed_message(client: str, ask_client: AskClient) -> None:
    """A stream arrives in several pieces that make the final text."""
    told = ask_client(client, "today.py", "streamed")
    assert told["pieces"] > 1
    assert told["same"]
    assert told["stop_reason"] == "end_turn"


def test_raw_events(client: str, ask_client: AskClient) -> None:
    """The events of a stream come in Claude's order."""
    types = ask_client(client, "today.py", "events")["types"]
    assert types[:2] == ["message_start", "content_block_start"]
    assert types[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    assert "content_block_delta" in types


def test_async_calls_side_by_side(client: str, ask_client: AskClient) -> None:
    """The async client's calls and streams run side by side on one pool."""
    answers = ask_client(client, "today.py", "several_at_once")["answers"]
    assert len(answers) == 6
    assert all(answers)


def test_tools(client: str, ask_client: AskClient) -> None:
    """A forced tool is called with an input that fits its schema, and its result is answered in words."""
    told = ask_client(client, "today.py", "tools")
    assert told["stop_reason"] == "tool_use"
    assert isinstance(told["input"]["city"], str)
    assert told["then"] == "end_turn"
    assert told["text"]


def test_count_tokens(client: str, ask_client: AskClient) -> None:
    """Tokens are counted."""
    assert ask_client(client, "today.py", "count")["input_tokens"] > 0


def test_models(client: str, ask_client: AskClient) -> None:
    """Models are listed page by page, and each can be asked for."""
    told = ask_client(client, "today.py", "models")
    assert len(told["ids"]) > 5
    assert told["one"] == told["ids"][0]


def test_batches(client: str, ask_client: AskClient, gateway: Gateway) -> None:
    """A batch is made, ends, gives its results through the gateway's own address, is listed and deleted."""
    told = ask_client(client, "today.py", "batches")
    assert told["status"] == "ended"
    assert told["results"] == {"n-0": "succeeded", "n-1": "succeeded", "n-2": "succeeded"}
    assert told["listed"]
    assert told["deleted"]
    assert told["results_url"].startswith(gateway.url)


def test_files(client: str, ask_client: AskClient) -> None:
    """A file is uploaded, described, listed and deleted."""
    assert ask_client(client, "today.py", "files") == {"size": 300_000, "name": "notes.txt", "listed": True, "gone": True}


def test_wrong_key_is_not_retried(client: str, ask_client: AskClient) -> None:
    """A key of somewhere else is refused in Claude's shape, once."""
    told = ask_client(client, "today.py", "wrong_key")
    assert (told["status"], told["type"], told["should_retry"]) == (401, "authentication_error", "false")
    assert told["request_id"]


def test_wrong_body(client: str, ask_client: AskClient) -> None:
    """What the upstream refuses reaches the caller as the exception of that kind."""
    assert ask_client(client, "today.py", "wrong_body") == {"status": 400, "type": "invalid_request_error"}
