"""The Node SDKs, today's and that of 2023, run against the gateway."""

from __future__ import annotations

import pytest

from tests.clients.conftest import AskClient
from tests.gateway import Gateway

pytestmark = pytest.mark.clients


def test_plain_message(ask_client: AskClient, gateway: Gateway) -> None:
    """A plain answer arrives with our request id, which finds the call in the ledger."""
    told = ask_client("node-1", "today.mjs", "plain")
    assert told["text"]
    assert told["stop_reason"] == "end_turn"
    [entry] = [entry for entry in gateway.entries() if entry["request_id"] == told["request_id"]]
    assert entry["output_tokens"] == told["output_tokens"]


def test_streamed_message(ask_client: AskClient) -> None:
    """A stream arrives in several pieces that make the final text."""
    told = ask_client("node-1", "today.mjs", "streamed")
    assert told["pieces"] > 1
    assert told["same"]
    assert told["stop_reason"] == "end_turn"


def test_tools(ask_client: AskClient) -> None:
    """A forced tool is called, and its result is answered in words."""
    told = ask_client("node-1", "today.mjs", "tools")
    assert (told["stop_reason"], told["then"]) == ("tool_use", "end_turn")
    assert isinstance(told["input"]["city"], str)


def test_count_tokens(ask_client: AskClient) -> None:
    """Tokens are counted."""
    assert ask_client("node-1", "today.mjs", "count")["input_tokens"] > 0


def test_models(ask_client: AskClient) -> None:
    """Models are listed page by page."""
    assert len(ask_client("node-1", "today.mjs", "models")["ids"]) > 5


def test_batches(ask_client: AskClient) -> None:
    """A batch ends and gives its results."""
    assert ask_client("node-1", "today.mjs", "batches") == {"status": "ended", "results": {"one": "succeeded"}}


def test_files(ask_client: AskClient) -> None:
    """A file is uploaded, described and deleted."""
    assert ask_client("node-1", "today.mjs", "files") == {"size": 300_000, "name": "notes.txt"}


def test_wrong_key(ask_client: AskClient) -> None:
    """A key of somewhere else is an `AuthenticationError`."""
    assert ask_client("node-1", "today.mjs", "wrong_key") == {"kind": "AuthenticationError", "status": 401}


def test_completion_of_2023(ask_client: AskClient) -> None:
    """`completions.create` inside async-retry is answered at the first try, under the name that it asked for."""
    told = ask_client("node-0.6", "late_2023.cjs", "plain")
    assert told["completion"].startswith(" ")
    assert (told["model"], told["stop_reason"], told["tries"]) == ("claude-2", "stop_sequence", 1)


def test_twenty_sockets_of_2023(ask_client: AskClient) -> None:
    """Sixty calls over a keep-alive agent of twenty sockets are all answered."""
    assert ask_client("node-0.6", "late_2023.cjs", "many") == {"answers": 60}


def test_stream_of_2023(ask_client: AskClient) -> None:
    """A stream brings the text piece by piece."""
    told = ask_client("node-0.6", "late_2023.cjs", "streamed")
    assert told["events"] > 1
    assert told["text"].startswith(" ")
    assert told["last"]["stop_reason"] == "stop_sequence"


def test_wrong_key_in_2023(ask_client: AskClient) -> None:
    """A wrong key ends async-retry's tries at once."""
    assert ask_client("node-0.6", "late_2023.cjs", "wrong_key") == {"status": 401, "tries": 1}
