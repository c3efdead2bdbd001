"""The official SDKs, and curl, in conversations that the gateway keeps: each call sends its new words alone."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from tests.clients.conftest import AskClient
from tests.gateway import PATIENCE_S, Gateway

pytestmark = pytest.mark.clients


@pytest.mark.parametrize(("client", "program"), [("python-2.12", "today.py"), ("python-1.17", "today.py"), ("node-1", "today.mjs")])
def test_the_official_sdks_talk_in_a_session(client: str, program: str, ask_client: AskClient) -> None:
    """Plain and streamed turns: every prompt holds the one before it, which is read from the prompt cache whole; counting counts it all."""
    told = ask_client(client, program, "session")
    first, second, third = told["prompts"]
    assert first < second < third < told["counted"]
    assert told["read"][1:] == [first, second]


def test_curl_talks_in_a_session(gateway: Gateway, key: str) -> None:
    """One header is all that any language needs; another key of another workspace finds nothing under the same name."""
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is missing")

    def say(whose: str) -> tuple[str, int]:
        body = json.dumps({"model": "claude-haiku-4-5", "max_tokens": 20, "messages": [{"role": "user", "content": "Hello there"}]})
        headers = [f"x-api-key: {whose}", "anthropic-version: 2023-06-01", "x-yumen-session: curl"]
        command = [curl, "-sS", "-w", "%header{x-yumen-session-turn}", *(part for header in headers for part in ("-H", header)), "-d", body]
        told = subprocess.run([*command, f"{gateway.url}/v1/messages"], check=True, capture_output=True, text=True, timeout=PATIENCE_S)
        answer, turn = told.stdout.rsplit("}", 1)
        return turn, json.loads(answer + "}")["usage"]["cache_read_input_tokens"]

    assert say(key) == ("1", 0)
    turn, read = say(key)
    assert (turn, read > 0) == ("2", True)
    gateway.run("workspaces", "create", "elsewhere")
    assert say(gateway.new_key("elsewhere", "--workspace", "elsewhere"))[0] == "1"
