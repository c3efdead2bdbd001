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
