"""The practices that a production tutorial names, each as a test of the library that is named after it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anthropic
import pytest
from anthropic import AuthenticationError

from tests.aws import REGION, Emulator, aws_credentials, moto
from tests.client.stand_in import StandIn
from tests.vault import OpenBao, openbao
from yumen import Claude, Limit, LimitReached, PromptTooLong, Retry
from yumen.testing import assert_message, assert_stream

__all__ = ["aws_credentials", "moto", "openbao"]

MODEL = "claude-haiku-4-5"
KEY = "sk-ant-api03-a-key-of-the-practices"
TWICE_BUSY = {"x-sandbox-status": "529", "x-sandbox-times": "2", "x-sandbox-retry-after": "0"}


@pytest.fixture
def claude() -> Iterator[Claude]:
    """A client of the offline sandbox."""
    with Claude(environment="sandbox", model=MODEL) as client:
        yield client


def test_retry_with_back_off(claude: Claude) -> None:
    """`Retry(attempts=3, …)` asks three times and no more, and says so."""
    patient = claude.copy(retry=Retry(attempts=3, wait_min=0, wait_max=0.01))
    assert patient.answer("Hello", extra_headers=TWICE_BUSY).attempts == 3
    with pytest.raises(anthropic.APIStatusError):
        patient.answer("Hello again", extra_headers=TWICE_BUSY | {"x-sandbox-times": "3"})


def test_rate_limit_of_fifteen_a_minute(claude: Claude) -> None:
    """Of twenty threads at once fifteen pass within the minute; nobody who does not wait gets in as the sixteenth."""
    limited = claude.copy(limit=Limit(calls=15, period=60, wait=False, name="practice"))

    def passes(_: int) -> bool:
        try:
            return bool(limited.ask("Hello", max_tokens=5))
        except LimitReached:
            return False

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(passes, range(20))) == 15


def test_key_storage_in_an_environment_variable(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """`env:NAME` names the variable."""
    monkeypatch.setenv("CLAUDE_API_KEY", KEY)
    assert key_seen(stand_in, "env:CLAUDE_API_KEY") == KEY


@pytest.mark.usefixtures("aws_credentials")
def test_key_storage_in_aws_secrets_manager(stand_in: StandIn, moto: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """`aws-sm:NAME#FIELD` is fetched when the client is made."""
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("YUMEN_SECRETS_AWS_ENDPOINT", moto.url)
    name, _ = moto.new(SecretString=json.dumps({"api_key": KEY}))
    assert key_seen(stand_in, f"aws-sm:{name}#api_key") == KEY


def test_key_storage_in_vault(stand_in: StandIn, openbao: OpenBao, monkeypatch: pytest.MonkeyPatch) -> None:
    """`vault:MOUNT/PATH#FIELD` is too."""
    monkeypatch.setenv("VAULT_ADDR", openbao.url)
    monkeypatch.setenv("VAULT_TOKEN", openbao.root.token)
    openbao.root.secrets.kv.v2.create_or_update_secret("yumen/practice", {"key": KEY})
    assert key_seen(stand_in, "vault:secret/yumen/practice#key") == KEY


def key_seen(stand_in: StandIn, reference: str) -> str:
    """Ask with a reference, and return the key that arrived."""
    with Claude(api_key=reference, base_url=stand_in.url, model=MODEL) as claude:
        claude.ask("Hello", max_tokens=5)
    return stand_in.keys[-1]


def test_logging_of_both_metrics(claude: Claude, caplog: pytest.LogCaptureFixture) -> None:
    """A line for each call has the prompt's length and the response time, and nothing that was said."""
    with caplog.at_level(logging.INFO, "yumen"):
        claude.ask("a question that nobody else may read", max_tokens=5)
    (line,) = [record.getMessage() for record in caplog.records if "prompt_length=" in record.getMessage()]
    assert "response_time_ms=" in line
    assert "nobody else" not in line


def test_white_space_in_the_key(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is trimmed with a warning, before a transport could refuse it."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", f" {KEY}\r\n")
    with pytest.warns(UserWarning, match="white space"):
        claude = Claude(base_url=stand_in.url, model=MODEL)
    claude.ask("Hello", max_tokens=5)
    claude.close()
    assert stand_in.keys[-1] == KEY


