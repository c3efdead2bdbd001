"""The plugin as its users have it: pytest runs in rooms of their own, with a program that knows the official SDK alone."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.gateway import ROOT
from yumen.client.local_sandbox import sandbox_url
from yumen.sandbox import SandboxOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest_plugins = ("pytester",)

KEY = "sk-ant-api03-a-real-secret"
PROGRAM = """
import anthropic

def ask(text, **more):
    with anthropic.Anthropic(max_retries=0) as claude:
        return claude.messages.create(model="claude-haiku-4-5", max_tokens=300, messages=[{"role": "user", "content": text}], **more)

def stream(text):
    with anthropic.Anthropic(max_retries=0) as claude:
        question = [{"role": "user", "content": text}]
        return list(claude.messages.create(model="claude-haiku-4-5", max_tokens=300, messages=question, stream=True))
"""


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    """Run the room's tests, with our plugin and without what this run has beside it."""
    without = [part for name in ("yumen", "cacheprovider", "xdist", "cov", "schemathesis", "timeout") for part in ("-p", f"no:{name}")]
    return pytester.runpytest_inprocess(
        *without, "-p", "yumen.testing.plugin", "-o", "asyncio_default_fixture_loop_scope=function", *options
    )


@pytest.fixture
def room(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A room with the program, in which Claude is the sandbox of this process."""
    pytester.makepyfile(program=PROGRAM)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", sandbox_url(SandboxOptions()))
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    return pytester


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An address at which nobody answers: the port is taken, and nobody listens at it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def tape(room: pytest.Pytester, name: str) -> Path:
    """Return where the tape of a test lies."""
    return room.path / "cassettes" / "test_it" / f"{name}.json"


def test_it_is_declared_and_costs_nothing() -> None:
    """The plugin is found the plugin by its entry point; loading it loads neither the SDK nor anything else that is large."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["pytest11"]["yumen"]
    assert import_module(declared).MODES == ("none", "once", "new", "all")
    code = f"import pytest, sys; before = set(sys.modules); import {declared}; print(*sorted(set(sys.modules) - before))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60).stdout.split()
    assert {name.partition(".")[0] for name in loaded} & {
        "anthropic",
        "httpx2",
        "msgspec",
        "sqlalchemy",
        "rich",
        "typer",
        "asyncio",
    } == set()


def test_the_sandbox_is_fresh_for_each_test(room: pytest.Pytester) -> None:
    """Rules and faults answer the program as the test says, what came is seen, and the next test begins anew."""
    room.makepyfile(
        test_it="""
        import anthropic
        import pytest
        from program import ask

        def test_rule(claude_sandbox):
            claude_sandbox.rule(when={"text": "order (\\\\d+)"}, text="Order {{1}} is on its way.")
            assert ask("Where is order 42?").content[0].text == "Order 42 is on its way."
            (seen,) = claude_sandbox.requests
            assert (seen.method, seen.path, seen.json["messages"][0]["content"]) == ("POST", "/v1/messages", "Where is order 42?")
            assert not {"x-api-key", "authorization"} & seen.headers.keys()

        def test_fresh(claude_sandbox):
            assert claude_sandbox.requests == []
            assert "on its way" not in ask("Where is order 42?").content[0].text

        def test_fault(claude_sandbox):
            claude_sandbox.fail(status=529, times=2, retry_after_s=0)
            for _ in range(2):
                with pytest.raises(anthropic.InternalServerError) as caught:
                    ask("Hi")
                assert caught.value.status_code == 529 and caught.value.response.headers["retry-after"] == "0"
            assert ask("Hi").stop_reason == "end_turn"

        def test_client(claude_sandbox):
            claude_sandbox.rule(text="four")
            with claude_sandbox.claude() as claude:
                assert claude.ask("2 + 2?") == "four"

        async def test_async(claude_sandbox):
            claude_sandbox.rule(text="five")
            async with claude_sandbox.async_claude() as claude:
                assert await claude.ask("2 + 3?") == "five"
        """
    )
    run(room, "-o", "asyncio_mode=auto").assert_outcomes(passed=5)


PLAYED = """
import anthropic
from program import ask, stream

def test_plain(claude_cassette):
    assert ask("Tell me of the gate.").stop_reason == "end_turn"

def test_stream(claude_cassette):
    events = stream("Tell me of the gate.")
    assert events[0].type == "message_start" and events[-1].type == "message_stop" and len(events) > 5

def test_error(claude_cassette):
    try:
        ask("Hi", extra_headers={"x-sandbox-status": "429"})
    except anthropic.RateLimitError as error:
        assert error.request_id == "req_cassette_1" or error.request_id.startswith("req_01")
        assert error.body["request_id"] == error.request_id
    else:
        raise AssertionError
"""


def test_recorded_once_and_played_without_a_network(room: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, nowhere: str) -> None:
    """What was recorded is played when nobody could answer; without a tape nothing is asked unless the option says so."""
    room.makepyfile(test_it=PLAYED)
    first = run(room)
    first.assert_outcomes(failed=3)
    first.stdout.fnmatch_lines(["*POST /v1/messages is not on the tape at all*", "*--claude-cassette=new records*"])
    assert not tape(room, "test_plain").exists()
    run(room, "--claude-cassette=once").assert_outcomes(passed=3)
    written = {name: tape(room, name).read_bytes() for name in ("test_plain", "test_stream", "test_error")}
    monkeypatch.setenv("ANTHROPIC_BASE_URL", nowhere)
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    for mode in ("none", "once", "new"):
        run(room, f"--claude-cassette={mode}").assert_outcomes(passed=3)
    assert {name: tape(room, name).read_bytes() for name in written} == written


def test_a_tape_holds_no_secret_and_reads_well(room: pytest.Pytester) -> None:
    """Keys, accounts and true ids are not on it; bodies and events are JSON; recording again gives the same ids."""
    room.makepyfile(test_it=PLAYED)
    run(room, "--claude-cassette=all").assert_outcomes(passed=3)
    for name in ("test_plain", "test_stream", "test_error"):
        text = tape(room, name).read_text()
        assert "secret" not in text
        assert "sk-ant" not in text
        assert "req_01" not in text
        assert "organization" not in text
    (call,) = json.loads(tape(room, "test_stream").read_text())["calls"]
    assert call["answer"]["headers"]["request-id"] == "req_cassette_1"
    assert call["answer"]["events"][0]["data"]["message"]["role"] == "assistant"
    (call,) = json.loads(tape(room, "test_error").read_text())["calls"]
    assert call["answer"]["body"]["request_id"] == "req_cassette_1"


def test_what_is_not_on_the_tape_fails_the_test(room: pytest.Pytester) -> None:
    """A changed question is told with its difference, also where the program swallows the error; a repeated one is told too."""
    room.makepyfile(test_it="from program import ask\n\ndef test_it(claude_cassette):\n    ask('Tell me of the gate.')\n")
    run(room, "--claude-cassette=once").assert_outcomes(passed=1)
    swallowing = (
        "from program import ask\n\ndef test_it(claude_cassette):\n    try:\n        ask({!r})\n{}    except Exception:\n        pass\n"
    )
    room.makepyfile(test_it=swallowing.format("Tell me of the wall.", ""))
    changed = run(room)
    changed.assert_outcomes(failed=1)
    changed.stdout.fnmatch_lines(['*body.messages?0?.content is "Tell me of the wall.", on the tape "Tell me of the gate."*'])
    room.makepyfile(test_it=swallowing.format("Tell me of the gate.", "        ask('Tell me of the gate.')\n"))
    twice = run(room)
    twice.assert_outcomes(failed=1)
    twice.stdout.fnmatch_lines(["*was asked more often than it is on the tape (1 times)*"])
    run(room, "--claude-cassette=new").assert_outcomes(passed=1)
    assert len(json.loads(tape(room, "test_it").read_text())["calls"]) == 2


def test_nobody_to_record_from(room: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, nowhere: str) -> None:
    """Where the upstream is not there, that is said, and nothing is written; a file that is no tape is said too."""
    monkeypatch.setenv("ANTHROPIC_BASE_URL", nowhere)
    room.makepyfile(test_it="from program import ask\n\ndef test_it(claude_cassette):\n    ask('Hi')\n")
    outcome = run(room, "--claude-cassette=once")
    outcome.assert_outcomes(failed=1)
    outcome.stdout.fnmatch_lines(["*gave no whole answer to POST /v1/messages: ConnectError*"])
    assert not tape(room, "test_it").exists()
    tape(room, "test_it").parent.mkdir(parents=True)
    tape(room, "test_it").write_text('{"cassette": 7, "calls": []}')
    run(room).stdout.fnmatch_lines(["*is a cassette of form 7, not 1: record it anew*"])
