"""Library, gateway and SDK together make at most the stated attempts, whatever each of them may do alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import anthropic
import pytest

from tests.client.scripted import Said, Scripted
from tests.gateway import Gateway
from yumen import Claude, Retry

CONFIG = """
[retry]
attempts = {attempts}
first_wait_ms = 1
budget_percent = 100
"""


@pytest.fixture(scope="module")
def failing() -> Iterator[Scripted]:
    """An upstream that is overloaded for ever."""
    server = Scripted((Said(529),))
    yield server
    server.close()


@pytest.mark.parametrize("gateways", [2, 5])
def test_never_more_than_the_stated_attempts(gateways: int, failing: Scripted, tmp_path: Path) -> None:
    """For every number that a program states, and a gateway that would make two or five by itself, plain or streamed."""
    folder = tmp_path / "gateway"
    credential = tmp_path / "credential"
    credential.write_text("sk-ant-api03-test")
    credential.chmod(0o600)
    options = ("--upstream", failing.url, "--credential", f"file:{credential}")
    with Gateway(folder, *options, config=CONFIG.format(attempts=gateways)) as gateway:
        key = gateway.new_key()
        for attempts in (1, 2, 3, 4, 7):
            retry = Retry(attempts=attempts, wait_min=0, wait_max=0)
            with Claude(api_key=key, base_url=gateway.url, retry=retry) as claude:
                for stream in (False, True):
                    before = len(failing.times)
                    with pytest.raises(anthropic.APIStatusError) as caught:
                        claude.messages.create(
                            model="claude-sonnet-5-5", max_tokens=9, messages=[{"role": "user", "content": "hi"}], stream=stream
                        )
                    assert len(failing.times) - before == attempts
                    assert caught.value.response.headers["x-yumen-attempts"] == str(attempts)


def test_a_gateway_that_reaches_nobody_says_how_often_it_tried(tmp_path: Path) -> None:
    """An error of the gateway's own tells its attempts too, so that the library does not begin anew: the ledger has as many as stated."""
    options = ("--upstream", "http://127.0.0.1:1", "--credential", "none")
    with Gateway(tmp_path / "gateway", *options, config=CONFIG.format(attempts=5)) as gateway:
        retry = Retry(attempts=3, wait_min=0, wait_max=0)
        with Claude(api_key=gateway.new_key(), base_url=gateway.url, retry=retry) as claude, pytest.raises(anthropic.APIStatusError):
            claude.ask("hi", max_tokens=9)
        entries = gateway.entries()
    assert [len(entry["tries"]) for entry in entries] == [3]
