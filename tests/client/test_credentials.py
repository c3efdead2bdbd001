"""Where a client's key comes from, what is done to it, and where it never goes."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anthropic
import pytest

from tests.client.scripted import Said, Scripted
from tests.client.stand_in import StandIn
from tests.gateway import PATIENCE_S
from yumen import AsyncClaude, Claude, NoCredential, OperatorError, Pool, Retry
from yumen.client.faults import KeyTrimmed
from yumen.client.finding import may_go

CLAUDE = "https://api.anthropic.com"


def ask(claude: Claude) -> str:
    """Ask once; return what was said."""
    message = claude.messages.create(model=claude.model, max_tokens=9, messages=[{"role": "user", "content": "Hi"}])
    block = message.content[0]
    assert block.type == "text"
    return block.text


@pytest.mark.parametrize("kind", ["plain", "env", "file"])
def test_a_key_is_taken_plain_or_by_its_reference(kind: str, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What arrives is the key, wherever it is kept."""
    monkeypatch.setenv("MY_KEY", "k-1")
    (tmp_path / "key").write_text("k-1\n")
    told = {"plain": "k-1", "env": "env:MY_KEY", "file": f"file:{tmp_path}/key"}[kind]
    with Claude(api_key=told, base_url=stand_in.url) as claude:
        assert ask(claude) == "Hello."
    assert stand_in.keys == ["k-1"]


@pytest.mark.parametrize("key", [" k-1", "k-1\r\n", "\tk-1 ", "\ufeffk-1\u00a0"])
def test_white_space_is_cut_off_with_a_warning_before_a_transport_refuses_it(key: str, stand_in: StandIn) -> None:
    """The key arrives clean, and the warning names its place and not the key."""
    with pytest.warns(KeyTrimmed, match="white space") as said:
        claude = Claude(api_key=key, base_url=stand_in.url)
    assert "k-1" not in str(said[0].message)
    with claude:
        ask(claude)
        with pytest.warns(KeyTrimmed):
            claude.api_key = "k-2\n"
        ask(claude)
    assert stand_in.keys == ["k-1", "k-2"]


@pytest.mark.parametrize("key", ["", "  ", "k 1", "k\u20111", "vault:no-field", "env:9x", '"k-1"'])
def test_what_cannot_be_a_key_is_refused_when_the_client_is_made(key: str) -> None:
    """One sentence, which does not repeat the text."""
    with pytest.raises(OperatorError) as refused:
        Claude(api_key=key, base_url="http://127.0.0.1:9")
    assert not key.strip() or key not in str(refused.value)


def test_no_key_anywhere_is_one_clear_sentence_and_never_the_sandbox() -> None:
    """It says what may be done."""
    with pytest.raises(NoCredential, match=r"ANTHROPIC_API_KEY.*sandbox"):
        Claude()


@pytest.mark.parametrize(
    ("key", "url", "goes"),
    [
        ("sk-ant-api03-x", CLAUDE, True),
        ("sk-ant-api03-x", "https://gateway.example", False),
        ("sk-ant-api03-x", "http://127.0.0.1:8010", True),
        ("yk-production-x", "https://gateway.example", True),
        ("yk-production-x", CLAUDE, False),
        ("yk-production-x", "http://[::1]:8010", True),
        ("anything", "https://gateway.example", False),
        ("", CLAUDE, False),
    ],
)
def test_a_variables_key_goes_by_itself_only_where_it_belongs(key: str, url: str, *, goes: bool) -> None:
    """Claude's to Claude, a gateway's to a gateway, all to this machine."""
    assert may_go(key, url) is goes


def test_the_first_variable_counts_whose_key_may_go_there(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """ANTHROPIC_API_KEY before CLAUDE_API_KEY; an address from ANTHROPIC_BASE_URL."""
    monkeypatch.setenv("CLAUDE_API_KEY", "second")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", stand_in.url)
    with Claude() as claude:
        ask(claude)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "first")
    with Claude() as claude:
        ask(claude)
    assert stand_in.keys == ["second", "first"]


def test_a_variables_key_that_may_not_go_somewhere_is_not_sent_there_by_the_sdk_either(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK reads the variable by itself where it is given no key."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-api03-x")
    with pytest.raises(NoCredential, match=r"gateway\.example"):
        Claude(base_url="https://gateway.example")
    assert Claude(base_url="https://gateway.example", auth_token="t").api_key is None


