"""The Python programs of 2023 run against the gateway as they stand, but for the address."""

from __future__ import annotations

import pytest

from tests.clients.conftest import AskClient

pytestmark = pytest.mark.clients


def test_completion_of_early_2023(ask_client: AskClient) -> None:
    """`completion` of SDK 0.2 gets the answer of API version 2023-01-01, under the name that it asked for."""
    told = ask_client("python-0.2", "early_2023.py", "plain")
    assert told["completion"].startswith(" ")
    assert (told["stop_reason"], told["model"]) == ("stop_sequence", "claude-2")
    assert {"stop", "truncated", "exception", "log_id"} <= told.keys()


def test_stream_of_early_2023(ask_client: AskClient) -> None:
    """A stream of 2023-01-01 repeats the whole text so far in each event."""
    told = ask_client("python-0.2", "early_2023.py", "streamed")
    assert told["events"] > 1
    assert told["grows"]
    assert told["last"]["stop_reason"] == "stop_sequence"


def test_async_completion_of_early_2023(ask_client: AskClient) -> None:
    """Its aiohttp side is answered too."""
    told = ask_client("python-0.2", "early_2023.py", "in_async")
    assert told["completion"]
    assert told["model"] == "claude-instant-v1"


def test_wrong_key_in_early_2023(ask_client: AskClient) -> None:
    """A wrong key is the exception of that time."""
    told = ask_client("python-0.2", "early_2023.py", "wrong_key")
    assert "401" in told["said"]
    assert told["type"] == "authentication_error"


@pytest.mark.parametrize("how", ["plain", "in_async"])
def test_completions_of_late_2023(ask_client: AskClient, how: str) -> None:
    """`completions.create` of SDK 0.7 gets the answer of API version 2023-06-01."""
    told = ask_client("python-0.7", "late_2023.py", how)
    assert told["completion"].startswith(" ")
    assert told["stop_reason"] == "stop_sequence"
    assert told["id"].startswith("compl_")
    assert told["model"] in {"claude-2.1", "claude-instant-1.2"}


def test_max_tokens_of_late_2023(ask_client: AskClient) -> None:
    """An answer that is cut at its length says so in the words of that time."""
    assert ask_client("python-0.7", "late_2023.py", "cut_short")["stop_reason"] == "max_tokens"


def test_stream_of_late_2023(ask_client: AskClient) -> None:
    """A stream of 2023-06-01 brings the text piece by piece."""
    told = ask_client("python-0.7", "late_2023.py", "streamed")
    assert told["events"] > 1
    assert told["text"].startswith(" ")
    assert told["last"]["stop_reason"] == "stop_sequence"


def test_wrong_key_in_late_2023(ask_client: AskClient) -> None:
    """A wrong key is an `AuthenticationError`."""
    assert ask_client("python-0.7", "late_2023.py", "wrong_key") == {"status": 401, "type": "authentication_error"}