def test_unauthorized_says_why(stand_in: StandIn) -> None:
    """A 401 says what is the matter with the key, without showing it."""
    stand_in.taken = set()
    with Claude(api_key=KEY, base_url=stand_in.url, model=MODEL) as claude, pytest.raises(AuthenticationError) as caught:
        claude.ask("Hello", max_tokens=5)
    assert KEY not in str(caught.value)


def test_prompt_too_long(claude: Claude) -> None:
    """What is surely too long is not sent: the error says by how many tokens."""
    with pytest.raises(PromptTooLong, match="tokens"):
        claude.ask("长文" * 200_000)


def test_truncation(claude: Claude, caplog: pytest.LogCaptureFixture) -> None:
    """A cut answer is flagged, and goes on without a seam to its end."""
    cut = claude.answer("Tell me a long story about a gate.", max_tokens=60)
    assert "cut off (max_tokens)" in caplog.text
    whole = cut.continued()
    assert cut.truncated
    assert not whole.truncated
    assert whole.text.startswith(cut.text)


def test_stop_sequences(claude: Claude) -> None:
    """The tutorial's other cure for an answer that runs on: a stop sequence ends it, and is no truncation."""
    answer = claude.answer("Repeat: one two three", max_tokens=100, stop_sequences=["two"])
    assert not answer.truncated


def test_batching(claude: Claude) -> None:
    """Questions merged into one prompt come back apart, each to its question."""
    answers = claude.ask_many(["What is 2 + 3?", "你好", "What is 4 + 5?"], way="merge")
    assert len(answers) == 3
    assert all(answers)


def test_pooling(stand_in: StandIn) -> None:
    """Twenty threads share few connections, which are kept alive."""
    with Claude(api_key=KEY, base_url=stand_in.url, model=MODEL) as claude, ThreadPoolExecutor(20) as threads:
        assert all(threads.map(lambda _: claude.ask("Hello", max_tokens=5), range(60)))
    assert stand_in.accepted <= 20


def test_session_state(claude: Claude, tmp_path: Path) -> None:
    """A conversation is found again by its name, and its second turn has the first before it."""
    url = f"sqlite:///{tmp_path / 'sessions.db'}"
    claude.copy(sessions=url).conversation("customer-42").say("My name is Li Lei.")
    conversation = claude.copy(sessions=url).conversation("customer-42")
    conversation.say("What is my name?")
    assert len(conversation.turns) == 2


def test_temperature(claude: Claude) -> None:
    """At temperature 0 two samples are the same; at 1 they differ."""

    def samples(temperature: float) -> set[str]:
        told = {"extra_headers": {"anthropic-version": "2023-06-01"}, "extra_body": {"temperature": temperature}}
        return {claude.answer("Tell me about a gate.", **told).text for _ in range(3)}

    assert len(samples(0)) == 1
    assert len(samples(1)) > 1


def test_response_format(claude: Claude) -> None:
    """The assertions that are shipped accept an answer of Claude's form, plain and streamed."""
    message = claude.messages.create(model=MODEL, max_tokens=20, messages=[{"role": "user", "content": "Hello"}])
    assert_message(message)
    with claude.messages.create(model=MODEL, max_tokens=20, messages=[{"role": "user", "content": "Hello"}], stream=True) as events:
        assert_stream(list(events))


def test_production_and_sandbox_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Production is Claude where nothing else is said; the sandbox never leaves the machine."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    with Claude() as production, Claude(environment="sandbox") as sandbox:
        assert production.base_url.host == "api.anthropic.com"
        assert sandbox.base_url.host == "127.0.0.1"
        assert sandbox.is_sandbox


def test_streaming(claude: Claude) -> None:
    """The pieces come one by one, and are the whole."""
    with claude.messages.stream(model=MODEL, max_tokens=200, messages=[{"role": "user", "content": "Tell me a story"}]) as stream:
        pieces = list(stream.text_stream)
    assert len(pieces) > 1
    assert "".join(pieces) == stream.get_final_text()