def test_the_sdks_own_kinds_of_credential_stay(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token is sent as it is, in copies too, and by its variable."""
    with Claude(auth_token="t-1", base_url=stand_in.url) as claude:
        ask(claude)
        ask(claude.with_options(timeout=9))
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "t-2")
    with Claude(base_url=stand_in.url) as claude:
        ask(claude)
    assert stand_in.keys == ["t-1", "t-1", "t-2"]


def test_a_key_is_nowhere_to_be_seen() -> None:
    """Neither in what a client shows of itself nor in its state."""
    claude = Claude(api_key="sk-ant-secret", base_url="http://127.0.0.1:9")
    assert "sk-ant-secret" not in repr(claude) + repr(claude.state) + repr(claude.state.told) + repr(claude.state.credential)


def test_a_rotated_key_is_fetched_once_more_and_the_call_repeated_once(stand_in: StandIn, tmp_path: Path) -> None:
    """The caller sees no error, the next calls and the copies use the new key."""
    stand_in.taken = {"k-2"}
    kept = tmp_path / "key"
    kept.write_text("k-1")
    with Claude(api_key=f"file:{kept}", base_url=stand_in.url) as claude:
        copy = claude.with_options(timeout=9)
        kept.write_text("k-2")
        assert claude.answer("Hi").attempts == 2
        assert ask(copy) == "Hello."
        assert claude.api_key == "k-2"
    assert stand_in.keys == ["k-1", "k-2", "k-2"]
    assert [call.headers["x-yumen-attempts"] for call in stand_in.calls] == ["3", "2", "3"]


async def test_a_rotated_key_is_renewed_for_tasks_too(stand_in: StandIn, tmp_path: Path) -> None:
    """Ten tasks are refused at once; the store is asked, each call is repeated once, none fails."""
    stand_in.taken = {"k-2"}
    kept = tmp_path / "key"
    kept.write_text("k-1")
    async with AsyncClaude(api_key=f"file:{kept}", base_url=stand_in.url) as claude:
        kept.write_text("k-2")
        call = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
        await asyncio.gather(*(claude.messages.create(**call) for _ in range(10)))  # type: ignore[call-overload]
    assert stand_in.keys.count("k-2") == 10
    assert stand_in.keys.count("k-1") <= 10


def test_a_refused_key_that_is_still_the_same_is_not_sent_again(stand_in: StandIn, tmp_path: Path) -> None:
    """Nor where the store has gone: the server's refusal stays the error."""
    stand_in.taken = set()
    kept = tmp_path / "key"
    kept.write_text("k-1")
    with Claude(api_key=f"file:{kept}", base_url=stand_in.url) as claude:
        with pytest.raises(anthropic.AuthenticationError):
            ask(claude)
        kept.unlink()
        with pytest.raises(anthropic.AuthenticationError):
            ask(claude)
    assert stand_in.keys == ["k-1", "k-1"]


def test_a_single_attempt_is_one_although_the_key_is_renewed(stand_in: StandIn, tmp_path: Path) -> None:
    """The refusal is told, and the next call has the new key."""
    stand_in.taken = {"k-2"}
    kept = tmp_path / "key"
    kept.write_text("k-1")
    with Claude(api_key=f"file:{kept}", base_url=stand_in.url, retry=Retry(attempts=1)) as claude:
        kept.write_text("k-2")
        with pytest.raises(anthropic.AuthenticationError):
            ask(claude)
        assert ask(claude) == "Hello."
    assert stand_in.keys == ["k-1", "k-2"]


def test_a_refused_attempt_counts_where_the_repeated_one_is_lost(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Of three attempts one is left, or the call is over, after two: never four."""
    server = Scripted([Said(), Said(401), Said(0), Said(0)])
    kept = tmp_path / "key"
    kept.write_text("k-1")
    retry = Retry(attempts=3, wait_min=0, wait_max=0, resend_lost=True)
    with Claude(api_key=f"file:{kept}", base_url=server.url, retry=retry) as claude, caplog.at_level("INFO", "yumen"):
        ask(claude)  # now it is known to be no gateway
        kept.write_text("k-2")
        with pytest.raises(anthropic.APIConnectionError) as lost:
            ask(claude)
    server.close()
    assert [head["x-yumen-attempts"] for head in server.heads] == ["3", "3", "2", "1"]
    assert lost.value.__notes__ == ["after 3 attempts"]
    assert "attempts=3 " in caplog.messages[-1]


def test_nothing_is_held_where_the_fetch_is_interrupted(tmp_path: Path) -> None:
    """Ctrl-C while the store is asked closes the refused stream: with one connection, the next call would wait for ever."""
    server = Scripted([Said(401, breaks=True), Said()])
    kept = tmp_path / "key"
    kept.write_text("k-1")
    with Claude(api_key=f"file:{kept}", base_url=server.url, pool=Pool(connections=1), timeout=PATIENCE_S) as claude:
        credential = claude.state.credential

        def interrupted() -> str:
            raise KeyboardInterrupt

        credential._fetch = interrupted
        with pytest.raises(KeyboardInterrupt) as _:
            claude.messages.create(model="m", max_tokens=9, messages=[{"role": "user", "content": "Hi"}], stream=True)
        assert ask(claude)
    server.close()


def test_many_threads_renew_a_key_by_one_fetch(stand_in: StandIn, tmp_path: Path) -> None:
    """Whoever comes later finds the new key there."""
    stand_in.taken = {"k-2"}
    kept = tmp_path / "key"
    kept.write_text("k-1")
    with Claude(api_key=f"file:{kept}", base_url=stand_in.url) as claude, ThreadPoolExecutor(8) as threads:
        credential = claude.state.credential
        fetched = []
        fetch = credential._fetch
        assert fetch is not None
        credential._fetch = lambda: fetched.append(1) or fetch()  # type: ignore[func-returns-value]
        kept.write_text("k-2")
        assert list(threads.map(lambda _: ask(claude), range(16))) == ["Hello."] * 16
    assert fetched == [1]
